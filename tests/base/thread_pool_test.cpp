#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>
#include <vector>

namespace casus::base {
namespace {

// Each step adds up what the one before left: whatever is not seen, or seen too early, changes the sum.
TEST(Threads, StepsSeeWhatTheStepsBeforeLeft) {
  for (const unsigned threads : {1u, 2u, 5u}) {
    std::vector<uint64_t> now, before{1};
    std::vector<std::vector<int>> done(threads);
    for_each_in_steps(
        20, threads,
        [&](uint64_t step) {
          now.assign(step + 1, 0);
          return step + 1;
        },
        [&](uint64_t step, uint64_t i, unsigned thread) {
          now[i] = i + std::accumulate(before.begin(), before.end(), uint64_t{0}) % 1000;
          done[thread].push_back(static_cast<int>(step));
        },
        [&](uint64_t) { before = now; });
    std::vector<uint64_t> expected{1};
    size_t calls = 0;
    for (uint64_t step = 0; step < 20; ++step) {
      const uint64_t sum = std::accumulate(expected.begin(), expected.end(), uint64_t{0}) % 1000;
      expected.assign(step + 1, sum);
      for (uint64_t i = 0; i <= step; ++i) expected[i] += i;
      calls += step + 1;
    }
    EXPECT_EQ(before, expected) << threads;
    size_t counted = 0;
    for (const auto& d : done) {
      counted += d.size();
      EXPECT_TRUE(std::is_sorted(d.begin(), d.end()));
    }
    EXPECT_EQ(counted, calls);
  }
}

TEST(Threads, AnExceptionEndsTheStepsAndIsThrownAgain) {
  enum { in_begin, in_work, in_end };
  for (const unsigned threads : {1u, 3u})
    for (const int where : {in_begin, in_work, in_end}) {
      std::atomic<int> begun{0}, ended{0};
      auto run = [&] {
        for_each_in_steps(
            10, threads,
            [&](uint64_t step) {
              if (where == in_begin && step == 4) throw std::runtime_error("here");
              ++begun;
              return uint64_t{50};
            },
            [&](uint64_t step, uint64_t i, unsigned) {
              if (where == in_work && step == 4 && i == 20) throw std::runtime_error("here");
            },
            [&](uint64_t step) {
              if (where == in_end && step == 4) throw std::runtime_error("here");
              ++ended;
            });
      };
      EXPECT_THROW(run(), std::runtime_error) << threads << where;
      EXPECT_EQ(begun, where == in_begin ? 4 : 5);
      EXPECT_EQ(ended, 4);
    }
}

TEST(Threads, JobsShareThreadsWhereThereAreMore) {
  EXPECT_EQ(threads_each(8, 3), 2u);
  EXPECT_EQ(threads_each(2, 21), 1u);
  EXPECT_EQ(threads_each(1, 0), 1u);
}

}  // namespace
}  // namespace casus::base

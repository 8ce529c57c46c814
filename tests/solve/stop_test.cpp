// Whoever solves stops when asked to, wherever it is, and gives no answer.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/stop.h"
#include "case_text.h"
#include "game/join.h"
#include "solve/random_case.h"
#include "solve/solver.h"

namespace casus {
namespace {

using solve::SolveOptions;

const std::string text = testing::random_case(4, {.rounds = 3, .precision = 3, .simultaneous = true}) +
                         "policy free\npolicy early { A0 plays First.o0 when round == 1 }\n";

TEST(Stop, BeforeAnythingIsDone) {
  const auto c = testing::load(text);
  const auto g = testing::compile(c);
  const auto params = testing::fixed_params(c);
  const std::atomic<bool> stop{true};
  base::Diagnostics d;
  EXPECT_THROW(game::compile(c, 0, d, {.stop = &stop}), base::Stopped);
  for (const SolveOptions& options : std::vector<SolveOptions>{
           {.stop = &stop},                                 // histories
           {.exact_up_to = 0, .points = 7, .stop = &stop},  // eight worlds on grids
           {.exact_up_to = 0, .points = 7, .selection = solve::Selection::global, .stop = &stop}}) {
    EXPECT_THROW(solve::solve_batch(g, {&params, 1}, options), base::Stopped);
    EXPECT_THROW(solve::solve_walkable(g, {&params, 1}, options, 3), base::Stopped);
  }
  const auto other = *game::compile(c, 1, d);
  const std::vector<const game::Game*> games{&g, &other};
  const auto joined = game::join(games);
  ASSERT_TRUE(joined);
  EXPECT_THROW(solve::solve_joined(*joined, games, {&params, 1}, {.points = 7, .stop = &stop}, true), base::Stopped);
}

// Asked at a moment that nobody chose: an answer is whole or there is none.
TEST(Stop, HalfWayThereIsNoAnswer) {
  const auto c = testing::load(text);
  const auto g = testing::compile(c);
  const auto params = testing::fixed_params(c);
  SolveOptions options{.exact_up_to = 0, .points = 17};
  const auto whole = solve::solve_batch(g, {&params, 1}, options)[0].solution;
  ASSERT_TRUE(whole);
  int dropped = 0;
  for (const unsigned threads : {1u, 2u}) {
    std::atomic<bool> stop{false};
    options.stop = &stop;
    std::optional<std::vector<double>> values;
    std::jthread asks([&] { stop = true; });
    try {
      values = solve::solve_batch(g, {&params, 1}, options, threads)[0].solution->values;
    } catch (const base::Stopped&) {
      ++dropped;
    }
    if (values) {
      EXPECT_EQ(*values, whole->values);
    }
  }
  EXPECT_GT(dropped, 0) << "a thread is begun sooner than a game is solved on 17 points";
}

}  // namespace
}  // namespace casus

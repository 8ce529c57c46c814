// Markov chains without a subtraction, held to formulas.
#include "solve/stationary/chain.h"

#include <gtest/gtest.h>

#include <cmath>

namespace casus::solve {
namespace {

// A gambler with 0 to n, who wins a unit with probability p, begins in the middle and stops at either end.
OpenChain gambler(size_t n, double p) {
  OpenChain c{n - 1, std::vector<double>((n - 1) * (n - 1), 0.0), std::vector<double>(n - 1, 0.0),
              std::vector<double>(n - 1, 0.0)};
  for (size_t i = 0; i < n - 1; ++i) {
    (i + 2 < n ? c.step[i * (n - 1) + i + 1] : c.hit[i]) = p;
    (i > 0 ? c.step[i * (n - 1) + i - 1] : c.lost[i]) = 1 - p;
  }
  return c;
}

TEST(Chain, GamblersRuin) {
  for (const double p : {0.3, 0.5, 0.7}) {
    constexpr size_t n = 20, at = 10;
    const auto hit = hitting(gambler(n, p), at - 1);
    const double r = (1 - p) / p;
    const double win = p == 0.5 ? double(at) / n : (1 - std::pow(r, at)) / (1 - std::pow(r, n));
    EXPECT_NEAR(hit.probability, win, 1e-14);
    // When it is won, where it is: by the chances after ever more steps.
    std::vector<double> now(n + 1, 0.0);
    now[at] = 1;
    double rounds = 0;
    for (int t = 1; t < 20000; ++t) {
      std::vector<double> next(n + 1, 0.0);
      for (size_t i = 1; i < n; ++i) {
        next[i + 1] += p * now[i];
        next[i - 1] += (1 - p) * now[i];
      }
      rounds += t * next[n];
      next[0] = next[n] = 0;
      now = next;
    }
    EXPECT_NEAR(hit.rounds, rounds, 1e-11);
    if (p == 0.5) EXPECT_NEAR(hit.rounds / hit.probability, (n * n - at * at) / 3.0, 1e-12);
  }
}

// Fifty times in a row what happens once in a million: every digit of 1e-300 holds.
TEST(Chain, RareThingsKeepTheirDigits) {
  constexpr size_t n = 50;
  constexpr double p = 1e-6;
  OpenChain c{n, std::vector<double>(n * n, 0.0), std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
  for (size_t i = 0; i < n; ++i) {
    (i + 1 < n ? c.step[i * n + i + 1] : c.hit[i]) = p;
    c.lost[i] = 1 - p;
  }
  const double exact = std::pow(p, static_cast<double>(n));
  EXPECT_NEAR(hitting(c, 0).probability / exact, 1, 1e-12);
}

TEST(Chain, WhoNeverMeetsItNeverDoes) {
  // 0 goes to 1 or 2 with even odds; 1 stays for ever, 2 meets it at once.
  const OpenChain c{3, {0, 0.5, 0.5, 0, 1, 0, 0, 0, 0}, {0, 0, 1}, {0, 0, 0}};
  const auto hit = hitting(c, 0);
  EXPECT_EQ(hit.probability, 0.5);
  EXPECT_EQ(hit.rounds, 1);  // in the second, half of the time
  EXPECT_EQ(hitting(c, 1).probability, 0);
  EXPECT_EQ(hitting(c, 1).rounds, 0);
  EXPECT_EQ(hitting(c, 2).probability, 1);
  EXPECT_EQ(hitting(c, 2).rounds, 1);
}

TEST(Chain, LongRunShares) {
  // Two states that lead to each other with 1e-12 and 2e-12.
  const auto slow = long_run({1 - 1e-12, 1e-12, 2e-12, 1 - 2e-12}, 2, 0);
  EXPECT_NEAR(slow[0], 2.0 / 3, 1e-15);
  EXPECT_NEAR(slow[1], 1.0 / 3, 1e-15);
  // One that is left, for a state that stays (0.25 in all) or for two that alternate.
  const auto parted = long_run({0.2, 0.2, 0.6, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0}, 4, 0);
  EXPECT_NEAR(parted[0], 0, 0);
  EXPECT_NEAR(parted[1], 0.25, 1e-15);
  EXPECT_NEAR(parted[2], 0.375, 1e-15);
  EXPECT_NEAR(parted[3], 0.375, 1e-15);
}

}  // namespace
}  // namespace casus::solve

// Games whose answers are known in closed form or published.
#include <cmath>

#include "case_text.h"
#include "solve/sums.h"

namespace casus {
namespace {

using solve::SolveOptions;
using testing::logistic;

solve::Solution solve_one(const model::Case& c, SolveOptions options = {}, uint32_t policy = 0) {
  const auto g = testing::compile(c, policy);
  auto out = solve::solve_batch(g, std::vector<std::vector<double>>{testing::fixed_params(c)}, options);
  if (!out[0].solution) throw std::runtime_error(out[0].error);
  return *out[0].solution;
}

TEST(KnownGames, LogitChoiceOfOneActor) {
  const auto c = testing::load(R"(
case "choice"
horizon 1 rounds
precision 2
actor A
round { move M by A { left pays A: 1
  right pays A: 0.25 } }
measure left = P(ever M.left)
measure pay = E(payoff(A))
)");
  const auto s = solve_one(c);
  const double p = 1 / (1 + std::exp(-2 * 0.75));
  EXPECT_NEAR(testing::mean(s, 0), p, 1e-14);
  EXPECT_NEAR(testing::mean(s, 1), p + 0.25 * (1 - p), 1e-14);
}

// Matching pennies of Ochs 1995 (own payoff 9 for the row player's match), logit QRE at precision 1; McKelvey & Palfrey
// 1995. The fixed point is found here by bisection on the row player's probability.
TEST(KnownGames, SimultaneousQuantalResponse) {
  const auto c = testing::load(R"(
case "pennies"
horizon 1 rounds
precision 1
actor Row
actor Column
state r: 0..1 = 0
state s: 0..1 = 0
round { simultaneous Play {
  move Up by Row { up { r = 1 }
    down { r = 0 } }
  move Side by Column { left { s = 1 }
    right { s = 0 } }
} }
payoff Row { at end: if r == 1 and s == 1 then 3 else if r == 0 and s == 0 then 1 else 0 }
payoff Column { at end: if r == s then 0 else 1 }
measure up = P(r == 1 at end)
measure left = P(s == 1 at end)
)");
  const auto s = solve_one(c);
  double low = 0, high = 1;
  for (int i = 0; i < 200; ++i) {
    const double p = (low + high) / 2;
    const double q = logistic((1 - p) - p);          // column plays left
    const double reply = logistic(3 * q - (1 - q));  // row plays up
    (reply > p ? low : high) = p;
  }
  EXPECT_NEAR(testing::mean(s, 0), low, 1e-11);
  EXPECT_NEAR(testing::mean(s, 1), logistic(1 - 2 * low), 1e-11);
}

TEST(KnownGames, SymmetricGameHasSymmetricAnswers) {
  const auto c = testing::load(R"(
case "mirror"
horizon 2 rounds
precision 3
actor A { types { soft: 0.5, hard: 0.5 } }
actor B { types { soft: 0.5, hard: 0.5 } }
state a: 0..2 = 0
state b: 0..2 = 0
round { simultaneous Clash {
  move Left by A { push { a = min(a + 1, 2) } pays A: if A is hard then 0.5 else -0.2
    hold }
  move Right by B { push { b = min(b + 1, 2) } pays B: if B is hard then 0.5 else -0.2
    hold }
} }
payoff A { at end: 0.7 * (a > b) - 0.4 * (a == 2 and b == 2) }
payoff B { at end: 0.7 * (b > a) - 0.4 * (a == 2 and b == 2) }
measure left = P(ever Left.push)
measure right = P(ever Right.push)
measure paya = E(payoff(A))
measure payb = E(payoff(B))
)");
  SolveOptions options;
  options.points = 9;
  const auto s = solve_one(c, options);
  EXPECT_NEAR(testing::mean(s, 0), testing::mean(s, 1), 1e-11);
  EXPECT_NEAR(testing::mean(s, 2), testing::mean(s, 3), 1e-11);
}

TEST(KnownGames, ChanceRevealsByBayes) {
  const auto c = testing::load(R"(
case "signal"
horizon 1 rounds
precision 1
actor A { types { bad: 0.7, good: 0.3 } }
actor B
state seen: boolean = no
round {
  chance News { rings with if A is good then 0.8 else 0.4 { seen = yes }
    silent otherwise }
  move Bet by B { take pays B: if A is good then 1 else -1
    leave }
}
measure rings = P(seen at end)
measure takes = P(ever Bet.take)
measure trust = E(belief(A.good) * (if seen then 1 else 0) at end)
)");
  const auto s = solve_one(c);
  EXPECT_NEAR(testing::mean(s, 0), 0.3 * 0.8 + 0.7 * 0.4, 1e-12);
  const double heard = 0.3 * 0.8 / (0.3 * 0.8 + 0.7 * 0.4), unheard = 0.3 * 0.2 / (0.3 * 0.2 + 0.7 * 0.6);
  const double p = 0.52 * logistic(2 * heard - 1) + 0.48 * logistic(2 * unheard - 1);
  EXPECT_NEAR(testing::mean(s, 1), p, 2 * s.certificate.grid_change + 1e-9);
  EXPECT_NEAR(testing::mean(s, 2), 0.3 * 0.8, 2 * s.certificate.grid_change + 1e-9);
}

TEST(KnownGames, FirstPassageIsCountedOnce) {
  const auto c = testing::load(R"(
case "coins"
horizon 3 rounds
precision 1
actor A
state last: boolean = no
round { chance Coin { head with 0.5 { last = yes }
    tail otherwise { last = no } } }
measure some = P(ever Coin.head)
measure monthly = P(Coin.head in round)
measure shown = P(ever last)
)");
  const auto s = solve_one(c);
  EXPECT_NEAR(testing::mean(s, 0), 0.875, 1e-14);
  EXPECT_NEAR(testing::mean(s, 2), 0.875, 1e-14);
  for (size_t r = 0; r < 3; ++r) EXPECT_NEAR(testing::mean(s, 1, r), 0.5, 1e-14);
}

TEST(KnownGames, DiscountIsOfCurrentValues) {
  const auto c = testing::load(R"(
case "annuity"
horizon 4 rounds
discount 0.9
precision 1
actor A
round { move Wait by A { wait } }
payoff A { each round: 1  at end: 10 }
measure pay = E(payoff(A))
)");
  EXPECT_NEAR(testing::mean(solve_one(c), 0), 1 + 0.9 + 0.81 + 0.729 + 10 * 0.6561, 1e-12);
}

TEST(KnownGames, PolicyTiesHandsAndOverridesReachWhatHangsOnThem) {
  const auto c = testing::load(R"(
case "ties"
horizon 1 rounds
precision 5
param a = 1
param b = 2 * a
actor A
round { move M by A { left pays A: b
  right } }
measure left = P(ever M.left)
measure pay = E(payoff(A))
policy open
policy tied { A plays M.right }
policy dear { a = -1 }
)");
  const auto g = testing::compile(c, 2);
  const auto params = std::vector<double>{1, 2};
  auto solve = [&](uint32_t policy) {
    return *solve::solve_batch(testing::compile(c, policy), std::vector<std::vector<double>>{params}, {})[0].solution;
  };
  const double left = 1 / (1 + std::exp(-10.0));
  EXPECT_NEAR(testing::mean(solve(0), 0), left, 1e-13);
  EXPECT_EQ(testing::mean(solve(1), 0), 0);
  EXPECT_NEAR(testing::mean(solve(2), 0), 1 - left, 1e-13);
}

TEST(KnownGames, AnyNumberOfMeasuresThatCanComeTrueTwice) {
  // Each keeps not-yet mass of its own in the second round; 255 is the last number that the batched solver takes.
  for (const int count : {1, 3, 254, 255, 256}) {
    std::string text =
        "case \"many\"\nhorizon 2 rounds\nprecision 2\nactor A\nround { move M by A { a\n b pays A: 1 } }\n";
    for (int m = 0; m < count; ++m) text += "measure m" + std::to_string(m) + " = P(ever M.a)\n";
    const auto c = testing::load(text);
    const auto s = solve_one(c);
    const double once = 1 / (1 + std::exp(2.0));
    for (int m = 0; m < count; ++m)
      EXPECT_NEAR(testing::mean(s, static_cast<size_t>(m)), 1 - (1 - once) * (1 - once), 1e-14) << m << " of " << count;
  }
}

TEST(KnownGames, BadWorldsSayWhere) {
  const auto c = testing::load(R"(
case "bad odds"
horizon 1 rounds
precision 1
param p = 0.4
actor A
state n: 0..3 = 3
round { chance C { yes_ with p * n
    no_ otherwise } }
measure m = P(ever C.yes_)
)");
  const auto g = testing::compile(c);
  const auto out = solve::solve_batch(g, std::vector<std::vector<double>>{{0.4}, {0.2}}, {});
  EXPECT_FALSE(out[0].solution);
  EXPECT_NE(out[0].error.find("'C.yes_' is 1.2 in round 1 when n = 3"), std::string::npos) << out[0].error;
  ASSERT_TRUE(out[1].solution);
  EXPECT_NEAR(testing::mean(*out[1].solution, 0), 0.6, 1e-14);
}

// An option whose probability is too small for its inverse to be a number: it weighs nothing in what is believed.
TEST(KnownGames, WhatHardlyEverHappensLeavesBeliefsNumbers) {
  const auto c = testing::load(R"(case "steep"
horizon 1 rounds
precision 100
param gap = 7
actor A { types { weak: otherwise, strong: 0.1 } }
actor B
state x: 0..1 = 0
round {
  move Go by A { go { x = 1 } pays A: (if A is strong then -7.076 else -9)
    stay }
  move Answer by B { fight pays B: (if A is strong then 1 else 0)
    yield pays B: 0.3 }
}
measure bel = E(belief(A.strong) at end)
measure level = E(x in round)
)");
  const auto s = solve_one(c, {.points = 7});
  for (const double x : s.measures[0].by_profile) EXPECT_NEAR(x, 0.1, 1e-12);
}

}  // namespace
}  // namespace casus

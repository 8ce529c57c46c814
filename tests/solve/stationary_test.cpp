// Games without a last round and without private types: held to equations worked out by hand, to long finite horizons
// and to a plain iteration of values.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "case_text.h"
#include "solve/solver.h"
#include "solve/stochastic_game.h"

namespace casus {
namespace {

using solve::Solution;

Solution stationary(const std::string& text, const solve::SolveOptions& options = {}) {
  const auto c = testing::load(text);
  const auto g = testing::compile(c);
  auto out = solve::solve_batch(g, std::vector<std::vector<double>>{testing::fixed_params(c)}, options);
  if (!out[0].solution) throw std::runtime_error(out[0].error);
  return std::move(*out[0].solution);
}

void expect_certified(const Solution& s) {
  EXPECT_LT(s.certificate.distance_anywhere, 1e-10);
  EXPECT_LT(s.certificate.residual, 1e-10 * std::max(1.0, s.certificate.payoff_range));
  EXPECT_LT(s.certificate.effect, 1e-8);
  EXPECT_EQ(s.certificate.failed, 0u);
}

constexpr double prize = 2, cost = 0.1, patience = 0.95;

std::string war(double precision, const char* more = "") {
  return fmt::format(R"(
case "a war of attrition"
horizon none
discount {}
precision {}
actor North
actor South
state war: {{ on, north, south, over }} = on
round {{
  simultaneous Stand when war == on {{
    move N by North {{
      fight pays North: -{}
      leave {{ war = south }}
    }}
    move S by South {{
      fight pays South: -{}
      leave {{ war = if war == south then over else north }}
    }}
  }}
}}
payoff North {{ each round: {} * (war == north) }}
payoff South {{ each round: {} * (war == south) }}
measure over = P(ever war != on)
measure north = P(war == north in the long run)
measure south = P(war == south in the long run)
measure fights = P(N.fight in round)
measure gain = E(payoff(North))
{}
)",
                     patience, precision, cost, cost, prize * (1 - patience), prize * (1 - patience), more);
}

// Of the symmetric equilibrium: with p the chance that one fights, fighting is worth F = -cost + (1 - p) prize + p
// patience V, leaving 0, and V = p F, so that F = ((1 - p) prize - cost) / (1 - patience p^2); and log(p / (1 - p)) =
// precision F. What is on the left rises in p and crosses what falls.
double fights(double precision) {
  double low = 0, high = 1;
  for (int k = 0; k < 200; ++k) {
    const double p = (low + high) / 2;
    const double worth = ((1 - p) * prize - cost) / (1 - patience * p * p);
    (std::log(p / (1 - p)) < precision * worth ? low : high) = p;
  }
  return low;
}

TEST(Stationary, WarOfAttritionSolvesItsEquation) {
  double before = 1;
  for (const double precision : {0.0, 1.0, 20.0, 200.0, 2000.0}) {
    const auto s = stationary(war(precision));
    expect_certified(s);
    const double p = precision > 0 ? fights(precision) : 0.5;
    EXPECT_NEAR(testing::mean(s, 3), p, 1e-12) << precision;
    const double worth = ((1 - p) * prize - cost) / (1 - patience * p * p);
    EXPECT_NEAR(testing::mean(s, 4), p * worth, 1e-11) << precision;
    // Who wins is a matter of who leaves first; both are alike.
    const double alone = p * (1 - p) / (1 - p * p);
    EXPECT_NEAR(testing::mean(s, 1), alone, 1e-12);
    EXPECT_NEAR(testing::mean(s, 2), alone, 1e-12);
    EXPECT_NEAR(testing::mean(s, 0), 1, 1e-14);
    for (size_t t = 1; t < 12; ++t)
      EXPECT_NEAR(testing::mean(s, 3, t), testing::mean(s, 3) * std::pow(p, 2.0 * static_cast<double>(t)), 1e-12);
    // At precision infinity who leaves with cost / prize makes the other indifferent.
    const double off = std::fabs(1 - p - cost / prize);
    EXPECT_LT(off, before);
    before = off;
  }
  EXPECT_LT(before, 2e-3);
}

TEST(Stationary, WarOfAttritionHasTwoOtherEquilibria) {
  solve::SolveOptions options;
  options.others.starts = 32;
  const auto s = stationary(war(20), options);
  ASSERT_EQ(s.others.found.size(), 2u);
  for (const auto& other : s.others.found) expect_certified(other);
  // Mirror images: in one North never fights for long, in the other South.
  EXPECT_NEAR(testing::mean(s.others.found[0], 1), testing::mean(s.others.found[1], 2), 1e-10);
  EXPECT_GT(std::fabs(testing::mean(s.others.found[0], 1) - testing::mean(s.others.found[1], 1)), 0.9);
}

TEST(Stationary, BothSelectionsAgreeWhereHorizonsLead) {
  solve::SolveOptions global;
  global.selection = solve::Selection::global;
  for (const double precision : {1.0, 20.0, 200.0}) {
    const auto a = stationary(war(precision)), b = stationary(war(precision), global);
    EXPECT_EQ(a.certificate.traced, 0u);
    EXPECT_GT(b.certificate.traced, 0u);
    EXPECT_NEAR(testing::mean(a, 3), testing::mean(b, 3), 1e-11) << precision;
  }
}

// 300 rounds, by one equation a round: with so many to go winning is worth W, staying V, fighting F = -cost + (1 - p) W
// + p patience V.
TEST(LongHorizon, WarOfAttritionOfThreeHundredRounds) {
  for (const double precision : {5.0, 20.0, 200.0}) {
    std::string text = war(precision);
    text.replace(text.find("horizon none"), 12, "horizon 300 rounds");
    while (text.find(" in the long run") != std::string::npos)
      text.replace(text.find(" in the long run"), 16, " at end");
    const auto s = stationary(text);
    EXPECT_LT(s.certificate.distance_anywhere, 1e-10);
    double w = 0, v = 0;
    std::vector<double> stays(301);
    for (int left = 1; left <= 300; ++left) {
      w = prize * (1 - patience) + patience * w;
      double low = 0, high = 1, worth = 0;
      for (int k = 0; k < 200; ++k) {
        const double p = (low + high) / 2;
        worth = -cost + (1 - p) * w + p * patience * v;
        (std::log(p / (1 - p)) < precision * worth ? low : high) = p;
      }
      v = low * worth;
      stays[static_cast<size_t>(left)] = low;
    }
    EXPECT_NEAR(s.values[0], v, 1e-11) << precision;
    EXPECT_NEAR(s.values[1], v, 1e-11) << precision;
    double on = 1;
    for (size_t t = 0; t < 300; ++t) {
      EXPECT_NEAR(testing::mean(s, 3, t), on * stays[300 - t], 1e-12) << precision << " " << t;
      on *= stays[300 - t] * stays[300 - t];
    }
  }
}

// One who repairs or lets be, by values iterated in a few lines.
TEST(Stationary, OneWhoDecidesAloneAgreesWithValueIteration) {
  constexpr double d = 0.9, lambda = 3, wear = 0.3, price = 0.8;
  const auto s = stationary(fmt::format(R"(
case "a machine"
horizon none
discount {}
precision {}
actor Owner
state worn: 0..2 = 0
round {{
  move Mend by Owner {{
    leave
    repair {{ worn = 0 }} pays Owner: -{}
  }}
  chance Wear when worn < 2 {{
    wears with {} {{ worn = worn + 1 }}
    holds otherwise
  }}
}}
payoff Owner {{ each round: 1 - worn / 2 }}
measure repairs = P(Mend.repair in the long run)
measure broken = P(worn == 2 in the long run)
measure once = P(ever worn == 2)
)",
                                        d, lambda, price, wear));
  expect_certified(s);
  double v[3] = {0, 0, 0}, p[3] = {0, 0, 0};
  const auto after = [&](int worn) {  // a round's end, once that is decided
    const auto pays = [&](int x) { return 1 - x / 2.0 + d * v[x]; };
    return worn == 2 ? pays(2) : wear * pays(worn + 1) + (1 - wear) * pays(worn);
  };
  for (int k = 0; k < 2000; ++k) {
    double next[3];
    for (int x = 0; x < 3; ++x) {
      const double leave = after(x), repair = after(0) - price;
      p[x] = 1 / (1 + std::exp(lambda * (leave - repair)));
      next[x] = p[x] * repair + (1 - p[x]) * leave;
    }
    std::copy(next, next + 3, v);
  }
  EXPECT_NEAR(s.values[0], v[0], 1e-11);
  // Shares of time by ever more rounds of the chain.
  double share[3] = {1, 0, 0};
  for (int k = 0; k < 5000; ++k) {
    double next[3] = {0, 0, 0};
    for (int x = 0; x < 3; ++x)
      for (const auto& [y, q] : {std::pair{0, p[x]}, std::pair{x, 1 - p[x]}}) {
        const double worse = y == 2 ? 0 : wear;
        next[y] += share[x] * q * (1 - worse);
        if (worse > 0) next[y + 1] += share[x] * q * worse;
      }
    std::copy(next, next + 3, share);
  }
  EXPECT_NEAR(testing::mean(s, 0), share[0] * p[0] + share[1] * p[1] + share[2] * p[2], 1e-12);
  EXPECT_NEAR(testing::mean(s, 1), share[2], 1e-12);
  EXPECT_NEAR(testing::mean(s, 2), 1, 1e-12);
}

// Ends by chance: the state after a geometric number of rounds, and what is paid there.
TEST(Stationary, EndsByChance) {
  constexpr double ends = 0.3, rises = 0.4, d = 0.8;
  const auto s = stationary(fmt::format(R"(
case "ends by chance"
horizon none ends with {}
discount {}
precision 1
actor A
state high: boolean = no
round {{
  chance Rise when not high {{
    rises with {} {{ high = yes }}
    stays otherwise
  }}
}}
payoff A {{ at end: 5 * high  each round: 1 }}
measure up = P(high at end)
measure once = P(ever high)
measure now = P(high in round)
)",
                                        ends, d, rises));
  // Up when it ends: from down, up in this round, or down and it goes on.
  const double up = rises / (1 - (1 - rises) * (1 - ends));
  EXPECT_NEAR(testing::mean(s, 0), up, 1e-14);
  EXPECT_NEAR(testing::mean(s, 1), up, 1e-14);
  // In a round that is played.
  for (size_t t = 0; t < 12; ++t) {
    const double rounds = static_cast<double>(t);
    EXPECT_NEAR(testing::mean(s, 2, t), std::pow(1 - ends, rounds) * (1 - std::pow(1 - rises, rounds + 1)), 1e-14);
  }
  // V(up) = 1 + d (ends 5 + (1 - ends) V(up)); V(down) by whether it rises now.
  const double top = (1 + d * ends * 5) / (1 - d * (1 - ends));
  const double bottom = (rises * top + (1 - rises)) / (1 - (1 - rises) * d * (1 - ends));
  EXPECT_NEAR(s.values[0], bottom, 1e-12);
}

TEST(Stationary, SumsThatNeverStopAreNoAnswer) {
  const auto c = testing::load(R"(
case "never ends"
horizon none
param d = 0.9
discount d
precision 1
actor A
round { move M by A { left pays A: 1 right } }
)");
  const auto g = testing::compile(c);
  const auto out = solve::solve_batch(g, std::vector<std::vector<double>>{{1.0}, {0.5}}, {});
  EXPECT_NE(out[0].error.find("never ends"), std::string::npos) << out[0].error;
  ASSERT_TRUE(out[1].solution);
  const double p = 1 / (1 + std::exp(-1.0));
  EXPECT_NEAR(out[1].solution->values[0], 2 * p, 1e-12);
}

TEST(Stationary, RandomGamesAreWhatLongHorizonsTendTo) {
  constexpr double discount = 0.85;
  constexpr int rounds = 160;  // 0.85^160 = 5e-12
  int led = 0, wandering = 0;
  for (uint32_t seed = 1; seed <= 24; ++seed)
    for (const double precision : {1.0, 6.0, 25.0}) {
      const auto s = stationary(testing::stochastic_game(seed, precision, discount, "none"));
      expect_certified(s);
      const auto finite = [&](int horizon) {
        return stationary(testing::stochastic_game(seed, precision, discount, fmt::format("{} rounds", horizon)));
      };
      const auto far = finite(rounds);
      if (s.certificate.traced == 0) {
        ++led;
        for (size_t i = 0; i < 2; ++i) EXPECT_NEAR(far.values[i], s.values[i], 1e-7) << seed << " " << precision;
      } else {
        // Longer horizons lead nowhere: a round more still changes what play is worth.
        ++wandering;
        const auto further = finite(rounds + 1);
        EXPECT_GT(std::fabs(far.values[0] - further.values[0]) + std::fabs(far.values[1] - further.values[1]), 1e-6)
            << seed << " " << precision;
      }
    }
  EXPECT_GT(led, 40);
  EXPECT_GT(wandering, 0);
}

}  // namespace
}  // namespace casus

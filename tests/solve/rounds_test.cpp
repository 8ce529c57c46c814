// Games of many rounds: 300 are as exact as 5, with and without something to learn.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "case_text.h"
#include "solve/exact/exact.h"

namespace casus {
namespace {

// Rivals who enter or not and an owner who fights or not; entering makes the market larger for good. Nothing is
// private, so it is solved backwards here with long doubles.
TEST(Rounds, WithoutLearningAsBackwardInduction) {
  for (const int rounds : {5, 50, 300})
    for (const double discount : {0.97, 1.0}) {
      const double precision = 3;
      const auto c = testing::load(fmt::format(R"(
case "Entry"
horizon {} rounds
discount {}
precision {}
actor Rival
actor Owner
state size: 0..4 = 0
state entered: boolean = no
round {{
  move Enter by Rival {{ out pays Owner: 1
    come {{ entered = yes; size = min(size + 1, 4) }} }}
  move Answer by Owner when entered {{
    fight {{ entered = no; size = max(size - 2, 0) }} pays Rival: -0.7 + 0.1 * size, Owner: -0.3
    share {{ entered = no }} pays Rival: 0.2 * size, Owner: 0.4 + 0.05 * size }}
}}
measure entry = P(Enter.come in round)
)",
                                               rounds, discount, precision));
      const auto g = testing::compile(c);
      const auto params = testing::fixed_params(c);
      const auto solved = solve::solve_batch(g, std::vector<std::vector<double>>{params}, {});
      const auto& s = *solved[0].solution;
      ASSERT_EQ(s.certificate.method, solve::Method::exact);
      ASSERT_EQ(s.certificate.failed, 0u);

      using Real = long double;
      std::vector<std::vector<Real>> enters(rounds, std::vector<Real>(5)), fights = enters;
      std::vector<Real> rival(5, 0), owner(5, 0);  // worth at the start of the next round
      for (int t = rounds; t-- > 0;) {
        std::vector<Real> next_rival(5), next_owner(5);
        for (int size = 0; size < 5; ++size) {
          const int grown = std::min(size + 1, 4), beaten = std::max(grown - 2, 0);
          const Real fight = -0.3L + discount * owner[beaten];
          const Real share = 0.4L + 0.05L * grown + discount * owner[grown];
          const Real f = 1 / (1 + std::exp(precision * (share - fight)));
          const Real in = f * (-0.7L + 0.1L * grown + discount * rival[beaten]) +
                          (1 - f) * (0.2L * grown + discount * rival[grown]);
          const Real out = discount * rival[size];
          const Real e = 1 / (1 + std::exp(precision * (out - in)));
          enters[t][size] = e;
          fights[t][size] = f;
          next_rival[size] = e * in + (1 - e) * out;
          next_owner[size] = e * (f * fight + (1 - f) * share) + (1 - e) * (1 + discount * owner[size]);
        }
        rival = next_rival;
        owner = next_owner;
      }
      std::vector<Real> at{1, 0, 0, 0, 0};
      double worst = 0;
      for (int t = 0; t < rounds; ++t) {
        Real entry = 0;
        std::vector<Real> next(5, 0);
        for (int size = 0; size < 5; ++size) {
          const int grown = std::min(size + 1, 4), beaten = std::max(grown - 2, 0);
          entry += at[size] * enters[t][size];
          next[size] += at[size] * (1 - enters[t][size]);
          next[beaten] += at[size] * enters[t][size] * fights[t][size];
          next[grown] += at[size] * enters[t][size] * (1 - fights[t][size]);
        }
        worst = std::max(worst, static_cast<double>(std::fabs(testing::mean(s, 0, t) - entry)));
        at = next;
      }
      EXPECT_LT(worst, 1e-9) << rounds;
      EXPECT_NEAR(s.values[0], static_cast<double>(rival[0]), 1e-9 * rounds);
      EXPECT_NEAR(s.values[1], static_cast<double>(owner[0]), 1e-9 * rounds);
    }
}

// Two who hold out against each other, the first knowing what that costs it: as long as neither gives in, every round
// tells of the first. The choices are put into Bayes' rule and logit replies written out here, with long doubles.
TEST(Rounds, WithLearningEveryChoiceIsALogitReply) {
  for (const int rounds : {5, 50, 300})
    for (const double precision : {2.0, 20.0}) {
      using Real = long double;
      const double cost[2] = {0.05, 0.4}, other_cost = 0.1, prize = 2, prior = 0.3, discount = 0.98;
      const auto c = testing::load(fmt::format(R"(
case "Attrition"
horizon {} rounds
discount {}
precision {}
actor First {{ types {{ dear: otherwise, cheap: {} }} }}
actor Second
param cost[First] {{ cheap = 0.05, dear = 0.4 }}
state over: boolean = no
round {{
  move Stay by First when not over {{ stay pays First: -cost[First]
    quit {{ over = yes }} pays Second: 2 }}
  move Answer by Second when not over {{ stay pays Second: -0.1
    quit {{ over = yes }} pays First: 2 }}
}}
measure held = P(Stay.stay in round)
)",
                                               rounds, discount, precision, prior));
      const auto g = testing::compile(c);
      const auto params = testing::fixed_params(c);
      const auto w = testing::world(g, params);
      const auto solved = solve::solve_walkable(g, {&params, 1}, {});
      ASSERT_EQ(solved.outcomes[0].solution->certificate.method, solve::Method::exact);
      ASSERT_EQ(solved.outcomes[0].solution->certificate.failed, 0u);
      ASSERT_TRUE(solved.first);

      // Along the history where both stay: log-probabilities to stay and to quit, [round][type] and [round].
      std::vector<std::array<std::array<Real, 2>, 2>> first;
      std::vector<std::array<Real, 2>> second;
      auto walk = solved.first->walk(g, w, {});
      while (first.size() < static_cast<size_t>(rounds) || second.size() < first.size()) {
        const auto& here = walk->here();
        const auto& node = g.nodes[here.node];
        if (node.edges > 1) {
          const auto& l = here.movers[0].log_sigma;
          if (here.movers[0].types == 2)
            first.push_back({{{l[0], l[1]}, {l[2], l[3]}}});
          else
            second.push_back({l[0], l[1]});
        }
        walk->take(0);
      }
      // Beliefs by Bayes' rule, then values backwards. Type 0 holds out dearly.
      std::vector<Real> cheap(rounds);  // once it has stayed in this round too
      Real odds = std::log(Real(prior)) - std::log(1 - Real(prior));
      for (int t = 0; t < rounds; ++t) {
        odds += first[t][1][0] - first[t][0][0];
        cheap[t] = 1 / (1 + std::exp(-odds));
      }
      double worst = 0;
      auto hold = [&](Real log_odds, Real worth) {
        worst = std::max(worst, static_cast<double>(std::fabs(log_odds - precision * worth)));
      };
      Real value[2] = {0, 0}, other[2] = {0, 0};  // at the next round, given the first's type
      for (int t = rounds; t-- > 0;) {
        const Real stays = std::exp(second[t][0]);
        Real stay_worth = 0;
        for (int k = 0; k < 2; ++k)
          stay_worth += (k ? cheap[t] : 1 - cheap[t]) * (-Real(other_cost) + discount * other[k]);
        hold(second[t][0] - second[t][1], stay_worth);
        Real before[2], other_before[2];
        for (int k = 0; k < 2; ++k) {
          const Real staying = -Real(cost[k ? 0 : 1]) + stays * discount * value[k] + (1 - stays) * prize;
          hold(first[t][k][0] - first[t][k][1], staying);
          const Real p = std::exp(first[t][k][0]);
          before[k] = p * staying;
          other_before[k] = p * stays * (-Real(other_cost) + discount * other[k]) + (1 - p) * prize;
        }
        for (int k = 0; k < 2; ++k) value[k] = before[k], other[k] = other_before[k];
      }
      EXPECT_LT(worst, 1e-9) << rounds << " at " << precision;
      const auto& values = solved.outcomes[0].solution->values;
      for (uint32_t p = 0; p < 2; ++p) {
        EXPECT_NEAR(values[p], static_cast<double>(value[g.type_of(p, 0)]), 1e-9);
        EXPECT_NEAR(values[2 + p], static_cast<double>(other[g.type_of(p, 0)]), 1e-9);
      }
    }
}

}  // namespace
}  // namespace casus

// Payoffs that hang on what is believed: a market that pays what it expects, held to its equation written out.
#include <fmt/format.h>

#include <cmath>

#include "case_text.h"
#include "solve/belief/paid.h"
#include "solve/same_solution.h"
#include "solve/sums.h"

namespace casus {
namespace {

using testing::expect_same;
using testing::on_grids;

// Spence (1973) with one step of schooling: a wage is what a worker of that schooling is expected to make.
std::string market(const std::string& rounds = "1", const std::string& discount = "1") {
  return "case \"a market for work\"\nhorizon " + rounds + " rounds\ndiscount " + discount + R"(
precision care
actor Worker { types { able: 0.4, slow: otherwise } }
actor Rival { types { bold: 0.45, shy: otherwise } }
param care = 4
param talent = 2
param cost[Worker] { able = 0.3, slow = 0.9 }
state schooled: boolean = no
round {
  move Learn by Worker when not schooled { rest school { schooled = yes } pays Worker: -cost[Worker] }
  move Bid by Rival { low high pays Rival: if Worker is able then 0.5 else -0.3 }
}
payoff Worker { at end: talent * belief(Worker.able) + belief(Worker.slow) }
payoff Rival { each round: 0.2 * belief(Rival.bold)^2 * (if Rival is bold then 1 else 0.5) }
measure schools = P(ever Learn.school)
measure worth = E(payoff(Worker))
measure image = E(belief(Worker.able) in round)
)";
}

// The fixed point by halving the interval of log-odds: what schooling gains is a wage that falls as more slow workers
// school.
TEST(PaidByBelief, AMarketPaysWhatItExpects) {
  const auto c = testing::load(market());
  const auto g = testing::compile(c);
  const auto w = testing::world(g, testing::fixed_params(c));
  const double care = 4, talent = 2, prior = 0.4;
  // With the wage's gain given each type's choice is a logit; then the gain follows from Bayes' rule.
  const auto gain_of = [&](double gain) {
    const double able = 1 / (1 + std::exp(-care * (gain - 0.3))), slow = 1 / (1 + std::exp(-care * (gain - 0.9)));
    const double with = prior * able / (prior * able + (1 - prior) * slow);
    const double without = prior * (1 - able) / (prior * (1 - able) + (1 - prior) * (1 - slow));
    return (talent - 1) * (with - without);
  };
  double low = 0, high = talent;  // gain_of(low) > low, gain_of(high) < high
  for (int k = 0; k < 200; ++k) (gain_of((low + high) / 2) > (low + high) / 2 ? low : high) = (low + high) / 2;
  const double able = 1 / (1 + std::exp(-care * (low - 0.3))), slow = 1 / (1 + std::exp(-care * (low - 0.9)));

  const auto schools = *model::find_measure(c, "schools");
  const auto worth = *model::find_measure(c, "worth");
  for (const bool exact : {true, false}) {
    const std::vector<std::vector<double>> worlds{testing::fixed_params(c)};
    const auto solved = solve::solve_batch(g, worlds, exact ? solve::SolveOptions{} : on_grids(33));
    ASSERT_TRUE(solved[0].solution) << solved[0].error;
    const auto& s = *solved[0].solution;
    for (uint32_t p = 0; p < g.profiles; ++p)
      EXPECT_NEAR(s.measures[schools].by_profile[p], g.type_of(p, 0) == 0 ? able : slow, exact ? 1e-10 : 1e-4);
    // Wages are paid out of what is made, so that on average they are what is made.
    const double costs = prior * able * 0.3 + (1 - prior) * slow * 0.9;
    EXPECT_NEAR(testing::mean(s, worth), prior * talent + (1 - prior) - costs, exact ? 1e-10 : 1e-3);
  }
}

TEST(PaidByBelief, BatchEqualsReferenceAndGridsConvergeToHistories) {
  const auto c = testing::load(market("3", "0.9"));
  const auto g = testing::compile(c);
  std::vector<std::vector<double>> worlds;
  for (const double care : {2.0, 3.0, 4.0}) {
    worlds.push_back(testing::fixed_params(c));
    worlds.back()[0] = care;
  }
  const auto exact = solve::solve_batch(g, worlds, {});
  double last = 1;
  for (const uint32_t points : {7u, 17u}) {
    const auto fast = solve::solve_batch(g, worlds, on_grids(points));
    last = 0;
    for (size_t k = 0; k < worlds.size(); ++k) {
      ASSERT_TRUE(fast[k].solution) << fast[k].error;
      ASSERT_EQ(exact[k].solution->certificate.method, solve::Method::exact);
      for (size_t m = 0; m < c.measures.size(); ++m)
        for (size_t i = 0; i < exact[k].solution->measures[m].by_profile.size(); ++i)
          last = std::max(last, std::fabs(exact[k].solution->measures[m].by_profile[i] -
                                          fast[k].solution->measures[m].by_profile[i]));
      auto options = on_grids(points);
      options.judge = k == 0;  // the first of a batch is
      SCOPED_TRACE(fmt::format("{} points, world {}", points, k));
      expect_same(*fast[k].solution, solve::Reference(g, testing::world(g, worlds[k]), options).solve(), 1e-10);
    }
  }
  EXPECT_LT(last, 1e-4);
}

TEST(PaidByBelief, WhatIsNoNumberAtSomeBeliefIsRefused) {
  auto text = market();
  const std::string pay = "talent * belief(Worker.able)";
  text.replace(text.find(pay), pay.size(), "log(belief(Worker.able) - 0.2)");
  const auto c = testing::load(text);
  const auto w = solve::evaluate_world(testing::compile(c), testing::fixed_params(c));
  EXPECT_FALSE(w.value);
  EXPECT_NE(w.error.find("is not a number at some of them"), std::string::npos) << w.error;
}

TEST(PaidByBelief, ADerivativeIsThatOfThePayment) {
  const auto c = testing::load(market("2"));
  const auto g = testing::compile(c);
  const auto w = testing::world(g, testing::fixed_params(c));
  for (game::NodeId n = 0; n < g.nodes.size(); ++n) {
    if (g.nodes[n].belief_pay == game::none || g.shapes[g.nodes[n].shape].kind != game::NodeKind::end) continue;
    const solve::BeliefPayments payments{&g, {&w}};
    const std::vector<uint32_t> axes{0};
    const double at = 0.7, share = 1 / (1 + std::exp(-at));  // of the slow
    std::vector<double> out(size_t{g.actors()} * g.profiles * 2);
    payments.find(n, axes, &at, out.data());
    EXPECT_NEAR(out[0], 2 * (1 - share) + share, 1e-14);
    EXPECT_NEAR(out[1], -share * (1 - share), 1e-9);
  }
}

}  // namespace
}  // namespace casus

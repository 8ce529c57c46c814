// Policies that bind single types: all ways of solving agree, and a bound type does what it is bound to.
#include <cmath>

#include "case_text.h"
#include "solve/beer.h"
#include "solve/exact/exact.h"
#include "solve/random_case.h"
#include "solve/same_solution.h"
#include "solve/sums.h"
#include "solve/walk/course.h"

namespace casus {
namespace {

using solve::Solution;
using solve::SolveOptions;
using testing::expect_same;
using testing::on_grids;

// The random case with this seed, or the next of a row in which A0 or A1 has types, under its own policy and under one
// that binds some of them.
std::string bound_random(uint32_t seed, double precision = 2, int rounds = 2, int types = 3) {
  const std::string text = testing::random_case(seed, {.rounds = rounds, .precision = precision, .most_types = types});
  const bool first = text.find("actor A0 {") != std::string::npos,
             second = text.find("actor A1 {") != std::string::npos;
  std::string lines;
  if (first) lines += "A0.t1 plays First.o1; ";
  if (first && seed % 2 == 0) lines += "A0.t0 plays Left.o0 when round == 1; ";
  if (second) lines += fmt::format("A1.t0 plays Second.o{}, Right.o1; ", seed % 2);
  if (second && seed % 3 == 0) lines += "A1.t1 plays Right.o0; ";
  if (lines.empty()) return bound_random(seed + 1000, precision, rounds, types);
  return text + "policy free\npolicy bound { " + lines + "}\n";
}

Solution solved(const game::Game& g, const std::vector<double>& params, const SolveOptions& options = {}) {
  auto out = solve::solve_batch(g, std::vector<std::vector<double>>{params}, options);
  if (!out[0].solution) throw std::runtime_error(out[0].error);
  return std::move(*out[0].solution);
}

Solution solved(const std::string& text, uint32_t policy = 0, const SolveOptions& options = {}) {
  const auto c = testing::load(text);
  return solved(testing::compile(c, policy), testing::fixed_params(c), options);
}

class Bound : public ::testing::TestWithParam<uint32_t> {};

TEST_P(Bound, BatchEqualsReferenceAndGridsConvergeToHistories) {
  const std::string text = bound_random(GetParam(), 1.5, 2, 2);
  const auto c = testing::load(text);
  const auto g = testing::compile(c, 1);
  ASSERT_TRUE(g.binds);
  const auto params = testing::fixed_params(c);
  const auto w = testing::world(g, params);
  const Solution exact = solved(g, params);
  EXPECT_EQ(exact.certificate.method, solve::Method::exact);
  EXPECT_EQ(exact.certificate.failed, 0u);
  EXPECT_LT(exact.certificate.distance_anywhere, 1e-9);
  double before = 1;
  for (const uint32_t points : {5u, 9u, 25u}) {
    const Solution fast = solved(g, params, on_grids(points));
    expect_same(fast, solve::Reference(g, w, on_grids(points)).solve(), 1e-10);
    EXPECT_EQ(fast.certificate.failed, 0u);
    double worst = 0;
    for (size_t m = 0; m < exact.measures.size(); ++m)
      for (size_t i = 0; i < exact.measures[m].by_profile.size(); ++i)
        worst = std::max(worst, std::fabs(exact.measures[m].by_profile[i] - fast.measures[m].by_profile[i]));
    EXPECT_LE(worst, before) << points;
    before = worst + 1e-9;
  }
  EXPECT_LT(before, 2e-3);
}

// Whatever happens, everybody believes what the choices and the odds of those before say, and what a bound type does
// not do has probability 0.
TEST_P(Bound, BayesHoldsAndBoundTypesDoAsTheyAreBound) {
  const std::string text = bound_random(GetParam());
  const auto c = testing::load(text);
  const auto g = testing::compile(c, 1);
  const auto params = testing::fixed_params(c);
  const auto w = testing::world(g, params);
  const auto s = solve::solve_walkable(g, {&params, 1}, {});
  ASSERT_TRUE(s.first);
  size_t bound = 0;
  for (uint32_t pick = 0; pick < 12; ++pick) {
    auto belief = solve::follow(g, w, *s.first, {}).start_belief;
    uint32_t drawn = pick;
    auto choose = [&](const solve::CourseStep& step, const std::vector<double>& chance) {
      uint32_t e = drawn++ % static_cast<uint32_t>(chance.size());
      while (chance[e] < 1e-12) e = (e + 1) % static_cast<uint32_t>(chance.size());
      for (const auto& m : step.movers)
        for (uint32_t t = 0; t < m.bound.size(); ++t)
          for (uint32_t o = 0; m.bound[t] != game::none && o < m.options.size(); ++o) {
            EXPECT_EQ(m.options[o].by_type[t], o == m.bound[t] ? 1.0 : 0.0);
            ++bound;
          }
      return e;
    };
    const auto course = solve::follow(g, w, *s.first, {}, choose);
    for (const auto& step : course.steps) {
      for (const auto& m : step.movers) {
        const uint32_t k = m.actor != game::none ? g.informed_index[m.actor] : m.informer;
        if (k == game::none) continue;
        const auto& odds = m.options[m.taken].by_type;
        double sum = 0;
        for (size_t t = 0; t < odds.size(); ++t) sum += belief[k][t] *= odds[t];
        for (double& x : belief[k]) x /= sum;
      }
      for (size_t k = 0; k < belief.size(); ++k)
        for (size_t t = 0; t < belief[k].size(); ++t) EXPECT_NEAR(step.belief[k][t], belief[k][t], 1e-9);
    }
  }
  EXPECT_GT(bound, 0u);
}

TEST_P(Bound, AllTypesOneByOneAreTheActor) {
  std::string text = bound_random(GetParam());
  text = text.substr(0, text.find("policy free"));
  const int actor = text.find("actor A0 {") != std::string::npos ? 0 : 1;
  const char* stage = actor == 0 ? "First" : "Second";
  std::string lines;
  for (int t = 0; t < 3; ++t)
    if (text.substr(text.find(fmt::format("actor A{}", actor)), 80).find(fmt::format("t{}:", t)) < 60)
      lines += fmt::format("A{}.t{} plays {}.o1; ", actor, t, stage);
  text += fmt::format("policy whole {{ A{} plays {}.o1 }}\npolicy singly {{ {}}}\n", actor, stage, lines);
  const auto c = testing::load(text);
  const auto whole = testing::compile(c, 0), each = testing::compile(c, 1);
  EXPECT_FALSE(each.binds);
  EXPECT_EQ(whole.nodes.size(), each.nodes.size());
  EXPECT_EQ(whole.edges.size(), each.edges.size());
  const auto params = testing::fixed_params(c);
  expect_same(solved(whole, params), solved(each, params), 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Bound, ::testing::Range(0u, 8u));

std::string with_policy(const std::string& text, const std::string& lines) {
  return text + "policy bound { " + lines + " }\n";
}

// At precision 100 the weak type drinks beer but for one time in many: bound to it, it leaves everything as it was.
TEST(BoundType, ToWhatItDoesAnywayChangesNothing) {
  const auto text = testing::beer_and_quiche(100);
  expect_same(solved(text), solved(with_policy(text, "Sender.weak plays Breakfast.beer")), 1e-9);
}

// Bound to quiche, the weak type is known by it: a duel after quiche and none after beer.
TEST(BoundType, IsKnownByWhatItDoes) {
  for (const double precision : {0.0, 1.0, 20.0, 1e4}) {
    const auto text = with_policy(testing::beer_and_quiche(precision), "Sender.weak plays Breakfast.quiche");
    const auto c = testing::load(text);
    const auto g = testing::compile(c);
    const auto params = testing::fixed_params(c);
    const auto w = testing::world(g, params);
    const auto s = solve::solve_walkable(g, {&params, 1}, {});
    ASSERT_TRUE(s.first) << s.outcomes[0].error;
    // Types: surly, weak. Beer is never the weak type's.
    const auto& beer = s.outcomes[0].solution->measures[0].by_profile;
    EXPECT_EQ(beer[1], 0);
    auto walk = s.first->walk(g, w, {});
    walk->take(0);
    EXPECT_LT(walk->here().belief.log_odds[0], -1e4);
    const auto logit = [&](double gain) { return 1 / (1 + std::exp(-precision * gain)); };
    const double after_beer = std::exp(walk->here().movers[0].log_sigma[0]);
    EXPECT_NEAR(after_beer, logit(-1), 1e-9);
    walk = s.first->walk(g, w, {});
    walk->take(1);
    const double weak = 0.1 / (0.1 + 0.9 * (1 - beer[0]));
    const double after_quiche = std::exp(walk->here().movers[0].log_sigma[0]);
    EXPECT_NEAR(after_quiche, logit(2 * weak - 1), 1e-8) << precision;
    EXPECT_NEAR(beer[0], logit(1 + 2 * (after_quiche - after_beer)), 1e-8) << precision;
    // What the weak type forgoes is not its choice, and nobody's mistake.
    const auto& certificate = s.outcomes[0].solution->certificate;
    EXPECT_LT(certificate.distance_anywhere, 1e-8);
    EXPECT_LT(certificate.regret_anywhere, 1e-8);
  }
}

// The grid's judge does not count it either, though the weak type would gain by beer.
TEST(BoundType, IsNotJudged) {
  const auto text = with_policy(testing::beer_and_quiche(8), "Sender.weak plays Breakfast.quiche");
  const Solution exact = solved(text), grid = solved(text, 0, on_grids(33));
  EXPECT_TRUE(grid.certificate.judged);
  EXPECT_LT(grid.certificate.distance, 1e-4);
  EXPECT_LT(grid.certificate.effect, 1e-4);
  expect_same(exact, grid, 1e-5);
  EXPECT_LT(exact.certificate.best_reply, 0.2);
}

TEST(BoundType, HasALimitOfHighPrecision) {
  const Solution s = solved(with_policy(testing::beer_and_quiche(INFINITY), "Sender.weak plays Breakfast.quiche"));
  EXPECT_EQ(s.certificate.failed, 0u);
  EXPECT_GT(s.certificate.ended_at, 0);
  EXPECT_LE(s.certificate.gain_at_end, 1.001e-6);
  EXPECT_NEAR(s.measures[0].by_profile[0], 1, 1e-12);
  EXPECT_EQ(s.measures[0].by_profile[1], 0);
  // The weak meet a duel, the surly none.
  EXPECT_NEAR(s.measures[1].by_profile[1], 1, 1e-12);
  EXPECT_NEAR(s.measures[1].by_profile[0], 0, 1e-12);
}

// With the first of three types bound, grids are not accurate: no answer there, and a remedy.
TEST(BoundType, OnGridsMayNotBeTheFirstOfThree) {
  const std::string text = R"(
case "three" horizon 1 rounds precision 3
actor Sender { types { low: 0.3, middle: 0.3, high: otherwise } }
actor Other
round {
  move Say by Sender { left pays Sender: if Sender is low then 1 else 0
    right }
  move Guess by Other { up pays Other: if Sender is high then 1 else 0, Sender: 1
    down pays Other: 0.4 }
}
measure up = P(ever Guess.up)
policy first { Sender.low plays Say.left }
policy last { Sender.high plays Say.right }
)";
  const auto c = testing::load(text);
  const auto refused = testing::compile(c, 0), taken = testing::compile(c, 1);
  const std::vector<std::vector<double>> worlds{testing::fixed_params(c)};
  EXPECT_TRUE(solve::solve_batch(refused, worlds, {})[0].solution);
  const auto out = solve::solve_batch(refused, worlds, on_grids(17));
  EXPECT_FALSE(out[0].solution);
  EXPECT_NE(out[0].error.find("binds low, the first of Sender's 3 types"), std::string::npos) << out[0].error;
  expect_same(*solve::solve_batch(taken, worlds, on_grids(33))[0].solution,
              *solve::solve_batch(taken, worlds, {})[0].solution, 1e-4);
}

// Every type bound to something of its own: nobody chooses, and the receiver knows.
TEST(BoundType, AllOfThemTellEverything) {
  const auto text = with_policy(testing::beer_and_quiche(20),
                                "Sender.weak plays Breakfast.quiche; Sender.surly plays Breakfast.beer");
  const Solution exact = solved(text), grid = solved(text, 0, on_grids(17));
  for (const Solution* s : {&exact, &grid}) {
    EXPECT_EQ(s->measures[0].by_profile[0], 1);
    EXPECT_EQ(s->measures[0].by_profile[1], 0);
    EXPECT_NEAR(s->measures[1].by_profile[0], 1 / (1 + std::exp(20.0)), 1e-9);
    EXPECT_NEAR(s->measures[1].by_profile[1], 1 / (1 + std::exp(-20.0)), 1e-9);
  }
  SolveOptions searching;
  searching.others = {.starts = 16, .sweeps = 200};
  EXPECT_TRUE(solved(text, 0, searching).others.looked);
  EXPECT_FALSE(solved(text, 0, searching).others.any());
}

// Talk that costs nothing: left alone it says nothing; one type bound to a word, the other finds its own. That is an
// equilibrium of the free game, and the search meets it.
TEST(BoundType, ShowsAnEquilibriumOneWantsToSee) {
  const std::string text = R"(
case "Is the road safe?" source "cheap talk, after Crawford & Sobel 1982"
horizon 1 rounds
precision 8
actor Guide { types { safe: 0.5, icy: otherwise } }
actor Driver
round {
  move Talk by Guide { hum whistle }
  move Drive by Driver {
    fast pays Guide: if Guide is safe then 1 else 0, Driver: if Guide is safe then 1 else 0
    slow pays Guide: if Guide is icy then 1 else 0, Driver: if Guide is icy then 1 else 0
  }
}
measure hum = P(ever Talk.hum)
measure content = E(payoff(Driver))
policy free "everybody talks as they see fit"
policy hums { Guide.safe plays Talk.hum }
)";
  SolveOptions options;
  options.others = {.starts = 32, .sweeps = 400};
  const Solution free = solved(text, 0, options), hums = solved(text, 1, options);
  EXPECT_NEAR(testing::mean(free, 1), 0.5, 1e-9);
  EXPECT_EQ(hums.measures[0].by_profile[0], 1);
  EXPECT_LT(hums.measures[0].by_profile[1], 1e-2);
  EXPECT_GT(testing::mean(hums, 1), 0.99);
  EXPECT_FALSE(hums.others.any());
  ASSERT_TRUE(free.others.any());
  double best = 0;
  for (const Solution& s : free.others.found) best = std::max(best, testing::mean(s, 1));
  EXPECT_GT(best, 0.99);
}

}  // namespace
}  // namespace casus

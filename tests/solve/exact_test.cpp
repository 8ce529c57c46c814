// Small games solved on their histories: published answers, laws, and that the kernels of all instruction sets agree.
#include "solve/exact/exact.h"

#include <cmath>
#include <functional>

#include "base/stop.h"
#include "case_text.h"
#include "solve/beer.h"
#include "solve/belief/beliefs.h"
#include "solve/random_case.h"

namespace casus {
namespace {

using solve::Solution;

std::shared_ptr<const solve::SweepPlan> plan_of(const game::Game& g) {
  auto histories = solve::unfold(g);
  if (!histories) throw std::runtime_error("too many histories");
  return std::make_shared<solve::SweepPlan>(g, std::move(*histories));
}

Solution solve_one(const game::Game& g, const solve::World& w, const solve::BranchLimits& limits = {}) {
  const solve::World* world = &w;
  return std::move(solve_exactly(plan_of(g), {&world, 1}, {}, false, limits).solutions[0]);
}

Solution solve_text(const model::Case& c, const game::Game& g) {
  return solve_one(g, testing::world(g, testing::fixed_params(c)));
}

// The weak type drinks beer too: no receiver duels after beer, everybody does after quiche. The fixed point is checked
// by Bayes' rule and two logit replies written out here.
TEST(Exact, BeerAndQuicheAtAnyPrecision) {
  for (const double lambda : {1.0, 5.0, 8.0, 20.0, 100.0, 1000.0}) {
    const auto c = testing::load(testing::beer_and_quiche(lambda));
    const auto g = testing::compile(c);
    const auto w = testing::world(g, testing::fixed_params(c));
    const solve::World* world = &w;
    const auto plan = plan_of(g);
    solve::ExactBranch branch(*plan, {&world, 1}, 1);
    branch.follow();
    ASSERT_TRUE(branch.record(0).solved) << lambda;
    // Histories: the sender, then the receiver after beer and after quiche.
    const auto& job = branch.job();
    const auto& h = plan->history;
    auto log_p = [&](uint32_t history, uint32_t place) { return job.log_sigma[h[history].chance + place]; };
    const uint32_t after[2] = {plan->histories.child[h[0].first_child], plan->histories.child[h[0].first_child + 1]};
    double duel[2];
    for (int m = 0; m < 2; ++m) {
      // Log-odds of weak against surly after the message.
      const double odds = std::log(0.1 / 0.9) + log_p(0, 2 + m) - log_p(0, m);
      const double weak = 1 / (1 + std::exp(-odds));
      duel[m] = std::exp(log_p(after[m], 0));
      EXPECT_NEAR(log_p(after[m], 0) - log_p(after[m], 1), lambda * (weak - (1 - weak)), 1e-9 * lambda) << lambda;
    }
    for (int type = 0; type < 2; ++type) {
      const double beer_worth = (type == 0 ? 1 : 0) + 2 * (1 - duel[0]);
      const double quiche_worth = (type == 0 ? 0 : 1) + 2 * (1 - duel[1]);
      EXPECT_NEAR(log_p(0, 2 * type) - log_p(0, 2 * type + 1), lambda * (beer_worth - quiche_worth), 1e-9 * lambda);
    }
    EXPECT_GT(std::exp(log_p(0, 2)), lambda >= 8 ? 0.9996 : 0) << lambda;
  }
}

// Of two who move at once one may have a single option: a guard or a policy leaves no other.
TEST(Exact, ChoosesBesideSomebodyWithoutAChoice) {
  const auto c = testing::load(R"(
case "no choice beside one"
horizon 2 rounds
precision 3
actor Chooser
actor Bound
state x: 0..1 = 0
round {
  simultaneous Both {
    move M by Chooser { low { x = 0 }  high { x = 1 } pays Chooser: 0.4, Bound: 2 }
    move N by Bound { p pays Chooser: 1  q pays Chooser: -1 }
  }
}
measure high = P(M.high in round)
measure gain = E(payoff(Bound))
policy free
policy bound { Bound plays N.q }
)");
  const auto g = testing::compile(c, 1);
  const auto solved = solve::solve_walkable(g, {{testing::fixed_params(c)}}, {.alone = true});
  const Solution& s = *solved.outcomes[0].solution;
  const double high = 1 / (1 + std::exp(-3 * 0.4));
  for (size_t round = 0; round < 2; ++round) EXPECT_NEAR(testing::mean(s, 0, round), high, 1e-12);
  EXPECT_NEAR(testing::mean(s, 1), 2 * 2 * high, 1e-12);
  const auto walk = solved.first->walk(g, testing::world(g, testing::fixed_params(c)), {});
  EXPECT_NEAR(walk->here().movers[0].value[1] - walk->here().movers[0].value[0], 0.4, 1e-12);
  EXPECT_NEAR(walk->here().movers[1].value[0], 2 * 2 * high, 1e-12);
}

// Spence 1973, three types and five levels of schooling, at precision 10 and 20; the values are those of the exact
// tree.
TEST(Exact, JobMarketSignalling) {
  auto text = [](double precision) {
    return fmt::format(R"(
case "Job market signalling" source "Spence 1973"
horizon 1 rounds
precision {}
set Levels = {{ e0, e1, e2, e3, e4 }}
set Wages = {{ w10, w15, w20, w25, w30 }}
param e[Levels] {{ e0 = 0, e1 = 1.1, e2 = 2.2, e3 = 3.3, e4 = 4.4 }}
param w[Wages] {{ w10 = 1, w15 = 1.5, w20 = 2, w25 = 2.5, w30 = 3 }}
actor Worker {{ types {{ low: 1/3, mid: 1/3, high: otherwise }} }}
actor Firm
param theta[Worker] {{ low = 1, mid = 2, high = 3 }}
state seen: Levels = e0
round {{
  move School by Worker {{ take[k in Levels] {{ seen = k }} pays Worker: -e[k] / theta[Worker] }}
  move Hire by Firm {{ offer[v in Wages] pays Worker: w[v], Firm: -(w[v] - theta[Worker])^2 }}
}}
measure level[k in Levels] = P(ever School.take[k])
)",
                       precision);
  };
  for (const auto& [precision, levels] : std::vector<std::pair<double, std::vector<double>>>{
           {20, {.305, .328, .000, .367}}, {10, {.298, .217, .288, .188}}}) {
    const auto c = testing::load(text(precision));
    const auto g = testing::compile(c);
    const auto s = solve_text(c, g);
    for (size_t k = 0; k < levels.size(); ++k) EXPECT_NEAR(testing::mean(s, k), levels[k], 6e-4) << precision;
  }
}

// Three places to meet, the first a little better: the branch from precision 0 leads there, past a place where
// branches all but touch.
TEST(Exact, KeepsToTheBranchWhereChoicesNearlyTie) {
  for (const double lead : {1e-2, 1e-3, 1e-5})
    for (const double precision : {2.9, 3.0, 3.5, 4.0, 6.0, 10.0, 30.0}) {
      const auto c = testing::load(fmt::format(R"(
case "Three places to meet"
horizon 1 rounds
precision {}
actor A
actor B
state a: 0..3 = 0
state b: 0..3 = 0
round {{ simultaneous Meet {{
  move GoA by A {{ a1 {{ a = 1 }}
    a2 {{ a = 2 }}
    a3 {{ a = 3 }} }}
  move GoB by B {{ b1 {{ b = 1 }}
    b2 {{ b = 2 }}
    b3 {{ b = 3 }} }}
}} }}
let v = if a != b then 0 else if a == 1 then 1 + {} else if a == 2 then 1 + {} else 1
payoff A {{ at end: v }}
payoff B {{ at end: v }}
measure first = P(ever GoA.a1)
)",
                                               precision, lead, lead / 3));
      const auto g = testing::compile(c);
      const auto w = testing::world(g, testing::fixed_params(c));
      const auto s = solve_one(g, w), slow = solve_one(g, w, {.caution = 10});
      EXPECT_NEAR(testing::mean(s, 0), testing::mean(slow, 0), 1e-9) << lead << " " << precision;
      EXPECT_GT(testing::mean(s, 0), precision >= 10 ? 0.99 : 1.0 / 3) << lead << " " << precision;
      EXPECT_EQ(s.certificate.crossings, 0u);
    }
}

TEST(Exact, StopsWhenItIsAskedTo) {
  const auto c = testing::load(testing::beer_and_quiche(20));
  const auto g = testing::compile(c);
  const auto w = testing::world(g, testing::fixed_params(c));
  const solve::World* world = &w;
  std::atomic<bool> stop{false};
  const solve::SolveOptions options{.others = {.starts = 8, .sweeps = 100}, .stop = &stop};
  const auto whole = solve_exactly(plan_of(g), {&world, 1}, options, false).solutions[0];
  EXPECT_EQ(whole.certificate.failed, 0u);
  EXPECT_GT(whole.others.starts, 0u);
  stop = true;
  EXPECT_THROW(solve_exactly(plan_of(g), {&world, 1}, options, false), base::Stopped);
}

class RandomExact : public ::testing::TestWithParam<uint32_t> {
 protected:
  const model::Case c = testing::load(testing::random_case(GetParam(), {.rounds = 2, .precision = 3}));
  const game::Game g = testing::compile(c);
  const solve::World w = testing::world(g, testing::fixed_params(c));
};

TEST_P(RandomExact, LawsHoldToRounding) {
  const auto s = solve_one(g, w);
  EXPECT_EQ(s.certificate.failed, 0u);
  EXPECT_LT(s.certificate.distance_anywhere, 1e-9);
  for (size_t m = 0; m < c.measures.size(); ++m) {
    if (c.measures[m].probability)
      for (const double v : s.measures[m].by_profile) {
        EXPECT_GE(v, 0);
        EXPECT_LE(v, 1);
      }
    // The public belief is a martingale (Aumann & Maschler 1995).
    if (c.measures[m].name.rfind("belief", 0) != 0) continue;
    const auto actor = static_cast<uint32_t>(c.measures[m].name.back() - '0');
    double prior = 0;
    for (uint32_t p = 0; p < g.profiles; ++p) prior += g.type_of(p, actor) == 1 ? s.profile_prior[p] : 0;
    EXPECT_NEAR(testing::mean(s, m), prior, 1e-13) << c.measures[m].name;
  }
}

TEST_P(RandomExact, FineGridsComeToTheSame) {
  const auto two = testing::load(testing::random_case(GetParam(), {.rounds = 2, .precision = 2, .most_types = 2}));
  const auto game = testing::compile(two);
  solve::SolveOptions options;
  options.exact_up_to = 0;
  options.points = 17;
  const auto grid = solve::solve_batch(game, std::vector<std::vector<double>>{testing::fixed_params(two)}, options);
  const auto s = solve_text(two, game);
  for (size_t m = 0; m < two.measures.size(); ++m)
    EXPECT_NEAR(testing::mean(s, m), testing::mean(*grid[0].solution, m), 1e-3) << two.measures[m].name;
}

TEST_P(RandomExact, AWorldsAnswerDependsOnNoOther) {
  // Different worlds in the other places: the same answer to the last bit, and to rounding alone.
  auto other = w;
  for (double& x : other.precision) x *= 0.7;
  const auto plan = plan_of(g);
  const std::vector<const solve::World*> mixed{&other, &w, &other}, same{&w, &w};
  const auto one = solve_exactly(plan, mixed, {}, false).solutions[1];
  const auto two = solve_exactly(plan, same, {}, false).solutions[0];
  EXPECT_EQ(one.values, two.values);
  const solve::World* world = &w;
  solve::ExactBranch alone(*plan, {&world, 1}, 1);
  alone.follow();
  const auto values = alone.start_values(0);
  for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], one.values[i], 1e-11);
}

TEST_P(RandomExact, EveryInstructionSetComesToTheSame) {
  const auto plan = plan_of(g);
  std::vector<const solve::World*> worlds(solve::sweep_lanes, &w);
  std::vector<double> first;
  for (const char* name : {"baseline", "avx2", "avx512"}) {
    const auto* kernels = solve::sweep_kernels_named(name);
    if (!kernels) continue;
    solve::ExactBranch branch(*plan, worlds, *kernels);
    branch.follow();
    for (size_t world = 0; world < worlds.size(); ++world) {
      const auto values = branch.start_values(world);
      if (first.empty()) first = values;
      for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], first[i], 1e-11) << name;
    }
  }
}

TEST_P(RandomExact, WalksAreThoseOfTheAnswer) {
  // Play drawn along the walk's own probabilities, summed up over all courses, is what was counted.
  const auto params = testing::fixed_params(c);
  const auto walkable = solve::solve_walkable(g, {&params, 1}, {});
  ASSERT_TRUE(walkable.first);
  double hit = 0;
  const auto measure = *model::find_measure(c, "last");
  std::function<void(std::vector<uint32_t>, double)> descend = [&](std::vector<uint32_t> path, double probability) {
    const auto walk = walkable.first->walk(g, w, {});
    for (const uint32_t e : path) walk->take(e);
    const auto& here = walk->here();
    const auto& node = g.nodes[here.node];
    if (node.edges == 0) {
      for (const auto& t : g.tallies[node.tally])
        if (t.measure == measure) hit += probability * t.value;
      return;
    }
    const auto& shape = g.shapes[node.shape];
    const auto types = solve::type_probabilities(g, w, here.belief);
    for (uint32_t e = 0; e < node.edges; ++e) {
      double p = 1;
      uint32_t rest = e;
      for (size_t m = here.movers.size(); m-- > 0;) {
        const auto& mover = here.movers[m];
        const uint32_t o = rest % mover.options, k = g.informed_index[shape.movers[m].actor];
        rest /= mover.options;
        double mine = 0;
        for (uint32_t t = 0; t < mover.types; ++t)
          mine += (k == game::none ? 1 : types[k][t]) * std::exp(mover.log_sigma[t * mover.options + o]);
        p *= mine;
      }
      if (shape.kind == game::NodeKind::chance) {
        p = 0;
        const uint32_t count = shape.informer == game::none ? 1 : g.informed[shape.informer].types;
        for (uint32_t t = 0; t < count; ++t)
          p += (shape.informer == game::none ? 1 : types[shape.informer][t]) *
               w.slots[g.probability_tables[g.edges[node.first_edge + e].probability + t]];
      }
      path.push_back(e);
      if (probability * p > 1e-7) descend(path, probability * p);
      path.pop_back();
    }
  };
  descend({}, 1);
  EXPECT_NEAR(hit, testing::mean(*walkable.outcomes[0].solution, measure), 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomExact, ::testing::Range(1u, 9u));

}  // namespace
}  // namespace casus

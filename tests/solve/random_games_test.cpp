// Properties that any game must have, on random ones.
#include <cmath>

#include "case_text.h"
#include "solve/lanes/kernel.h"
#include "solve/random_case.h"
#include "solve/same_solution.h"
#include "solve/walk/course.h"

namespace casus {
namespace {

using solve::Reference;
using solve::Solution;
using solve::SolveOptions;
using testing::expect_same;

class RandomGame : public ::testing::TestWithParam<uint32_t> {};

void expect_same_course(const solve::Course& a, const solve::Course& b, double tolerance) {
  ASSERT_EQ(a.steps.size(), b.steps.size());
  EXPECT_NEAR(a.probability, b.probability, tolerance);
  for (size_t i = 0; i < a.steps.size(); ++i) {
    ASSERT_EQ(a.steps[i].movers.size(), b.steps[i].movers.size());
    for (size_t m = 0; m < a.steps[i].movers.size(); ++m)
      for (size_t o = 0; o < a.steps[i].movers[m].options.size(); ++o) {
        const auto &x = a.steps[i].movers[m].options[o], &y = b.steps[i].movers[m].options[o];
        EXPECT_NEAR(x.probability, y.probability, tolerance);
        for (size_t t = 0; t < x.value.size(); ++t) EXPECT_NEAR(x.value[t], y.value[t], tolerance);
      }
    for (size_t k = 0; k < a.steps[i].belief.size(); ++k)
      for (size_t t = 0; t < a.steps[i].belief[k].size(); ++t)
        EXPECT_NEAR(a.steps[i].belief[k][t], b.steps[i].belief[k][t], tolerance);
  }
}

void batch_equals_reference(const std::string& text, uint32_t points = 7, uint32_t held = 0) {
  const auto c = testing::load(text);
  const auto g = testing::compile(c);
  const auto params = testing::fixed_params(c);
  SolveOptions options;
  options.exact_up_to = 0;
  options.points = points;
  options.held = held;
  const auto batch = solve::solve_batch(g, std::vector<std::vector<double>>{params, params, params}, options);
  const auto w = testing::world(g, params);
  Reference reference(g, w, options);
  const Solution slow = reference.solve();
  for (const auto& outcome : batch) {
    ASSERT_TRUE(outcome.solution) << outcome.error;
    expect_same(*outcome.solution, slow, 1e-10);
    EXPECT_EQ(outcome.solution->certificate.failed, 0u);
    EXPECT_LT(outcome.solution->certificate.residual, 1e-10);
  }
  // Threads change nothing, to the last bit.
  const auto by_three = solve::solve_batch(g, std::vector<std::vector<double>>{params}, options, 3);
  expect_same(*by_three[0].solution, *batch[0].solution, 0);
  EXPECT_EQ(by_three[0].solution->certificate.residual, batch[0].solution->certificate.residual);
  EXPECT_EQ(by_three[0].solution->certificate.traced, batch[0].solution->certificate.traced);
  // Eight points of one world side by side are as good as eight worlds, whatever the threads.
  SolveOptions by_itself = options;
  by_itself.alone = true;
  const auto alone = solve::solve_walkable(g, {&params, 1}, by_itself);
  ASSERT_TRUE(alone.first);
  expect_same(*alone.outcomes[0].solution, Reference(g, w, by_itself).solve(), 1e-10);
  EXPECT_LT(alone.outcomes[0].solution->certificate.residual, 1e-10);
  EXPECT_EQ(alone.outcomes[0].solution->certificate.nodes, batch[0].solution->certificate.nodes);
  expect_same_course(solve::follow(g, w, *alone.first, options), solve::follow(g, w, reference, options), 1e-9);
  expect_same(*solve::solve_batch(g, std::vector<std::vector<double>>{params}, by_itself, 3)[0].solution,
              *alone.outcomes[0].solution, 0);
  // The first world of a batch can be walked through as the reference can, and is the same alone.
  const auto walkable = solve::solve_walkable(g, {&params, 1}, options);
  ASSERT_TRUE(walkable.first);
  expect_same(*walkable.outcomes[0].solution, *batch[0].solution, 0);
  expect_same_course(solve::follow(g, w, *walkable.first, options), solve::follow(g, w, reference, options), 1e-9);
}

// More worlds than stand side by side get as many answers, whoever is asked.
TEST(RandomGames, EveryWorldHasAnAnswer) {
  const auto c = testing::load(testing::random_case(3, {}));
  const auto g = testing::compile(c);
  const std::vector<std::vector<double>> worlds(2 * solve::batch_lanes + 3, testing::fixed_params(c));
  for (const size_t exact_up_to : {size_t{0}, size_t{50'000}}) {
    SolveOptions options;
    options.exact_up_to = exact_up_to;
    options.points = 7;
    const auto walkable = solve::solve_walkable(g, worlds, options);
    ASSERT_EQ(walkable.outcomes.size(), worlds.size());
    for (const auto& outcome : walkable.outcomes) {
      ASSERT_TRUE(outcome.solution) << outcome.error;
      expect_same(*outcome.solution, *walkable.outcomes[0].solution, 0);
    }
    EXPECT_TRUE(walkable.first);
  }
}

TEST_P(RandomGame, BatchEqualsReference) {
  batch_equals_reference(testing::random_case(GetParam(), {}));
}

// Axes of which a stencil reads a part only.
TEST(LongerAxes, BatchEqualsReference) {
  for (uint32_t seed = 0; seed < 4; ++seed) batch_equals_reference(testing::random_case(seed, {.rounds = 2}), 9);
}

// Beliefs that are held at the prior: one of them, and all.
TEST(HeldBeliefs, BatchEqualsReference) {
  for (uint32_t seed = 0; seed < 6; ++seed)
    for (const uint32_t held : {1u, 0xFFu})
      batch_equals_reference(testing::random_case(seed, {.rounds = 2, .simultaneous = seed % 2 == 1}), 7, held);
}

// Axes with fewer points than a whole stencil, on which worlds are solved one by one.
TEST(ShortAxes, BatchEqualsReference) {
  for (uint32_t seed = 0; seed < 6; ++seed)
    for (const uint32_t points : {5u, 6u})
      batch_equals_reference(testing::random_case(seed, {.rounds = 2, .simultaneous = seed % 2 == 1}), points);
}

// Three who choose at once, one of them among three options and of three types, chance that tells of one of three, and
// somebody who acts on what is believed.
TEST(ManyAtOnce, BatchEqualsReference) {
  batch_equals_reference(R"(case "many at once"
horizon 1 rounds
precision 3
actor A { types { a0: 0.3, a1: otherwise } }
actor B { types { b0: 0.2, b1: 0.5, b2: otherwise } }
actor C { types { c0: 0.6, c1: otherwise } }
actor D
state heat: 0..2 = 0
round {
  simultaneous Table {
    move X by A { xa  xb { heat = min(2, heat + 1) } pays A: if A is a0 then 0.3 else -0.1 }
    move Y by B { ya  yb { heat = min(2, heat + 1) } pays B: if B is b0 then 0.4 else if B is b1 then 0.1 else -0.2
                  yc pays B: 0.05, C: -0.1 }
    move Z by C { za pays C: if C is c0 then 0.2 else 0  zb { heat = min(2, heat + 1) } }
  }
  chance News { leak with if B is b0 then 0.6 else if B is b1 then 0.3 else 0.1  calm otherwise }
  move W by D { wa pays D: (if B is b0 then 0.8 else -0.3) + (if A is a0 then 0.2 else -0.2), B: 0.6, A: -0.4  wb }
}
payoff A { each round: -0.3 * heat }
payoff B { each round: -0.2 * heat }
payoff C { each round: -0.25 * heat * (if B is b2 then 2 else 1) }
measure hot = P(heat == 2 at end)
measure trust = E(belief(B.b0) at end)
policy free "all choose"
)",
                         5);
}

// More outcomes than the kernel of two types takes, which tell of one of three types.
TEST(ManyOutcomes, BatchEqualsReference) {
  std::string outcomes;
  for (int k = 0; k < 23; ++k)
    outcomes += fmt::format("    o{} with if B is b0 then {:.3f} else if B is b1 then {:.3f} else 0.04\n", k,
                            0.01 + 0.002 * k, 0.06 - 0.002 * k);
  batch_equals_reference(
      "case \"many outcomes\"\nhorizon 1 rounds\nprecision 3\n"
      "actor B { types { b0: 0.2, b1: 0.5, b2: otherwise } }\nactor D\nround {\n"
      "  move Y by B { ya pays B: if B is b0 then 0.3 else 0  yb }\n  chance News {\n" +
          outcomes +
          "    rest otherwise\n  }\n"
          "  move W by D { wa pays D: if B is b0 then 0.8 else -0.3, B: 0.6  wb }\n}\n"
          "measure acts = P(ever W.wa)\nmeasure trust = E(belief(B.b0) at end)\npolicy free\n",
      7);
}

// One of five types who chooses twice, and somebody who acts on what is believed.
TEST(ManyTypes, BatchEqualsReference) {
  batch_equals_reference(R"(case "five types"
horizon 2 rounds
precision 4
actor D { types { d0: 0.1, d1: 0.2, d2: 0.3, d3: 0.1, d4: otherwise } }
actor E
round {
  move W by D { wa pays D: if D is d0 then 0.5 else if D is d1 then 0.2 else if D is d4 then -0.4 else 0  wb  wc pays D: -0.1 }
  move V by E { va pays E: if D is d0 then 0.8 else -0.2, D: 0.5  vb }
}
measure trust = E(belief(D.d0) at end)
measure va = P(ever V.va)
policy free "all choose"
)",
                         6);
}

TEST_P(RandomGame, BatchEqualsReferenceWhereActorsAreNoLongerPaid) {
  batch_equals_reference(testing::random_case(GetParam(), {.rounds = 3, .most_types = 2, .all_paid_at_end = false}));
}

TEST_P(RandomGame, ProbabilitiesAndBayesHold) {
  const auto c = testing::load(
      testing::random_case(GetParam(), {.rounds = 2, .precision = 2, .simultaneous = true, .most_types = 2}));
  const auto g = testing::compile(c);
  const auto params = testing::fixed_params(c);
  SolveOptions options;
  options.exact_up_to = 0;
  options.points = 33;
  const auto outcome = solve::solve_batch(g, std::vector<std::vector<double>>{params}, options)[0];
  ASSERT_TRUE(outcome.solution);
  const Solution& s = *outcome.solution;
  const double slack = 2 * s.certificate.grid_change + 1e-9;
  for (size_t m = 0; m < c.measures.size(); ++m) {
    if (!c.measures[m].probability) continue;
    for (double v : s.measures[m].by_profile) {
      EXPECT_GE(v, -slack);
      EXPECT_LE(v, 1 + slack);
    }
  }
  // The public belief is a martingale: its expectation at the end is the prior (Aumann & Maschler 1995).
  for (size_t m = 0; m < c.measures.size(); ++m) {
    if (c.measures[m].name.rfind("belief", 0) != 0) continue;
    const auto actor = static_cast<uint32_t>(c.measures[m].name.back() - '0');
    double prior = 0;
    for (uint32_t p = 0; p < g.profiles; ++p) prior += g.type_of(p, actor) == 1 ? s.profile_prior[p] : 0;
    EXPECT_NEAR(testing::mean(s, m), prior, slack) << c.measures[m].name;
  }
}

TEST_P(RandomGame, CourseReproducesTheMeasures) {
  // One round without chance or simultaneity: every course can be walked, and their probabilities must add up to the
  // measures.
  const auto c = testing::load(
      testing::random_case(GetParam(), {.rounds = 1, .precision = 2, .simultaneous = false, .most_types = 2}));
  const auto g = testing::compile(c);
  const auto w = testing::world(g, testing::fixed_params(c));
  SolveOptions options;
  options.exact_up_to = 0;
  options.points = 33;
  Reference solved(g, w, options);
  const Solution s = solved.solve();
  // Depth-first over all courses: `script` holds the edges to take, extended by the first edge where it ends.
  std::vector<uint32_t> script;
  double total = 0, third = 0;
  const uint32_t third_stage = static_cast<uint32_t>(c.stages.size()) - 1;
  for (bool more = true; more;) {
    std::vector<uint32_t> widths;
    const auto course =
        solve::follow(g, w, solved, options, [&](const solve::CourseStep&, const std::vector<double>& p) {
          widths.push_back(static_cast<uint32_t>(p.size()));
          if (widths.size() > script.size()) script.push_back(0);
          return script[widths.size() - 1];
        });
    total += course.probability;
    for (const auto& step : course.steps)
      if (step.stage == third_stage && step.movers[0].options[step.movers[0].taken].option == 0)
        third += course.probability;
    more = false;
    script.resize(widths.size());
    while (!script.empty() && !more) {
      more = ++script.back() < widths[script.size() - 1];
      if (!more) script.pop_back();
    }
  }
  EXPECT_NEAR(total, 1, 1e-9);
  const size_t chose = *model::find_measure(c, "chose");
  EXPECT_NEAR(third, testing::mean(s, chose), 2 * s.certificate.grid_change + 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomGame, ::testing::Range(1u, 13u));

}  // namespace
}  // namespace casus

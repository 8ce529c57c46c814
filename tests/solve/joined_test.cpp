// Several policies solved as one game.
#include "case_text.h"
#include "game/join.h"
#include "solve/random_case.h"
#include "solve/walk/course.h"

namespace casus {
namespace {

using solve::Solution;
using solve::SolveOptions;

struct Together {
  model::Case c;
  std::vector<game::Game> games;
  std::vector<const game::Game*> list;
  std::optional<game::Joined> joined;
  std::vector<double> params;

  explicit Together(const std::string& text) : c(testing::load(text)) {
    base::Diagnostics d;
    for (uint32_t p = 0; p < c.policies.size(); ++p) games.push_back(*game::compile(c, p, d));
    for (const auto& g : games) list.push_back(&g);
    joined = game::join(list);
    params = testing::fixed_params(c);
  }
};

// Policies that tie hands early, late and not at all, and one that starts elsewhere, where a measure is true already.
std::string with_policies(const std::string& text) {
  return text +
         "policy free\npolicy early { A0 plays First.o0 when round == 1 }\n"
         "policy late { A1 plays Second.o1 when round == 2 }\npolicy elsewhere { x = 2 }\n";
}

void expect_same_change(const Solution& a, const Solution& b, double tolerance) {
  for (size_t i = 0; i < a.values.size(); ++i) EXPECT_NEAR(a.values[i], b.values[i], tolerance);
  for (size_t m = 0; m < a.measures.size(); ++m)
    for (size_t i = 0; i < a.measures[m].by_profile.size(); ++i) {
      EXPECT_NEAR(a.measures[m].by_profile[i], b.measures[m].by_profile[i], tolerance) << "measure " << m;
      EXPECT_NEAR(a.measures[m].change[i], b.measures[m].change[i], tolerance) << "measure " << m;
    }
}

class JoinedGame : public ::testing::TestWithParam<uint32_t> {};

TEST_P(JoinedGame, BatchEqualsReference) {
  const Together t(with_policies(testing::random_case(GetParam(), {})));
  ASSERT_TRUE(t.joined);
  SolveOptions options;
  options.exact_up_to = 0;
  options.points = 7;
  const auto fast = solve::solve_joined(*t.joined, t.list, {&t.params, 1}, options, true);
  const auto by_four = solve::solve_joined(*t.joined, t.list, {&t.params, 1}, options, true, 4);
  const auto w = testing::world(t.joined->game, t.params);
  solve::Reference reference(t.joined->game, w, options);
  const auto slow = reference.solve_all();
  ASSERT_EQ(slow.size(), t.games.size());
  for (size_t k = 0; k < t.games.size(); ++k) {
    ASSERT_TRUE(fast[k].outcomes[0].solution) << fast[k].outcomes[0].error;
    const Solution& s = *fast[k].outcomes[0].solution;
    expect_same_change(s, slow[k], 1e-10);
    expect_same_change(*by_four[k].outcomes[0].solution, s, 0);  // threads change nothing
    EXPECT_EQ(s.certificate.failed, 0u);
    EXPECT_LT(s.certificate.residual, 1e-10);
    EXPECT_NEAR(s.certificate.payoff_range, slow[k].certificate.payoff_range, 1e-12);
    EXPECT_NEAR(s.certificate.payoff_range, testing::world(t.games[k], t.params).payoff_range, 1e-12);
    // The policy's own game can be walked through.
    ASSERT_TRUE(fast[k].first);
    const auto course = solve::follow(t.games[k], testing::world(t.games[k], t.params), *fast[k].first, options);
    double probability = 1;
    for (const auto& step : course.steps) probability *= step.probability;
    EXPECT_NEAR(course.probability, probability, 1e-12);
    EXPECT_EQ(course.steps.back().round, static_cast<uint32_t>(t.c.horizon) + 1);
  }
}

TEST_P(JoinedGame, ATwinChangesNothing) {
  const Together t(testing::random_case(GetParam(), {.most_types = 2}));
  const std::vector<const game::Game*> twins{t.list[0], t.list[0]};
  const auto joined = game::join(twins);
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->game.nodes.size(), t.games[0].nodes.size());
  EXPECT_EQ(joined->node[0], joined->node[1]);
  SolveOptions options;
  options.exact_up_to = 0;
  options.points = 7;
  const auto both = solve::solve_joined(*joined, twins, {&t.params, 1}, options, false);
  const auto alone = solve::solve_batch(t.games[0], {&t.params, 1}, options);
  for (const auto& one : both) {
    expect_same_change(*one.outcomes[0].solution, *alone[0].solution, 1e-11);
    EXPECT_EQ(one.outcomes[0].solution->certificate.nodes, alone[0].solution->certificate.nodes);
  }
}

// Windows are common to joined policies, so answers differ by the grid's error and no more.
TEST_P(JoinedGame, AgreesWithEveryPolicyAloneOnFineGrids) {
  const Together t(with_policies(testing::random_case(GetParam(), {.most_types = 2})));
  SolveOptions options;
  options.exact_up_to = 0;
  options.points = 13;
  constexpr double at_thirteen_points = 5e-4;  // what play comes to is right to about so much
  const auto joint = solve::solve_joined(*t.joined, t.list, {&t.params, 1}, options, false);
  for (size_t k = 0; k < t.games.size(); ++k) {
    const auto alone = solve::solve_batch(t.games[k], {&t.params, 1}, options);
    const Solution &a = *joint[k].outcomes[0].solution, &b = *alone[0].solution;
    for (size_t m = 0; m < a.measures.size(); ++m) {
      const bool paid = t.c.measures[m].kind == model::MeasureKind::payoff;
      for (size_t i = 0; i < a.measures[m].by_profile.size(); ++i)
        EXPECT_NEAR(a.measures[m].by_profile[i], b.measures[m].by_profile[i],
                    at_thirteen_points * (paid ? a.certificate.payoff_range : 1))
            << t.c.policies[k].name << ", measure " << m;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, JoinedGame, ::testing::Range(1u, 13u));

TEST(Joined, AWorldOutOfOrderUnderOnePolicyIsSolvedUnderTheOthers) {
  const Together t(R"(
case "odds"
horizon 1 rounds
precision 1
param p = 0.6
actor A
state x: 0..2 = 1
round {
  move Go by A { go pays A: 1
    stay }
  chance News { good with p * x { x = 0 }
    bad otherwise }
}
payoff A { at end: x }
measure good = P(ever News.good)
policy free
policy tied { A plays Go.stay }
policy elsewhere { x = 2 }
)");
  ASSERT_TRUE(t.joined);
  const auto out = solve::solve_joined(*t.joined, t.list, {&t.params, 1}, {}, true);
  for (size_t k = 0; k < 2; ++k) {
    ASSERT_TRUE(out[k].outcomes[0].solution) << out[k].outcomes[0].error;
    EXPECT_NEAR(out[k].outcomes[0].solution->measures[0].by_profile[0], 0.6, 1e-12);
    EXPECT_TRUE(out[k].first);
  }
  EXPECT_FALSE(out[2].outcomes[0].solution);
  EXPECT_NE(out[2].outcomes[0].error.find("1.2"), std::string::npos) << out[2].outcomes[0].error;
  EXPECT_FALSE(out[2].first);
}

}  // namespace
}  // namespace casus

// The certificate of answers on belief grids.
#include "case_text.h"
#include "solve/beer.h"
#include "solve/random_case.h"
#include "solve/sums.h"

namespace casus {
namespace {

// On coarse grids the weak type takes quiche, since the receiver's threshold is smoothed out between points: playing
// what is reported costs it a third of the stakes. A finer grid has it right.
TEST(GridJudge, TellsWrongAnswersToBeerAndQuicheFromRightOnes) {
  const auto c = testing::load(testing::beer_and_quiche(20));
  const auto g = testing::compile(c);
  for (const uint32_t points : {7u, 17u}) {
    const auto solved =
        solve::solve_batch(g, std::vector<std::vector<double>>{testing::fixed_params(c)}, testing::on_grids(points));
    const auto& s = solved[0].solution->certificate;
    EXPECT_TRUE(s.judged);
    EXPECT_EQ(s.method, solve::Method::grid);
    EXPECT_GT(s.distance, 0.99) << points;
    EXPECT_NEAR(s.regret, 1 / 3.0, 0.01) << points;
    EXPECT_NEAR(s.effect, 0.1, 0.01) << points;  // the weak are a tenth
    EXPECT_DOUBLE_EQ(s.seen, 1);
  }
  const auto right =
      solve::solve_batch(g, std::vector<std::vector<double>>{testing::fixed_params(c)}, testing::on_grids(33));
  EXPECT_GT(testing::mean(*right[0].solution, 0), 0.9999);
  EXPECT_LT(right[0].solution->certificate.distance, 1e-9);
}

// Where nobody has a secret there is nothing to interpolate.
TEST(GridJudge, FindsNothingWhereNobodyHasASecret) {
  const auto c = testing::load(testing::random_case(3, {.rounds = 3, .precision = 4, .most_types = 1}));
  const auto g = testing::compile(c);
  const auto solved =
      solve::solve_batch(g, std::vector<std::vector<double>>{testing::fixed_params(c)}, testing::on_grids(7));
  const auto& s = solved[0].solution->certificate;
  EXPECT_TRUE(s.judged);
  EXPECT_LT(s.distance_anywhere, 1e-9);
  EXPECT_LT(s.effect, 1e-9);
  EXPECT_GT(s.best_reply, 0);  // nobody is perfect
}

// What is said of an answer with beliefs held, against the answer with exact beliefs.
TEST(HeldBeliefs, AreToldByTheirEffectAndByWhoseBeliefMatters) {
  for (uint32_t seed = 0; seed < 8; ++seed) {
    const auto c = testing::load(testing::random_case(seed, {.rounds = 2, .precision = 2, .most_types = 2}));
    const auto g = testing::compile(c);
    if (g.informed.empty()) continue;
    const std::vector<std::vector<double>> world{testing::fixed_params(c)};
    solve::SolveOptions exactly;
    const auto exact = *solve::solve_batch(g, world, exactly)[0].solution;
    ASSERT_EQ(exact.certificate.method, solve::Method::exact);
    auto options = testing::on_grids(7);
    options.held = 0xFF;
    const auto held = *solve::solve_batch(g, world, options)[0].solution;
    ASSERT_TRUE(held.certificate.judged);
    EXPECT_EQ(held.certificate.grid_change, held.certificate.effect);
    ASSERT_EQ(held.sway.size(), g.informed.size());
    double told = 0, sway = 0;
    for (size_t m = 0; m < c.measures.size(); ++m) {
      if (c.measures[m].kind == model::MeasureKind::payoff || g.recurs[m]) continue;
      if (std::any_of(g.lifted.begin(), g.lifted.end(), [&](const auto& l) { return l.measure == m; })) continue;
      double change = 0;
      for (size_t p = 0; p < g.profiles; ++p) change += held.profile_prior[p] * held.measures[m].change[p];
      const double apart = testing::mean(exact, m) - testing::mean(held, m);
      told = std::max(told, std::fabs(change));
      // To first order, what everybody's reply does; where replies bear on each other it is more.
      EXPECT_LE(std::fabs(apart), 3 * held.certificate.effect + 1e-9) << seed;
    }
    EXPECT_LE(told, held.certificate.effect + 1e-12);
    for (const auto& s : held.sway) sway = std::max(sway, s.drift);
    EXPECT_EQ(sway > 1e-5, held.certificate.drift > 1e-5) << seed;
    // Nothing held, nothing told.
    EXPECT_TRUE(solve::solve_batch(g, world, testing::on_grids(7))[0].solution->sway.empty());
  }
}

class JudgedRandom : public ::testing::TestWithParam<uint32_t> {};

TEST_P(JudgedRandom, FastPathAndReferenceAreJudgedAlikeAndFinerGridsAreBetter) {
  const auto c = testing::load(testing::random_case(GetParam(), {.rounds = 2, .precision = 2, .most_types = 2}));
  const auto g = testing::compile(c);
  const auto params = testing::fixed_params(c);
  const auto w = testing::world(g, params);
  double before = 1;
  for (const uint32_t points : {9u, 33u}) {
    const auto options = testing::on_grids(points);
    const auto fast = solve::solve_batch(g, std::vector<std::vector<double>>{params}, options)[0].solution->certificate;
    const auto plain = solve::Reference(g, w, options).solve().certificate;
    ASSERT_TRUE(fast.judged && plain.judged);
    EXPECT_NEAR(fast.distance, plain.distance, 1e-7);
    EXPECT_NEAR(fast.regret, plain.regret, 1e-9);
    EXPECT_NEAR(fast.effect, plain.effect, 1e-7);
    EXPECT_NEAR(fast.seen, plain.seen, 1e-9);
    EXPECT_LT(fast.effect, before);
    before = std::max(0.1 * fast.effect, 1e-9);
  }
  EXPECT_LT(before, 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Seeds, JudgedRandom, ::testing::Range(1u, 7u));

}  // namespace
}  // namespace casus

// Grids mended where play goes.
#include "solve/play/mend.h"

#include <random>

#include "case_text.h"
#include "solve/play/sweep.h"
#include "solve/random_case.h"
#include "solve/ring.h"
#include "solve/sums.h"
#include "solve/walk/grid_equilibrium.h"

namespace casus {
namespace {

// The largest difference of any measure, given types too, payoffs in units of their range.
double apart(const solve::Solution& a, const solve::Solution& b, const model::Case& c) {
  double out = 0;
  for (size_t m = 0; m < a.measures.size(); ++m) {
    const double unit = c.measures[m].kind == model::MeasureKind::payoff ? b.certificate.payoff_range : 1;
    for (size_t i = 0; i < a.measures[m].by_profile.size(); ++i)
      out = std::max(out, std::fabs(a.measures[m].by_profile[i] - b.measures[m].by_profile[i]) / unit);
  }
  return out;
}

solve::SolveOptions mended(uint32_t points, double accuracy = 1e-4) {
  auto options = testing::on_grids(points);
  options.alone = true;
  options.mend = {accuracy, 10 * accuracy, 0.01};
  return options;
}

// A world on its grid, as sweeps read it.
struct OnGrid {
  OnGrid(const game::Game& g, const std::vector<double>& params, solve::SolveOptions options)
      : w(testing::world(g, params)),
        walkable(solve::solve_walkable(g, std::vector<std::vector<double>>{params}, options)),
        grid(dynamic_cast<const solve::GridEquilibrium&>(*walkable.first)),
        next(grid.continuation()),
        plan(g, false) {
    for (game::NodeId n = 0; n < g.nodes.size(); ++n) choices.push_back(grid.played(n));
    field = {choices, next.layouts, next.grids};
  }
  solve::World w;
  solve::Walkable walkable;
  const solve::GridEquilibrium& grid;
  solve::Continuation next;
  solve::ParticlePlan plan;
  std::vector<solve::GridChoices> choices;
  solve::GridField field;
};

class SweptRandom : public ::testing::TestWithParam<uint32_t> {};

// Nothing joined, every history is a particle: Newton's method converges as it does only with exact derivatives, and to
// the game's equilibrium, with simultaneous moves, chance that tells and three types.
TEST_P(SweptRandom, StepsConvergeToTheExactAnswer) {
  const auto c = testing::load(testing::random_case(GetParam(), {.rounds = 2, .precision = 2}));
  const auto g = testing::compile(c);
  ASSERT_FALSE(g.informed.empty());
  const auto params = testing::fixed_params(c);
  const auto exact = *solve::solve_batch(g, std::vector<std::vector<double>>{params}, {})[0].solution;
  ASSERT_EQ(exact.certificate.method, solve::Method::exact);
  const OnGrid on(g, params, testing::on_grids(7));
  const solve::ParticleGraph graph(on.plan, on.w, on.field, g.start(), 1e-4, 1e-4, {.few = 1u << 30}, size_t{1} << 27);
  ASSERT_FALSE(graph.too_large());
  solve::PlaySweep sweep(on.plan, on.w, on.field, graph, g.start().node);
  std::vector<double> drift;
  for (int k = 0; k < 7; ++k) drift.push_back(sweep.step(2));
  EXPECT_LT(drift.back(), 1e-11);
  for (size_t k = 1; k < drift.size(); ++k) {  // quadratically, once it is near
    if (drift[k - 1] > 1e-3) continue;
    EXPECT_LT(drift[k], std::max(1e-11, 100 * drift[k - 1] * drift[k - 1])) << k;
  }
  for (size_t i = 0; i < exact.values.size(); ++i) EXPECT_NEAR(sweep.start_worth()[i], exact.values[i], 1e-9);
  EXPECT_EQ(sweep.strained(), 0);
}

// In the eighth nobody has a secret.
INSTANTIATE_TEST_SUITE_P(Seeds, SweptRandom, ::testing::Values(1, 2, 3, 4, 5, 6, 7, 9));

TEST(Mend, TellsRingsOfRivalsFromFewPoints) {
  for (const auto& [precision, points] : {std::pair{5.0, 5u}, std::pair{10.0, 17u}}) {
    const auto c = testing::load(ring(3, 2, precision));
    const auto g = testing::compile(c);
    const std::vector<std::vector<double>> world{testing::fixed_params(c)};
    const auto exact = *solve::solve_batch(g, world, {})[0].solution;
    ASSERT_EQ(exact.certificate.method, solve::Method::exact);
    auto plain = mended(points);
    plain.mend = {};
    const auto before = *solve::solve_batch(g, world, plain)[0].solution;
    const auto after = *solve::solve_batch(g, world, mended(points))[0].solution;
    EXPECT_EQ(before.certificate.corrected, 0u);
    EXPECT_GT(apart(before, exact, c), 2e-3);
    EXPECT_GT(after.certificate.corrected, 100u);
    EXPECT_LT(apart(after, exact, c), 5e-4);
    EXPECT_LT(after.certificate.effect, 1e-4);
    EXPECT_LT(after.certificate.distance, 1e-3);
    EXPECT_LT(after.certificate.regret_anywhere, 0.01);
    // No mass is lost: what is believed in the end is expected to be the prior.
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(testing::mean(after, static_cast<size_t>(3 * i + 1)), 0.3, 1e-7);
    for (size_t m = 0; m < c.measures.size(); ++m) {
      if (!c.measures[m].probability) continue;
      for (const double x : after.measures[m].by_profile) EXPECT_TRUE(x >= 0 && x <= 1);
    }
  }
}

// Far from what it should be, a grid may lead to another equilibrium: it is left to a finer one.
TEST(Mend, LeavesAloneWhatIsFarOff) {
  const auto c = testing::load(ring(3, 2, 10));
  const auto g = testing::compile(c);
  const auto found =
      *solve::solve_batch(g, std::vector<std::vector<double>>{testing::fixed_params(c)}, mended(5))[0].solution;
  EXPECT_GT(found.certificate.effect, 0.01);
  EXPECT_EQ(found.certificate.corrected, 0u);
}

// Beliefs held at the prior are no grid at all, and do where steps shrink.
TEST(Mend, NeedsNoGridWhereStepsShrink) {
  const auto c = testing::load(ring(3, 2, 5));
  const auto g = testing::compile(c);
  const std::vector<std::vector<double>> world{testing::fixed_params(c)};
  const auto exact = *solve::solve_batch(g, world, {})[0].solution;
  auto options = mended(7);
  options.held = 7;
  const auto found = *solve::solve_batch(g, world, options)[0].solution;
  EXPECT_GT(found.certificate.corrected, 100u);
  EXPECT_LT(apart(found, exact, c), 3e-4);
  EXPECT_LT(found.certificate.effect, 1e-4);
}

TEST(Mend, LeavesAloneWhatIsGoodEnough) {
  const auto c = testing::load(testing::random_case(3, {.rounds = 2, .precision = 1, .most_types = 2}));
  const auto g = testing::compile(c);
  const std::vector<std::vector<double>> world{testing::fixed_params(c)};
  auto plain = mended(9);
  plain.mend = {};
  const auto without = *solve::solve_batch(g, world, plain)[0].solution;
  const auto with = *solve::solve_batch(g, world, mended(9, 0.5))[0].solution;
  EXPECT_EQ(with.certificate.corrected, 0u);
  EXPECT_EQ(with.values, without.values);
  EXPECT_NEAR(with.certificate.effect, without.certificate.effect, 1e-3);
}

// A walk's choices are those that were measured and judged: at every history that is likely they are replies to what
// options are told to be worth, and the exact answer's.
TEST(Mend, IsWalkedAsItWasMeasured) {
  const auto c = testing::load(ring(3, 2, 5));
  const auto g = testing::compile(c);
  const auto params = testing::fixed_params(c);
  const std::vector<std::vector<double>> worlds{params};
  const auto w = testing::world(g, params);
  const auto options = mended(5);
  const auto exact = solve::solve_walkable(g, worlds, {});
  const auto found = solve::solve_walkable(g, worlds, options);
  std::mt19937 draw(1);
  size_t looked = 0;
  for (int k = 0; k < 20; ++k) {
    auto walk = found.first->walk(g, w, options);
    auto beside = exact.first->walk(g, w, {});
    for (double reach = 1; g.nodes[walk->here().node].edges > 0;) {
      const auto &here = walk->here(), &there = beside->here();
      ASSERT_EQ(here.node, there.node);
      const uint32_t edges = g.nodes[here.node].edges;
      uint32_t edge = 0;
      if (!here.movers.empty() && here.movers[0].options > 1) {
        const auto &is = here.movers[0], &should = there.movers[0];
        for (size_t i = 0; i < is.log_sigma.size(); ++i) {
          EXPECT_NEAR(std::exp(is.log_sigma[i]), std::exp(should.log_sigma[i]), 5e-3);
          EXPECT_NEAR(is.value[i], should.value[i], 5e-3);
        }
        for (size_t i = 0; i < is.log_sigma.size(); i += is.options)
          EXPECT_NEAR(is.log_sigma[i + 1] - is.log_sigma[i], 5 * (is.value[i + 1] - is.value[i]), 0.1);
        ++looked;
        edge = draw() % edges;
        reach *= std::max(std::exp(is.log_sigma[edge]), std::exp(is.log_sigma[is.options + edge]));
      }
      if (reach < 1e-2) break;
      walk->take(edge);
      beside->take(edge);
    }
  }
  EXPECT_GT(looked, 50u);
}

TEST(Corrections, TakesTheNearestBeliefKnown) {
  const auto c = testing::load(ring(3, 2, 5));
  const auto g = testing::compile(c);
  game::NodeId n = 0;
  while (g.nodes[n].value_mask != 7 || g.shapes[g.nodes[n].shape].movers.empty()) ++n;
  solve::Corrections known(g);
  std::mt19937 draw(5);
  const auto number = [&] { return 12 * (static_cast<double>(draw()) / 4294967296.0) - 6; };
  std::vector<std::array<double, 3>> at;
  constexpr uint32_t count = 4;
  const double on_grid[count] = {}, response[3 * count] = {1, -1};
  for (int k = 0; k < 200; ++k) {
    at.push_back({number(), number(), number()});
    const double log_sigma[count] = {-1.0 * k, 0, 0, 0}, value[count] = {1.0 * k, 0, 0, 0};
    known.add(n, {at.back().data(), count, log_sigma, on_grid, value, response});
  }
  known.sort();
  EXPECT_EQ(known.size(), 200u);
  EXPECT_TRUE(known.any(n));
  EXPECT_FALSE(known.any(n + 1));
  for (int k = 0; k < 500; ++k) {
    const std::array<double, 3> belief{number(), number(), number()};
    size_t nearest = 0;
    double least = 1e9;
    for (size_t i = 0; i < at.size(); ++i) {
      double distance = 0;
      for (int a = 0; a < 3; ++a) distance += std::pow(std::asinh(belief[a]) - std::asinh(at[i][a]), 2);
      if (distance < least) least = distance, nearest = i;
    }
    EXPECT_EQ(known.value(n, belief.data())[0], static_cast<double>(nearest));
  }
  // Near a known belief choices move along their slopes, whatever was read; further away what was read is corrected.
  double choice[count] = {7, 7, 7, 7};
  const std::array<double, 3> near{at[3][0] + 1e-3, at[3][1], at[3][2]};
  known.correct(n, near.data(), choice, 1);
  EXPECT_NEAR(choice[0], -3 + 1e-3, 1e-12);
  EXPECT_NEAR(choice[1], -1e-3, 1e-12);
  const std::array<double, 3> far{50, 50, 50};
  double other[count] = {7, 7, 7, 7};
  known.correct(n, far.data(), other, 1);
  EXPECT_NEAR(other[0], 7 - known.value(n, far.data())[0], 1e-12);
  EXPECT_EQ(other[1], 7);
}

}  // namespace
}  // namespace casus

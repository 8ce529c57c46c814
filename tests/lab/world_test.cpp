#include "lab/world.h"

#include <gtest/gtest.h>

#include <boost/math/distributions/beta.hpp>
#include <cmath>

#include "lab/design.h"

namespace casus::lab {
namespace {

using model::Case;
using model::Distribution;
using model::Param;

Param param(Distribution distribution, std::vector<double> arguments, std::optional<double> lower = {},
            std::optional<double> upper = {}) {
  Param p;
  p.name = "x";
  p.distribution = distribution;
  p.arguments = std::move(arguments);
  p.lower = lower;
  p.upper = upper;
  return p;
}

Quantile quantile_of(const Param& p) {
  auto q = Quantile::make(p);
  EXPECT_TRUE(q.ok());
  return *q;
}

// The CDF of each distribution written out, to undo the quantile with.
double normal_cdf(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

TEST(Distributions, QuantilesUndoTheCdf) {
  for (double u : {1e-6, 0.01, 0.3, 0.5, 0.77, 0.999, 1 - 1e-6}) {
    EXPECT_DOUBLE_EQ(quantile_of(param(Distribution::uniform, {2, 6}))(u), 2 + 4 * u);
    const double t = quantile_of(param(Distribution::triangular, {0, 1, 4}))(u);
    EXPECT_NEAR(t < 1 ? t * t / 4 : 1 - (4 - t) * (4 - t) / 12, u, 1e-14);
    EXPECT_NEAR(normal_cdf((quantile_of(param(Distribution::normal, {3, 2}))(u) - 3) / 2), u, 1e-14);
    EXPECT_NEAR(normal_cdf((std::log(quantile_of(param(Distribution::lognormal, {-1, 0.5}))(u)) + 1) / 0.5), u, 1e-14);
    // beta(2, 1) has the CDF x^2, beta(1, 3) has 1 - (1 - x)^3.
    EXPECT_NEAR(std::pow(quantile_of(param(Distribution::beta, {2, 1}))(u), 2), u, 1e-14);
    EXPECT_NEAR(1 - std::pow(1 - quantile_of(param(Distribution::beta, {1, 3}))(u), 3), u, 1e-14);
  }
}

TEST(Distributions, TrianglesWithTheModeAtAnEnd) {
  EXPECT_NEAR(quantile_of(param(Distribution::triangular, {0, 0, 2}))(0.36), 2 - 2 * std::sqrt(0.64), 1e-15);
  EXPECT_NEAR(quantile_of(param(Distribution::triangular, {0, 2, 2}))(0.36), 2 * 0.6, 1e-15);
}

TEST(Distributions, TruncationKeepsTheShape) {
  for (double u : {1e-9, 0.1, 0.5, 0.9, 1 - 1e-9}) {
    const double x = quantile_of(param(Distribution::normal, {0, 1}, -1.0, 2.0))(u);
    EXPECT_GE(x, -1);
    EXPECT_LE(x, 2);
    EXPECT_NEAR((normal_cdf(x) - normal_cdf(-1)) / (normal_cdf(2) - normal_cdf(-1)), u, 1e-13);
    EXPECT_NEAR(quantile_of(param(Distribution::uniform, {0, 1}, 0.5))(u), 0.5 + u / 2, 1e-15);
  }
  // Far up in the tail the upper tail is counted: P(X > x) / P(X > 9) = 1 - u.
  const Quantile tail = quantile_of(param(Distribution::normal, {0, 1}, 9.0));
  for (double u : {0.1, 0.5, 0.9})
    EXPECT_NEAR(std::erfc(tail(u) / std::sqrt(2.0)) / std::erfc(9 / std::sqrt(2.0)), 1 - u, 1e-10);
  EXPECT_GE(quantile_of(param(Distribution::lognormal, {0, 1}, 1.0))(1e-12), 1);
}

TEST(Distributions, DiscreteValuesHaveTheirWeights) {
  Param p = param(Distribution::discrete, {});
  p.values = {5, 1, 3};
  p.weights = {0.2, 0.5, 0.3};
  const Quantile q = quantile_of(p);
  EXPECT_EQ(q(0.49), 1);
  EXPECT_EQ(q(0.51), 3);
  EXPECT_EQ(q(0.79), 3);
  EXPECT_EQ(q(0.81), 5);
  EXPECT_EQ(q(1 - 1e-16), 5);
  EXPECT_TRUE(q.contains(3));
  EXPECT_FALSE(q.contains(2));
  EXPECT_EQ(q.range_text(), "{1, 3, 5}");
  p.lower = 2;  // 0.3 and 0.2 remain
  EXPECT_EQ(quantile_of(p)(0.59), 3);
  EXPECT_EQ(quantile_of(p)(0.61), 5);
}

TEST(Distributions, NonsenseIsRefusedByName) {
  EXPECT_NE(Quantile::make(param(Distribution::normal, {0, 0})).error().find("'x'"), std::string::npos);
  EXPECT_FALSE(Quantile::make(param(Distribution::uniform, {1, 1})).ok());
  EXPECT_FALSE(Quantile::make(param(Distribution::uniform, {1})).ok());
  EXPECT_FALSE(Quantile::make(param(Distribution::triangular, {0, 3, 2})).ok());
  EXPECT_FALSE(Quantile::make(param(Distribution::beta, {1, -1})).ok());
  EXPECT_FALSE(Quantile::make(param(Distribution::normal, {0, 1}, 2.0, 1.0)).ok());
  EXPECT_FALSE(Quantile::make(param(Distribution::uniform, {0, 1}, 3.0)).ok());
  EXPECT_FALSE(Quantile::make(param(Distribution::discrete, {})).ok());
  EXPECT_FALSE(Quantile::make(param(Distribution::fixed, {})).ok());
}

// Three uncertain parameters and one fixed between them: 2 * first + 1.
Case example() {
  Case c;
  c.params = {param(Distribution::uniform, {0, 10}), param(Distribution::fixed, {}),
              param(Distribution::normal, {0, 1}), param(Distribution::uniform, {0, 1})};
  const char* names[] = {"a", "twice", "b", "c"};
  for (size_t i = 0; i < 4; ++i) c.params[i].name = names[i];
  const auto a = c.pool.add({.op = model::Op::param, .index = 0, .span = {}});
  const auto two = c.pool.add({.op = model::Op::constant, .value = 2, .span = {}});
  const auto product = c.pool.add({.op = model::Op::mul, .a = two, .b = a, .span = {}});
  const auto one = c.pool.add({.op = model::Op::constant, .value = 1, .span = {}});
  c.params[1].formula = c.pool.add({.op = model::Op::add, .a = product, .b = one, .span = {}});
  return c;
}

TEST(World, FixedParametersFollowTheirFormulas) {
  const Case c = example();
  const auto map = WorldMap::make(c);
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->free(), (std::vector<uint32_t>{0, 2, 3}));
  EXPECT_EQ(map->world(std::vector{0.25, 0.5, 0.75}), (std::vector<double>{2.5, 6, 0, 0.75}));
  EXPECT_EQ(map->midpoint(), (std::vector<double>{5, 11, 0, 0.5}));
  EXPECT_EQ(map->world_of_values(std::vector{3.0, 9.0, 1.0}), (std::vector<double>{3, 7, 9, 1}));
  EXPECT_EQ(world(c, std::vector{0.25, 0.5, 0.75}), map->world(std::vector{0.25, 0.5, 0.75}));
}

TEST(World, TheCopulaHasTheRankCorrelationOfItsRho) {
  Case c = example();
  c.correlations = {{.a = 0, .b = 2, .rho = 0.8, .span = {}}, {.a = 2, .b = 3, .rho = -0.5, .span = {}}};
  const auto map = WorldMap::make(c);
  ASSERT_TRUE(map.ok());
  const uint64_t n = 1 << 14;
  const auto design = Design::make({.kind = DesignKind::sobol, .worlds = n, .dimensions = 3});
  double ab = 0, bc = 0, ac = 0;
  for (uint64_t k = 0; k < n; ++k) {
    const auto point = design->point(k);
    const auto w = map->world(point);
    EXPECT_DOUBLE_EQ(w[0], 10 * point[0]);  // the first keeps its own coordinate
    const double a = w[0] / 10 - 0.5, b = normal_cdf(w[2]) - 0.5, third = w[3] - 0.5;
    ab += 12 * a * b / n;
    bc += 12 * b * third / n;
    ac += 12 * a * third / n;
  }
  // Spearman's rho of a Gaussian copula is (6 / pi) asin(rho / 2); a and c correlate by what b does not carry: 0.
  EXPECT_NEAR(ab, 6 / M_PI * std::asin(0.4), 2e-3);
  EXPECT_NEAR(bc, 6 / M_PI * std::asin(-0.25), 2e-3);
  EXPECT_NEAR(ac, 0, 2e-3);
}

TEST(World, PerfectCorrelationTiesTwoParameters) {
  Case c = example();
  c.correlations = {{.a = 0, .b = 3, .rho = -1, .span = {}}};
  const auto map = WorldMap::make(c);
  ASSERT_TRUE(map.ok());
  for (double u : {0.1, 0.5, 0.9}) EXPECT_NEAR(map->world(std::vector{u, 0.3, 0.2})[3], 1 - u, 1e-14);
}

TEST(World, ImpossibleCorrelationsAreRefused) {
  Case c = example();
  c.correlations = {{.a = 0, .b = 2, .rho = 0.9, .span = {}},
                    {.a = 2, .b = 3, .rho = 0.9, .span = {}},
                    {.a = 0, .b = 3, .rho = -0.9, .span = {}}};
  EXPECT_EQ(
      WorldMap::make(c).error(),
      "the correlations of 'a', 'b', 'c' cannot all hold at once (their matrix has the negative eigenvalue -0.8); "
      "bring some of them nearer to 0");
  c.correlations = {{.a = 0, .b = 1, .rho = 0.5, .span = {}}};
  EXPECT_NE(WorldMap::make(c).error().find("'twice', which is fixed"), std::string::npos);
  c.correlations = {{.a = 0, .b = 2, .rho = 1.5, .span = {}}};
  EXPECT_FALSE(WorldMap::make(c).ok());
  c.correlations = {{.a = 0, .b = 2, .rho = 0.5, .span = {}}, {.a = 2, .b = 0, .rho = 0.4, .span = {}}};
  EXPECT_NE(WorldMap::make(c).error().find("given twice"), std::string::npos);
}

}  // namespace
}  // namespace casus::lab

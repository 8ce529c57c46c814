#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "lab/design.h"
#include "lab/fourier.h"
#include "lab/given_data.h"
#include "lab/sobol_indices.h"
#include "lab/test_functions.h"

namespace casus::lab {
namespace {

template <class Function>
std::vector<double> outcomes(const Design& design, Function function) {
  std::vector<double> y;
  for (uint64_t k = 0; k < design.size(); ++k) y.push_back(function(design.point(k)));
  return y;
}

Design design_of(DesignKind kind, uint64_t worlds, size_t dimensions, uint64_t seed) {
  auto design = Design::make({.kind = kind, .worlds = worlds, .dimensions = dimensions, .seed = seed});
  EXPECT_TRUE(design.ok());
  return *design;
}

// 2^12 base samples. The bootstrap's intervals suppose independent rows and scrambled Sobol rows do better, so the
// exact values lie well inside: here within the half-widths of 95 %.
TEST(SobolIndices, IshigamisAreExactWithinTheirIntervals) {
  const auto design = design_of(DesignKind::saltelli, 8 << 12, 3, 1);
  const auto indices = sobol_indices(outcomes(design, ishigami), 3);
  ASSERT_TRUE(indices.ok());
  EXPECT_EQ(indices->base_samples, 4096u);
  for (size_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(indices->first[j].value, ishigami_first[j], indices->first[j].half_width);
    EXPECT_NEAR(indices->total[j].value, ishigami_total[j], indices->total[j].half_width);
    EXPECT_NEAR(indices->first_jansen[j], ishigami_first[j], 0.03);
    EXPECT_LT(indices->first[j].half_width, 0.05);
  }
  EXPECT_NEAR(indices->second[0 * 3 + 2].value, ishigami_second_13, indices->second[2].half_width);
  EXPECT_NEAR(indices->second[0 * 3 + 1].value, 0, indices->second[1].half_width);
}

TEST(SobolIndices, SobolsGWithoutSecondOrder) {
  const SobolG g{{0, 1, 4.5, 9, 99, 99, 99, 99}};
  const auto design = Design::make(
      {.kind = DesignKind::saltelli, .worlds = 10 << 12, .dimensions = 8, .seed = 3, .second_order = false});
  SobolOptions options;
  options.second_order = false;
  const auto indices = sobol_indices(outcomes(*design, g), 8, options);
  ASSERT_TRUE(indices.ok());
  EXPECT_TRUE(indices->second.empty());
  for (size_t j = 0; j < 8; ++j) {
    EXPECT_NEAR(indices->first[j].value, g.first(j), indices->first[j].half_width);
    EXPECT_NEAR(indices->total[j].value, g.total(j), indices->total[j].half_width);
  }
}

TEST(SobolIndices, AFailedRunCostsItsBlockOnly) {
  const auto design = design_of(DesignKind::saltelli, 8 << 8, 3, 1);
  auto y = outcomes(design, ishigami);
  const auto without_first = sobol_indices(std::span(y).subspan(8), 3);
  y[5] = std::numeric_limits<double>::quiet_NaN();
  const auto holed = sobol_indices(y, 3);
  EXPECT_EQ(holed->dropped, 1u);
  EXPECT_EQ(holed->base_samples, 255u);
  for (size_t j = 0; j < 3; ++j) EXPECT_EQ(holed->first[j].value, without_first->first[j].value);
}

TEST(SobolIndices, NonsenseIsRefused) {
  EXPECT_NE(sobol_indices(std::vector<double>(9, 1), 3).error().find("blocks have 8 rows"), std::string::npos);
  EXPECT_FALSE(sobol_indices(std::vector<double>(8, 1), 3).ok());
  const auto flat = sobol_indices(std::vector<double>(80, 1), 3);
  ASSERT_TRUE(flat.ok());
  EXPECT_EQ(flat->first[0].value, 0);
  EXPECT_EQ(flat->total[0].value, 0);
}

// From 4096 plain Latin hypercube points. First orders from given data err by a few hundredths at this size.
TEST(GivenData, FirstOrdersFromAPlainLatinHypercube) {
  const auto design = design_of(DesignKind::latin_hypercube, 4096, 3, 5);
  const auto y = outcomes(design, ishigami);
  std::vector<std::vector<double>> x(3);
  for (uint64_t k = 0; k < design.size(); ++k)
    for (size_t j = 0; j < 3; ++j) x[j].push_back(design.point(k)[j]);
  for (size_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(rbd_fast(x[j], y), ishigami_first[j], 0.04);
    const Index by_classes = first_order_by_classes(x[j], y);
    const double bias = static_cast<double>(class_count(y.size()) - 1) / static_cast<double>(y.size());
    EXPECT_NEAR(by_classes.value, ishigami_first[j], bias + 1.5 * by_classes.half_width);
  }
  // Moment-independent: x3 has no first order, and still matters.
  const Index floor = pawn_floor(x[0], y);
  for (size_t j = 0; j < 3; ++j) EXPECT_GT(pawn(x[j], y).median, floor.value + floor.half_width);
  const auto noise = design_of(DesignKind::monte_carlo, 4096, 1, 6);
  std::vector<double> dummy;
  for (uint64_t k = 0; k < noise.size(); ++k) dummy.push_back(noise.point(k)[0]);
  EXPECT_LT(pawn(dummy, y).median, floor.value + 2 * floor.half_width);
}

TEST(GivenData, DeltaOfAKnownMixture) {
  // y is standard normal about +m or -m by the sign of x: half the area between one normal and the mixture of both is
  // Phi(m) - 1/2 exactly; the kernels blur it by a hundredth or two at this size.
  const size_t n = 4000;
  const double m = 1.5;
  base::RandomStream random(8, 0);
  std::vector<double> x, y, dummy;
  for (size_t i = 0; i < n; ++i) {
    x.push_back(random.unit() - 0.5);
    dummy.push_back(random.unit());
    const double z = std::sqrt(-2 * std::log(random.unit())) * std::cos(2 * M_PI * random.unit());
    y.push_back((x.back() > 0 ? m : -m) + z);
  }
  const double exact = 0.5 * std::erf(m / std::sqrt(2.0));
  const Index estimate = delta(x, y, 20);
  EXPECT_NEAR(estimate.value, exact, 0.04);
  EXPECT_NEAR(delta(dummy, y, 20).value, 0, 0.04);
  EXPECT_GT(delta_raw(dummy, y), 0.02);  // the floor that the bias correction takes off
}

TEST(GivenData, RegressionOfAPlane) {
  base::RandomStream random(2, 0);
  Table table;
  table.columns = {{.name = "a"}, {.name = "b"}, {.name = "constant"}};
  std::vector<double> y, cubes;
  for (int i = 0; i < 500; ++i) {
    table.columns[0].values.push_back(random.unit());
    table.columns[1].values.push_back(4 * random.unit());
    table.columns[2].values.push_back(7);
    y.push_back(3 * table.columns[0].values.back() - table.columns[1].values.back() + 2);
    cubes.push_back(std::exp(20 * table.columns[0].values.back()));
  }
  const Regression plane = standardised_regression(table, y);
  EXPECT_NEAR(plane.r_squared, 1, 1e-12);
  EXPECT_GT(plane.coefficients[0], 0);
  EXPECT_LT(plane.coefficients[1], 0);
  // sd of 3a against sd of b: 3 / sqrt(12) to 4 / sqrt(12), up to sampling.
  EXPECT_NEAR(plane.coefficients[0] / -plane.coefficients[1], 0.75, 0.05);
  EXPECT_EQ(plane.coefficients[2], 0);
  EXPECT_LT(standardised_regression(table, cubes).r_squared, 0.5);
  EXPECT_NEAR(standardised_regression(table, cubes, true).r_squared, 1, 1e-12);  // monotone: ranks see it whole
}

TEST(GivenData, RanksShareTies) {
  EXPECT_EQ(mean_ranks(std::vector{3.0, 1.0, 3.0, 2.0}), (std::vector<double>{3.5, 1, 3.5, 2}));
}

// Two slides of two rows; the largest x falls in none. Against all four outcomes: {1, 2}: distance 1/2; {3}: 1/2.
TEST(GivenData, PawnByHand) {
  const Pawn p = pawn(std::vector{0.0, 1.0, 2.0, 3.0}, std::vector{1.0, 2.0, 3.0, 4.0}, 2);
  EXPECT_DOUBLE_EQ(p.maximum, 0.5);
  EXPECT_DOUBLE_EQ(p.minimum, 0.5);
  const Pawn by_value = pawn_by_value(std::vector{0.0, 0.0, 1.0, 1.0}, std::vector{1.0, 2.0, 3.0, 4.0});
  EXPECT_DOUBLE_EQ(by_value.median, 0.5);
}

}  // namespace
}  // namespace casus::lab

#include "base/quadrature.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace casus::base {
namespace {

double moment(const Quadrature& q, int k) {
  double sum = 0;
  for (size_t i = 0; i < q.nodes.size(); ++i) sum += q.weights[i] * std::pow(q.nodes[i], k);
  return sum;
}

// A rule of n nodes has the first 2n - 1 moments.
TEST(Quadrature, HasTheMomentsOfTheNormal) {
  for (const int n : {2, 3, 8, 16}) {
    const auto q = gauss_normal(n);
    double even = 1;
    for (int k = 0; k < 2 * n; ++k) {
      EXPECT_NEAR(moment(q, k), k % 2 ? 0 : even, 1e-11 * even) << n << " " << k;
      if (k % 2 == 0) even *= k + 1;
    }
  }
  // Abramowitz and Stegun, table 25.10, for the weight exp(-x^2): times the root of 2.
  EXPECT_NEAR(gauss_normal(4).nodes[3], 1.650680123885785 * std::sqrt(2), 1e-14);
}

TEST(Quadrature, HasTheMomentsOfBetas) {
  for (const auto& [a, b] : {std::pair(1.0, 1.0), {2.0, 5.0}, {0.5, 0.5}, {0.3, 4.0}})
    for (const int n : {2, 5, 16}) {
      double expected = 1;
      const auto q = gauss_beta(a, b, n);
      for (int k = 0; k < 2 * n; ++k) {
        EXPECT_NEAR(moment(q, k), expected, 1e-13) << a << " " << b << " " << n << " " << k;
        expected *= (a + k) / (a + b + k);
      }
    }
}

// The other way round: from the density alone.
TEST(Quadrature, OfADensityIsThatOfItsDistribution) {
  for (const auto& [a, b] : {std::pair(1.0, 1.0), {2.0, 5.0}, {0.5, 0.5}}) {
    const auto known = gauss_beta(a, b, 16);
    const auto q = gauss_density(
        [&](double, double above, double below) { return std::pow(above, a - 1) * std::pow(below, b - 1); }, {0, 1},
        16);
    for (size_t i = 0; i < 16; ++i) {
      EXPECT_NEAR(q.nodes[i], known.nodes[i], 1e-12);
      EXPECT_NEAR(q.weights[i], known.weights[i], 1e-12);
    }
  }
  // Of a triangle with its mode at 1, and of half a normal distribution.
  const auto triangle = gauss_density([](double x, double, double) { return x < 1 ? x : (3 - x) / 2; }, {0, 1, 3}, 8);
  EXPECT_NEAR(moment(triangle, 1), 4.0 / 3, 1e-13);
  EXPECT_NEAR(moment(triangle, 2), 13.0 / 6, 1e-13);
  const auto half = gauss_density([](double x, double, double) { return std::exp(-x * x / 2); }, {0, 12}, 10);
  EXPECT_NEAR(moment(half, 1), std::sqrt(2 / M_PI), 1e-13);
  EXPECT_NEAR(moment(half, 2), 1, 1e-12);
}

}  // namespace
}  // namespace casus::base

// Windows of belief: what a node's mass on a grid says about how far beliefs reach.
#include "solve/window.h"

#include <gtest/gtest.h>

#include <cmath>

namespace casus::solve {
namespace {

constexpr uint32_t points = 13;
const Axis axis = make_axis(points, -6, 0, 6, 1);

// Spreads mass as a forward pass does.
void put(double log_odds, double mass, std::vector<double>& on_grid) {
  const Stencil s = stencil(axis, log_odds);
  for (uint32_t k = 0; k < s.count; ++k) on_grid[s.first + k] += mass * s.weight[k];
}

std::pair<double, double> reached(const std::vector<double>& mass, double reach) {
  std::pair<double, double> range{1e9, -1e9};
  add_reached(axis, mass, reach, range);
  return range;
}

TEST(Window, OneBeliefBetweenPointsIsKnownToAnEighthOfAStep) {
  // Its six weights reach over five steps, down to 1 % of the mass.
  const double at = axis.log_odds(5.5);
  std::vector<double> mass(points, 0);
  put(at, 1, mass);
  const auto range = reached(mass, 1e-3);
  EXPECT_LE(range.first, at);
  EXPECT_GE(range.second, at);
  EXPECT_GE(range.first, axis.log_odds(5.5 - 0.126));
  EXPECT_LE(range.second, axis.log_odds(5.5 + 0.126));
}

TEST(Window, HoldsAllOfANormalDistributionButWhatMayLeave) {
  constexpr double mean = 6.3, deviation = 0.8, reach = 1e-3;
  std::vector<double> mass(points, 0);
  double left_out = 0, total = 0;
  std::vector<std::pair<double, double>> beliefs;
  for (int i = -400; i <= 400; ++i) {
    const double z = i / 80.0;
    beliefs.emplace_back(mean + deviation * z, std::exp(-z * z / 2));
    total += beliefs.back().second;
  }
  for (auto& [at, weight] : beliefs) put(axis.log_odds(at), weight /= total, mass);
  const auto range = reached(mass, reach);
  for (const auto& [at, weight] : beliefs)
    if (axis.log_odds(at) < range.first || axis.log_odds(at) > range.second) left_out += weight;
  EXPECT_LE(left_out, 3 * reach);  // what is beyond the last point with more than that counts as nothing
  EXPECT_LT(axis.u(range.second) - axis.u(range.first), 8 * deviation * axis.step);
}

TEST(Window, WhatIsHardlyEverReachedAsksForNothing) {
  std::vector<double> mass(points, 0);
  put(axis.log_odds(3.2), 5e-4, mass);
  EXPECT_GT(reached(mass, 1e-3).first, reached(mass, 1e-3).second);  // untouched
  EXPECT_LT(reached(mass, 1e-5).first, reached(mass, 1e-5).second);
}

TEST(Window, RoundingInTheMassDoesNotReachTheGrid) {
  std::vector<double> mass(points, 0);
  put(axis.log_odds(4), 0.4, mass);
  put(axis.log_odds(8), 0.6, mass);
  const auto range = reached(mass, 1e-3);
  for (size_t i = 0; i < mass.size(); ++i) mass[i] += (i % 2 ? 1 : -1) * 1e-16;
  EXPECT_EQ(reached(mass, 1e-3), range);
}

TEST(Window, MorePointsLeaveLessBehind) {
  EXPECT_DOUBLE_EQ(reach(7), 1e-3);
  for (uint32_t p = 7; p < 60; ++p) EXPECT_LE(reach(p + 1), reach(p));
  EXPECT_GE(reach(1000), 1e-12);
}

}  // namespace
}  // namespace casus::solve

// The vector functions against the C library, and one instruction set against another.
#define CASUS_ISA lane_test
#define CASUS_TABLE lanes_of_baseline
#include "solve/lane_sets_impl.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "case_text.h"
#include "solve/lanes/kernel.h"

namespace casus {
namespace {

using namespace kernel::lane_test;

// Units in the last place of the true value.
double ulps(double got, double want) {
  return std::fabs(got - want) / (std::nextafter(std::fabs(want), INFINITY) - std::fabs(want));
}

void stay_within_bounds(const testing::LaneFunctions& of, const char* name) {
  std::mt19937_64 draw(1);
  std::uniform_real_distribution<double> size(-8, 2.85), sign(-1, 1);
  double worst_exp = 0, worst_log = 0, worst_asinh = 0;
  alignas(64) double in[lanes], out[lanes];
  for (int i = 0; i < 20000; ++i) {
    for (double& x : in) x = std::pow(10.0, size(draw)) * sign(draw);
    of.exp(in, out);
    for (size_t w = 0; w < lanes; ++w)
      if (std::fabs(in[w]) < 700) worst_exp = std::max(worst_exp, ulps(out[w], std::exp(in[w])));
    of.asinh(in, out);
    for (size_t w = 0; w < lanes; ++w) worst_asinh = std::max(worst_asinh, std::fabs(out[w] - std::asinh(in[w])));
    for (double& x : in) x = std::fabs(x) + 1e-300;
    of.log(in, out);
    for (size_t w = 0; w < lanes; ++w)
      if (std::fabs(in[w] - 1) > 1e-3) worst_log = std::max(worst_log, ulps(out[w], std::log(in[w])));
  }
  EXPECT_LE(worst_exp, 2) << name;
  EXPECT_LE(worst_log, 2) << name;
  EXPECT_LE(worst_asinh, 4e-15) << name;
}

TEST(Lane, ExpLogAndAsinhStayWithinTheirBounds) {
  stay_within_bounds(testing::lanes_of_baseline, "baseline");
#if defined(__x86_64__)
  if (solve::kernels_named("avx2")) stay_within_bounds(testing::lanes_of_avx2, "avx2");
  if (solve::kernels_named("avx512")) stay_within_bounds(testing::lanes_of_avx512, "avx512");
#endif
}

TEST(Lane, EdgesOfExp) {
  alignas(64) double in[lanes] = {0, -0.0, -709, -1e308, 708, 1e308, 1, -1}, out[lanes];
  exp(Lane::load(in)).store(out);
  EXPECT_EQ(out[0], 1);
  EXPECT_EQ(out[1], 1);
  EXPECT_EQ(out[2], 0);
  EXPECT_EQ(out[3], 0);
  EXPECT_NEAR(out[4] / std::exp(708), 1, 1e-14);
  EXPECT_TRUE(std::isfinite(out[5]));
}

TEST(Lane, FloorIsFloor) {
  alignas(64) double in[lanes] = {0, -0.5, 0.999999999999, 3, -3, 1e9 + 0.5, -1e9 - 0.5, 2.5}, out[lanes];
  floor(Lane::load(in)).store(out);
  for (size_t w = 0; w < lanes; ++w) EXPECT_EQ(out[w], std::floor(in[w]));
}

TEST(Kernels, InstructionSetsAgreeOnStencils) {
  alignas(64) double low[8], inverse[8], at[8];
  for (int w = 0; w < 8; ++w) {
    low[w] = -3 - 0.1 * w;
    inverse[w] = 2 + 0.2 * w;
    at[w] = -9 + 2.7 * w;
  }
  const solve::AxisView axis{low, inverse, 1, 13};
  uint32_t first_a[8], first_b[8];
  alignas(64) double weight_a[solve::stencil_points * 8], weight_b[solve::stencil_points * 8];
  solve::kernels_named("baseline")->stencils(axis, at, first_a, weight_a);
  for (const char* name : {"avx2", "avx512"}) {
    const solve::Kernels* k = solve::kernels_named(name);
    if (!k) continue;
    k->stencils(axis, at, first_b, weight_b);
    for (int w = 0; w < 8; ++w) {
      EXPECT_EQ(first_a[w], first_b[w]);
      double sum = 0;
      for (uint32_t i = 0; i < solve::stencil_points; ++i) {
        EXPECT_NEAR(weight_a[i * 8 + w], weight_b[i * 8 + w], 1e-12) << name;
        sum += weight_b[i * 8 + w];
      }
      EXPECT_NEAR(sum, 1, 1e-12);
    }
  }
  EXPECT_EQ(solve::kernels_named("sparc"), nullptr);
}

}  // namespace
}  // namespace casus

#include "lab/streaming.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace casus::lab {
namespace {

TEST(Streaming, MomentsByHandAndInParts) {
  Moments all, left, right;
  const double values[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
  for (double v : values) all.add(v);
  left.add(values[0]);
  for (int i = 1; i < 4; ++i) right.add(values[i]);
  left.merge(right);
  left.merge(Moments{});
  for (const Moments& m : {all, left}) {
    EXPECT_EQ(m.count(), 4u);
    EXPECT_DOUBLE_EQ(m.mean(), 1e9 + 10);
    EXPECT_DOUBLE_EQ(m.variance(), 30);  // 90 / 3; lost to cancellation by the sum of squares
    EXPECT_EQ(m.min(), 1e9 + 4);
    EXPECT_EQ(m.max(), 1e9 + 16);
  }
  EXPECT_EQ(Moments{}.mean(), 0);
  EXPECT_EQ(Moments{}.variance(), 0);
}

TEST(Streaming, WeightsCount) {
  Moments m;
  m.add(1, 3);
  m.add(5, 1);
  m.add(100, 0);
  EXPECT_DOUBLE_EQ(m.mean(), 2);
  EXPECT_DOUBLE_EQ(m.population_variance(), 3);
}

TEST(Streaming, ASmallSketchIsExact) {
  QuantileSketch sketch;
  for (int i = 100; i >= 1; --i) sketch.add(i);
  EXPECT_EQ(sketch.quantile(0.5), 50);
  EXPECT_EQ(sketch.quantile(0), 1);
  EXPECT_EQ(sketch.quantile(1), 100);
  EXPECT_EQ(sketch.share_below(25), 0.25);
  EXPECT_EQ(sketch.rank_error(), 0);
  EXPECT_TRUE(std::isnan(QuantileSketch().quantile(0.5)));
}

// A million numbers in any order: the rank of each answer is within the stated error, the memory is a few thousand
// numbers.
TEST(Streaming, ALargeSketchKeepsItsStatedError) {
  const uint64_t n = 1000000;
  QuantileSketch whole, first, second;
  for (uint64_t i = 0; i < n; ++i) {
    const auto x = static_cast<double>(base::permuted(i, n, 7));
    whole.add(x);
    (i % 3 == 0 ? first : second).add(x);
  }
  first.merge(second);
  for (const QuantileSketch* sketch : {&whole, &first}) {
    EXPECT_EQ(sketch->count(), n);
    EXPECT_LT(sketch->kept(), 2000u);
    EXPECT_LT(sketch->rank_error(), 0.01);
    for (double q : {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99}) {
      EXPECT_NEAR(sketch->quantile(q) / static_cast<double>(n), q, sketch->rank_error());
      EXPECT_NEAR(sketch->share_below(q * static_cast<double>(n)), q, sketch->rank_error());
    }
  }
}

// Wilson 1927; 8 of 10 at 95 %: 0.4902 to 0.9433 (Newcombe 1998, method 3).
TEST(Streaming, WilsonsInterval) {
  const Share s = wilson(8, 10);
  EXPECT_NEAR(s.low, 0.4902, 5e-5);
  EXPECT_NEAR(s.high, 0.9433, 5e-5);
  EXPECT_EQ(wilson(0, 10).low, 0);
  EXPECT_NEAR(wilson(0, 10).high, 0.2775, 5e-5);
  EXPECT_EQ(wilson(10, 10).high, 1);
  EXPECT_EQ(wilson(0, 0).high, 1);
}

TEST(Streaming, StoppingWaitsForTheWidestInterval) {
  const Stopping narrow = enough_worlds({wilson(500, 100000), wilson(50000, 100000)}, 0.01);
  EXPECT_TRUE(narrow.enough);
  const Stopping wide = enough_worlds({wilson(5, 1000), wilson(500, 1000)}, 0.01);
  EXPECT_FALSE(wide.enough);
  EXPECT_EQ(wide.widest, 1u);
  // 1.96^2 / 4 / 0.01^2 = 9604 worlds for a share of one half, a few less by Wilson.
  EXPECT_NEAR(static_cast<double>(wide.more + 1000), 9600, 20);
  EXPECT_TRUE(enough_worlds({}, 0.01).enough);
  EXPECT_FALSE(enough_worlds({wilson(0, 0)}, 0.01).enough);
}

}  // namespace
}  // namespace casus::lab

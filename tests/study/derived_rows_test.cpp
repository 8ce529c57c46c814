// Formulas of measures over rows of numbers, by hand: values, and how far off they are.
#include <gtest/gtest.h>

#include <cmath>

#include "study/derived.h"

namespace casus::study {
namespace {

// Two measures given two profiles, and formulas of them written as they are stored.
struct Rows : MeasureRows {
  std::vector<double> values{0.1, 0.3, 0.4, 0.6}, change{0.02, 0.02, 0.05, 0.05}, prior{0.5, 0.5};
  explicit Rows(const std::vector<std::string>& formulas) {
    profiles = 2;
    add(1, {});
    add(1, {});
    for (const auto& f : formulas) add(1, read_derived(f));
    values.resize(size);
    change.resize(size);
    fill_derived(*this, values, change, prior);
  }
  double value(uint32_t m, const Profiles& p = {}) const { return measured(*this, values, prior, m, 0, p); }
  double off(uint32_t m, const Profiles& p = {}) const {
    return measured_change(*this, values, change, prior, m, 0, p);
  }
};

TEST(DerivedRows, IsOffByWhatItsTermsAre) {
  const Rows rows({"0.0.* 1.0.* | div m0 m1", "0.0.* 1.0.* | sub m0 m1", "0.0.* 1.0.01 | div m0 m1",
                   "0.0.* 1.0.* | div m0 sub m1 0.5", "0.0.* 1.0.* | if lt m1 0.48 10 m0", "0.0.* | mul 0 m0"});
  EXPECT_NEAR(rows.value(2), 0.2 / 0.5, 1e-15);  // of means: the mean of ratios is 0.375
  EXPECT_NEAR(rows.value(2, {1, 0}), 0.25, 1e-15);
  EXPECT_NEAR(rows.values[rows.at(2, 0, 1)], 0.5, 1e-15);
  // One term after the other, the sizes added up: they may be off in either direction.
  EXPECT_NEAR(rows.off(2), (0.4 - 0.18 / 0.5) + (0.2 / 0.45 - 0.4), 1e-15);
  EXPECT_NEAR(rows.off(3), 0.02 + 0.05, 1e-15);
  EXPECT_NEAR(rows.off(0), 0.02, 1e-15);
  EXPECT_NEAR(rows.off(0, {0, 1}), 0.02, 1e-15);
  // A term that keeps to its own profiles, beside one that is asked for given others.
  EXPECT_NEAR(rows.value(4), 0.2 / 0.6, 1e-15);
  EXPECT_TRUE(std::isnan(rows.value(4, {1, 0})));
  // It has a value only because of the error of a term, or none at all.
  EXPECT_TRUE(std::isnan(rows.value(5)));
  EXPECT_TRUE(std::isnan(rows.off(5)));
  EXPECT_NEAR(rows.value(6), 0.2, 1e-15);
  EXPECT_NEAR(rows.off(6), 0.02 + 9.8, 1e-12);  // what is compared is too close
  EXPECT_EQ(rows.off(7), 0);
}

TEST(DerivedRows, IsOffWithoutBoundWhereATermMayVanish) {
  Rows rows({"0.0.* 1.0.* | div m0 sub m1 0.45"});
  EXPECT_NEAR(rows.value(2), 0.2 / 0.05, 1e-12);
  rows.change[2] = rows.change[3] = 0.05;
  EXPECT_TRUE(rows.off(2) > 1e12) << rows.off(2);
}

// Beyond 64 terms all move at once; that the last does not move changes nothing.
TEST(DerivedRows, OfManyTermsIsOffAllAtOnce) {
  MeasureRows rows;
  std::string parts, sum;
  for (uint32_t m = 0; m < 70; ++m) {
    rows.add(1, {});
    parts += std::to_string(m) + ".0.* ";
    sum += m + 1 < 70 ? " add m" + std::to_string(m) : " m69";
  }
  rows.add(1, read_derived(parts + "|" + sum));
  std::vector<double> values(rows.size, 1), change(rows.size, 0.01);
  EXPECT_NEAR(measured(rows, values, {1}, 70, 0), 70, 1e-12);
  EXPECT_NEAR(measured_change(rows, values, change, {1}, 70, 0), 0.7, 1e-12);
  change[69] = 0;
  EXPECT_NEAR(measured_change(rows, values, change, {1}, 70, 0), 0.69, 1e-12);
}

}  // namespace
}  // namespace casus::study

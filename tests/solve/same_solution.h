// Holds two solutions of the same game against each other.
#pragma once
#include <gtest/gtest.h>

#include "solve/solution.h"

namespace casus::testing {

inline void expect_same(const solve::Solution& a, const solve::Solution& b, double tolerance) {
  ASSERT_EQ(a.values.size(), b.values.size());
  for (size_t i = 0; i < a.values.size(); ++i) EXPECT_NEAR(a.values[i], b.values[i], tolerance);
  for (size_t m = 0; m < a.measures.size(); ++m)
    for (size_t i = 0; i < a.measures[m].by_profile.size(); ++i)
      EXPECT_NEAR(a.measures[m].by_profile[i], b.measures[m].by_profile[i], tolerance) << "measure " << m;
}

}  // namespace casus::testing

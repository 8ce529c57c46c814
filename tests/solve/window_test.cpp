// Windows of belief: how far they reach.
#include "solve/belief/window.h"

#include <gtest/gtest.h>

namespace casus::solve {
namespace {

TEST(Window, MorePointsLeaveLessBehind) {
  EXPECT_DOUBLE_EQ(reach(7), 1e-3);
  for (uint32_t p = 7; p < 60; ++p) EXPECT_LE(reach(p + 1), reach(p));
  EXPECT_GE(reach(1000), 1e-12);
}

}  // namespace
}  // namespace casus::solve

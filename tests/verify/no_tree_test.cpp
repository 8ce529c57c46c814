// What has no tree, and says so.
#include <gtest/gtest.h>

#include "case_text.h"
#include "verify/unroll.h"

namespace casus {
namespace {

TEST(NoTree, WhatIsPaidHangsOnBeliefs) {
  const auto c = testing::load(R"(case "an image"
horizon 1 rounds
precision 4
actor Worker { types { able: 0.4, slow: otherwise } }
round { move Learn by Worker { rest school pays Worker: if Worker is able then -0.3 else -0.9 } }
payoff Worker { at end: 2 * belief(Worker.able) }
measure schools = P(ever Learn.school)
)");
  const auto g = testing::compile(c);
  const auto unrolled = verify::unroll(g, testing::world(g, {}), {});
  EXPECT_FALSE(unrolled.value);
  EXPECT_NE(unrolled.error.find("hangs on what is believed"), std::string::npos) << unrolled.error;
}

}  // namespace
}  // namespace casus

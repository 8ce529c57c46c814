#include "study/accuracy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace casus::study {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

solve::Certificate judged_on_a_grid() {
  solve::Certificate c;
  c.method = solve::Method::grid;
  c.judged = true;
  return c;
}

TEST(Shortfall, NamesWhatIsWrong) {
  auto c = judged_on_a_grid();
  EXPECT_EQ(shortfall(c, 1e-4, true), "");
  c.effect = 5e-4;
  EXPECT_EQ(shortfall(c, 1e-4, false), "");
  EXPECT_THAT(shortfall(c, 1e-4, true), HasSubstr("measures would change by up to 0.0005"));
  c = judged_on_a_grid();
  c.distance = 0.5;
  EXPECT_THAT(shortfall(c, 1e-4, true), HasSubstr("choices are up to 0.5 off"));
}

// No accuracy makes an equilibrium of what somebody would not do, were it ever asked for.
TEST(Shortfall, AWrongThreatIsNoMatterOfAccuracy) {
  auto c = judged_on_a_grid();
  c.distance = c.effect = 5e-13;
  c.regret_anywhere = 0.026;
  EXPECT_THAT(shortfall(c, 1, false), AllOf(HasSubstr("loses 2.6 % of the stakes"), Not(HasSubstr("--accuracy"))));
}

}  // namespace
}  // namespace casus::study

#include "study/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/small_case.h"

namespace casus::study {
namespace {

using testing::HasSubstr;

model::Case small() {
  return *language::load_text("small.casus", small_case).value;
}

TEST(Settings, FixesAParameterAndSaysWhenItIsImplausible) {
  model::Case c = small();
  const auto inside = apply_setting(c, "prize = 1.2");
  ASSERT_TRUE(inside.ok());
  EXPECT_EQ(*inside, "");
  const auto p = *model::find_param(c, "prize");
  EXPECT_EQ(c.params[p].distribution, model::Distribution::fixed);
  EXPECT_EQ(c.pool[c.params[p].formula].value, 1.2);
  const auto outside = apply_setting(c, "cost[weak]=9");
  ASSERT_TRUE(outside.ok());
  EXPECT_THAT(*outside, HasSubstr("cost[weak] = 9 lies outside"));
}

TEST(Settings, FixesWhereAStateStarts) {
  model::Case c = small();
  ASSERT_TRUE(apply_setting(c, "held=challenger").ok());
  ASSERT_TRUE(apply_setting(c, "armed=2").ok());
  EXPECT_EQ(c.states[0].initial, 1);
  EXPECT_EQ(c.states[1].initial, 2);
}

TEST(Settings, SayWhatIsWrong) {
  model::Case c = small();
  EXPECT_THAT(apply_setting(c, "priz=1").error(), HasSubstr("did you mean 'prize'?"));
  EXPECT_THAT(apply_setting(c, "held=chalenger").error(), HasSubstr("did you mean 'challenger'?"));
  EXPECT_THAT(apply_setting(c, "armed=3").error(), HasSubstr("from 0 to 2"));
  EXPECT_THAT(apply_setting(c, "prize=much").error(), HasSubstr("no number"));
  EXPECT_THAT(apply_setting(c, "prize=nan").error(), HasSubstr("no number"));
  EXPECT_THAT(apply_setting(c, "prize").error(), HasSubstr("name=value"));
}

TEST(Settings, ASetParameterLosesItsCorrelations) {
  model::Case c = small();
  c.correlations = {{3, 4, 0.5, {}}};
  ASSERT_TRUE(apply_setting(c, "prize=1").ok());
  EXPECT_TRUE(c.correlations.empty());
}

}  // namespace
}  // namespace casus::study

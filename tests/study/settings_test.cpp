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

// As in a case.
TEST(Settings, TakeEveryFormThatTheLanguageHas) {
  model::Case c = small();
  auto& called = c.states.emplace_back();
  called.name = "called";
  called.kind = model::StateKind::boolean;
  called.high = 1;
  for (const auto& [word, value] : {std::pair("true", 1), {"false", 0}, {"yes", 1}, {"no", 0}}) {
    ASSERT_TRUE(apply_setting(c, std::string("called=") + word).ok()) << word;
    EXPECT_EQ(c.states.back().initial, value) << word;
  }
  EXPECT_FALSE(apply_setting(c, "held=true").ok());
  ASSERT_TRUE(apply_setting(c, "luck=30%").ok());
  const auto p = *model::find_param(c, "luck");
  EXPECT_DOUBLE_EQ(c.pool[c.params[p].formula].value, 0.3);
  for (const char* wrong : {"luck=%", "luck=30 %", "luck=30%%", "luck=%30"})
    EXPECT_THAT(apply_setting(c, wrong).error(), HasSubstr("is no number")) << wrong;
}

TEST(Settings, EachNameIsSetOnce) {
  model::Case c = small();
  EXPECT_EQ(apply_settings(c, {"luck=0.2", "prize = 1", "luck = 30%"}).error(),
            "'luck' is set twice, to 0.2 and to 30%; give it one value");
  model::Case fresh = small();
  const auto remarks = apply_settings(fresh, {"luck=0.2", "prize=9"});
  ASSERT_TRUE(remarks.ok());
  EXPECT_THAT(*remarks, testing::ElementsAre(HasSubstr("prize = 9 lies outside")));
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

// Only what is a precision and nothing else.
TEST(Settings, APrecisionMayBeInfinite) {
  const auto loaded = language::load_text("care.casus", R"(
case "Care"
horizon 1 rounds
precision care
actor A
actor B { precision both }
param care ~ uniform(1, 5)
param both = 2
round { move M by A { go pays A: both
  stay } }
)");
  ASSERT_TRUE(loaded.value) << base::render_text(loaded.diagnostics, loaded.sources, false);
  model::Case c = *loaded.value;
  const auto set = apply_setting(c, "care=infinity");
  ASSERT_TRUE(set.ok());
  EXPECT_THAT(*set, HasSubstr("care = infinity lies outside"));
  EXPECT_EQ(c.pool[c.params[*model::find_param(c, "care")].formula].value, INFINITY);
  EXPECT_THAT(apply_setting(c, "both=infinity").error(), HasSubstr("'both' cannot be infinite"));
  EXPECT_THAT(apply_setting(c, "care=inf").error(), HasSubstr("no number"));
  EXPECT_THAT(apply_setting(c, "care=-infinity").error(), HasSubstr("no number"));
}

}  // namespace
}  // namespace casus::study

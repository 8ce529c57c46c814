// The commands on stored studies, as a user runs them.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "app/program.h"
#include "study/small_case.h"

namespace casus::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

struct Studies : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    write("small.casus", study::small_case);
  }
};

size_t widest_line(const std::string& text) {
  size_t widest = 0, begin = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    size_t letters = 0;
    for (size_t i = begin; i < end; ++i) letters += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    widest = std::max(widest, letters);
  }
  return widest;
}

TEST_F(Studies, AnalyseSaysAllThreeShort) {
  ASSERT_EQ(casus("run small.casus --worlds 300 --out a.sqlite").code, 0);
  const auto all = casus("analyse a.sqlite");
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, AllOf(HasSubstr("What 'lost' under free hangs on"), HasSubstr("luck matters most"),
                             HasSubstr("Where 'Arming keeps the province' fails (claim claim_1)"),
                             HasSubstr("Which policy to take"), HasSubstr("What it would be worth to know first"),
                             HasSubstr("300 worlds (Latin hypercube, seed 1)")));
  EXPECT_LE(widest_line(all.out), 80u);
  EXPECT_THAT(all.out, Not(HasSubstr("\033[")));
}

TEST_F(Studies, AnalyseAnswersEachQuestion) {
  ASSERT_EQ(casus("run small.casus --worlds 300 --out a.sqlite").code, 0);
  const auto sensitivity =
      casus("analyse a.sqlite --sensitivity --measure \"hit[Hawk.weak]\" --policy arm --minus free");
  EXPECT_THAT(sensitivity.out, AllOf(HasSubstr("the difference in 'hit[Hawk.weak]', arm less free"),
                                     HasSubstr("(Plischke"), HasSubstr("--design saltelli")));
  EXPECT_THAT(sensitivity.out, Not(HasSubstr("Which policy")));
  const auto discover = casus("analyse a.sqlite --discover --claim claim_1 --best arm --regret-above 0.02");
  EXPECT_THAT(discover.out,
              AllOf(HasSubstr("1. "), HasSubstr("quasi-p"), HasSubstr("CART"),
                    HasSubstr("Where arm is the best policy"), HasSubstr("is more than 2.0 points from")));
  const auto decide = casus("analyse a.sqlite --decide --require \"lost<=20%\" --front lost:min,gain:max");
  EXPECT_THAT(decide.out, AllOf(HasSubstr("'lost' at most 20 %"), HasSubstr("satisficing"), HasSubstr("Pareto front"),
                                HasSubstr("Hurwicz"), HasSubstr("Savage")));
  const auto json = Json::parse(casus("analyse a.sqlite --json").out);
  EXPECT_EQ(json["kind"], "analyse");
  EXPECT_EQ(json["sensitivity"][0]["params"].size(), 5u);
  EXPECT_GT(json["discovery"].size(), 0u);
  EXPECT_EQ(json["decision"]["measure"], "lost");
}

TEST_F(Studies, AnalyseRefusesWhatItCannotRead) {
  ASSERT_EQ(casus("run small.casus --worlds 60 --out a.sqlite").code, 0);
  EXPECT_EQ(casus("analyse").code, 2);
  EXPECT_EQ(casus("analyse nowhere.sqlite").code, 2);
  EXPECT_EQ(casus("analyse small.casus").code, 2);
  EXPECT_THAT(casus("analyse a.sqlite --measure lots").err, HasSubstr("did you mean 'lost'?"));
  EXPECT_THAT(casus("analyse a.sqlite --policy fre").err, HasSubstr("did you mean 'free'?"));
  EXPECT_THAT(casus("analyse a.sqlite --decide --require lost").err, HasSubstr("is no demand"));
  EXPECT_THAT(casus("analyse a.sqlite --decide --front lost").err, HasSubstr("which way is better"));
  EXPECT_THAT(casus("analyse a.sqlite --discover --best lucky").err, HasSubstr("never called the best"));
  ASSERT_EQ(casus("run small.casus --worlds 9 --out few.sqlite").code, 0);
  const auto few = casus("analyse few.sqlite --sensitivity");
  EXPECT_EQ(few.code, 1);
  EXPECT_THAT(few.err, HasSubstr("at least 50 worlds"));
}

TEST_F(Studies, ASaltelliStudyIsReadAsOne) {
  const auto run = casus("run small.casus --worlds 800 --design saltelli --out a.sqlite --json");
  ASSERT_EQ(run.code, 0);
  EXPECT_EQ(Json::parse(run.out)["worlds"], 768);
  EXPECT_THAT(casus("analyse a.sqlite --sensitivity").out,
              AllOf(HasSubstr("Jansen 1999 on 64"), HasSubstr("in all")));
}

}  // namespace
}  // namespace casus::app

// The library's objects as a program outside uses them: include/casus/ only, but for what they are held to.
#include "casus/project.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "casus/study.h"
#include "threat.h"

namespace casus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Project, TellsWhatIsInTheCase) {
  const auto p = Project::from_text("threat.casus", threat);
  ASSERT_TRUE(p.sound()) << p.diagnostics_text();
  EXPECT_EQ(p.title(), "A threat and an answer");
  ASSERT_EQ(p.actors().size(), 2u);
  EXPECT_THAT(p.actors()[0].types, ElementsAre("strong", "weak"));
  EXPECT_EQ(p.policies()[2].name, "lucky");
  EXPECT_TRUE(p.policies()[2].counterfactual);
  EXPECT_EQ(p.measures()[0].rounds, 2u);
  const auto parameters = p.parameters();
  ASSERT_EQ(parameters[0].name, "p_strong");
  EXPECT_TRUE(parameters[0].uncertain);
  EXPECT_NEAR(parameters[0].median, 0.5, 1e-12);
  EXPECT_NEAR(parameters[0].low, 0.23, 1e-12);
}

TEST(Project, MistakesAreData) {
  const auto p = Project::from_text(
      "x.casus", "case \"x\"\nhorizon 1 rounds \"day\"\nprecision 1\nactor Al\nmeasure m = E(payoff(Bl))\n");
  EXPECT_FALSE(p.sound());
  const auto all = p.diagnostics();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.back().file, "x.casus");
  EXPECT_EQ(all.back().line, 5u);
  EXPECT_TRUE(all.back().error);
  EXPECT_THAT(p.diagnostics_text(), HasSubstr("x.casus:5:"));
  EXPECT_FALSE(p.solve_all().front().ok());
  EXPECT_FALSE(p.study({}).ok());
}

TEST(Project, SettingsThatMakeNoSenseAreOneSentence) {
  const auto p = Project::from_text("threat.casus", threat, {.settings = {"lck=0.2"}});
  EXPECT_FALSE(p.sound());
  EXPECT_TRUE(p.diagnostics().empty());
  EXPECT_THAT(p.error(), HasSubstr("luck"));
}

// A text in an editor takes the place of the file, a module's and an overlay's too, and no file need exist.
TEST(Project, TextsStandInThePlaceOfFiles) {
  const ProjectOptions options{
      .overlays = {"later.casus"},
      .texts = {{"./main.casus",
                 "case \"m\"\nhorizon 1 rounds \"day\"\nprecision 1\nuse \"part\"\nactor B\nround { move Take by B { "
                 "little  much pays B: size } }\nmeasure gain = E(payoff(B))\n"},
                {"part.casus", "module \"part\"\nparam size = 2\n"},
                {"./part.casus", "module \"part\"\nparam size = 3\n"},
                {"later.casus", "param size = 4\n"}},
      .only_texts = true};
  const auto p = Project::open("./main.casus", options);
  ASSERT_TRUE(p.sound()) << p.diagnostics_text();
  EXPECT_EQ(p.parameters()[0].median, 4);
  auto without = options;
  without.overlays.clear();
  EXPECT_EQ(Project::open("./main.casus", without).parameters()[0].median, 3);
  without.texts.erase("./part.casus");
  EXPECT_FALSE(Project::open("./main.casus", without).sound());
}

TEST(Project, LeversAddPolicies) {
  const auto p = Project::from_text("threat.casus", threat, {.levers = {"luck=0.2:0.4:3"}, .policies = {"free"}});
  ASSERT_TRUE(p.sound()) << p.error();
  ASSERT_EQ(p.policies().size(), 6u);
  EXPECT_TRUE(p.policies().back().by_lever);
  const auto worlds = p.solve_all({.policies = {"arm"}});
  ASSERT_EQ(worlds.size(), 4u);
  EXPECT_EQ(p.solve("arm").policy(), "arm");
}

TEST(Project, RequestsThatMakeNoSenseAreRefused) {
  const auto p = Project::from_text("threat.casus", threat);
  EXPECT_THAT(p.solve("armm").error(), HasSubstr("arm"));
  EXPECT_THAT(p.solve_all({.values = {{"luc", 0.2}}}).front().error(), HasSubstr("luck"));
  EXPECT_THAT(p.solve_all({.values = {{"luck", NAN}}}).front().error(), HasSubstr("no number"));
  EXPECT_THAT(p.solve("free", {.method = {.points = 3}}).error(), HasSubstr("from 5 to"));
  EXPECT_THAT(p.solve("free", {.method = {.accuracy = 0.0}}).error(), HasSubstr("accuracy"));
  EXPECT_THAT(p.study({.until = 2}).error(), HasSubstr("intervals"));
  EXPECT_FALSE(p.study({.worlds = 0}).ok());
  const std::atomic<bool> stop{true};
  const auto stopped = p.solve("free", {}, &stop);
  EXPECT_TRUE(stopped.stopped());
  EXPECT_FALSE(stopped.ok());
}

}  // namespace
}  // namespace casus

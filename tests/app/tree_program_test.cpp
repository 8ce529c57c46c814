// `casus solve` on game trees: what the options mean, and that no profile passes for more than it is.
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/program.h"

namespace casus::app {
namespace {

using nlohmann::json;

struct Trees : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    write("one.efg",
          "EFG 2 R \"one\" { \"A\" }\np \"\" 1 1 \"\" { \"l\" \"r\" } 0\nt \"\" 1 \"\" { 1 }\nt \"\" 2 \"\" { 0 }\n");
    write("pennies.nfg", "NFG 1 R \"pennies\" { \"A\" \"B\" } { 2 2 } 3 -3 -1 1 -1 1 1 -1\n");
  }
};

TEST_F(Trees, PrecisionAsksForTheLogitEquilibrium) {
  const auto run = casus("solve one.efg --precision 2,5 --json");
  ASSERT_EQ(run.code, 0) << run.err;
  const auto solutions = json::parse(run.out)["solutions"];
  ASSERT_EQ(solutions.size(), 2u);
  for (const auto& s : solutions) {
    const double precision = s["precision"];
    const double p = s["information_sets"][0]["actions"][0]["probability"];
    EXPECT_NEAR(p, 1 / (1 + std::exp(-precision)), 1e-14);
  }
  const auto limit = json::parse(casus("solve one.efg --json").out)["solutions"];
  ASSERT_EQ(limit.size(), 1u);
  EXPECT_EQ(limit[0]["information_sets"][0]["actions"][0]["probability"], 1.0);
  EXPECT_EQ(limit[0]["certificate"]["equilibrium"], true);
}

TEST_F(Trees, TheBranchIsCsvOrJson) {
  const auto csv = casus("solve one.efg --branch --precision 3");
  ASSERT_EQ(csv.code, 0) << csv.err;
  EXPECT_EQ(csv.out.rfind("precision,step,residual,1:1:1:l,1:1:1:r\n", 0), 0u) << csv.out;
  const auto all = json::parse(casus("solve one.efg --branch --precision 3 --json").out);
  ASSERT_EQ(all["actions"].size(), 2u);
  EXPECT_EQ(all["actions"][1], json::parse(R"({"player": 1, "number": 1, "label": "", "action": "r"})"));
  const auto& points = all["branch"];
  ASSERT_FALSE(points.empty());
  EXPECT_EQ(points.back()["precision"], 3.0);
  EXPECT_NEAR(points.back()["probabilities"][0], 1 / (1 + std::exp(-3.0)), 1e-9);
}

TEST_F(Trees, OptionsThatDoNotBelongAreRefused) {
  write("small.casus", "case \"small\"\nhorizon 1 rounds\nactor A\nround { move M by A { l pays A: 1\n r } }\n");
  for (const char* line :
       {"solve one.efg --method limit --precision 3", "solve one.efg --method pure --precision 3",
        "solve one.efg --branch --method pure", "solve one.efg --csv", "solve one.efg --set x=1",
        "solve one.efg --precision -1", "solve one.efg --max-folds 2 --method pure", "solve one.efg --max-folds -1",
        "solve small.casus --precision 3", "solve small.casus --branch"}) {
    const auto run = casus(line);
    EXPECT_EQ(run.code, 2) << line;
    EXPECT_NE(run.err, "") << line;
    EXPECT_EQ(run.out, "") << line;
  }
}

TEST_F(Trees, NamesThatAreNoUtf8DoNotStopJson) {
  write("old.efg",
        "EFG 2 R \"caf\xE9\" { \"A\" }\np \"\" 1 1 \"\" { \"\xE9t\xE9\" \"r\" } 0\nt \"\" 1 { 1 }\nt \"\" 0\n");
  const auto run = casus("solve old.efg --json");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(json::parse(run.out)["title"], "caf\uFFFD");
  EXPECT_TRUE(json::parse(run.out)["casus"].is_string());
}

TEST_F(Trees, WhatCannotBeReadIsSaid) {
  write("empty.efg", "");
  std::filesystem::create_directory(folder / "folder.efg");
  for (const auto& [file, why] : {std::pair("empty.efg", "empty.efg:1:1: error: an extensive-form file starts with"),
                                  std::pair("none.efg", "cannot read 'none.efg': No such file"),
                                  std::pair("folder.efg", "cannot read 'folder.efg': Is a directory")}) {
    const auto run = casus(std::string("solve ") + file);
    EXPECT_EQ(run.code, 2) << file;
    EXPECT_NE(run.err.find(why), std::string::npos) << run.err;
  }
}

TEST_F(Trees, NashEquilibriaAreJudgedByWholeStrategies) {
  for (const char* method : {"support", "zero-sum"}) {
    const auto run = casus(std::string("solve pennies.nfg --json --method ").append(method));
    ASSERT_EQ(run.code, 0) << run.err;
    const auto answer = json::parse(run.out);
    ASSERT_EQ(answer["solutions"].size(), 1u) << method;
    EXPECT_EQ(answer["solutions"][0]["certificate"]["equilibrium"], true);
    // A plays its first strategy with x: B gets 1 - 4x by its first and 2x - 1 by its second, alike at x = 1/3.
    EXPECT_NEAR(answer["solutions"][0]["information_sets"][0]["actions"][0]["probability"], 1.0 / 3, 1e-9);
  }
  const auto none = casus("solve pennies.nfg --json --method pure");
  ASSERT_EQ(none.code, 0) << none.err;
  EXPECT_TRUE(json::parse(none.out)["solutions"].empty());
}

TEST_F(Trees, EveryFigureSaysOfWhichDeviationItIs) {
  write("entry.efg",
        "EFG 2 R \"entry\" { \"E\" \"I\" }\np \"\" 1 1 \"\" { \"out\" \"in\" } 0\nt \"\" 1 \"\" { 0 2 }\n"
        "p \"\" 2 1 \"\" { \"fight\" \"yield\" } 0\nt \"\" 2 \"\" { -1 -1 }\nt \"\" 3 \"\" { 1 1 }\n");
  // Staying out for fear of a fight is a Nash equilibrium, though fighting costs the incumbent 2 of its range of 3.
  const auto pure = casus("solve entry.efg --method pure --json");
  ASSERT_EQ(pure.code, 0) << pure.err;
  const auto solutions = json::parse(pure.out)["solutions"];
  ASSERT_EQ(solutions.size(), 2u);
  const json threat = solutions[0]["certificate"], perfect = solutions[1]["certificate"];
  EXPECT_NEAR(threat["relative_agent_gain"], 2.0 / 3, 1e-15);
  for (const auto& c : {threat, perfect}) {
    EXPECT_EQ(c["judged_by"], "relative_strategy_gain");
    EXPECT_EQ(c["relative_gain"], c["relative_strategy_gain"]);
    EXPECT_EQ(c["relative_gain"], 0.0);
    EXPECT_EQ(c["equilibrium"], true);
  }
  EXPECT_EQ(perfect["relative_agent_gain"], 0.0);
  const auto text = casus("solve entry.efg --method pure").out;
  EXPECT_NE(
      text.find("relative gain by a whole strategy 0, by which a Nash equilibrium is judged\n  relative gain at one "
                "information set 0.667, which a Nash equilibrium allows off the path of play\n"),
      std::string::npos)
      << text;

  // A logit equilibrium leaves gains and is judged by its own conditions.
  const auto logit = casus("solve entry.efg --precision 2 --json");
  ASSERT_EQ(logit.code, 0) << logit.err;
  const json c = json::parse(logit.out)["solutions"][0]["certificate"];
  EXPECT_GT(c["relative_strategy_gain"], 0.01);
  EXPECT_EQ(c["judged_by"], "payoff_residual");
  EXPECT_LT(c["payoff_residual"], 1e-14);
  EXPECT_EQ(c["equilibrium"], true);
  EXPECT_FALSE(c.contains("relative_gain"));
}

TEST_F(Trees, WhoForgetsIsNotJudgedByWhatIsNotComputed) {
  // A meets its information set twice, and gets 4 only by going left and then right: never by a pure strategy.
  write("driver.efg",
        "EFG 2 R \"driver\" { \"A\" \"B\" }\np \"\" 1 1 \"\" { \"l\" \"r\" } 0\np \"\" 1 1 0\nt \"\" 1 \"\" { 0 0 }\n"
        "t \"\" 2 \"\" { 4 1 }\nt \"\" 3 \"\" { 1 0 }\n");
  const auto pure = casus("solve driver.efg --method pure --json");
  ASSERT_EQ(pure.code, 0) << pure.err;
  const auto solutions = json::parse(pure.out)["solutions"];
  ASSERT_EQ(solutions.size(), 1u);
  EXPECT_EQ(solutions[0]["information_sets"][0]["actions"][1]["probability"], 1.0);
  EXPECT_EQ(solutions[0]["certificate"]["strategy_gain"], json::parse("[0.0, 0.0]"));
  EXPECT_NE(pure.out.find("imperfect recall"), std::string::npos);
  const auto support = casus("solve driver.efg --method support");
  EXPECT_EQ(support.code, 1);
  EXPECT_NE(support.err.find("needs perfect recall"), std::string::npos) << support.err;
  const auto limit = casus("solve driver.efg --json");
  EXPECT_EQ(limit.code, 0) << limit.err;
  EXPECT_TRUE(json::parse(limit.out)["solutions"][0]["certificate"]["strategy_gain"][0].is_null());
  EXPECT_NE(limit.out.find("whether a player would gain by a whole other strategy is not known"), std::string::npos);
}

TEST_F(Trees, WhatGainsMoreThanTheToleranceIsNoEquilibrium) {
  // Rounding leaves gains of 1e-16, which no tolerance but an absurd one refuses.
  ASSERT_EQ(casus("unroll '" CASUS_SOURCE_DIR "/cases/chain-store.casus' -o game.efg").code, 0);
  EXPECT_EQ(casus("solve game.efg").code, 0);
  const auto run = casus("solve game.efg --tolerance 1e-300");
  EXPECT_EQ(run.code, 1);
  EXPECT_NE(run.out.find("NOT AN EQUILIBRIUM"), std::string::npos) << run.out;
}

}  // namespace
}  // namespace casus::app

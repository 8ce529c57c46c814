// Infinite precision from the command line: what is answered, what is told of the end, and what is refused.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "app/program.h"

namespace casus::app {
namespace {

using Json = nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string beer = R"(case "Beer and quiche" source "Cho & Kreps 1987"
horizon 1 rounds "morning"
precision lam
param lam = 20
param reward = 2
actor Sender { types { surly: 0.9, weak: otherwise } }
actor Other
round {
  move Breakfast by Sender { beer pays Sender: if Sender is surly then 1 else 0
    quiche pays Sender: if Sender is surly then 0 else 1 }
  move Duel by Other { duel pays Other: if Sender is weak then 1 else -1
    leave pays Sender: reward }
}
measure beer = P(ever Breakfast.beer)
measure duel = P(ever Duel.duel)
claim "The weak type drinks beer" { beer[Sender.weak] > 0.99 }
)";

struct Infinity : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    write("beer.casus", beer);
  }
  // Without the breaks and indents of a page.
  static std::string in_one_line(const std::string& text) {
    std::istringstream words(text);
    std::string out;
    for (std::string word; words >> word;) out += word + " ";
    return out;
  }
  static size_t count(const std::string& text, const std::string& part) {
    size_t n = 0;
    for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
    return n;
  }
};

TEST_F(Infinity, SolveFollowsTheBranchToItsEnd) {
  const auto json = Json::parse(casus("solve beer.casus --set lam=infinity --json").out);
  EXPECT_EQ(json["params"]["lam"], "infinity");
  const auto& answer = json["policies"][0];
  EXPECT_NEAR(answer["measures"]["beer"]["value"].get<double>(), 1, 1e-12);
  EXPECT_NEAR(answer["measures"]["duel"]["value"].get<double>(), 0, 1e-12);
  EXPECT_GT(answer["certificate"]["ended_at"].get<double>(), 1e4);
  EXPECT_LE(answer["certificate"]["gain_at_end"].get<double>(), 1.000001e-6);
  EXPECT_EQ(answer["certificate"]["failed"], 0);
  EXPECT_FALSE(Json::parse(casus("solve beer.casus --json").out)["policies"][0]["certificate"].contains("ended_at"));

  const std::string text = in_one_line(casus("solve beer.casus --set lam=infinity").out);
  EXPECT_THAT(text, AllOf(HasSubstr("lam=infinity"), HasSubstr("Precision is infinite"), HasSubstr("of the stakes")));
}

TEST_F(Infinity, ACaseMayStateIt) {
  for (const auto& [from, to] : {std::pair("precision lam\nparam lam = 20", "precision infinity"),
                                 std::pair("param lam = 20", "param lam = infinity")}) {
    std::string text = beer;
    text.replace(text.find(from), std::string(from).size(), to);
    write("endless.casus", text);
    const auto solved = casus("solve endless.casus --json");
    ASSERT_EQ(solved.code, 0) << solved.err;
    EXPECT_NEAR(Json::parse(solved.out)["policies"][0]["measures"]["beer"]["value"].get<double>(), 1, 1e-12);
    EXPECT_EQ(casus("check endless.casus").code, 0);
    EXPECT_EQ(casus("format endless.casus --check").code, casus("format beer.casus --check").code);
  }
}

TEST_F(Infinity, ARunKeepsItAndTellsTheEnd) {
  const auto run = casus("run beer.casus --set lam=infinity --out kept.sqlite");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("Precision is infinite"), HasSubstr("weak type drinks beer")));
  const auto json = Json::parse(casus("run beer.casus --set lam=infinity --no-store --json").out);
  EXPECT_EQ(json["claims"][0]["share"], 1);
  EXPECT_EQ(json["median_world"]["params"]["lam"], "infinity");
  EXPECT_GT(json["median_world"]["policies"][0]["certificate"]["ended_at"].get<double>(), 1e4);
  // The study's own file gives it back.
  EXPECT_THAT(casus("export kept.sqlite --table worlds").out, AnyOf(HasSubstr("inf"), HasSubstr("infinity")));
}

TEST_F(Infinity, IsRefusedWithACaretWhereItMeansNothing) {
  std::string text = beer;
  text.replace(text.find("param reward = 2"), 16, "param reward = infinity");
  write("paid.casus", text);
  const auto paid = casus("solve paid.casus");
  EXPECT_EQ(paid.code, 2);
  EXPECT_THAT(paid.err, AllOf(HasSubstr("paid.casus:5:16: error: 'reward' cannot be infinite"), HasSubstr("^^^^^^^^")));
  const auto set = casus("solve beer.casus --set reward=infinity");
  EXPECT_EQ(set.code, 2);
  EXPECT_THAT(set.err, HasSubstr("'reward' cannot be infinite"));
}

TEST_F(Infinity, IsOneErrorOnBeliefGrids) {
  for (const char* command : {"solve beer.casus --points 17", "run beer.casus --no-store --exact-up-to 0",
                              "check beer.casus --exact-up-to 0", "verify beer.casus"}) {
    const auto refused = casus(std::string(command) + " --set lam=infinity");
    EXPECT_EQ(refused.code, 2) << command;
    EXPECT_EQ(refused.out, "") << command;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("beer.casus:3:11: error: the precision of 'Sender' is infinite"),
                                   HasSubstr("give a finite precision"), HasSubstr("precision lam")))
        << command;
    EXPECT_EQ(count(refused.err, "error:"), 1u) << refused.err;
  }
}

// Nothing is said of other equilibria where none was looked for.
TEST_F(Infinity, IsRefusedWithBranches) {
  for (const char* command : {"solve beer.casus --branches", "run beer.casus --branches 1 --no-store"}) {
    const auto refused = casus(std::string(command) + " --set lam=infinity");
    EXPECT_EQ(refused.code, 2) << command;
    EXPECT_EQ(refused.out, "") << command;
    EXPECT_THAT(refused.err, HasSubstr("give a finite precision")) << command;
  }
}

TEST_F(Infinity, ATreeIsWrittenWithoutPrecisionOrNotAtAll) {
  const auto tree = casus("unroll beer.casus --set lam=infinity");
  EXPECT_EQ(tree.code, 0) << tree.err;
  EXPECT_THAT(tree.out, HasSubstr("as precision grows"));
  const auto by_round = casus("unroll beer.casus --set lam=infinity --by-round");
  EXPECT_EQ(by_round.code, 2);
  EXPECT_THAT(by_round.err, HasSubstr("the precision of Sender is infinite"));
}

// A precision in other units of payoff is the same precision, however large the number; where numbers are too coarse
// for it, that is told.
TEST_F(Infinity, FinitePrecisionsAreSolvedOrRefused) {
  for (const char* precision : {"1e6", "1e7"}) {
    const auto solved = casus(std::string("solve beer.casus --json --set lam=") + precision);
    ASSERT_EQ(solved.code, 0) << precision << solved.err;
    const auto answer = Json::parse(solved.out)["policies"][0];
    EXPECT_EQ(answer["certificate"]["failed"], 0) << precision;
    EXPECT_NEAR(answer["measures"]["beer"]["value"].get<double>(), 1, 1e-12) << precision;
  }
  std::string small = beer;
  for (const auto& [from, to] :
       {std::pair("if Sender is surly then 1 else 0", "if Sender is surly then 1e-7 else 0"),
        std::pair("if Sender is surly then 0 else 1", "if Sender is surly then 0 else 1e-7"),
        std::pair("if Sender is weak then 1 else -1", "if Sender is weak then 1e-7 else -1e-7"),
        std::pair("reward = 2", "reward = 2e-7"), std::pair("lam = 20", "lam = 20e7")})
    small.replace(small.find(from), std::string(from).size(), to);
  write("small.casus", small);
  const auto one = Json::parse(casus("solve beer.casus --json").out),
             other = Json::parse(casus("solve small.casus --json").out);
  for (const char* measure : {"beer", "duel"})
    EXPECT_NEAR(one["policies"][0]["measures"][measure]["value"].get<double>(),
                other["policies"][0]["measures"][measure]["value"].get<double>(), 1e-9);
  const auto refused = casus("solve beer.casus --set lam=1e9");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(in_one_line(refused.out),
              AllOf(HasSubstr("the precision of Sender is 1e+09"), HasSubstr("infinity for the limit")));
}

}  // namespace
}  // namespace casus::app

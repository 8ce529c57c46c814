// A seat at the table: whole games through the standard input, and their debriefs beside what casus solve says.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "app/program.h"
#include "solve/ring.h"
#include "study/small_text.h"

namespace casus::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Json = nlohmann::json;

struct Play : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    write("small.casus", study::small_case);
  }
  Output play(const std::string& line, const std::string& typed) const {
    write("typed.txt", typed);
    return casus("play " + line + " <typed.txt");
  }
  Json transcript(const char* name = "game.json") const { return Json::parse(read_all(folder / name)); }
};

// Every number of the debrief at every choice of the player, against casus solve along the same path.
void expect_same_numbers(const Json& game, const Json& solved) {
  const auto& steps = solved["policies"][0]["course"]["steps"];
  size_t at = 0;
  for (const auto& choice : game["choices"]) {
    bool found = false;
    for (; at < steps.size() && !found; ++at)
      for (const auto& mover : steps[at]["movers"]) {
        if (steps[at]["round"] != choice["round"] || mover["decision"] != choice["decision"]) continue;
        found = true;
        EXPECT_EQ(mover["taken"], choice["taken"]);
        const std::string actor = mover["mover"];
        auto own = [&](const Json& x) -> double {
          return x.is_object() ? x[game["types"][actor].get<std::string>()] : x;
        };
        double best = -1e300, taken = 0;
        ASSERT_EQ(mover["options"].size(), choice["options"].size());
        for (size_t o = 0; o < mover["options"].size(); ++o) {
          EXPECT_EQ(mover["options"][o]["option"], choice["options"][o]["option"]);
          EXPECT_NEAR(own(mover["options"][o]["value"]), choice["options"][o]["value"], 1e-12);
          EXPECT_NEAR(own(mover["options"][o]["by_type"]), choice["options"][o]["probability"], 1e-12);
          best = std::max(best, own(mover["options"][o]["value"]));
          if (mover["options"][o]["option"] == choice["taken"]) taken = own(mover["options"][o]["value"]);
        }
        EXPECT_NEAR(best - taken, choice["cost"], 1e-12);
      }
    EXPECT_TRUE(found) << choice;
  }
}

TEST_F(Play, AWholeGameWhoseDebriefIsThatOfSolve) {
  const auto out = play("small.casus --as Hawk --type weak --seed 3 --points 7 --transcript game.json", "attack\n1\n");
  ASSERT_EQ(out.code, 0) << out.out << out.err;
  EXPECT_THAT(out.out, AllOf(HasSubstr("You are the challenger, and weak"), HasSubstr("They believe of you"),
                             HasSubstr("1 wait (bides its time)"), HasSubstr("What they really were"),
                             HasSubstr("Your choices"), HasSubstr("What a policy would have led to")));
  const auto game = transcript();
  EXPECT_TRUE(game["finished"]);
  EXPECT_EQ(game["choices"][0]["taken"], "attack");
  EXPECT_GE(game["cost"], 0);
  const auto solved = casus("solve small.casus --points 7 --along game.json --json");
  ASSERT_EQ(solved.code, 0) << solved.err;
  expect_same_numbers(game, Json::parse(solved.out));
  // What policies would have led to: the first is the one played, its measure given the true types.
  const auto json = Json::parse(solved.out);
  for (size_t p = 0; p < json["profiles"].size(); ++p) {
    if (json["profiles"][p]["Hawk"] != "weak") continue;
    EXPECT_NEAR(json["policies"][0]["measures"]["lost"]["by_profile"][p], game["policies"][0]["lost"], 1e-12);
  }
}

TEST_F(Play, TheFlagshipFromTheSeatOfTheWest) {
  const auto out =
      play("'" CASUS_SOURCE_DIR "/cases/kazakhstan-2022.casus' --as West --seed 5 --points 7 --transcript game.json",
           "1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n");
  ASSERT_EQ(out.code, 0) << out.out << out.err;
  EXPECT_THAT(out.out,
              AllOf(HasSubstr("You are the United States, the EU and NATO"), HasSubstr("You believe of the Kremlin"),
                    HasSubstr("The Kremlin was "), HasSubstr("specific_threats")));
  const auto solved =
      casus("solve '" CASUS_SOURCE_DIR "/cases/kazakhstan-2022.casus' --points 7 --along game.json --json");
  ASSERT_EQ(solved.code, 0) << solved.err;
  EXPECT_GE(transcript()["choices"].size(), 1u);
  expect_same_numbers(transcript(), Json::parse(solved.out));
}

TEST_F(Play, TheSameSeedDealsTheSameGameAndAReplayRepeatsIt) {
  const auto once = play("small.casus --as Dove --seed 4 --points 7 --json --transcript game.json", "1\n1\n");
  ASSERT_EQ(once.code, 0) << once.err;
  EXPECT_EQ(play("small.casus --as Dove --seed 4 --points 7 --json", "1\n1\n").out, once.out);
  EXPECT_EQ(casus("play small.casus --replay game.json --json").out, once.out);
  EXPECT_EQ(Json::parse(once.out), transcript());
}

// A transcript says that its choices were mended on a coarse grid, and they are again.
TEST_F(Play, AMendedGameIsPlayedAgainAsItWas) {
  write("ring.casus", ring(3, 2, 5));
  std::string firsts;
  for (int k = 0; k < 20; ++k) firsts += "1\n";
  const auto once = play("ring.casus --as A0 --exact-up-to 0 --json --transcript game.json", firsts);
  ASSERT_EQ(once.code, 0) << once.err;
  ASSERT_TRUE(transcript()["mended"].is_number());
  EXPECT_FALSE(transcript()["choices"].empty());
  EXPECT_EQ(casus("play ring.casus --replay game.json --json").out, once.out);
}

TEST_F(Play, WhoeverChoosesTheBestOptionPaysNothing) {
  auto best = [](const Json& game) {
    std::string out;
    for (const auto& x : game["choices"]) out += x["best"].get<std::string>() + "\n";
    return out;
  };
  // The first choice is the same whatever follows; then the second, on the path of the first.
  ASSERT_EQ(play("small.casus --as Dove --seed 4 --points 7 --transcript game.json", "1\n1\n").code, 0);
  for (int i = 0; i < 2; ++i)
    ASSERT_EQ(play("small.casus --as Dove --seed 4 --points 7 --transcript game.json", best(transcript()) + "1\n").code,
              0);
  EXPECT_EQ(transcript()["cost"], 0);
}

TEST_F(Play, HelpsAndForgivesSlips) {
  const auto out = play("small.casus --as Dove --seed 4 --points 7", "?\narn\n9\narm\n1\n");
  EXPECT_EQ(out.code, 0) << out.err;
  EXPECT_THAT(out.out, AllOf(HasSubstr("to you from here on"), HasSubstr("did you mean 'arm'?"),
                             HasSubstr("or a number from 1 to 2")));
  EXPECT_EQ(play("small.casus --as Dove --points 7", "q\n").code, 1);
  EXPECT_THAT(play("small.casus --as Dove --points 7", "").out, HasSubstr("You left before the end"));
  EXPECT_EQ(play("small.casus", "").code, 2);
  EXPECT_THAT(play("small.casus", "").err, HasSubstr("--as Hawk, --as Dove"));
  EXPECT_THAT(play("small.casus --as Dov", "").err, HasSubstr("did you mean 'Dove'?"));
  EXPECT_THAT(play("small.casus --as Hawk --type wek", "").err, HasSubstr("did you mean 'weak'?"));
  write("game.json", "{}");
  EXPECT_EQ(casus("play small.casus --replay game.json").code, 2);
  EXPECT_EQ(casus("solve small.casus --along game.json").code, 2);
}

// A type that a policy binds has no choice: nobody is asked, and nothing it does is a mistake.
TEST_F(Play, ABoundTypeIsNotAsked) {
  std::string text = study::small_case;
  write("small.casus", text.replace(text.find("policy arm"), 0, "policy rash { Hawk.weak plays Attack.attack }\n"));
  const auto out =
      play("small.casus --policy rash --as Hawk --type weak --seed 3 --points 7 --transcript game.json", "");
  EXPECT_EQ(out.code, 0) << out.err;
  EXPECT_THAT(out.out, HasSubstr("Everybody knows: Hawk's weak type plays Attack.attack."));
  const Json game = transcript();
  EXPECT_TRUE(game["choices"].empty());
  EXPECT_EQ(game["path"][0]["taken"][0], "attack");
  // The strong one is asked.
  EXPECT_FALSE(play("small.casus --policy rash --as Hawk --type strong --seed 3 --points 7 --transcript game.json",
                    "wait\nwait\n")
                   .out.empty());
  EXPECT_FALSE(transcript()["choices"].empty());
  const auto solved = casus("solve small.casus --policy rash --points 7");
  EXPECT_THAT(solved.out, AllOf(HasSubstr("Hawk's weak type plays Attack.attack."),
                                HasSubstr("Weak is bound to attack, whatever it is worth.")));
  const Json json = Json::parse(casus("solve small.casus --policy rash --points 7 --json").out);
  EXPECT_EQ(json["policies"][0]["bound_types"], Json::array({"Hawk's weak type plays Attack.attack"}));
  EXPECT_EQ(json["policies"][0]["course"]["steps"][0]["movers"][0]["bound"], Json({{"weak", "attack"}}));
}

}  // namespace
}  // namespace casus::app

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "app/program.h"
#include "study/small_text.h"
#include "study/sqlite.h"

namespace casus::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;
const std::string small = study::small_case;

struct Casus : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    write("small.casus", small);
  }
};

TEST_F(Casus, ExitCodes) {
  write("broken.casus", "case \"x\"\nhorizon 2 rounds\nactor {\n");
  EXPECT_EQ(casus("--version").code, 0);
  EXPECT_EQ(casus("run --help").code, 0);
  EXPECT_EQ(casus("").code, 2);
  EXPECT_EQ(casus("run").code, 2);
  EXPECT_EQ(casus("check broken.casus").code, 2);
  EXPECT_EQ(casus("solve broken.casus").code, 2);
  EXPECT_EQ(casus("run broken.casus").code, 2);
  EXPECT_EQ(casus("format broken.casus").code, 2);
  EXPECT_EQ(casus("check no-such-file.casus").code, 2);
  EXPECT_EQ(casus("check small.casus").code, 0);
  EXPECT_EQ(casus("solve small.casus").code, 0);
  EXPECT_EQ(casus("run small.casus --worlds 8 --no-store").code, 0);
  EXPECT_EQ(casus("run small.casus --design circles").code, 2);
  EXPECT_EQ(casus("run small.casus --worlds 0").code, 2);
}

TEST_F(Casus, SaysWhichNameWasMeant) {
  EXPECT_THAT(casus("run small.casus --policy fre").err, HasSubstr("did you mean 'free'?"));
  EXPECT_THAT(casus("solve small.casus --set prise=1").err, HasSubstr("did you mean 'prize'?"));
  EXPECT_THAT(casus("run small.casus --objective lots").err, HasSubstr("measure 'lots'"));
}

TEST_F(Casus, SettingsAreWrittenAsInACaseAndOnce) {
  std::string text = small;
  text.insert(text.find("round {"), "state called: boolean = no\n");
  write("called.casus", text);
  EXPECT_THAT(casus("solve called.casus --set called=true --set luck=30%").out, HasSubstr("called=true, luck=30%"));
  EXPECT_EQ(Json::parse(casus("solve small.casus --json --set luck=30%").out)["params"]["luck"], 0.3);
  const auto twice = casus("solve small.casus --set luck=0.2 --set prize=1 --set luck=0.3");
  EXPECT_EQ(twice.code, 2);
  EXPECT_THAT(twice.err, HasSubstr("'luck' is set twice, to 0.2 and to 0.3"));
}

TEST_F(Casus, CheckGivesSizesAndFindsNumbersThatCannotBe) {
  const auto sound = casus("check small.casus");
  EXPECT_THAT(sound.out, AllOf(HasSubstr("merged nodes"), HasSubstr("Attack"), HasSubstr("Estimated: ")));
  EXPECT_EQ(sound.err, "");
  std::string text = small;
  text.replace(text.find("luck / (1 + armed)"), 18, "2.5 * luck        ");
  write("odds.casus", text);
  const auto odds = casus("check odds.casus");
  EXPECT_EQ(odds.code, 0);
  EXPECT_THAT(odds.err, AllOf(HasSubstr("warning"), HasSubstr("War.falls"), HasSubstr("luck = "), HasSubstr("falls ")));
  text.replace(text.find("2.5 * luck"), 10, "2 + luck  ");
  write("never.casus", text);
  EXPECT_EQ(casus("check never.casus").code, 2);
  text = small;
  text.replace(text.find("chance War when held == defender"), 32, "chance War when armed > 1 and armed < 1");
  write("idle.casus", text);
  EXPECT_THAT(casus("check idle.casus").err, HasSubstr("stage 'War' applies under no policy"));
}

TEST_F(Casus, CheckAsJsonListsTheDiagnostics) {
  write("broken.casus", "case \"x\"\nhorizon 2 rounds\nprecision 1\nactor A\nstate s: { up, down } = upp\n");
  const auto out = casus("check broken.casus --json");
  EXPECT_EQ(out.code, 2);
  const auto json = Json::parse(out.out);
  EXPECT_GT(json["errors"], 0);
  EXPECT_EQ(json["diagnostics"][0]["line"], 5);
  const auto sound = Json::parse(casus("check small.casus --json").out);
  EXPECT_EQ(sound["errors"], 0);
  EXPECT_EQ(sound["policies"].size(), 3u);
  EXPECT_GT(sound["policies"][0]["nodes"], 10);
}

TEST_F(Casus, FormatIsTheLanguagesAndKeepsTheFileSafe) {
  const auto formatted = casus("format small.casus");
  ASSERT_EQ(formatted.code, 0);
  write("canonical.casus", formatted.out);
  EXPECT_EQ(casus("format canonical.casus").out, formatted.out);
  EXPECT_EQ(casus("format --check canonical.casus").code, 0);
  EXPECT_EQ(casus("format --write small.casus").code, 0);
  EXPECT_EQ(read_all(folder / "small.casus"), formatted.out);
}

TEST_F(Casus, SolveTellsTheCourseOfEvents) {
  const auto text = casus("solve small.casus --set luck=0.5 --set armed=1").out;
  EXPECT_THAT(text,
              AllOf(HasSubstr("Month 1"), HasSubstr("Attack by Hawk"), HasSubstr("strong"), HasSubstr("Certificate"),
                    HasSubstr("luck=0.5, armed=1"), HasSubstr("Believed: the challenger strong 50 %")));
  const auto json = Json::parse(casus("solve small.casus --policy all --json --set luck=0.5").out);
  EXPECT_EQ(json["params"]["luck"], 0.5);
  ASSERT_EQ(json["policies"].size(), 3u);
  double sum = 0;
  const auto& step = json["policies"][0]["course"]["steps"][0];
  for (const auto& option : step["movers"][0]["options"]) sum += option["probability"].get<double>();
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_EQ(json["claims"].size(), 3u);
}

TEST_F(Casus, SolveSaysWhoseTypeChanceTellsOf) {
  write("told.casus", R"(case "Two with secrets, chance tells of the first"
horizon 1 round
precision 2
actor First { types { bold: 0.4, shy: otherwise } }
actor Second { types { rich: 0.3, poor: otherwise } }
state seen: boolean = no
round {
  chance Show { shows with if First is bold then 0.8 else 0.2 { seen = yes }  hides otherwise }
  move Spend by Second { save  spend pays Second: (if Second is rich then 0.4 else -0.2) }
}
measure seen = P(seen at end)
)");
  const auto text = casus("solve told.casus").out;
  const auto shown = text.substr(text.find("Show (chance)"), 120);
  EXPECT_THAT(shown.substr(0, shown.find('\n')), AllOf(HasSubstr("bold"), HasSubstr("shy"), Not(HasSubstr("rich"))));
  const auto steps = Json::parse(casus("solve told.casus --json").out)["policies"][0]["course"]["steps"];
  EXPECT_EQ(steps[0]["movers"][0]["about"], "First");
  EXPECT_EQ(steps[0]["movers"][0]["options"][0]["by_type"], Json({0.8, 0.2}));
  EXPECT_EQ(steps[1]["movers"][0]["about"], "Second");
}

TEST_F(Casus, RunAnswersInThreeForms) {
  const auto text = casus("run small.casus --worlds 24").out;
  EXPECT_THAT(text,
              AllOf(HasSubstr("24 worlds"), HasSubstr("Arming keeps the province [point 10]"),
                    HasSubstr("Best means the lowest 'lost'"), HasSubstr("95 % interval"), HasSubstr("bides its time"),
                    HasSubstr("exact beliefs at every public history"), HasSubstr("casus-runs/small-")));
  EXPECT_THAT(text, Not(HasSubstr("\033[")));
  size_t widest = 0, begin = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    size_t letters = 0;
    for (size_t i = begin; i < end; ++i) letters += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    widest = std::max(widest, letters);
  }
  EXPECT_LE(widest, 80u);
  const auto memo = casus("run small.casus --worlds 24 --markdown").out;
  EXPECT_THAT(memo, AllOf(HasSubstr("# A threat and an answer"), HasSubstr("| policy |"), HasSubstr("- **")));
  const auto json = Json::parse(casus("run small.casus --worlds 24 --json").out);
  EXPECT_EQ(json["worlds"], 24);
  EXPECT_EQ(json["claims"][0]["source"], "point 10");
  EXPECT_EQ(json["objective"]["direction"], "minimise");
  EXPECT_TRUE(json["policies"][2]["counterfactual"]);
  EXPECT_FALSE(json["policies"][2].contains("ranking"));
  EXPECT_EQ(json["median_world"]["policies"].size(), 3u);
}

TEST_F(Casus, TheSameSeedGivesTheSameNumbersOnAnyNumberOfThreads) {
  Json first;
  for (const char* threads : {"1", "2", "3"}) {
    auto json = Json::parse(
        casus(std::string("run small.casus --no-store --worlds 50 --seed 9 --json --threads ") + threads).out);
    json.erase("seconds");
    json.erase("threads");
    if (first.is_null()) first = json;
    EXPECT_EQ(json, first) << threads;
  }
  auto other = Json::parse(casus("run small.casus --no-store --worlds 50 --seed 10 --json").out);
  EXPECT_NE(other["policies"], first["policies"]);
}

// Every measure's values on both sides stay within 1e-10 of each other.
void expect_same_measures(const Json& a, const Json& b, const std::string& where) {
  if (a.is_number_float()) {
    EXPECT_NEAR(a.get<double>(), b.get<double>(), 1e-10) << where;
  } else if (!a.is_structured()) {
    EXPECT_EQ(a, b) << where;  // a number that is none is null
  } else {
    ASSERT_EQ(a.size(), b.size()) << where;
    for (const auto& [key, value] : a.items())
      expect_same_measures(value, a.is_array() ? b[std::stoul(key)] : b[key], where);
  }
}

TEST_F(Casus, AnInstructionSetThatIsNotThereIsRefused) {
  for (const std::string command :
       {"solve small.casus", "check small.casus", "run small.casus --no-store", "verify small.casus"}) {
    const auto odd = casus(command, "export CASUS_ISA=avx1024;");
    EXPECT_EQ(odd.code, 2) << command;
    EXPECT_EQ(odd.out, "") << command;
    EXPECT_THAT(odd.err, AllOf(HasSubstr("CASUS_ISA"), HasSubstr("'avx1024'"), HasSubstr("baseline"))) << command;
  }
  EXPECT_EQ(casus("check small.casus", "export CASUS_ISA=;").code, 0);
}

// What a processor lacks is refused.
TEST_F(Casus, EveryInstructionSetGivesTheSameNumbers) {
  for (const std::string file : {"small.casus", CASUS_SOURCE_DIR "/cases/two-sided-crisis.casus"}) {
    Json first;
    for (const std::string set : {"baseline", "avx2", "avx512"}) {
      const auto answer = casus("solve \"" + file + "\" --points 17 --json", "export CASUS_ISA=" + set + ";");
      if (answer.code == 2 && answer.err.find("lacks") != std::string::npos) continue;
      const auto json = Json::parse(answer.out);
      if (first.is_null()) first = json["policies"];
      for (size_t k = 0; k < first.size(); ++k)
        expect_same_measures(first[k]["measures"], json["policies"][k]["measures"], file + " with " + set);
    }
  }
}

// On 7 points the weak type is said to take quiche: that is no equilibrium, and no answer.
TEST_F(Casus, AnAnswerThatIsNoEquilibriumIsNotGiven) {
  write("beer.casus", R"(case "Beer and quiche" source "Cho & Kreps 1987"
horizon 1 rounds
precision 20
actor Sender { types { surly: 0.9, weak: otherwise } }
actor Other
round {
  move Breakfast by Sender { beer pays Sender: if Sender is surly then 1 else 0
    quiche pays Sender: if Sender is surly then 0 else 1 }
  move Duel by Other { duel pays Other: if Sender is weak then 1 else -1
    leave pays Sender: 2 }
}
measure beer = P(ever Breakfast.beer)
)");
  const auto refused = casus("solve beer.casus --points 7 --json");
  EXPECT_EQ(refused.code, 1) << refused.err;
  const auto policy = Json::parse(refused.out)["policies"][0];
  EXPECT_THAT(policy["error"].get<std::string>(), HasSubstr("the belief grid is too coarse for it"));
  EXPECT_FALSE(policy.contains("measures"));
  EXPECT_GT(policy["certificate"]["distance"].get<double>(), 0.99);
  const auto run = casus("run beer.casus --points 7 --no-store --json");
  EXPECT_EQ(run.code, 1) << run.err;
  EXPECT_EQ(Json::parse(run.out)["policies"][0]["worlds_without_solution"], 1);
  const auto solved = casus("solve beer.casus --json");
  EXPECT_EQ(solved.code, 0) << solved.err;
  EXPECT_GT(Json::parse(solved.out)["policies"][0]["measures"]["beer"]["value"].get<double>(), 0.9999);
}

TEST_F(Casus, GameTreesAreSolvedInThePlaceOfACase) {
  write("pd.nfg", "NFG 1 R \"dilemma\" { \"A\" \"B\" } { 2 2 }\n2 2 3 0 0 3 1 1\n");
  const auto json = casus("solve pd.nfg --json");
  EXPECT_EQ(json.code, 0) << json.err;
  EXPECT_FALSE(Json::parse(json.out).empty());
  EXPECT_EQ(casus("solve pd.nfg --set a=1").code, 2);
  EXPECT_THAT(casus("format pd.nfg").out, HasSubstr("NFG 1 R"));
}

TEST_F(Casus, WillNotReplaceAnotherStudy) {
  ASSERT_EQ(casus("run small.casus --worlds 8 --out a.sqlite").code, 0);
  EXPECT_EQ(casus("run small.casus --worlds 8 --out a.sqlite").code, 0);  // the same numbers again
  const auto other = casus("run small.casus --worlds 9 --out a.sqlite");
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, AllOf(HasSubstr("its worlds is '8', now it is '9'"), HasSubstr("--overwrite")));
  EXPECT_EQ(casus("run small.casus --worlds 9 --out a.sqlite --overwrite").code, 0);
  EXPECT_EQ(casus("run small.casus --worlds 9 --out b.sqlite --resume").code, 2);
}

TEST_F(Casus, AFullDiskIsOneMessage) {
  const auto full = casus("run small.casus --worlds 400 --out a.sqlite", "ulimit -f 200;");
  EXPECT_EQ(full.code, 1);
  EXPECT_THAT(full.err, AllOf(HasSubstr("casus: cannot write 'a.sqlite'"), HasSubstr("disk full")));
  {
    study::Database opened((folder / "a.sqlite").string(), study::Access::read);
    study::Statement count(opened, "SELECT count(*) FROM worlds");
    EXPECT_TRUE(count.step());
  }
  EXPECT_EQ(casus("run small.casus --worlds 400 --out a.sqlite --resume").code, 0);
  const auto at_once = casus("run small.casus --worlds 400 --out z.sqlite", "ulimit -f 4;");
  EXPECT_EQ(at_once.code, 1);
  EXPECT_THAT(at_once.err, AllOf(HasSubstr("nothing has been begun"), Not(HasSubstr("--resume"))));
  EXPECT_FALSE(std::filesystem::exists(folder / "z.sqlite"));
  const auto closed = casus("solve small.casus >/dev/full");
  EXPECT_EQ(closed.code, 1);
  EXPECT_THAT(closed.err, HasSubstr("No space left on device"));
  std::filesystem::create_directory(folder / "dir");
  EXPECT_EQ(casus("run small.casus --worlds 8 --out dir").code, 2);
  write("plain", "");
  EXPECT_EQ(casus("run small.casus --worlds 8 --out plain/a.sqlite").code, 1);
}

}  // namespace
}  // namespace casus::app

// The commands on stored studies, as a user runs them.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/program.h"
#include "study/small_text.h"

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

// Without the ends of lines and what they are indented by.
std::string flat(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (const char x = c == '\n' ? ' ' : c; x != ' ' || !out.ends_with(' ')) out += x;
  return out;
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

// What ranks policies has one name; the older one of analyse still works.
TEST_F(Studies, TheObjectiveHasOneName) {
  ASSERT_EQ(casus("run small.casus --worlds 60 -o a.sqlite --objective gain").code, 0);
  const auto now = casus("analyse a.sqlite --json --objective gain"),
             before = casus("analyse a.sqlite --json --measure gain");
  EXPECT_EQ(now.code, 0) << now.err;
  EXPECT_EQ(now.out, before.out);
  EXPECT_EQ(Json::parse(now.out)["decision"]["measure"], "gain");
  EXPECT_EQ(casus("analyse a.sqlite --measure gain --objective lost").code, 2);
  for (const char* command : {"run", "report", "analyse"}) {
    const auto help = casus(std::string(command) + " --help").out;
    EXPECT_THAT(help, AllOf(HasSubstr("--objective"), HasSubstr("--minimise"), HasSubstr("Examples:")));
    EXPECT_THAT(help, Not(HasSubstr("--measure"))) << command;
  }
}

TEST_F(Studies, ASaltelliStudyIsReadAsOne) {
  const auto run = casus("run small.casus --worlds 800 --design saltelli --out a.sqlite --json");
  ASSERT_EQ(run.code, 0);
  EXPECT_EQ(Json::parse(run.out)["worlds"], 768);
  EXPECT_THAT(casus("analyse a.sqlite --sensitivity").out, AllOf(HasSubstr("Jansen 1999 on 64"), HasSubstr("in all")));
}

TEST_F(Studies, UntilStopsWhereTheIntervalsAreNarrowAndResumesToTheSame) {
  const auto whole = casus("run small.casus --until 0.05 --out whole.sqlite --json");
  ASSERT_EQ(whole.code, 0) << whole.err;
  const auto json = Json::parse(whole.out);
  EXPECT_TRUE(json["until"]["reached"]);
  EXPECT_EQ(json["design"], "sobol");
  for (const auto& claim : json["claims"])
    EXPECT_LE(claim["interval"][1].get<double>() - claim["interval"][0].get<double>(), 0.1);
  const auto worlds = json["worlds"].get<int>();
  EXPECT_EQ(worlds % 64, 0);
  // With 64 fewer the intervals were still too wide.
  const auto fewer = Json::parse(
      casus("run small.casus --design sobol --no-store --json --worlds " + std::to_string(worlds - 64)).out);
  bool wide = false;
  for (const auto& claim : fewer["claims"])
    wide |= claim["interval"][1].get<double>() - claim["interval"][0].get<double>() > 0.1;
  EXPECT_TRUE(wide);
  const auto few = Json::parse(casus("run small.casus --until 0.05 --worlds 100 --no-store --json").out);
  EXPECT_FALSE(few["until"]["reached"]);
  EXPECT_EQ(few["worlds"], 100);
  EXPECT_THAT(casus("run small.casus --until 0.05 --design lhs").err, HasSubstr("use sobol, halton or random"));
}

TEST_F(Studies, WorldsFromAFile) {
  write("worlds.csv", "luck,cost[strong]\n0.2,0.1\n0.5,0.4\n0.9,0.2\n");
  const auto run = casus("run small.casus --design worlds.csv --out a.sqlite --json");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("outside what the case calls plausible: luck"),
                             HasSubstr("no column for p_strong, cost[weak], prize: they stay at the median")));
  EXPECT_EQ(Json::parse(run.out)["design"], "csv");
  const auto table = casus("export a.sqlite --table worlds").out;
  EXPECT_THAT(table, HasSubstr("\n1,0.5,0.4,1.05,1,0.5\n"));
  write("wrong.csv", "lucky\n0.2\n");
  EXPECT_THAT(casus("run small.casus --design wrong.csv --no-store").err,
              AllOf(HasSubstr("'wrong.csv', line 1"), HasSubstr("did you mean 'luck'?")));
  EXPECT_EQ(casus("run small.casus --design nowhere.csv").code, 2);
  write("european.csv", "luck;prize\n0,2;1\n");
  EXPECT_THAT(casus("run small.casus --design european.csv --no-store").err,
              HasSubstr("'european.csv', line 1: there are semicolons between the values; write commas"));
  EXPECT_EQ(casus("run small.casus --design worlds.csv --worlds 5").code, 2);
}

TEST_F(Studies, UnrollAndVerifyTakeWorldsFromAFile) {
  write("worlds.csv", "luck,prize\n0.2,0.7\n0.5,1.25\n");
  const auto tree = casus("unroll small.casus --design worlds.csv --world 1");
  EXPECT_EQ(tree.code, 0) << tree.err;
  EXPECT_THAT(tree.out, AllOf(HasSubstr("world 1 of 2 (worlds.csv)"), HasSubstr("prize = 1.25, luck = 0.5")));
  EXPECT_THAT(tree.err, HasSubstr("no column for p_strong, cost[strong], cost[weak]: they stay at the median"));
  const auto beyond = casus("unroll small.casus --design worlds.csv --world 2");
  EXPECT_EQ(beyond.code, 2);
  EXPECT_THAT(beyond.err, HasSubstr("there are worlds 0 to 1"));
  const auto verified = casus("verify small.casus --design worlds.csv --world 0 --points 17 --tolerance 1 --json");
  EXPECT_EQ(verified.code, 0) << verified.err;
  const auto json = Json::parse(verified.out);
  EXPECT_EQ(json["parameters"]["luck"], 0.2);
  EXPECT_EQ(json["world"], "world 0 of 2 (worlds.csv)");
  EXPECT_EQ(casus("unroll small.casus --design worlds.csv --world 1 --worlds 5").code, 2);
  EXPECT_EQ(casus("verify small.casus --design nowhere.csv").code, 2);
  const auto copy = read_all(folder / "worlds.csv");
  EXPECT_EQ(casus("unroll small.casus --design worlds.csv -o worlds.csv").code, 2);
  EXPECT_EQ(read_all(folder / "worlds.csv"), copy);
}

TEST_F(Studies, ASettingLeavesTheOtherDrawsAlone) {
  ASSERT_EQ(casus("run small.casus --worlds 40 --out a.sqlite").code, 0);
  ASSERT_EQ(casus("run small.casus --worlds 40 --set prize=2 --out b.sqlite").code, 0);
  const auto text = casus("compare a.sqlite b.sqlite");
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, AllOf(HasSubstr("settings: prize=2"), HasSubstr("40 pairs"), HasSubstr("gain[free]")));
  const auto same = Json::parse(casus("compare a.sqlite a.sqlite --json").out);
  EXPECT_TRUE(same["asked"].empty());
  for (const auto& m : same["measures"]) EXPECT_EQ(m["change"], 0);
  ASSERT_EQ(casus("run small.casus --worlds 40 --seed 2 --out c.sqlite").code, 0);
  const auto other = Json::parse(casus("compare a.sqlite c.sqlite --json").out);
  EXPECT_FALSE(other["paired"]);
  for (const auto& m : other["measures"]) EXPECT_FALSE(m["beyond_sampling_error"]) << m;
  EXPECT_EQ(casus("compare a.sqlite nowhere.sqlite").code, 2);
}

// The defender pays w^2 to make the province fall with probability 0.6 - w only: w* = prize / 2, 0.3 on average.
constexpr const char* wall_case = R"(case "A wall"
horizon 1 rounds
precision 2
actor Hawk
actor Dove
param w = 0 "height of the wall"
param prize ~ uniform(0.4, 0.8)
state held: 0..1 = 1
state months: 0..3 = 0
round {
  chance War { falls with 0.6 - w { held = 0 }
    stands otherwise }
}
payoff Dove { at end: -prize * (1 - held) - w * w - 0.01 * months }
measure gain = E(payoff(Dove))
measure lost = P(held == 0 at end)
policy free "no wall"
policy other "another world" { prize = 0.9 }
claim late "Losing hurts" { gain[free] < 0 }
)";

TEST_F(Studies, ALeverIsSetToWhatIsBestByEachCriterion) {
  write("wall.casus", wall_case);
  const auto run = casus("run wall.casus --worlds 64 --lever w=0:0.5:11 --out a.sqlite --json");
  ASSERT_EQ(run.code, 0) << run.err;
  const auto json = Json::parse(run.out);
  EXPECT_EQ(json["levers"], Json({"w=0:0.5:11"}));
  ASSERT_EQ(json["policies"].size(), 2u + 11);
  double best = -1e9, best_regret = 1e9;
  std::string on_average, by_regret;
  for (const auto& p : json["policies"]) {
    if (!p["by_lever"].get<bool>()) continue;
    EXPECT_FALSE(p["counterfactual"].get<bool>());
    const std::string name = p["name"];
    const double w = std::stod(name.substr(name.find('=') + 1)), mean = p["measures"]["gain"]["mean"];
    EXPECT_NEAR(mean, -0.6 * (0.6 - w) - w * w, 1e-3) << name;  // Latin hypercube: the mean prize is 0.6 to 1e-3
    if (mean > best) best = mean, on_average = name;
    if (p["ranking"]["worst_regret"] < best_regret) best_regret = p["ranking"]["worst_regret"], by_regret = name;
  }
  EXPECT_EQ(on_average, "free w=0.3");
  // Regret is (w - prize / 2)^2 and prize / 2 goes from 0.2 to 0.4.
  EXPECT_EQ(by_regret, "free w=0.3");
  // Each end has one world in its outermost 64th: (0.1 - 0.2 / 64)^2 less what the nearest setting misses there.
  EXPECT_LT(best_regret, 0.01);
  EXPECT_GT(best_regret, (0.1 - 0.2 / 64) * (0.1 - 0.2 / 64) - (0.2 / 64) * (0.2 / 64));
  const auto text = casus("run wall.casus --worlds 64 --lever w=0:0.5:11 --out a.sqlite");
  EXPECT_THAT(text.out, AllOf(HasSubstr("The best setting of the levers"), HasSubstr("on average          free w=0.3"),
                              Not(HasSubstr("end of the range")), HasSubstr("--lever w=0:0.5:11")));
  const auto decide = casus("analyse a.sqlite --decide --objective gain --maximise");
  EXPECT_THAT(decide.out, AllOf(HasSubstr("free w=0.3 has the highest 'gain'"), HasSubstr("prize")));
  EXPECT_THAT(casus("run wall.casus --worlds 16 --lever w=0:0.2 --no-store").out, HasSubstr("end of the range of w"));
  const auto both = Json::parse(
      casus("run wall.casus --worlds 8 --policy free --lever w=0.2:0.4:3 --lever months=0:3 --no-store --json").out);
  EXPECT_EQ(both["policies"].size(), 1u + 3 * 4);
  EXPECT_EQ(both["policies"][12]["name"], "free w=0.4 months=3");
}

TEST_F(Studies, ALeverThatMakesNoSenseIsRefused) {
  write("wall.casus", wall_case);
  const auto refused = [&](const std::string& options) {
    const auto run = casus("run wall.casus --no-store --worlds 8 " + options);
    EXPECT_EQ(run.code, 2) << options;
    return run.err;
  };
  EXPECT_THAT(refused("--lever w"), HasSubstr("is no lever; write --lever 'name=0:1'"));
  EXPECT_THAT(refused("--lever w=1:0"), HasSubstr("goes nowhere"));
  EXPECT_THAT(refused("--lever w=0:1:1"), HasSubstr("is no lever"));
  EXPECT_THAT(refused("--lever prise=0:1"), HasSubstr("did you mean 'prize'?"));
  EXPECT_THAT(refused("--lever months=0:9"), HasSubstr("whole numbers from 0 to 3"));
  EXPECT_THAT(refused("--lever months=0:3:3"), HasSubstr("are not whole"));
  EXPECT_THAT(refused("--lever w=0:1 --lever w=0:1"), HasSubstr("given twice"));
  EXPECT_THAT(refused("--lever w=0:1:400 --lever prize=0:1:400"), HasSubstr("over 500 policies"));
  EXPECT_THAT(refused("--policy other --lever w=0:1"), HasSubstr("a policy that is a choice"));
}

TEST_F(Studies, OtherEquilibriaAreLookedForOnRequest) {
  write("alike.casus", R"(case "Two who gain by doing alike"
horizon 1 rounds
precision 5
actor A
actor B
param extra ~ uniform(0, 0.2)
state a: 0..1 = 0
state b: 0..1 = 0
round { simultaneous Meet {
  move Left by A { trust { a = 1 }
    shun { a = 0 } }
  move Right by B { trust { b = 1 }
    shun { b = 0 } }
} }
payoff A { at end: if a == b then 1 + extra * a else 0 }
payoff B { at end: if a == b then 1 + extra * a else 0 }
measure trust = P(a == 1 and b == 1 at end)
claim trusting "They trust" { trust[free] > 0.5 }
)");
  const auto run = casus("run alike.casus --worlds 8 --branches 3 --out a.sqlite");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("Several equilibria"), HasSubstr("in 3 worlds"), HasSubstr("up to 3"),
                             HasSubstr("'They trust': hangs on it in 3 of 3"), HasSubstr("--branches 3")));
  EXPECT_LE(widest_line(run.out), 80u);
  const auto json = Json::parse(casus("run alike.casus --worlds 8 --branches 3 --no-store --json").out)["branches"];
  EXPECT_EQ(json["games_with_several"], 3);
  EXPECT_EQ(json["most_of_one_game"], 3);
  EXPECT_EQ(json["measures"][0]["measure"], "trust");
  EXPECT_GT(json["measures"][0]["largest_spread"], 0.8);
  EXPECT_EQ(json["claims"][0]["hangs_on_selection_in"].size(), 3u);
  EXPECT_THAT(casus("run alike.casus --worlds 4 --branches 1 --no-store --markdown").out,
              HasSubstr("## Several equilibria\n\n```\nLooked for other equilibria in world"));
  EXPECT_THAT(casus("solve alike.casus --branches").out,
              AllOf(HasSubstr("by 'the worst for A'."), Not(HasSubstr("--branches looks harder"))));
  EXPECT_THAT(casus("solve alike.casus").out, HasSubstr("--branches looks harder"));
  EXPECT_THAT(casus("solve small.casus --branches").out, HasSubstr("None was found"));
  EXPECT_FALSE(Json::parse(casus("solve small.casus --json").out).contains("branches"));
  EXPECT_EQ(casus("run alike.casus --branches 0").code, 2);
}

// Five citizens of whom three are enough: success is likely or all but impossible, both in equilibrium.
TEST_F(Studies, ARunSaysThatThereIsAnotherEquilibrium) {
  write("volunteers.casus", R"(case "volunteers"
horizon 1 rounds
precision 5
set People = { p0, p1, p2, p3, p4 }
actor Citizen[m in People]
state joined[People]: boolean = no
round { simultaneous Rise { move Join[m in People] by Citizen[m] { stay
  join { joined[m] = yes } } } }
let success = (count(k in People) joined[k]) >= 3
payoff Citizen[m in People] {
  at end: 1 * success + (if joined[m] then (if success then 0.2 else -0.3) - 0.2 else 0)
}
measure success = P(success at end)
claim likely "The uprising is more likely to succeed than not" { success[free] > 0.5 }
)");
  const auto run = casus("run volunteers.casus --out v.sqlite");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(flat(run.out),
              AllOf(HasSubstr("Other equilibria: from 64 starts"), HasSubstr("'success' is 1.7 % instead of 88 %"),
                    HasSubstr("in 1 of 1 world looked at another equilibrium turns this verdict")));
  EXPECT_THAT(flat(casus("run volunteers.casus --no-store --markdown").out),
              HasSubstr("'success' is 1.7 % instead of 88 %"));
  const auto json = Json::parse(casus("run volunteers.casus --no-store --json").out);
  const auto& others = json["other_equilibria"];
  EXPECT_EQ(others["worlds_with_others"].size(), 1u);
  EXPECT_NEAR(others["largest_differences"][0]["other_value"], 0.017, 0.001);
  EXPECT_NEAR(others["largest_differences"][0]["value"], 0.88, 0.005);
  EXPECT_EQ(json["claims"][0]["turned_by_other_equilibria"], 1);
  const auto solved = casus("solve volunteers.casus");
  EXPECT_THAT(flat(solved.out), AllOf(HasSubstr("'success' is 1.7 % instead of 88 %"),
                                      HasSubstr("another equilibrium turns this verdict")));
}

TEST_F(Studies, ARunSaysWhereItLookedAndFoundNothing) {
  const std::string file = CASUS_SOURCE_DIR "/cases/chain-store.casus";
  const auto run = casus("run " + file + " --no-store");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(flat(run.out), HasSubstr("no other equilibrium was found; that is no proof that there is none."));
  EXPECT_THAT(run.out, Not(HasSubstr("were not looked for")));
}

// Six informed governments: which beliefs were held is part of the answer, of what the study is and of its transcripts.
TEST_F(Studies, HeldBeliefsAreToldKeptAndAskedFor) {
  const std::string file = CASUS_SOURCE_DIR "/cases/abyssinia-1935.casus";
  const std::string run = "run " + file + " --policy stresa_first --worlds 8 --accuracy 1e-4 --json --out a.sqlite";
  const auto first = casus(run);
  ASSERT_EQ(first.code, 0) << first.err;
  const auto study = Json::parse(first.out);
  const auto held = study["held"].get<std::vector<std::string>>();
  EXPECT_THAT(held, ::testing::Contains("Italy"));
  EXPECT_LT(held.size(), 6u);  // Berlin and Paris watch each other
  EXPECT_EQ(study["policies"][0]["worlds_without_solution"], 0);
  EXPECT_LT(study["policies"][0]["certificate"]["effect"], 1e-2);
  EXPECT_EQ(Json::parse(casus(run + " --resume").out)["policies"], study["policies"]);
  EXPECT_EQ(casus("export a.sqlite --table claims").code, 0);  // it can be laid out again

  const std::string solve = "solve " + file + " --policy stresa_first --points 5";
  std::string hold;
  for (const auto& actor : held) hold += " --hold " + actor;
  const auto one = casus(solve + hold + " --json");
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(Json::parse(one.out)["held"].get<std::vector<std::string>>(), held);
  EXPECT_THAT(flat(casus(solve + " --hold Italy,America,Soviets,Germany").out),
              HasSubstr("as if beliefs about Italy, Germany, America and Soviets stayed at the prior"));
  const auto unknown = casus(solve + " --hold Itly");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'Italy'"));
  const auto alone = casus("solve " + file + " --hold Italy");
  EXPECT_EQ(alone.code, 2);
  EXPECT_THAT(alone.err, HasSubstr("--points"));
}

TEST_F(Studies, ExportWritesTablesAndNetcdf) {
  ASSERT_EQ(casus("run small.casus --worlds 12 --out a.sqlite").code, 0);
  const auto files = casus("export a.sqlite");
  EXPECT_EQ(files.code, 0) << files.err;
  EXPECT_THAT(files.out, HasSubstr("a/measures.csv"));
  const auto lines = [&](const std::string& name) {
    const auto text = read_all(folder / "a" / (name + ".csv"));
    return std::count(text.begin(), text.end(), '\n');
  };
  EXPECT_EQ(lines("worlds"), 1 + 12);
  EXPECT_EQ(lines("claims"), 1 + 12 * 3);
  EXPECT_EQ(lines("measures"), 1 + 12 * 3 * 6);  // five measures, one of them with two rounds
  EXPECT_EQ(lines("types"), 1 + 2 * 12 * 3 * 6);
  EXPECT_EQ(lines("certificates"), 1 + 12 * 3);
  EXPECT_EQ(casus("export a.sqlite --table claims").out, read_all(folder / "a" / "claims.csv"));
  EXPECT_THAT(read_all(folder / "a" / "types.csv"), HasSubstr("Hawk.strong"));
  ASSERT_EQ(casus("export a.sqlite --netcdf -o a.nc").code, 0);
  EXPECT_EQ(read_all(folder / "a.nc").substr(1, 3), "HDF");
  EXPECT_EQ(casus("export a.sqlite --table nothing").code, 2);
  EXPECT_EQ(casus("export a.sqlite -o /dev/null/x").code, 1);
  EXPECT_EQ(casus("export a.sqlite --netcdf -o /dev/null/x.nc").code, 1);
  EXPECT_EQ(casus("export a.sqlite --table types >/dev/full").code, 1);
}

}  // namespace
}  // namespace casus::app

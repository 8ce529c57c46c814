// A case without a last round, through the real program: checked, solved, studied, played, reported; and what is
// refused.
#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/program.h"

namespace casus::app {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

struct Stationary : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    write("attrition.casus", read_all(std::filesystem::path(CASUS_SOURCE_DIR) / "cases/attrition.casus"));
  }
};

TEST_F(Stationary, SolvesAWorldToItsEquation) {
  const auto out = casus(
      "solve attrition.casus --json --set patience=0.95 --set care=200 --set north_pays=0.05 --set south_pays=0.05");
  ASSERT_EQ(out.code, 0) << out.err;
  const Json json = Json::parse(out.out);
  const auto& policy = json["policies"][0];
  const auto& certificate = policy["certificate"];
  EXPECT_LT(certificate["distance_anywhere"].get<double>(), 1e-10);
  EXPECT_EQ(certificate["method"], "exact");
  // With p the chance that one stays: log(p / (1 - p)) = 200 ((1 - p) - 0.05) / (1 - 0.95 p^2).
  double low = 0, high = 1;
  for (int k = 0; k < 200; ++k) {
    const double p = (low + high) / 2;
    (std::log(p / (1 - p)) < 200 * ((1 - p) - 0.05) / (1 - 0.95 * p * p) ? low : high) = p;
  }
  for (int t = 0; t < 12; ++t)
    EXPECT_NEAR(policy["measures"]["lasts"][t]["value"].get<double>(), std::pow(low, 2.0 * (t + 1)), 1e-10)
        << policy["measures"]["lasts"].dump();
}

TEST_F(Stationary, StudiesManyWorlds) {
  const auto out = casus("run attrition.casus --worlds 64 --json");
  ASSERT_EQ(out.code, 0) << out.err;
  const Json json = Json::parse(out.out);
  EXPECT_TRUE(json["endless"].get<bool>());
  for (const auto& policy : json["policies"]) EXPECT_EQ(policy["worlds_without_solution"], 0) << policy.dump();
  const auto& claims = json["claims"];
  ASSERT_EQ(claims.size(), 4u);
  EXPECT_EQ(claims[0]["share"], 1.0) << claims[0].dump();
}

TEST_F(Stationary, IsCheckedFormattedReportedAndPlayed) {
  const auto check = casus("check attrition.casus");
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out, HasSubstr("no last month"));
  EXPECT_EQ(casus("format attrition.casus --check").code, 0);
  const auto solve = casus("solve attrition.casus --no-colour");
  EXPECT_THAT(solve.out, HasSubstr("There is no last month; the first 12 are told."));
  EXPECT_THAT(solve.out, HasSubstr("a stationary equilibrium"));
  const auto play = casus("play attrition.casus --as North --seed 3", "yes stay | ");
  EXPECT_EQ(play.code, 0) << play.err;
  EXPECT_THAT(play.out, HasSubstr("no last month"));
  EXPECT_THAT(play.out, HasSubstr("What would come after month 12 is not in them."));
}

const char* const repeated_threat = R"(case "A repeated threat" source "an example"

horizon none
discount 0.9
precision 2

actor Threat { types { tough: 0.3, torn: otherwise } }
actor Other

state asked: boolean = no

round {
  move Ask by Other {
    ask { asked = yes }
    leave { asked = no } pays Threat: 0.6
  }
  move Reply by Threat when asked {
    resist pays Threat: if Threat is tough then 0.2 else -0.4, Other: -0.5
    give pays Other: 0.5, Threat: -0.3
  }
}

measure image = E(belief(Threat.tough) in round)
measure asks = P(Ask.ask in round)
measure gain = E(payoff(Other))
measure twice = 2 * E(payoff(Other))
)";

// So many rounds in its place: the belief is the prior on average, and a round less makes no difference.
TEST_F(Stationary, PrivateTypesAreFollowedForManyRounds) {
  write("threat.casus", repeated_threat);
  const auto out = casus("solve threat.casus --json");
  ASSERT_EQ(out.code, 0) << out.err;
  const auto policy = Json::parse(out.out)["policies"][0];
  ASSERT_EQ(policy["measures"]["image"].size(), 12u);
  for (const auto& round : policy["measures"]["image"]) EXPECT_NEAR(round["value"].get<double>(), 0.3, 1e-12);
  EXPECT_LT(policy["certificate"]["effect"].get<double>(), 1e-4);
  EXPECT_EQ(policy["measures"]["twice"]["value"].get<double>(), 2 * policy["measures"]["gain"]["value"].get<double>());
  EXPECT_THAT(casus("solve threat.casus --points 9").out, HasSubstr("stand for a game without a last one"));
  write("ever.casus", std::string(repeated_threat) + "measure once = P(ever Reply.resist)\n");
  const auto refused = casus("solve ever.casus");
  EXPECT_EQ(refused.code, 2) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("ask for '... in round'"));
}

// What is reckoned from measures is asked for at no time of its own; of two in the long run, one of them a choice, both
// are asked for where it is made.
TEST_F(Stationary, FormulasOfMeasures) {
  write("formulas.casus", R"(case "formulas"
horizon none
discount 0.9
precision 2
actor A
state x: 0..1 = 0
round {
  move M by A when x == 0 { a pays A: 1 b }
  chance C { up with 0.3 { x = 1 } down otherwise { x = 0 } }
}
measure a = P(M.a | x == 0 in the long run)
measure x = P(x == 1 | x == 0 in the long run)
measure twice = 2 * E(payoff(A))
)");
  const auto out = casus("solve formulas.casus --json");
  ASSERT_EQ(out.code, 0) << out.err;
  const auto policy = Json::parse(out.out)["policies"][0];
  EXPECT_NEAR(policy["measures"]["a"]["value"].get<double>(), 1 / (1 + std::exp(-2.0)), 1e-12);
  EXPECT_EQ(policy["measures"]["x"]["value"], 0);
  // Of all rounds but the first seven in ten begin with a choice.
  const double one = 1 / (1 + std::exp(-2.0));
  EXPECT_NEAR(policy["measures"]["twice"]["value"].get<double>(), 2 * one * (1 + 0.7 * 0.9 / 0.1), 1e-11);
}

// What comes first, and when: by the chances of each round. A parameter in a formula is itself.
TEST_F(Stationary, WhenAndWhatFirst) {
  const auto measures = [&](const std::string& horizon, const std::string& more) {
    write("first.casus", "case \"first\"\nhorizon " + horizon + R"(
discount 0.9
precision 2
param price = 3
actor A
state x: { low, high, gone } = low
state last: boolean = no
round {
  move M by A hidden when x == low { a b pays A: 0.5 signal heard with 0.5 * M.a signal nothing otherwise }
  chance C when x == low { up with 0.3 { x = high } down with 0.2 { x = gone } stays otherwise }
}
measure until_up = E(rounds until x == high)
measure until_low = E(rounds until x == low)
measure up_first = P(x == high before x == gone)
measure neither = P(x == high and x == gone before M.a)
measure together = P(C.up before x == high)
measure twice = 2 * P(ever x == high)
measure deed = E(rounds until M.a)
measure deed_first = P(M.a before C.up)
measure heard_first = P(M.heard before M.a)
measure sold = price * P(ever x == high)
)" + more);
    const auto out = casus("solve first.casus --json");
    EXPECT_EQ(out.code, 0) << out.err;
    return Json::parse(out.out)["policies"][0]["measures"];
  };
  const auto is = [](const Json& all, const char* name, double value) {
    EXPECT_NEAR(all[name]["value"].get<double>(), value, 1e-12) << name;
  };
  const double b = 1 / (1 + std::exp(-1.0)), a = 1 - b;
  const auto never = measures("none", "");
  is(never, "until_up", 2);  // whatever becomes of it, it does so after 1 / 0.5 rounds
  is(never, "until_low", 1);
  is(never, "up_first", 0.6);
  is(never, "neither", 0);
  is(never, "together", 0);
  is(never, "twice", 1.2);
  is(never, "sold", 1.8);
  is(never, "deed", 1 / (1 - 0.5 * b));
  is(never, "deed_first", a / (1 - 0.5 * b));
  is(never, "heard_first", 0);
  const auto ends = measures("none ends with 0.1",
                             "measure high = E(rounds with x == high)\n"
                             "measure chosen = E(rounds with M.a)\n");
  is(ends, "until_up", 1 / (1 - 0.45));
  is(ends, "up_first", 0.3 / (1 - 0.45));
  is(ends, "sold", 3 * 0.3 / (1 - 0.45));
  is(ends, "high", 0.3 / (1 - 0.45) / 0.1);
  is(ends, "chosen", a / (1 - 0.45));
}

// The same of so many rounds that nothing is left to come (what is waited for longest comes after 19), where two choose
// at once.
TEST_F(Stationary, WhenAndWhatFirstInManyRounds) {
  const auto measures = [&](const std::string& horizon) {
    write("two.casus", "case \"two\"\nhorizon " + horizon + R"(
discount 0.8
precision 3
actor A
actor B
state x: 0..3 = 1
round {
  simultaneous Both {
    move P by A { l r { x = max(x - 1, 0) } pays A: -0.2 * x }
    move Q by B { l r { x = min(x + 1, 3) } pays B: -0.1 }
  }
  chance C { slip with 0.2 { x = max(x - 1, 0) } holds otherwise }
}
payoff A { each round: -0.3 * (x == 3) }
payoff B { each round: 0.3 * x }
measure full = E(rounds until x == 3)
measure first = P(x == 3 before x == 0)
measure lefts = P(P.l before Q.r)
measure slipped = E(rounds until C.slip and x == 2)
)");
    const auto out = casus("solve two.casus --json");
    EXPECT_EQ(out.code, 0) << out.err;
    return Json::parse(out.out)["policies"][0]["measures"];
  };
  const auto never = measures("none"), far = measures("600 rounds");
  for (const char* name : {"full", "first", "lefts", "slipped"})
    EXPECT_NEAR(never[name]["value"].get<double>(), far[name]["value"].get<double>(), 1e-8) << name;
}

// What is done in secret, as a user meets it.
TEST_F(Stationary, HiddenDeedsAreSolvedStudiedAndPlayed) {
  write("wars.casus", read_all(std::filesystem::path(CASUS_SOURCE_DIR) / "cases/gallery/monitoring-1984.casus"));
  const auto solve = casus("solve wars.casus --json --set patience=0.8 --set slump=0.2 --set care=5 --policy tempted");
  ASSERT_EQ(solve.code, 0) << solve.err;
  const auto measures = Json::parse(solve.out)["policies"][0]["measures"];
  EXPECT_NEAR(measures["keeps"]["value"].get<double>(), 0.5405196101893, 1e-12);
  const auto collude = casus("solve wars.casus --json --set slump=0.2 --policy collude");
  EXPECT_NEAR(Json::parse(collude.out)["policies"][0]["measures"]["peace"]["value"].get<double>(), 5, 1e-12);
  const auto run = casus("run wars.casus --worlds 64 --json");
  ASSERT_EQ(run.code, 0) << run.err;
  const Json study = Json::parse(run.out);
  for (const auto& policy : study["policies"]) EXPECT_EQ(policy["worlds_without_solution"], 0) << policy.dump();
  // That no cut pays and that the price is kept are one and the same.
  EXPECT_EQ(study["claims"][0]["share"], study["claims"][1]["share"]);
  const auto play = casus("play wars.casus --as One --seed 3 --policy tempted", "yes monopoly | ");
  EXPECT_EQ(play.code, 0) << play.err;
  EXPECT_THAT(play.out, HasSubstr("Prices: "));
  EXPECT_THAT(play.out, ::testing::Not(HasSubstr("Price2")));
}

TEST_F(Stationary, TreesAreRefusedByName) {
  for (const char* command : {"verify attrition.casus", "unroll attrition.casus"}) {
    const auto out = casus(command);
    EXPECT_EQ(out.code, 2) << out.out;
    EXPECT_THAT(out.err, HasSubstr("no last round")) << command;
  }
}

}  // namespace
}  // namespace casus::app

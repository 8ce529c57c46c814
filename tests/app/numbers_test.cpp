// Sets of numbers, parameters by round and continuous types, as a user meets them.
#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/program.h"

namespace casus::app {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

struct Numbers : ProgramTest {
  Json solved(const std::string& more = "") {
    const auto answer = casus("solve case.casus --json " + more);
    EXPECT_EQ(answer.code, 0) << answer.err;
    return Json::parse(answer.out);
  }
  double measure(const Json& answer, const std::string& name) {
    return answer["policies"][0]["measures"][name]["value"];
  }
};

TEST_F(Numbers, OffersOfASet) {
  write("case.casus", R"(case "a demand"
horizon 1 rounds
precision 2
set Offers = 0, 0.25 .. 1
actor A
param worth[d in Offers] = d * (1 - d)
state standing: Offers = 0
round { move Demand by A { demand[d in Offers] if d >= low { standing = d } pays A: worth[d] } }
let low = 0.1 + 0.15
measure half = P(ever Demand.demand[0.5])
measure mean = E(standing at end)
measure above = P(standing > 0.75 - 0.25 at end)
)");
  double sum = 0;
  for (const double d : {0.25, 0.5, 0.75, 1.0}) sum += std::exp(2 * d * (1 - d));
  auto answer = solved();
  EXPECT_NEAR(measure(answer, "half"), std::exp(0.5) / sum, 1e-12);
  EXPECT_NEAR(measure(answer, "above"), (std::exp(2 * 0.1875) + 1) / sum, 1e-12);
  EXPECT_NEAR(measure(answer, "mean"),
              (0.25 * std::exp(2 * 0.1875) + 0.5 * std::exp(0.5) + 0.75 * std::exp(2 * 0.1875) + 1) / sum, 1e-12);
  EXPECT_EQ(answer["policies"][0]["course"]["steps"][0]["state"]["standing"], "0.5");
  // A single value, and where the state begins.
  answer = solved("--set 'worth[0.5]=0' --set standing=0.250");
  EXPECT_NEAR(measure(answer, "half"), 1 / (sum - std::exp(0.5) + 1), 1e-12);
  const auto wrong = casus("solve case.casus --set standing=0.3");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("0.25"));
}

TEST_F(Numbers, AStateLeavesItsSet) {
  write("case.casus", R"(case "a rise"
horizon 4 rounds
precision 2
set Prices = 1, 1.1 .. 1.3
actor A
state price: Prices = 1
round { move Raise by A { raise { price = price + 0.1 } stay } }
payoff A { at end: price }
)");
  const auto answer = casus("check case.casus");
  EXPECT_EQ(answer.code, 2);
  EXPECT_THAT(answer.err, HasSubstr("'price' would become 1.4 in round 4, outside { 1, 1.1, 1.2, 1.3 }"));
  EXPECT_THAT(answer.err, HasSubstr("in the state price = 1.3"));
}

TEST_F(Numbers, AParameterByRound) {
  write("case.casus", R"(case "by round"
horizon 3 rounds
precision 1
actor A
param gain[round] { 1 = 0, 2 .. 3 = 0.5 * round }
state gone: 0..3 = 0
round { move Go by A { stay go { gone = gone + 1 } pays A: gain[round] - (if round > 1 then gain[round - 1] else 0) } }
measure by_round = P(Go.go in round)
)");
  const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  auto rounds = solved()["policies"][0]["measures"]["by_round"];
  EXPECT_NEAR(rounds[0]["value"], 0.5, 1e-12);
  EXPECT_NEAR(rounds[1]["value"], logistic(1), 1e-12);
  EXPECT_NEAR(rounds[2]["value"], logistic(0.5), 1e-12);
  rounds = solved("--set 'gain[2]=3'")["policies"][0]["measures"]["by_round"];
  EXPECT_NEAR(rounds[2]["value"], logistic(-1.5), 1e-12);
}

constexpr const char* drawn = R"(case "a continuous type"
horizon 1 rounds
precision 2
actor A { types resolve ~ normal(m, 1) by 8 }
param m = 0.5
param noise ~ uniform(0, 1)
round { move Go by A { stay go pays A: resolve[A] + 0 * noise } }
measure gone = P(ever Go.go)
)";

// Of 1 / (1 + exp(-(2 x + 1))) over a standard normal x, by 8 and by 7 nodes.
constexpr double by_8 = 0.6471467745831159, by_7 = 0.6488481119458497;

TEST_F(Numbers, AContinuousTypeAndHowMuchHangsOnItsNodes) {
  write("case.casus", drawn);
  const auto answer = solved();
  EXPECT_NEAR(measure(answer, "gone"), by_8, 1e-12);
  EXPECT_EQ(answer["type_nodes"]["nodes"], Json({8}));
  EXPECT_EQ(answer["type_nodes"]["against"], Json({7}));
  EXPECT_NEAR(answer["type_nodes"]["changes"]["free"]["gone"], std::abs(by_8 - by_7), 1e-12);
  EXPECT_NEAR(answer["type_nodes"]["largest_change"], std::abs(by_8 - by_7), 1e-12);
  const std::string said = "Types by 8 nodes: measures change by at most";
  EXPECT_THAT(casus("solve case.casus").out, HasSubstr(said));
  EXPECT_THAT(casus("check case.casus").out, HasSubstr(said));
  EXPECT_NEAR(Json::parse(casus("check case.casus --json").out)["type_nodes"]["largest_change"], std::abs(by_8 - by_7),
              1e-12);
  EXPECT_THAT(casus("run case.casus --worlds 8 --no-store").out, HasSubstr("Types by 8 nodes"));
  const auto run = Json::parse(casus("run case.casus --worlds 8 --no-store --json").out);
  EXPECT_NEAR(run["type_nodes"]["largest_change"], std::abs(by_8 - by_7), 1e-12);
}

TEST_F(Numbers, TypesNamedOneByOneAreNotCompared) {
  write("case.casus", std::string(drawn) + "measure given = P(A is resolve_1 | ever Go.go)\n");
  EXPECT_THAT(solved()["type_nodes"]["not_compared"].get<std::string>(), HasSubstr("names types one by one"));
}

TEST_F(Numbers, ACaseWithoutContinuousTypesSaysNothingOfThem) {
  write("case.casus",
        "case \"x\"\nhorizon 1 rounds\nprecision 1\nactor A\nround { move M by A { a b } }\n"
        "measure m = P(ever M.a)\n");
  EXPECT_FALSE(solved().contains("type_nodes"));
}

}  // namespace
}  // namespace casus::app

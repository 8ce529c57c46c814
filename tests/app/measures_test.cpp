// Measures made of measures, as a user meets them: solved, run, stored, exported, analysed, formatted.
#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/program.h"

namespace casus::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

constexpr const char* who_goes = R"(case "who goes"

horizon 1 rounds
precision 1

actor A { types { hard: p, soft: otherwise } }

param p = 0.4
param w ~ uniform(0.5, 1.5)
param cost ~ uniform(1, 3)

state x: 0..1 = 0

round {
  move Go by A {
    stay
    go { x = 1 } pays A: w * (A is hard)
  }
}

measure gone = P(x == 1 at end)
measure shown = P(A is hard | ever Go.go)
measure bill = cost * P(ever Go.go) + gone[A.hard]
measure never = P(A is hard | x == 1 before Go.go)
measure sometimes = if cost < 2 then shown else never

policy free
policy dear { cost = 2 * cost; w = 0 }

claim shows "Who goes is rather hard" { shown[free] > shown[dear] and bill[dear] > 2 * cost * gone[dear] }
claim unknown "What never happens has no answer" { never[free] > 0.5 }
)";

double goes(double w) {
  return 1 / (1 + std::exp(-w));
}
double shown(double w) {
  return 0.4 * goes(w) / (0.4 * goes(w) + 0.6 * 0.5);
}

struct Measures : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    write("case.casus", who_goes);
  }
  // Rows of a CSV file, by the name of their columns.
  std::vector<std::map<std::string, std::string>> rows(const std::string& file) const {
    std::istringstream in(read_all(folder / file));
    std::vector<std::string> names;
    std::vector<std::map<std::string, std::string>> out;
    for (std::string line; std::getline(in, line);) {
      if (line.ends_with('\r')) line.pop_back();
      std::vector<std::string> cells;
      std::istringstream cut(line + ",");
      for (std::string cell; std::getline(cut, cell, ',');) cells.push_back(cell);
      if (names.empty()) {
        names = cells;
        continue;
      }
      auto& row = out.emplace_back();
      for (size_t k = 0; k < names.size(); ++k) row[names[k]] = k < cells.size() ? cells[k] : "";
    }
    return out;
  }
};

TEST_F(Measures, SolveTellsThemGivenTypesToo) {
  const auto said = casus("solve case.casus --policy free --policy dear --json");
  ASSERT_EQ(said.code, 0) << said.err;
  const Json j = Json::parse(said.out);
  const auto& free = j["policies"][0]["measures"];
  EXPECT_EQ(free.size(), 5u);  // and nothing of what they are made of
  EXPECT_NEAR(free["shown"]["value"], shown(1), 1e-9);
  EXPECT_EQ(free["shown"]["by_profile"], Json({1.0, 0.0}));
  EXPECT_NEAR(free["bill"]["value"], 2 * (0.4 * goes(1) + 0.3) + goes(1), 1e-9);
  EXPECT_NEAR(free["bill"]["by_profile"][0], 2 * goes(1) + goes(1), 1e-9);
  EXPECT_TRUE(free["bill"]["by_profile"][1].is_null());  // it asks of A.hard by name
  EXPECT_TRUE(free["never"]["value"].is_null());
  const auto& dear = j["policies"][1]["measures"];
  EXPECT_NEAR(dear["shown"]["value"], 0.4, 1e-9);
  EXPECT_NEAR(dear["bill"]["value"], 4 * 0.5 + 0.5, 1e-9);  // the policy's cost
  EXPECT_EQ(j["claims"][0]["verdict"], "holds");
  EXPECT_EQ(j["claims"][1]["verdict"], "unknown");
  const auto words = casus("solve case.casus").out;
  EXPECT_THAT(words, HasSubstr("never: never happens; A.hard never happens; A.soft never happens"));
  EXPECT_THAT(words, HasSubstr("shown: 49 %; A.hard 100 %; A.soft 0 %"));
}

TEST_F(Measures, AStudyKeepsThem) {
  ASSERT_EQ(casus("run case.casus --worlds 120 --json --out a.sqlite").code, 0);
  const Json j = Json::parse(read_all(folder / "stdout.txt"));
  EXPECT_EQ(j["measures"].size(), 5u);
  const auto& free = j["policies"][0]["measures"];
  EXPECT_TRUE(free["never"]["mean"].is_null());
  EXPECT_EQ(free["never"]["worlds_without"], 120);
  EXPECT_FALSE(free["shown"].contains("worlds_without"));
  EXPECT_EQ(free["sometimes"]["worlds_without"], 60);  // where cost is at least 2
  EXPECT_EQ(j["claims"][0]["verdict"], "holds");
  EXPECT_EQ(j["claims"][1]["unknown"], 120);

  ASSERT_EQ(casus("export a.sqlite --out tables").code, 0);
  std::map<std::string, double> w, cost;
  for (auto& row : rows("tables/worlds.csv")) {
    w[row["world"]] = std::stod(row["w"]);
    cost[row["world"]] = std::stod(row["cost"]);
  }
  ASSERT_EQ(w.size(), 120u);
  size_t seen = 0, empty = 0;
  double mean = 0;
  for (auto& row : rows("tables/measures.csv")) {
    const double here = row["policy"] == "free" ? w[row["world"]] : 0;
    if (row["measure"] == "shown") {
      EXPECT_NEAR(std::stod(row["value"]), shown(here), 1e-9);
    }
    if (row["measure"] == "shown" && row["policy"] == "free") mean += std::stod(row["value"]) / 120;
    if (row["measure"] == "bill") {
      EXPECT_NEAR(std::stod(row["value"]),
                  cost[row["world"]] * (row["policy"] == "free" ? 1 : 2) * (0.4 * goes(here) + 0.3) + goes(here), 1e-9);
    }
    empty += row["measure"] == "never" && row["value"].empty();
    ++seen;
  }
  EXPECT_EQ(seen, 5u * 2 * 120);
  EXPECT_EQ(empty, 2u * 120);
  EXPECT_NEAR(free["shown"]["mean"], mean, 1e-9);
  size_t of_type = 0;
  for (auto& row : rows("tables/types.csv"))
    if (row["measure"] == "shown") {
      EXPECT_EQ(std::stod(row["value"]), row["types"] == "A.hard" ? 1 : 0);
      ++of_type;
    }
  EXPECT_EQ(of_type, 2u * 2 * 120);

  const auto hangs = casus("analyse a.sqlite --sensitivity --measure shown --policy free");
  EXPECT_EQ(hangs.code, 0) << hangs.err;
  EXPECT_THAT(hangs.out, HasSubstr("w matters most"));
  const auto half = casus("analyse a.sqlite --sensitivity --measure sometimes --policy free");
  EXPECT_EQ(half.code, 0) << half.err;
  EXPECT_THAT(half.out, Not(HasSubstr("nan")));
}

TEST_F(Measures, RunSaysWhatNeverHappens) {
  const auto said = casus("run case.casus --worlds 120 --no-store");
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("never happens"));
  EXPECT_THAT(said.out, HasSubstr("† in the worlds where what is given ever happens"));
  EXPECT_THAT(said.out, Not(HasSubstr("nan")));
}

TEST_F(Measures, TheCanonicalFormKeepsThem) {
  EXPECT_EQ(casus("format --check case.casus").code, 0) << read_all(folder / "stderr.txt");
  write("loose.casus",
        "case \"x\" horizon 2 rounds precision 1 actor A state x: 0..3 = 0 round { move Go by A { a { x = 1 } b } }\n"
        "measure m = 2*P( x>0 at end|ever x==1 )\n  - quantile( x  at end|ever Go.a ,0.9)\n"
        "measure n=E( rounds   until x==1 ) + E(rounds with x == 1)*correlation(ever x==1,x>0 at end)\n"
        "measure o = P(Go.a before x == 1) / median(x in round)\n");
  ASSERT_EQ(casus("format loose.casus").code, 0) << read_all(folder / "stderr.txt");
  const std::string formatted = read_all(folder / "loose.casus") + read_all(folder / "stdout.txt");
  EXPECT_THAT(formatted, HasSubstr("measure o = P(Go.a before x == 1) / median(x in round)"));
  EXPECT_THAT(formatted,
              HasSubstr("measure n = E(rounds until x == 1) + E(rounds with x == 1) * correlation(ever x == 1, "
                        "x > 0 at end)"));
}

}  // namespace
}  // namespace casus::app

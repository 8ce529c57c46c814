#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/language.h"
#include "language/model_text.h"

namespace casus::language {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string frame =
    "case \"x\"\nhorizon 3 rounds\nprecision 1\nactor A { types { hard: 0.4, soft: otherwise } }\n";

model::Case checked(const std::string& text) {
  Loaded loaded = load_text("x.casus", frame + text);
  EXPECT_TRUE(loaded.value) << render_text(loaded.diagnostics, loaded.sources, false);
  return loaded.value ? std::move(*loaded.value) : model::Case{};
}

std::vector<std::string> names(const std::string& set) {
  const auto c = checked("set S = " + set +
                         "\nparam x[S] = 1\nround { move M by A { a b } }\npayoff A { each round: sum(s in S) x[s] }");
  std::vector<std::string> out;
  for (const auto& p : c.params) out.push_back(p.name.substr(2, p.name.size() - 3));
  return out;
}

TEST(SetsOfNumbers, RangesAndTheNamesOfTheirElements) {
  EXPECT_THAT(names("0, 0.25 .. 1"), ElementsAre("0", "0.25", "0.5", "0.75", "1"));
  EXPECT_THAT(names("1 .. 4"), ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(names("{ 0.1, 0.25, 1 }"), ElementsAre("0.1", "0.25", "1"));
  EXPECT_THAT(names("1, 0.5 .. -0.5"), ElementsAre("1", "0.5", "0", "-0.5"));
  EXPECT_THAT(names("1 .. 3, 5 .. 7, 10"), ElementsAre("1", "2", "3", "5", "6", "7", "10"));
  EXPECT_THAT(names("{ -1, 1 / 3 }"), ElementsAre("-1", "0.333333333333"));
  EXPECT_EQ(names("{ 0, 1e-320 }").size(), 2u);
  // Steps of 0.05 add up to 0.35000000000000003 and the like.
  for (const std::string& name : names("0, 0.05 .. 1")) EXPECT_LE(name.size(), 4u) << name;
  EXPECT_EQ(names("0, 0.001 .. 0.999").size(), 1000u);
}

// What an element stands for is its number, wherever it is read.
TEST(SetsOfNumbers, ElementsAndStatesAreNumbers) {
  const auto text = model_text(checked(R"(
set Offers = 1, 0.5 .. 0
param cost[d in Offers] = 2 * d
state x: Offers = 0.5
state n[Offers]: 0..3 = 0 { 0 .. 0.5 = 2 }
round { move M by A { offer[d in Offers] if d < 0.75 { x = d } pays A: -cost[d] } }
payoff A { each round: x * n[0.2 + 0.3] + cost[1 / 2] }
measure low = P(ever M.offer[0.50000000001])
policy free
let whole = 1
policy other { A plays M.offer[0]; x = 0; cost[whole] = 7 }
)"));
  EXPECT_THAT(text, HasSubstr("state x '' 0 0..2 [\"0\", \"0.5\", \"1\"] = 1"));
  EXPECT_THAT(text, HasSubstr("state n[0.5] '' 1 0..3 [] = 2"));
  EXPECT_THAT(text, HasSubstr("state n[1] '' 1 0..3 [] = 0"));
  EXPECT_THAT(text, HasSubstr("    offer[0.5] '' if - with -\n      x = 0.5\n"));
  EXPECT_THAT(text, HasSubstr("start x = 0\n  param cost[1] = 7"));
}

// 0.3 and 0.35 - 0.05 are not the same number, but the same element.
TEST(SetsOfNumbers, AreComparedToWithinRounding) {
  for (const char* holds :
       {"sum(d in Offers) (d == 0.1 + 0.2) == 1", "all(d in Offers) not (d > 0.3 and d < 0.1 * 3 + 1e-12)",
        "any(d in Offers) (d >= 0.35 - 0.05 and d <= 0.3)"}) {
    const auto c = checked("set Offers = 0, 0.05 .. 1\nlet held = if " + std::string(holds) +
                           " then 5 else 7\nround { move M by A { a b } }\npayoff A { each round: held }");
    ASSERT_EQ(c.payoffs.size(), 1u);
    EXPECT_EQ(c.pool[c.payoffs[0].amount].value, 5) << holds;
  }
}

TEST(SetsOfNumbers, AnElementDecidesAtOnce) {
  const auto c = checked(
      "set S = 0, 0.5 .. 1\nparam x[d in S] = if d > 0 then 10 * d else 1\n"
      "param y[d in S] = if d > 0 then x[d - 0.5] else 0\n"
      "round { move M by A { a b } }\npayoff A { each round: sum(d in S) y[d] }");
  ASSERT_EQ(c.params.size(), 6u);
  EXPECT_EQ(c.pool[c.params[5].formula].index, 1u);  // y[1] is x[0.5]
}

TEST(ByRound, OneValueForEachRound) {
  const auto text = model_text(checked(R"(
set Fields = { North, East }
param s[round] { 1 ~ uniform(0, 1), 2 .. 3 = 0.7 }
param d[round] = 2 * round
param w[round] = if round == 1 then s[1] else w[round - 1] + d[round]
param x[Fields, round, A] { [North, 2, hard] = 1, [East, 1 .. 3] = round, North.soft = 4, [North, 1, hard] = 5, [North, 3, hard] = 6 }
round { move M by A { a b } }
payoff A { each round: s[2] + w[3] + x[East, 3, A] }
)"));
  EXPECT_THAT(text, HasSubstr("param s[1] '' '' 1 [0, 1]"));
  EXPECT_THAT(text, HasSubstr("param d[3] '' '' 0 [] [] [] -99 -99 6"));
  EXPECT_THAT(text, HasSubstr("param x[East,2,soft] '' '' 0 [] [] [] -99 -99 2"));
  EXPECT_THAT(text, HasSubstr("param x[North,2,hard] '' '' 0 [] [] [] -99 -99 1"));
}

// The last round of a stage that never comes to it, and the first where a condition excludes it, are not asked for.
TEST(ByRound, IsAskedForOnlyWhereItIsRead) {
  checked(R"(
param s[round] = 0.1 * round
round {
  move M by A when round > 1 { a pays A: s[round - 1] b if round < 3 pays A: s[round + 1] }
}
payoff A { each round: if round >= 2 and round < 9 then s[round - 1] else s[min(round, 3)] }
)");
}

TEST(ByRound, OverlaysChangeSingleRounds) {
  LoadOptions options;
  options.overlays = {"other"};
  options.texts["other"] = "param s[round] { 2 .. 3 = 9 }\n";
  const Loaded loaded = load_text("x.casus",
                                  frame +
                                      "param s[round] = round\nround { move M by A { a b } }\n"
                                      "payoff A { each round: s[round] }",
                                  options);
  ASSERT_TRUE(loaded.value) << render_text(loaded.diagnostics, loaded.sources, false);
  EXPECT_EQ(loaded.value->pool[loaded.value->params[0].formula].value, 1);
  EXPECT_EQ(loaded.value->pool[loaded.value->params[2].formula].value, 9);
}

}  // namespace
}  // namespace casus::language

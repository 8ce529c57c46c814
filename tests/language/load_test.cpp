#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/examples.h"
#include "language/language.h"

namespace casus::language {
namespace {

using model::Op;

Loaded load(const std::string& text) {
  return load_text("test.casus", text);
}

std::string errors_of(const std::string& text) {
  const Loaded loaded = load(text);
  return render_text(loaded.diagnostics, loaded.sources, false);
}

model::Case good(const std::string& text) {
  Loaded loaded = load(text);
  EXPECT_TRUE(loaded.value) << render_text(loaded.diagnostics, loaded.sources, false);
  return loaded.value.value_or(model::Case{});
}

TEST(Load, TheSketchOfTheDesign) {
  const model::Case c = good(sketch_case);
  EXPECT_EQ(c.title, "Kazakhstan and Ukraine, January 2022");
  EXPECT_EQ(c.horizon, 6);
  EXPECT_EQ(c.round_label, "month");
  ASSERT_EQ(c.actors.size(), 5u);
  EXPECT_THAT(c.actors[0].types, testing::ElementsAre("open_ended", "limited"));
  EXPECT_EQ(c.actors[0].prior.size(), 2u);
  EXPECT_TRUE(c.actors[2].prior.empty());
  EXPECT_EQ(c.pool[c.actors[0].precision].value, 4);
  EXPECT_EQ(c.pool[c.actors[1].precision].value, 3);
  ASSERT_EQ(c.params.size(), 8u);
  EXPECT_EQ(c.params[4].name, "lives[open_ended]");
  EXPECT_EQ(c.params[0].words.source, "point 4");
  EXPECT_EQ(c.pool[c.params[3].formula].value, 0.4);
  ASSERT_EQ(c.stages.size(), 7u);
  EXPECT_TRUE(c.stages[0].is_chance());
  EXPECT_EQ(c.stages[4].decisions.size(), 2u);
  EXPECT_EQ(c.stages[4].name, "Reply + Protest");
  EXPECT_EQ(c.payoffs.size(), 3u);
  EXPECT_EQ(c.policies[1].commitments.size(), 2u);
  EXPECT_EQ(c.policies[3].starts.size(), 1u);
  EXPECT_EQ(c.policies[3].params.size(), 1u);
  // Two lines for one type, then one for both.
  ASSERT_EQ(c.policies[4].commitments.size(), 3u);
  for (const size_t k : {0, 1, 2}) EXPECT_EQ(c.policies[4].commitments[k].type, k < 2 ? 0 : -1);
  ASSERT_EQ(c.claims.size(), 2u);
  EXPECT_EQ(c.claims[0].name, "claim_1");
  ASSERT_EQ(c.claims[0].refs.size(), 2u);
  EXPECT_EQ(c.claims[0].refs[0].policy, 1u);
  EXPECT_EQ(c.claims[0].refs[0].given_type[0], 0);
  EXPECT_EQ(c.claims[0].refs[0].given_type[1], -1);
  EXPECT_EQ(c.claims[1].refs[0].round, 2);
}

TEST(Load, ATypeIndexedParameterReadsTheActorsType) {
  const model::Case c = good(sketch_case);
  const auto& pay = c.stages[3].decisions[0].options[2].pays.at(0);
  const auto& product = c.pool[pay.amount];
  ASSERT_EQ(product.op, Op::mul);
  const auto& lives = c.pool[c.pool[product.a].a];
  EXPECT_EQ(lives.op, Op::type_param);
  EXPECT_EQ(lives.index, 4u);
  EXPECT_EQ(lives.actor, 0u);
}

TEST(Load, SeveralErrorsAtOnce) {
  const std::string text = errors_of(R"(case "x"
horizon 2 rounds
precision 1
actor A
state s: { up, down } = upp
round { move M by A { go { s = dwon } stay } }
payoff B { at end: 1 }
)");
  EXPECT_THAT(text, testing::HasSubstr("did you mean 'up'?"));
  EXPECT_THAT(text, testing::HasSubstr("did you mean 'down'?"));
  EXPECT_THAT(text, testing::HasSubstr("there is no actor 'B'"));
}

}  // namespace
}  // namespace casus::language

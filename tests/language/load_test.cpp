#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

// The sketch of the design, with its gaps filled.
const char* const sketch = R"(
case "Kazakhstan and Ukraine, January 2022"

horizon 6 rounds "month"
discount 0.97
precision 3

# ---- who -----------------------------------------------------------------------
actor Russia "the Kremlin" {
  types { open_ended: p_open, limited: 1 - p_open }      # what it is after is private
  precision 4
}
actor West "United States, EU and NATO" { types { resolute: p_resolute, hesitant: 1 - p_resolute } }
actor Tokayev
actor Street "the protesters"
actor Ukraine

# ---- what we do not know ----------------------------------------------------------
param p_open     ~ uniform(0.2, 0.9)            "prior that the aims are open-ended"  source "point 4"
param p_resolute ~ triangular(0.1, 0.3, 0.7)
param upkeep     = 0.05
param p_spark    = 40%
param lives[Russia] { open_ended ~ uniform(0.1, 0.5)  limited ~ uniform(0.6, 1.5) }    # indexed by the actor's type
param sphere[Russia] { open_ended = 2, limited = 0.2 }

# ---- what everybody sees -----------------------------------------------------------
state uprising: { calm, revolt, quelled, toppled } = revolt
state cabinet:  { in_office, resigned } = in_office
state called:   boolean = no
state tied:     0..2 = 0              "Russian forces tied down in Kazakhstan"
state support:  0..3 = 1              "Western arms and training in Ukraine"
state ukraine:  { free, attacked, lost, neutral } = free
let   distracted = tied > 0

# ---- what happens in a round, in this order -------------------------------------------
round {
  chance Spark when uprising == calm {
    sparks with p_spark { uprising = revolt }
    stays  otherwise
  }
  move Call by Tokayev when uprising == revolt {
    concede                 { cabinet = resigned }
    repress
    call_allies             { called = yes; tied = 2 }
  }
  chance Order when uprising == revolt {
    quelled  with logistic(1 + 0.5 * tied - 2 * upkeep)    { uprising = quelled }
    goes_on  otherwise
  }
  move Attack by Russia when ukraine == free {
    wait
    mass
    invade   if tied < 2    { ukraine = attacked }    pays Russia: -lives[Russia] * (1 + support)
  }
  simultaneous {
    move Reply by West { concede  refuse }
    move Protest by Street { rise if cabinet == in_office and called  stay "home" }
  }
  move Support by West { hold  arm if support < 3 { support = support + 1 } }
  move Defend by Ukraine when ukraine == attacked { fight yield { ukraine = lost } }
}

payoff Russia { each round: -upkeep * tied      at end: sphere[Russia] * (ukraine == lost) }
payoff West { at end: if West is resolute then -2 * (ukraine == lost) else 0 }

# ---- what we ask ------------------------------------------------------------------------
measure lost      = P(ukraine == lost at end)
measure ever_hit  = P(ever Attack.invade)
measure by_month  = P(Attack.invade in round)                # one value for each round
measure respect   = E(belief(West.resolute) at end)
measure gain      = E(payoff(Russia))

policy laissez_faire "everybody plays as they see fit"
policy appease       { West plays Reply.concede, Support.hold }
policy support_now   { West plays Support.arm when distracted }
policy no_revolt     { uprising = calm; p_spark = 0 }                # another world, not another choice

claim "Appeasing a dictator never works"  source "point 8" {
  lost[appease, Russia.open_ended] >= lost[laissez_faire, Russia.open_ended]
}
claim sooner "Support works at once" { by_month[support_now, round 2] < 0.9 * by_month[appease, round 2] }
)";

TEST(Load, TheSketchOfTheDesign) {
  const model::Case c = good(sketch);
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
  ASSERT_EQ(c.claims.size(), 2u);
  EXPECT_EQ(c.claims[0].name, "claim_1");
  ASSERT_EQ(c.claims[0].refs.size(), 2u);
  EXPECT_EQ(c.claims[0].refs[0].policy, 1u);
  EXPECT_EQ(c.claims[0].refs[0].given_type[0], 0);
  EXPECT_EQ(c.claims[0].refs[0].given_type[1], -1);
  EXPECT_EQ(c.claims[1].refs[0].round, 2);
}

TEST(Load, ATypeIndexedParameterReadsTheActorsType) {
  const model::Case c = good(sketch);
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

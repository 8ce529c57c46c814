// Games without a last round: what is laid out, what is merged, and so many rounds of them.
#include <gtest/gtest.h>

#include <set>

#include "case_text.h"
#include "game/rounds.h"

namespace casus {
namespace {

// A clock of six hours that strikes at `strikes`.
std::string clock(const std::string& strikes, const std::string& asked) {
  return R"(
case "clock"
horizon none
discount 0.9
precision 1
actor A
state hour: 0..5 = 4
round {
  chance Tick { on with 1 { hour = if hour == 5 then 0 else hour + 1 } }
  move Listen by A { stay go }
}
payoff A { each round: )" +
         strikes + " }\n" + asked;
}

TEST(Closure, LaysOutOneRoundFromEveryStateOnce) {
  const auto c = testing::load(clock("hour == 0", ""));
  const auto g = testing::compile(c);
  ASSERT_TRUE(g.endless);
  // Six hours at every stage and at both ends of the round; all differ, by how long it takes to strike.
  ASSERT_EQ(g.layers.size(), 4u);
  for (const auto& l : g.layers) EXPECT_EQ(l.states, 6u);
  EXPECT_EQ(g.nodes.size(), 24u);
  // Round after round through all of them, and back.
  std::set<game::NodeId> met;
  game::NodeId n = g.start().node;
  for (int round = 0; round < 6; ++round) {
    EXPECT_TRUE(met.insert(n).second);
    game::NodeId at = n;
    while (g.nodes[at].edges > 0) {
      const auto next = g.edges[g.nodes[at].first_edge].target;
      EXPECT_LT(next, at);
      EXPECT_EQ(g.endless->again[at], game::none);
      at = next;
    }
    n = g.endless->again[at];
    ASSERT_NE(n, game::none);
  }
  EXPECT_EQ(n, g.start().node);
}

TEST(Closure, MergesWhatGoesOnAlike) {
  // It strikes at 0 and at 3: 1 and 4 go on alike, though in no last round they are seen to.
  EXPECT_EQ(testing::compile(testing::load(clock("hour == 0 or hour == 3", ""))).nodes.size(), 12u);
  // Nobody cares: one round is as good as another.
  EXPECT_EQ(testing::compile(testing::load(clock("1", ""))).nodes.size(), 4u);
  // But whoever asks tells them apart.
  EXPECT_EQ(testing::compile(testing::load(clock("1", "measure late = P(hour == 5 in the long run)"))).nodes.size(),
            24u);
}

TEST(Closure, SoManyRoundsAreThoseOfTheFiniteCase) {
  std::string text = clock("hour == 0", "");
  const auto endless = testing::load(text);
  text.replace(text.find("horizon none"), 12, "horizon 7 rounds");
  const auto finite = testing::load(text);
  const auto a = game::so_many_rounds(testing::compile(endless), 7), b = testing::compile(finite);
  // One state in every layer: nothing to merge.
  ASSERT_EQ(a.layers.size(), b.layers.size());
  EXPECT_EQ(a.start().node, a.nodes.size() - 1);
  for (size_t l = 0; l < a.layers.size(); ++l) {
    EXPECT_EQ(a.layers[l].round, b.layers[l].round);
    EXPECT_EQ(a.layers[l].stage, b.layers[l].stage);
    EXPECT_EQ(a.layers[l].last - a.layers[l].first, 1u);
  }
  for (const auto& n : a.nodes) {
    EXPECT_EQ(a.layers[n.layer].round, n.round);
    for (uint32_t e = n.first_edge; e < n.first_edge + n.edges; ++e)
      EXPECT_GT(a.nodes[a.edges[e].target].layer, n.layer);
  }
}

}  // namespace
}  // namespace casus

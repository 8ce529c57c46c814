#include "game/join.h"

#include "case_text.h"

namespace casus {
namespace {

const char* const text = R"(
case "shared"
horizon 2 rounds
precision 1
param gain = 2
actor A
actor B
state x: 0..1 = 0
round {
  move Open by A when round == 1 { yes_ { x = 1 } pays A: gain
    no_ }
  move Reply by B { fight pays A: -1, B: 1 - x
    yield_ }
}
measure open = P(ever x == 1)
policy free
policy closed { A plays Open.no_ }
policy begun { x = 1 }
policy dear { gain = 2 * gain }
policy doubtful { B plays Reply.fight when x == 1 and round == 2 }
)";

struct Games {
  model::Case c = testing::load(text);
  std::vector<game::Game> games;
  Games() {
    base::Diagnostics d;
    for (uint32_t p = 0; p < c.policies.size(); ++p) games.push_back(*game::compile(c, p, d));
  }
};

TEST(Join, SharesWhatIsAlike) {
  const Games t;
  const auto& free = t.games[0];
  // Tied hands change the first move only.
  const std::vector<const game::Game*> two{&free, &t.games[1]};
  const auto joined = game::join(two);
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->game.nodes.size(), free.nodes.size() + 1);
  ASSERT_EQ(joined->game.starts.size(), 2u);
  EXPECT_NE(joined->game.starts[0].node, joined->game.starts[1].node);
  for (size_t k = 0; k < 2; ++k)
    for (game::NodeId n = 0; n < two[k]->nodes.size(); ++n) {
      const auto &old = two[k]->nodes[n], &now = joined->game.nodes[joined->node[k][n]];
      EXPECT_EQ(old.edges, now.edges);
      EXPECT_EQ(old.round, now.round);
      EXPECT_EQ(old.layer, now.layer);
      for (uint32_t e = 0; e < old.edges; ++e)
        EXPECT_EQ(joined->node[k][two[k]->edges[old.first_edge + e].target],
                  joined->game.edges[now.first_edge + e].target);
    }
  // Children have smaller numbers than their parents, and layers are stretches of nodes.
  for (game::NodeId n = 0; n < joined->game.nodes.size(); ++n)
    for (uint32_t e = 0; e < joined->game.nodes[n].edges; ++e)
      EXPECT_LT(joined->game.edges[joined->game.nodes[n].first_edge + e].target, n);
}

TEST(Join, KeepsWhereEachGameBegins) {
  const Games t;
  const std::vector<const game::Game*> list{&t.games[0], &t.games[2]};
  const auto joined = game::join(list);
  ASSERT_TRUE(joined);
  EXPECT_TRUE(joined->game.starts[0].events.empty());
  EXPECT_EQ(joined->game.starts[1].events, std::vector<uint32_t>{0});
  EXPECT_EQ(joined->game.starts[1].state, std::vector<int>{1});
  const auto met = game::reachable(joined->game, joined->game.starts[1]);
  std::vector<bool> expected(joined->game.nodes.size(), false);
  for (const game::NodeId n : joined->node[1]) expected[n] = true;
  EXPECT_EQ(met, expected);
}

TEST(Join, OtherParametersMakeOtherNodes) {
  const Games t;
  const std::vector<const game::Game*> list{&t.games[0], &t.games[3]};
  const auto joined = game::join(list);
  ASSERT_TRUE(joined);
  // Only the first move pays the changed parameter.
  EXPECT_EQ(joined->game.nodes.size(), t.games[0].nodes.size() + 1);
}

TEST(Join, RefusesGamesWithOtherPrecisions) {
  const auto c = testing::load(
      "case \"p\"\nhorizon 1 rounds\nparam sharp = 1\nactor A { precision sharp }\n"
      "round { move M by A { a pays A: 1\n b } }\npolicy free\npolicy other { sharp = 2 }\n");
  base::Diagnostics d;
  const auto one = *game::compile(c, 0, d), two = *game::compile(c, 1, d);
  const std::vector<const game::Game*> list{&one, &two};
  EXPECT_FALSE(game::join(list));
}

}  // namespace
}  // namespace casus

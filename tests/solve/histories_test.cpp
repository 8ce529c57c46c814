// The graph of public histories: how large it is, that beliefs are shared where they must be, and its order.
#include "solve/exact/histories.h"

#include "case_text.h"
#include "solve/beer.h"
#include "solve/random_case.h"

namespace casus {
namespace {

using solve::Histories;

TEST(Histories, OfASignallingGame) {
  // The sender, the receiver after either message; after that nobody reads a belief, so the end stands once.
  const auto g = testing::compile(testing::load(testing::beer_and_quiche(20)));
  const auto h = solve::unfold(g);
  ASSERT_TRUE(h);
  EXPECT_EQ(h->decisions, 3u);
  EXPECT_EQ(h->at.size(), 5u);
}

TEST(Histories, AreRefusedBeyondTheLimit) {
  const auto g = testing::compile(testing::load(testing::beer_and_quiche(20)));
  EXPECT_FALSE(solve::unfold(g, {.decisions = 2}));
  EXPECT_TRUE(solve::unfold(g, {.decisions = 3}));
}

TEST(Histories, BeliefsThatNobodyReadsAnyMoreAreForgotten) {
  // What A chose in the first round tells of its type, and B reads that in the second; in the third nobody does, so its
  // histories are those of the states alone.
  const auto c = testing::load(R"(
case "fading"
horizon 3 rounds
precision 1
actor A { types { low: 0.5, high: otherwise } }
actor B
round {
  move Show by A when round == 1 { left pays A: if A is high then 1 else 0
    right }
  move Bet by B when round == 2 { take pays B: if A is high then 1 else -1
    leave }
  move Rest by B when round == 3 { up pays B: 0.3
    down }
}
measure bets = P(ever Bet.take)
)");
  const auto g = testing::compile(c);
  const auto h = solve::unfold(g);
  ASSERT_TRUE(h);
  // Show once, Bet after either choice, Rest once.
  EXPECT_EQ(h->decisions, 1u + 2u + 1u);
}

class RandomHistories : public ::testing::TestWithParam<uint32_t> {};

TEST_P(RandomHistories, ComeAfterWhatLeadsToThem) {
  const auto g = testing::compile(testing::load(testing::random_case(GetParam(), {.rounds = 2})));
  const auto h = solve::unfold(g);
  ASSERT_TRUE(h);
  EXPECT_EQ(h->at.front().node, g.start().node);
  size_t children = 0;
  for (uint32_t i = 0; i < h->at.size(); ++i) {
    const auto& node = g.nodes[h->at[i].node];
    EXPECT_EQ(h->at[i].first_child, children);
    children += node.edges;
    for (uint32_t e = 0; e < node.edges; ++e) {
      const uint32_t next = h->child[h->at[i].first_child + e];
      EXPECT_GT(next, i);
      EXPECT_EQ(h->at[next].node, g.edges[node.first_edge + e].target);
    }
    if (i == 0) continue;
    const auto& from = h->from[i];
    EXPECT_LT(from.history, i);
    EXPECT_EQ(h->child[h->at[from.history].first_child + from.edge], i);
  }
  EXPECT_EQ(children, h->child.size());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistories, ::testing::Range(1u, 9u));

}  // namespace
}  // namespace casus

#include "game/game.h"

#include <gtest/gtest.h>

#include "case_text.h"

namespace casus {
namespace {

TEST(Program, FoldsAndShares) {
  game::Program p;
  const auto x = p.param(0), y = p.param(1);
  const auto zero = p.constant(0), one = p.constant(1);
  EXPECT_EQ(p.apply(model::Op::add, x, zero), x);
  EXPECT_EQ(p.apply(model::Op::mul, x, one), x);
  EXPECT_EQ(p.apply(model::Op::mul, zero, y), game::zero_slot);
  EXPECT_EQ(p.apply(model::Op::sub, x, x), game::zero_slot);
  EXPECT_EQ(p.apply(model::Op::add, x, y), p.apply(model::Op::add, y, x));
  EXPECT_EQ(p.apply(model::Op::if_, one, x, y), x);
  const auto s = p.apply(model::Op::logistic, p.apply(model::Op::add, x, y));
  std::vector<double> params{1, 2, -1, -2}, slots(p.size() * 2);  // two worlds
  p.run(params, 2, slots);
  EXPECT_NEAR(slots[s * 2], 0.5, 1e-15);
  EXPECT_NEAR(slots[s * 2 + 1], 0.5, 1e-15);
}

// A walk on a line of three places over two rounds: counted by hand.
// Round 1 starts in place 1 (1 state at Step), ends in 0, 1 or 2 (3 states); round 2: 3 states at Step, 3 at its end, 3
// at the end.
TEST(Compile, CountsReachableStates) {
  const auto c = testing::load(R"(
case "line"
horizon 2 rounds
precision 1
actor A
state place: 0..4 = 1
round { move Step by A { back { place = max(place - 1, 0) }
  stay
  on { place = min(place + 1, 2) } } }
payoff A { at end: place }
)");
  const auto g = testing::compile(c);
  std::vector<uint32_t> states;
  for (const auto& l : g.layers) states.push_back(l.states);
  EXPECT_EQ(states, (std::vector<uint32_t>{1, 3, 3, 3, 3}));
  EXPECT_EQ(g.nodes.size(), 13u);  // nothing is alike: the place counts at the end
  EXPECT_EQ(g.start().node, g.nodes.size() - 1);
}

TEST(Compile, MergesWhatNobodyCaresAbout) {
  const auto c = testing::load(R"(
case "idle"
horizon 2 rounds
precision 1
actor A
state place: 0..4 = 1
round { move Step by A { back { place = max(place - 1, 0) }
  on { place = min(place + 1, 2) } } }
)");
  const auto g = testing::compile(c);
  EXPECT_EQ(g.nodes.size(), 5u);  // one for each layer
}

TEST(Compile, SmallerIdsComeLater) {
  const auto c = testing::load(R"(
case "order"
horizon 3 rounds
precision 1
actor A
state n: 0..9 = 0
round { move Add by A when n < 3 { one { n = n + 1 }
  two { n = n + 2 } } }
payoff A { at end: n }
)");
  const auto g = testing::compile(c);
  for (game::NodeId n = 0; n < g.nodes.size(); ++n)
    for (uint32_t e = 0; e < g.nodes[n].edges; ++e) EXPECT_LT(g.edges[g.nodes[n].first_edge + e].target, n);
}

TEST(Compile, SaysWhereAnAssignmentLeavesItsDomain) {
  const auto c = testing::load(R"(
case "leak"
horizon 3 rounds
precision 1
actor A
state n: 0..1 = 0
round { move Add by A { one { n = n + 1 } } }
)");
  base::Diagnostics d;
  EXPECT_FALSE(game::compile(c, 0, d));
  ASSERT_EQ(d.error_count(), 1u);
  EXPECT_EQ(d.all()[0].code, "out-of-domain");
  EXPECT_EQ(d.all()[0].message, "'n' would become 2 in round 2, outside 0..1");
  EXPECT_NE(d.all()[0].hint.find("n = 1"), std::string::npos);
}

TEST(Compile, RefusesWhatIsTooLarge) {
  const auto c = testing::load(R"(
case "large"
horizon 40 rounds
precision 1
actor A
state n: 0..999999 = 0
round { move Add by A { one { n = min(2 * n + 1, 999999) }
  two { n = min(2 * n, 999999) } } }
payoff A { at end: n }
)");
  base::Diagnostics d;
  EXPECT_FALSE(game::compile(c, 0, d, {.most_bytes = 1e6}));
  ASSERT_EQ(d.error_count(), 1u);
  EXPECT_EQ(d.all()[0].code, "too-large");
}

TEST(Compile, KnowsWhatDependsOnBeliefs) {
  const auto c = testing::load(R"(
case "belief"
horizon 1 rounds
precision 1
actor A { types { low: 0.5, high: 0.5 } }
actor B
state done: boolean = no
round {
  move Signal by A { yes_ pays A: if A is high then 1 else 0
    no_ }
  move Trust by B { yes_ { done = yes } pays B: if A is high then 1 else -1
    no_ }
  move Alone by B when done { left pays B: 1
    right }
}
)");
  const auto g = testing::compile(c);
  for (const auto& n : g.nodes) {
    const auto& shape = g.shapes[n.shape];
    if (shape.kind != game::NodeKind::move) continue;
    const auto& name = c.stages[shape.stage].name;
    // At the signal the belief is still the prior.
    EXPECT_EQ(n.value_mask, name == "Trust" ? 1u : 0u) << name;
  }
}

const game::Mover& mover_of(const game::Game& g, uint32_t stage) {
  for (const auto& s : g.shapes)
    if (s.kind == game::NodeKind::move && s.stage == stage) return s.movers[0];
  throw std::runtime_error("no such stage");
}

// Of several lines that apply to a type the first binds; what no type may do is dropped.
TEST(Compile, BindsTypes) {
  const auto c = testing::load(R"(
case "bound"
horizon 1 rounds
precision 1
actor A { types { low: 0.2, mid: 0.3, high: otherwise } }
state n: 0..1 = 0
round {
  move M by A { a b c d if n == 1 }
}
payoff A { at end: n }
policy free
policy one { A.mid plays M.c }
policy two { A.mid plays M.c; A plays M.b when n == 1; A.low plays M.a }
policy everyone { A.low plays M.a; A plays M.c }
policy alike { A.low plays M.b; A.mid plays M.b; A.high plays M.b }
policy first { A.low plays M.a when round == 2; A.low plays M.b; A plays M.c when n == 1 }
policy closed { A.high plays M.d }
)");
  constexpr uint32_t none = game::none;
  using List = std::vector<uint32_t>;
  const auto check = [&](const char* policy, const List& options, const List& bound) {
    const auto g = testing::compile(c, *model::find_policy(c, policy));
    const auto& m = mover_of(g, 0);
    EXPECT_EQ(m.options, options) << policy;
    EXPECT_EQ(m.bound, bound) << policy;
    EXPECT_EQ(g.binds, !bound.empty()) << policy;
    // What one type is bound to tells of types, though nobody's payoff depends on them.
    EXPECT_EQ(g.nodes[g.start().node].telling, bound.empty() ? 0u : 1u) << policy;
  };
  check("free", {0, 1, 2}, {});
  check("one", {0, 1, 2}, {none, 2, none});
  check("two", {0, 1, 2}, {0, 2, none});
  check("everyone", {0, 2}, {0, 1, 1});
  check("alike", {1}, {});
  check("first", {0, 1, 2}, {1, none, none});
  check("closed", {0, 1, 2}, {});
  EXPECT_FALSE(mover_of(testing::compile(c, *model::find_policy(c, "everyone")), 0).chooses());
}

// A round that begins is news to a measure that reads the round, and to no other; of a round's choices those of one
// stage are counted there.
TEST(Compile, NotesWhatARoundMakesTrue) {
  const auto c = testing::load(R"(
case "rounds go by"
horizon 3 rounds
precision 1
actor A
actor B
state x: 0..1 = 0
round {
  move M by A when x == 0 { stay  go { x = 1 } }
  move N by B when x == 0 { p  q }
}
payoff A { at end: x }
measure late = P(ever x == 1 and round == 3)
measure third = P(ever round == 3)
measure gone = P(ever x == 1)
measure held = P(not M.go in round)
)");
  const auto g = testing::compile(c);
  uint32_t settles = 0;
  for (const auto& n : g.nodes) {
    const auto& shape = g.shapes[n.shape];
    for (uint32_t e = n.first_edge; e < n.first_edge + n.edges; ++e) {
      const auto& events = g.events[g.edges[e].event];
      const auto says = [&](uint32_t m) { return std::count(events.begin(), events.end(), m) > 0; };
      if (shape.kind == game::NodeKind::settle) {
        const bool begins_third = n.round == 2;
        settles += begins_third;
        EXPECT_EQ(says(1), begins_third);
        EXPECT_EQ(says(0), begins_third && g.node_state[static_cast<size_t>(&n - g.nodes.data())] == 1);
        EXPECT_FALSE(says(2));
      }
      if (shape.stage == 1) {
        EXPECT_FALSE(says(3));
      }
    }
  }
  EXPECT_EQ(settles, 2u);
}

}  // namespace
}  // namespace casus

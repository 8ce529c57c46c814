// Hidden deeds and types that change on belief grids: all ways of solving agree, and what cannot be told right is
// refused.
#include <cmath>

#include "case_text.h"
#include "game/derive.h"
#include "solve/same_solution.h"
#include "solve/sums.h"

namespace casus {
namespace {

using solve::Solution;
using testing::expect_same;
using testing::on_grids;

// A hidden deed of one whose type others would like to know, a type drawn anew in the open, one that changes by its own
// hidden deed, and a fact.
const char* const cables = R"(case "cables"
horizon 3 rounds
precision 3
actor S { types { hawk: 0.3, dove: otherwise } }
actor T { types { firm: 0.5, soft: otherwise } }
fact Oil { rich: 0.3, poor: otherwise }
param gain = 0.3
state over: boolean = no
state cable: { whole, broken } = whole
round {
  step News when round == 2 { redraw T { firm: if T is firm then 0.8 else 0.1, soft: otherwise } }
  move Order by S hidden when not over {
    leave
    cut { S becomes hawk } pays S: (if S is hawk then gain else 0) - 0.1, T: -0.3
    signal breaks with if Order.cut then 0.7 else 0.1 { cable = broken }
    signal calm otherwise
  }
  move Answer by T when not over {
    wait
    strike { over = yes } pays S: -0.4, T: (if T is firm then 0.1 else -0.2) + (if S is hawk then 0.3 else -0.2)
  }
  move Yield by S when not over {
    stay
    quit { over = yes } pays S: (if S is hawk then -0.3 else 0.1) + (if Oil is rich then -0.1 else 0.05)
  }
}
payoff S { at end: -0.2 * (cable == broken) }
payoff T { at end: 0.3 * (not over) - 0.2 * (cable == broken) }
measure cut = P(ever Order.cut)
measure struck = P(ever Answer.strike)
measure broke = P(ever cable == broken)
measure hawkish = E(belief(S.hawk)^2 in round)
measure worth = E(payoff(T))
)";

TEST(Secret, BatchEqualsReferenceAndGridsConvergeToHistories) {
  const auto c = testing::load(cables);
  const auto g = testing::compile(c);
  ASSERT_TRUE(g.secret);
  ASSERT_EQ(std::popcount(g.turning), 2);
  std::vector<std::vector<double>> worlds;
  for (int k = 0; k < 8; ++k) worlds.push_back({0.2 + 0.05 * k});
  const auto exact = solve::solve_batch(g, worlds, {});
  double before = 1;
  for (const uint32_t points : {7u, 13u, 33u}) {
    const auto fast = solve::solve_batch(g, worlds, on_grids(points));
    double worst = 0;
    for (size_t w = 0; w < worlds.size(); ++w) {
      ASSERT_TRUE(fast[w].solution) << fast[w].error;
      ASSERT_EQ(exact[w].solution->certificate.method, solve::Method::exact);
      for (size_t m = 0; m < c.measures.size(); ++m)
        for (size_t i = 0; i < exact[w].solution->measures[m].by_profile.size(); ++i)
          worst = std::max(worst, std::fabs(exact[w].solution->measures[m].by_profile[i] -
                                            fast[w].solution->measures[m].by_profile[i]));
    }
    EXPECT_LE(worst, before / 10) << points;
    before = worst;
    if (points == 33) continue;
    for (const size_t w : {0u, 5u}) {
      auto options = on_grids(points);
      options.judge = w == 0;  // the first of a batch is
      expect_same(*fast[w].solution, solve::Reference(g, testing::world(g, worlds[w]), options).solve(), 1e-10);
    }
  }
  EXPECT_LT(before, 1e-7);
}

TEST(Secret, BeliefsAboutTypesThatChangeAreNotHeld) {
  const auto c = testing::load(cables);
  const auto g = testing::compile(c);
  const game::Held held(g, ~0u);
  bool any = false;
  for (game::NodeId n = 0; n < g.nodes.size(); ++n) {
    EXPECT_EQ(held.game().nodes[n].value_mask, g.nodes[n].value_mask & g.turning);
    any |= g.nodes[n].value_mask != 0;
  }
  EXPECT_TRUE(any);
}

TEST(Secret, FirstTypesThatAreRuledOutAreRefused) {
  const auto refused = [](const std::string& to) {
    const auto c = testing::load(R"(case "ruled out"
horizon 2 rounds
precision 2
actor A { types { a: 0.3, b: 0.3, c: otherwise } }
actor B {}
round {
  step Draw when round == 1 { redraw A { )" +
                                 to + R"( } }
  move Show by A { x y pays A: if A is b then 1 else 0 }
  move Guess by B { u v pays B: if A is c then 1 else -1 }
}
payoff A { }
payoff B { }
measure guessed = P(ever Guess.v)
)");
    const auto g = testing::compile(c);
    return solve::limit_on_grids(g, testing::world(g, {}));
  };
  EXPECT_NE(refused("a: 0, b: 0.4, c: otherwise").find("what becomes of A rules out a"), std::string::npos);
  EXPECT_EQ(refused("a: 0.1, b: 0.4, c: otherwise"), "");
  EXPECT_EQ(refused("a: 0, b: 0, c: otherwise"), "");
}

}  // namespace
}  // namespace casus

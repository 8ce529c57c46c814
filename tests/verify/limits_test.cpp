// Limits of high precision on the graph of histories against those of the unrolled tree: two programs that share
// neither the equations' form nor how the way is followed nor how the limit is read off.
#include <gtest/gtest.h>

#include <cmath>

#include "case_text.h"
#include "solve/random_case.h"
#include "tree/limit.h"
#include "verify/unroll.h"

namespace casus {
namespace {

TEST(Limits, AreThoseOfTheTree) {
  int compared = 0;
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    std::string text = testing::random_case(seed, {.rounds = 1});
    const size_t at = text.find("precision ");
    text.replace(at, text.find('\n', at) - at, "precision infinity");
    const auto c = testing::load(text);
    const auto g = testing::compile(c);
    const auto params = testing::fixed_params(c);
    const auto w = testing::world(g, params);
    const auto solved = solve::solve_walkable(g, {&params, 1}, {});
    const auto unrolled = verify::unroll(g, w, {.node_limit = 20'000});
    if (!solved.first || !unrolled.value) continue;
    const auto& certificate = solved.outcomes[0].solution->certificate;
    if (certificate.left_at < 1 || certificate.crossings > 0) continue;  // then they need not take the same way

    const tree::Layout layout(unrolled.value->tree);
    tree::Branch branch(layout);
    const auto limit = tree::follow_to_limit(layout, tree::analyse_recall(unrolled.value->tree), branch);
    if (limit.end != tree::BranchEnd::reached || branch.statistics().left_at > 0) continue;
    double worst = 0;
    for (const auto& s : unrolled.value->situations) {
      const auto walk = solved.first->walk(g, w, {});
      for (const uint32_t e : s.path) walk->take(e);
      const auto& mover = walk->here().movers[s.mover];
      const int agent = layout.agent_of_set[static_cast<size_t>(s.info_set)];
      for (uint32_t o = 0; o < mover.options; ++o) {
        const double here = std::exp(mover.log_sigma[s.type * mover.options + o]);
        const double there = limit.assessment.prob[static_cast<size_t>(layout.first_action[agent]) + o];
        worst = std::max(worst, std::fabs(here - there));
      }
    }
    // Choices that stay mixed differ from the limit by log-odds over precision times stakes.
    EXPECT_LT(worst, 100 / (certificate.ended_at * w.payoff_range)) << seed;
    ++compared;
  }
  EXPECT_GE(compared, 40);
}

}  // namespace
}  // namespace casus

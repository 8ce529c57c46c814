// The belief grid against the exact tree of the same case.
#include "verify/verify.h"

#include "case_text.h"
#include "solve/random_case.h"

namespace casus {
namespace {

class Exactly : public ::testing::TestWithParam<uint32_t> {};

// Two actors with hidden types, discounting, telling chance, simultaneous moves: the grid's answer must come closer to
// the exact one as it is refined, and the change that its certificate reports must not hide the error.
TEST_P(Exactly, GridConvergesToTheTree) {
  const auto c = testing::load(testing::random_case(
      GetParam(), {.rounds = 2, .precision = 1.5, .simultaneous = GetParam() % 2 == 0, .most_types = 2}));
  const auto g = testing::compile(c);
  const auto w = testing::world(g, testing::fixed_params(c));
  const auto exact = verify::solve_exactly(g, w, 200'000);
  ASSERT_TRUE(exact.value) << exact.error;
  EXPECT_LT(exact.value->residual, 1e-10);
  solve::SolveOptions options;
  options.points = 9;
  const auto coarse = verify::compare(g, w, *exact.value, options);
  options.points = 25;
  const auto fine = verify::compare(g, w, *exact.value, options);
  EXPECT_LT(fine.worst_measure, 2e-3);
  EXPECT_LT(fine.worst_likely, 2e-3);
  EXPECT_LE(fine.worst_measure, coarse.worst_measure + 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Exactly, ::testing::Range(1u, 7u));

TEST(Unroll, CountsAndPays) {
  const auto c = testing::load(R"(
case "count"
horizon 2 rounds
discount 0.5
precision 1
actor A { types { low: 0.25, high: 0.75 } }
actor B
round {
  move Left by A { l pays A: 1
    r }
  move Right by B { u pays B: 2
    d
    s }
}
payoff A { at end: if A is high then 4 else 0 }
)");
  const auto g = testing::compile(c);
  const auto w = testing::world(g, testing::fixed_params(c));
  const auto u = verify::unroll(g, w, {});
  ASSERT_TRUE(u.value);
  // 1 + 2 types x (1 + 2 + 6 + 12 + 36) nodes; A has 2 sets at the start and 2 for each of 6 histories, B 2 and 12.
  EXPECT_EQ(u.value->tree.nodes.size(), 1u + 2 * (1 + 2 + 6 + 12 + 36));
  EXPECT_EQ(u.value->situations.size(), 2u + 2 * 6 + 2 + 12);
  // The best leaf for A: l twice and high: 1 + 0.5 + 0.25 * 4.
  double best = 0;
  for (int n = 0; n < static_cast<int>(u.value->tree.nodes.size()); ++n)
    best = std::max(best, tree::path_payoffs(u.value->tree, n)[0]);
  EXPECT_NEAR(best, 2.5, 1e-15);
  EXPECT_FALSE(verify::unroll(g, w, {.node_limit = 50}).value);
}

}  // namespace
}  // namespace casus

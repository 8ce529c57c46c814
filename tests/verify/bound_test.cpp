// Policies that bind single types, on the exact tree: a type that is bound has no information set there.
#include "case_text.h"
#include "solve/beer.h"
#include "solve/random_case.h"
#include "verify/verify.h"

namespace casus {
namespace {

class BoundTree : public ::testing::TestWithParam<uint32_t> {};

TEST_P(BoundTree, SaysWhatTheHistoriesSay) {
  const bool three = GetParam() > 8;
  std::string text = testing::random_case(
      GetParam(),
      {.rounds = three ? 1 : 2, .precision = 1.5, .simultaneous = GetParam() % 2 == 0, .most_types = three ? 3 : 2});
  std::string lines;
  if (text.find("actor A0 {") != std::string::npos) lines += "A0.t1 plays First.o1; ";
  if (text.find("actor A1 {") != std::string::npos)
    lines += "A1.t0 plays Second.o0; A1.t1 plays Second.o1 when x == 1; ";
  if (lines.empty()) return;  // nobody has types
  const auto c = testing::load(text + "policy bound { " + lines + "}\n");
  const auto g = testing::compile(c);
  ASSERT_TRUE(g.binds);
  const auto params = testing::fixed_params(c);
  const auto w = testing::world(g, params);
  const auto exact = verify::solve_exactly(g, w, 300'000);
  ASSERT_TRUE(exact.value) << exact.error;
  EXPECT_LT(exact.value->residual, 1e-10);
  const auto solved = solve::solve_batch(g, {&params, 1}, {});
  ASSERT_TRUE(solved[0].solution) << solved[0].error;
  EXPECT_EQ(solved[0].solution->certificate.method, solve::Method::exact);
  for (size_t m = 0; m < exact.value->measures.size(); ++m)
    for (size_t i = 0; i < exact.value->measures[m].size(); ++i)
      EXPECT_NEAR(solved[0].solution->measures[m].by_profile[i], exact.value->measures[m][i], 1e-8) << m << " " << i;
  if (three) return;  // grids are coarse where the first of three types is bound
  solve::SolveOptions options;
  options.points = 25;
  const auto grid = verify::compare(g, w, *exact.value, options);
  EXPECT_LT(grid.worst_measure, 2e-3);
  EXPECT_LT(grid.worst_likely, 2e-3);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BoundTree, ::testing::Range(2u, 14u));

TEST(BoundTree, CountsWhatIsLeft) {
  const auto c = testing::load(testing::beer_and_quiche(2) + "policy bound { Sender.weak plays Breakfast.quiche }\n");
  const auto g = testing::compile(c);
  const auto w = testing::world(g, testing::fixed_params(c));
  const auto u = verify::unroll(g, w, {});
  ASSERT_TRUE(u.value) << u.error;
  // The types, the surly one's two breakfasts, and a duel or none after each of them and for the weak one.
  EXPECT_EQ(u.value->tree.nodes.size(), 1u + 2 + 2 + 3 * 2);
  EXPECT_EQ(verify::tree_size(g), 11);
  // The surly sender, and the other after beer and after quiche.
  EXPECT_EQ(u.value->situations.size(), 3u);
}

}  // namespace
}  // namespace casus

// Backward induction, enumeration of equilibria and the zero-sum programme on games with known solutions.
#include <gtest/gtest.h>

#include "reference.h"
#include "tree/nfg.h"
#include "tree/pure.h"
#include "tree/zero_sum.h"
#include "trees_for_tests.h"

namespace casus::tree {
namespace {

using testing::tree_of;

Tree matrix_game(const std::string& sizes, const std::string& payoffs) {
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  const auto file = sources.add("g.nfg", "NFG 1 R \"\" { \"A\" \"B\" } { " + sizes + " } " + payoffs);
  return *to_tree(*read_nfg(sources, file, diagnostics), 1000);
}

TEST(BackwardInduction, EntryDeterrence) {
  // Selten's entry game: in and accommodate is subgame perfect, the threat to fight is not believed.
  const auto tree = tree_of(
      "EFG 2 R \"\" { \"E\" \"M\" } p \"\" 1 1 { \"out\" \"in\" } 0 t \"\" 1 { 0 2 } p \"\" 2 1 { \"fight\" \"yield\" "
      "} 0 "
      "t \"\" 2 { -1 -1 } t \"\" 3 { 1 1 }");
  const Layout g(*tree);
  const Recall recall = analyse_recall(*tree);
  const auto solution = backward_induction(g, recall);
  ASSERT_TRUE(solution);
  EXPECT_FALSE(solution->tied);
  EXPECT_EQ(solution->assessment.prob, (std::vector<double>{0, 1, 0, 1}));
  EXPECT_EQ(certify(g, recall, solution->assessment).relative_gain(), 0);
  // The strategic form has a second pure equilibrium: stay out, for fear of a fight.
  const auto form = reduced_form(g, 1000);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->cells(), 4u);
  EXPECT_EQ(pure_equilibria(*form).size(), 2u);
}

TEST(BackwardInduction, RefusesImperfectInformation) {
  const auto tree = matrix_game("2 2", "1 0 0 1 0 1 1 0");
  EXPECT_FALSE(backward_induction(Layout(tree), analyse_recall(tree)));
}

TEST(ReducedForm, LeavesOutWhatAStrategyKeepsFromBeingReached) {
  // One player, out or in and then l or r: three reduced strategies, not four.
  const auto tree = tree_of(
      "EFG 2 R \"\" { \"A\" } p \"\" 1 1 { \"out\" \"in\" } 0 t \"\" 1 { 0 } p \"\" 1 2 { \"l\" \"r\" } 0 t \"\" 2 { 1 "
      "} t \"\" 3 { 2 }");
  EXPECT_EQ(reduced_form(Layout(*tree), 100)->strategies[0].size(), 3u);
  EXPECT_FALSE(reduced_form(Layout(*tree), 2));
}

TEST(SupportEnumeration, BattleOfTheSexesHasThreeEquilibria) {
  const auto tree = matrix_game("2 2", "2 1 0 0 0 0 1 2");
  const Layout g(tree);
  const auto form = reduced_form(g, 100);
  const auto found = support_enumeration(*form);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 3u);
  int mixed = 0;
  for (const auto& profile : *found) {
    EXPECT_LT(certify(g, analyse_recall(tree), behaviour_of(g, *form, profile)).relative_gain(), 1e-14);
    if (profile[0][0] < 1 && profile[0][0] > 0) {
      ++mixed;
      EXPECT_NEAR(profile[0][0], 2.0 / 3, 1e-14);
      EXPECT_NEAR(profile[1][0], 1.0 / 3, 1e-14);
    }
  }
  EXPECT_EQ(mixed, 1);
}

// Kuhn's poker with three cards (Kuhn 1950): 55 nodes, value -1/18 for the first player.
Tree kuhn_poker() {
  TreeBuilder b("Kuhn", {"A", "B"}, 1000);
  std::vector<std::string> deals{"JQ", "JK", "QJ", "QK", "KJ", "KQ"};
  const int first = *b.expand(0, b.add_chance_set("deal", deals, std::vector<Number>(6, *parse_number("1/6"))));
  int open[3], call_a[3], after_check[3], after_bet[3];
  for (int c = 0; c < 3; ++c) {
    open[c] = b.add_info_set(0, "", {"check", "bet"});
    call_a[c] = b.add_info_set(0, "", {"fold", "call"});
    after_check[c] = b.add_info_set(1, "", {"check", "bet"});
    after_bet[c] = b.add_info_set(1, "", {"fold", "call"});
  }
  const int cards[6][2] = {{0, 1}, {0, 2}, {1, 0}, {1, 2}, {2, 0}, {2, 1}};
  auto end = [&](int node, double a) {
    const double payoffs[] = {a, -a};
    b.set_outcome(node, b.add_outcome("", payoffs));
  };
  for (int d = 0; d < 6; ++d) {
    const int mine = cards[d][0], theirs = cards[d][1];
    const double win = mine > theirs ? 1 : -1;
    const int check = *b.expand(first + d, open[mine]);
    const int reply = *b.expand(check, after_check[theirs]);
    end(reply, win);
    const int last = *b.expand(reply + 1, call_a[mine]);
    end(last, -1);
    end(last + 1, 2 * win);
    const int facing = *b.expand(check + 1, after_bet[theirs]);
    end(facing, 1);
    end(facing + 1, 2 * win);
  }
  return b.finish();
}

TEST(ZeroSum, KuhnPoker) {
  const Tree tree = kuhn_poker();
  EXPECT_EQ(tree.nodes.size(), 55u);
  const Layout g(tree);
  const Recall recall = analyse_recall(tree);
  ASSERT_TRUE(is_zero_sum(g, recall));
  const auto solution = solve_zero_sum(g, recall);
  ASSERT_TRUE(solution);
  EXPECT_NEAR(solution->value, -1.0 / 18, 1e-12);
  const auto certificate = certify(g, recall, solution->assessment);
  EXPECT_NEAR(certificate.value[0], -1.0 / 18, 1e-12);
  EXPECT_LT(certificate.largest_strategy_gain(), 1e-12);
}

TEST(ZeroSum, ConstantSumCountsAndOtherGamesDoNot) {
  const auto constant = matrix_game("2 2", "3 1 0 4 0 4 3 1");
  const auto solution = solve_zero_sum(Layout(constant), analyse_recall(constant));
  ASSERT_TRUE(solution);
  EXPECT_NEAR(solution->value, 1.5, 1e-12);
  const auto other = matrix_game("2 2", "2 1 0 0 0 0 1 2");
  EXPECT_FALSE(solve_zero_sum(Layout(other), analyse_recall(other)));
}

}  // namespace
}  // namespace casus::tree

// The path-follower, its Jacobian and its certificates: laws that any tree obeys, and published games.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "reference.h"
#include "tree/limit.h"
#include "trees_for_tests.h"

namespace casus::tree {
namespace {

using testing::crisis_tree;
using testing::random_tree;
using testing::tree_of;

// A point with every agent's log-odds at random, for checks that hold anywhere.
std::vector<double> random_odds(const Layout& g, std::mt19937& random, double spread) {
  std::vector<double> odds(g.action_count, 0.0);
  std::normal_distribution<double> normal(0, spread);
  for (int h = 0; h < g.agent_count; ++h)
    for (int a = g.first_action[h] + 1; a < g.first_action[h + 1]; ++a) odds[a] = normal(random);
  return odds;
}

class RandomTrees : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, RandomTrees, ::testing::Range(1, 25));

TEST_P(RandomTrees, AreWrittenAndReadAsTheyAre) {
  const Tree tree = random_tree(GetParam(), 2 + GetParam() % 2, 5, 3);
  const auto text = write_efg(tree);
  const auto again = tree_of(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(write_efg(*again), text);
  EXPECT_TRUE(analyse_recall(tree).all_perfect);
}

TEST_P(RandomTrees, ProbabilitiesAndBeliefsSumToOne) {
  const Tree tree = random_tree(GetParam(), 2, 5, 3);
  const Layout g(tree);
  Sweep sweep(g);
  std::mt19937 random(GetParam());
  auto odds = random_odds(g, random, 300);  // most beliefs here are far below the smallest double
  sweep.evaluate(odds, 1.0);
  for (int h = 0; h < g.agent_count; ++h) {
    double strategy = 0, belief = 0;
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) strategy += sweep.prob[a];
    for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) belief += sweep.belief[g.members[m]];
    EXPECT_NEAR(strategy, 1, 1e-14);
    EXPECT_NEAR(belief, 1, 1e-14);
  }
}

TEST_P(RandomTrees, BeliefsDependOnThoseWhoseActionsDiffer) {
  const Tree tree = random_tree(GetParam(), 2, 6, 3);
  const Layout g(tree);
  for (int h = 0; h < g.agent_count; ++h) {
    // The agents above each member with the actions taken, all the way to the root.
    std::vector<std::map<int, std::multiset<int>>> ways;
    for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) {
      ways.emplace_back();
      for (int n = g.members[m]; n > 0; n = g.parent[n])
        if (g.agent[g.parent[n]] >= 0) ways.back()[g.agent[g.parent[n]]].insert(n - g.first_child[g.parent[n]]);
    }
    std::set<int> expected;
    for (auto& way : ways)
      for (int above = 0; above < h; ++above)
        if (way[above] != ways.front()[above]) expected.insert(above);
    const auto& found = g.belief_sources[h];
    // Empty also where the payoffs are the same in all nodes.
    if (found.empty()) continue;
    EXPECT_EQ(std::set<int>(found.begin(), found.end()), expected);
  }
}

TEST_P(RandomTrees, JacobianIsTheDerivativeOfTheResidual) {
  const Tree tree = random_tree(GetParam(), 2 + GetParam() % 2, 5, 3);
  const Layout g(tree);
  Sweep sweep(g);
  Jacobian jacobian(g);
  std::mt19937 random(GetParam());
  auto odds = random_odds(g, random, 1);
  const double precision = 3;
  sweep.evaluate(odds, precision);
  auto direction = random_odds(g, random, 1);
  // Explicit agents' log-odds follow from the others': take the direction in which they do.
  const double step = 1e-5;
  auto moved = [&](double t) {
    auto z = odds;
    for (int h = 0; h < g.agent_count; ++h)
      if (!g.is_explicit[h])
        for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) z[a] += t * direction[a];
    sweep.evaluate(z, precision + t * 0.3);
    std::vector<double> f;
    sweep.residual(z, precision + t * 0.3, f);
    return std::pair(z, f);
  };
  const auto [z_up, f_up] = moved(step);
  const auto [z_down, f_down] = moved(-step);
  std::vector<double> along(g.action_count), expected(g.action_count), derivative, product;
  for (int a = 0; a < g.action_count; ++a) {
    along[a] = (z_up[a] - z_down[a]) / (2 * step);
    expected[a] = (f_up[a] - f_down[a]) / (2 * step);
  }
  sweep.evaluate(odds, precision);
  sweep.derivative(along, 0.3, precision, derivative);
  for (int a = 0; a < g.action_count; ++a) EXPECT_NEAR(derivative[a], expected[a], 1e-7);

  // The stored matrix and the matrix-free product are the same, and solving undoes multiplying.
  sweep.derivative(along, 0, precision, derivative);
  jacobian.assemble(sweep, precision);
  jacobian.multiply(sweep, along, product);
  for (int a = 0; a < g.action_count; ++a) EXPECT_NEAR(product[a], derivative[a], 1e-12);
  jacobian.factor();
  std::vector<double> solved;
  jacobian.solve(sweep, product, solved);
  for (int a = 0; a < g.action_count; ++a) EXPECT_NEAR(solved[a], along[a], 1e-8);
}

TEST_P(RandomTrees, EndInACertifiedSequentialEquilibrium) {
  const Tree tree = random_tree(GetParam(), 2 + GetParam() % 2, 5, 3);
  const Layout g(tree);
  const Recall recall = analyse_recall(tree);
  Branch branch(g);
  BranchPoint point;
  ASSERT_EQ(branch.follow_to(2, point), BranchEnd::reached);
  EXPECT_DOUBLE_EQ(point.precision, 2);
  EXPECT_LT(point.residual, 1e-13);
  const Limit limit = follow_to_limit(g, recall, branch);
  EXPECT_EQ(limit.end, BranchEnd::reached);
  EXPECT_LT(limit.certificate.relative_gain(), 1e-8);
  EXPECT_LT(limit.certificate.belief_error, 1e-12);
}

// Scaling all payoffs by c scales the branch's precision by 1 / c and changes nothing else.
TEST_P(RandomTrees, TheBranchIsFreeOfTheScaleOfPayoffs) {
  const Tree tree = random_tree(GetParam(), 2, 4, 3);
  Tree scaled = tree;
  for (auto& outcome : scaled.outcomes)
    for (auto& payoff : outcome.payoffs) payoff = number_from(payoff.value * 1024);
  const Layout a(tree), b(scaled);
  Branch first(a), second(b);
  BranchPoint p, q;
  ASSERT_EQ(first.follow_to(4, p), BranchEnd::reached);
  ASSERT_EQ(second.follow_to(4.0 / 1024, q), BranchEnd::reached);
  for (int k = 0; k < a.action_count; ++k) EXPECT_NEAR(p.log_prob[k], q.log_prob[k], 1e-12);
}

TEST(Solver, BeliefsSurviveWhereProbabilitiesUnderflow) {
  // The second player must believe in the likelier of two deviations, of probabilities exp(-2000) and exp(-2001).
  const auto tree = tree_of(
      "EFG 2 R \"\" { \"A\" \"B\" } p \"\" 1 1 { \"out\" \"l\" \"r\" } 0 t \"\" 1 { 3 0 }"
      "p \"\" 2 1 { \"x\" \"y\" } 0 t \"\" 2 { 0.001 1 } t \"\" 3 { 0.001 0 }"
      "p \"\" 2 1 0 t \"\" 4 { 0 0 } t \"\" 5 { 0 1 }");
  ASSERT_TRUE(tree);
  const Layout g(*tree);
  Branch branch(g);
  BranchPoint point;
  ASSERT_EQ(branch.follow_to(1000, point), BranchEnd::reached);
  EXPECT_EQ(branch.sweep().prob[1], 0.0);
  EXPECT_NEAR(branch.sweep().belief[2], 1 / (1 + std::exp(-1.0)), 1e-9);
}

TEST(Solver, AbsentMindednessOf50000MovesIsLaidOutOrRefusedAtOnce) {
  TreeBuilder b("", {"A", "B"}, 1'000'000);
  const int sets[] = {b.add_info_set(0, "", {"on", "out"}), b.add_info_set(1, "", {"on", "out"})};
  int node = 0;
  for (int d = 0; d < 50000; ++d) {
    const int first = *b.expand(node, sets[d % 2]);
    const double payoffs[] = {static_cast<double>(d % 3), static_cast<double>(d % 5)};
    b.set_outcome(first + 1, b.add_outcome("", payoffs));
    node = first;
  }
  const Tree tree = b.finish();
  const Layout g(tree);
  EXPECT_EQ(g.belief_sources[0], (std::vector<int>{0, 1}));
  Branch branch(g);
  BranchPoint point;
  EXPECT_EQ(branch.follow_to(1, point), BranchEnd::too_large);
}

TEST(Solver, PerfectInformationNeedsNoSteps) {
  // Rosenthal's centipede with 100 moves: every reply is explicit, so any precision costs one pass.
  TreeBuilder b("centipede", {"A", "B"}, 1000);
  int node = b.root();
  for (int move = 0; move < 100; ++move) {
    const int child = *b.expand(node, b.add_info_set(move % 2, "", {"take", "pass"}));
    const double take[] = {move / 2 + (move % 2 ? 0.0 : 1.0), (move + 1) / 2 + (move % 2 ? 1.0 : 0.0) - 0.0};
    b.set_outcome(child, b.add_outcome("", take));
    node = child + 1;
  }
  const double end[] = {50, 50};
  b.set_outcome(node, b.add_outcome("", end));
  const Tree tree = b.finish();
  const Layout g(tree);
  Branch branch(g);
  BranchPoint point;
  ASSERT_EQ(branch.follow_to(1e6, point), BranchEnd::reached);
  EXPECT_EQ(branch.statistics().steps, 1);
  EXPECT_EQ(branch.statistics().factorisations, 0);
}

TEST(Solver, ASymmetricGameHasASymmetricBranch) {
  // Stag hunt: the branch is symmetric, and at the limit it has chosen the risk-dominant equilibrium (hare).
  const auto tree = tree_of(
      "EFG 2 R \"\" { \"A\" \"B\" } p \"\" 1 1 { \"stag\" \"hare\" } 0 p \"\" 2 1 { \"stag\" \"hare\" } 0 t \"\" 1 { 4 "
      "4 }"
      "t \"\" 2 { 0 3 } p \"\" 2 1 0 t \"\" 3 { 3 0 } t \"\" 4 { 3 3 }");
  ASSERT_TRUE(tree);
  const Layout g(*tree);
  const Recall recall = analyse_recall(*tree);
  Branch branch(g);
  BranchPoint point;
  ASSERT_EQ(branch.follow_to(1.3, point), BranchEnd::reached);
  EXPECT_NEAR(point.log_prob[0], point.log_prob[2], 1e-13);
  const Limit limit = follow_to_limit(g, recall, branch);
  EXPECT_NEAR(limit.assessment.prob[1], 1, 1e-12);
  EXPECT_NEAR(limit.assessment.prob[3], 1, 1e-12);
}

// Ochs' asymmetric matching pennies (Ochs 1995; McKelvey & Palfrey 1995, Games and Economic Behavior 10:6-38), payoffs
// 1.1141 and 0.2785: at precision 20 Row plays 1 with 0.530499817248286, Col with 0.204371353068672.
TEST(Published, OchsMatchingPennies) {
  const auto tree = tree_of(
      "EFG 2 R \"\" { \"Row\" \"Col\" } p \"\" 1 1 { \"1\" \"2\" } 0 p \"\" 2 1 { \"1\" \"2\" } 0 t \"\" 1 { 1.1141 0 }"
      "t \"\" 2 { 0 1.1141 } p \"\" 2 1 0 t \"\" 3 { 0 1.1141 } t \"\" 4 { 0.2785 0 }");
  ASSERT_TRUE(tree);
  const Layout g(*tree);
  Branch branch(g);
  BranchPoint point;
  ASSERT_EQ(branch.follow_to(20, point), BranchEnd::reached);
  EXPECT_NEAR(std::exp(point.log_prob[0]), 0.530499817248286, 1e-13);
  EXPECT_NEAR(std::exp(point.log_prob[2]), 0.204371353068672, 1e-13);
}

TEST(Solver, CrisisTreesAreSolvedToTheLimit) {
  for (int rounds = 1; rounds <= 3; ++rounds) {
    const Tree tree = crisis_tree(rounds);
    EXPECT_EQ(tree.nodes.size(), 4 * (static_cast<size_t>(std::lround(std::pow(3, rounds + 1))) - 2) + 3);
    const Layout g(tree);
    const Recall recall = analyse_recall(tree);
    Branch branch(g);
    const Limit limit = follow_to_limit(g, recall, branch);
    ASSERT_EQ(limit.end, BranchEnd::reached);
    EXPECT_EQ(branch.statistics().left_at, 0) << "followed all the way";
    EXPECT_LT(limit.certificate.relative_gain(), 1e-12);
  }
}

// Where parts of the tree are all but independent, the branch passes close by others; here, after its 20th fold, it was
// once taken for one of them.
TEST(Solver, ABranchThatFoldsIsNotLeftForOneThatPassesCloseBy) {
  const Tree tree = crisis_tree(6);
  const Layout g(tree);
  Branch branch(g, {.max_folds = 22, .rungs = false});
  BranchPoint point;
  EXPECT_EQ(branch.follow_to(1e8 / g.scale, point), BranchEnd::left);
  EXPECT_EQ(branch.statistics().folds, 23);
  EXPECT_EQ(branch.statistics().bifurcations, 0);
  EXPECT_LT(point.residual, 1e-6);
}

TEST(Certificate, SeesADeviationThatPaysOnlyAsAWhole) {
  // One player moves twice; changing either move alone gains nothing, changing both gains 1.
  const auto tree = tree_of(
      "EFG 2 R \"\" { \"A\" } p \"\" 1 1 { \"l\" \"r\" } 0 t \"\" 1 { 0 } p \"\" 1 2 { \"l\" \"r\" } 0 t \"\" 2 { 0 } "
      "t \"\" 3 { 1 }");
  const Layout g(*tree);
  Assessment a{{1, 0, 1, 0}, std::vector<double>(5, 0.0)};
  complete_beliefs(g, a, std::vector<double>(5, 1.0));
  const auto certificate = certify(g, analyse_recall(*tree), a);
  EXPECT_DOUBLE_EQ(*certificate.strategy_gain[0], 1);
  EXPECT_DOUBLE_EQ(certificate.agent_gain[0], 1);  // at the second, unreached information set
  EXPECT_EQ(certificate.worst_agent, 1);
  EXPECT_FALSE(certificate.is_equilibrium(1e-8));
}

TEST(Certificate, ImperfectRecallIsSolvedButNotCertifiedAsAWhole) {
  // The absent-minded driver (Piccione & Rubinstein 1997): one information set, met twice.
  const auto tree = tree_of(
      "EFG 2 R \"\" { \"A\" } p \"\" 1 1 { \"go\" \"exit\" } 0 p \"\" 1 1 { \"go\" \"exit\" } 0 t \"\" 1 { 1 } t \"\" "
      "2 { 4 } t \"\" 3 { 0 }");
  ASSERT_TRUE(tree);
  const Recall recall = analyse_recall(*tree);
  EXPECT_FALSE(recall.all_perfect);
  const Layout g(*tree);
  Branch branch(g);
  BranchPoint point;
  ASSERT_EQ(branch.follow_to(2, point), BranchEnd::reached);
  EXPECT_LT(point.residual, 1e-13);
  EXPECT_FALSE(certify(g, recall, assessment_at(g, branch.sweep())).strategy_gain[0]);
}

}  // namespace
}  // namespace casus::tree

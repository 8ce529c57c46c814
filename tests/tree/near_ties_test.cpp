// The path-follower where branches all but touch: it must stay on the one that begins at precision 0, whatever it is
// asked for, or say that branches meet.
#include <gtest/gtest.h>

#include <cmath>

#include "near_ties.h"
#include "tree/limit.h"

namespace casus::tree {
namespace {

using testing::all_alike;
using testing::game_of_several_equilibria;
using testing::near_tied_game;
using testing::strategic_game;

// Two players who get the same where they meet, by place, and nothing elsewhere.
Tree meeting_game(const std::vector<double>& worth) {
  const auto pays = [&](const std::vector<int>& choices, std::vector<double>& payoffs) {
    for (double& p : payoffs) p = all_alike(choices) ? worth[static_cast<size_t>(choices.front())] : 0.0;
  };
  return *to_tree(strategic_game("meeting", 2, static_cast<int>(worth.size()), pays), 10000);
}

// What is found on the way to the last of the precisions (scaled), and at the limit.
struct Found {
  std::vector<double> prob;
  BranchStatistics statistics;
  BranchEnd end = BranchEnd::reached;
};

Found at_last(const Layout& g, const std::vector<double>& scaled, double caution = 1) {
  Branch branch(g, {.max_steps = 1000000, .caution = caution});
  BranchPoint point;
  Found out;
  for (double s : scaled)
    if (out.end == BranchEnd::reached) out.end = branch.follow_to(s / g.scale, point);
  for (double l : point.log_prob) out.prob.push_back(std::exp(l));
  out.statistics = branch.statistics();
  return out;
}

Found at_limit(const Tree& tree, const Layout& g, double caution = 1) {
  Branch branch(g, {.max_steps = 1000000, .caution = caution});
  const Limit limit = follow_to_limit(g, analyse_recall(tree), branch);
  return {limit.assessment.prob, branch.statistics(), limit.end};
}

double difference(const Found& a, const Found& b) {
  if (a.end != BranchEnd::reached || b.end != BranchEnd::reached || a.prob.size() != b.prob.size()) return 1;
  double most = 0;
  for (size_t k = 0; k < a.prob.size(); ++k) most = std::max(most, std::abs(a.prob[k] - b.prob[k]));
  return most;
}

// Three places to meet, of which one is a little better for one of the players; its folds lie between precision 2.7 and
// 3.
std::optional<Tree> three_places() {
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  const auto file = sources.add("meet.nfg",
                                "NFG 1 R \"Where to meet\" { \"A\" \"B\" } { 3 3 }\n"
                                "1.01 1  0 0  0 0   0 0  1 1  0 0   0 0  0 0  1 1\n");
  const auto game = read_nfg(sources, file, diagnostics);
  return game ? to_tree(*game, 1000) : std::nullopt;
}

TEST(NearTies, ThePlaceThatIsBetterForOneIsChosenWhateverIsAsked) {
  const auto tree = three_places();
  ASSERT_TRUE(tree);
  const Layout g(*tree);
  std::vector<double> list{2, 3, 4, 5, 8};
  for (double& precision : list) precision *= g.scale;
  const Found alone = at_last(g, {list.back()}), listed = at_last(g, list);
  EXPECT_NEAR(alone.prob[0], 0.9994, 5e-5);
  EXPECT_NEAR(alone.prob[3], 0.9993, 5e-5);
  EXPECT_LT(difference(alone, listed), 1e-12);
  EXPECT_EQ(alone.statistics.bifurcations, 0);
  const Found limit = at_limit(*tree, g);
  EXPECT_NEAR(limit.prob[0], 1, 1e-12);
  EXPECT_NEAR(limit.prob[3], 1, 1e-12);
}

// Past the first fold three points of the branch have the same precision: the first is meant.
TEST(NearTies, APrecisionNextToAFoldIsReachedWhereTheBranchFirstHasIt) {
  const auto tree = three_places();
  ASSERT_TRUE(tree);
  const Layout g(*tree);
  std::vector<double> list;
  for (int k = 0; k <= 80; ++k) list.push_back((2.6 + 0.005 * k) * g.scale);
  double jump = 0;
  Found last = at_last(g, {list.front()});
  for (size_t k = 1; k < list.size(); ++k) {
    const Found alone = at_last(g, {list[k]});
    const Found listed = at_last(g, {list.begin(), list.begin() + static_cast<std::ptrdiff_t>(k) + 1});
    EXPECT_LT(difference(alone, listed), 1e-9) << "precision " << list[k];
    jump = std::max(jump, difference(alone, last));
    last = alone;
  }
  EXPECT_GT(last.statistics.folds, 0) << "nothing was tried";
  EXPECT_GT(jump, 0.1) << "the branch folds within the list";
}

// In a symmetric game of two players and two places the branch leads to the risk-dominant equilibrium (McKelvey &
// Palfrey 1995), here the better place, however little better it is.
TEST(NearTies, TheBetterOfTwoPlacesIsChosenHoweverLittleBetterItIs) {
  for (double more : {0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9}) {
    const Tree tree = meeting_game({1, 1 + more});
    const Layout g(tree);
    const Found limit = at_limit(tree, g);
    EXPECT_NEAR(limit.prob[1], 1, 1e-9) << more;
    EXPECT_NEAR(limit.prob[3], 1, 1e-9) << more;
    EXPECT_EQ(limit.statistics.bifurcations, 0) << more;
    EXPECT_EQ(limit.statistics.left_at, 0) << more;
  }
}

// Where places are exactly alike branches do meet: two eigenvalues pass 0 at once with three places, three with four.
TEST(NearTies, PlacesThatAreAlikeAreTakenAlikeAndTheMeetingOfBranchesIsTold) {
  for (int places = 2; places <= 5; ++places) {
    const Tree tree = meeting_game(std::vector<double>(static_cast<size_t>(places), 1));
    const Layout g(tree);
    const Found found = at_last(g, {40});
    ASSERT_EQ(found.end, BranchEnd::reached);
    for (double p : found.prob) EXPECT_NEAR(p, 1.0 / places, 1e-9);
    EXPECT_GT(found.statistics.bifurcations, 0) << places;
    EXPECT_EQ(found.statistics.left_at, 0) << places;
    EXPECT_GT(at_limit(tree, g).statistics.bifurcations, 0) << places;
  }
  const Tree tree = meeting_game({1, 0.9, 1});
  const Layout g(tree);
  const Found found = at_last(g, {40});
  EXPECT_NEAR(found.prob[0], found.prob[2], 1e-9);
  EXPECT_GT(found.statistics.bifurcations, 0);
}

// The same as with shorter steps, at a precision asked for alone, at the end of a list, and at the limit, or else it is
// said that branches meet or that the branch was left.
void expect_the_slow_answer(const StrategicGame& game, double caution, int& told) {
  const Tree tree = *to_tree(game, 100000);
  const Layout g(tree);
  const Found slow[] = {at_last(g, {8}, caution), at_last(g, {40}, caution), at_limit(tree, g, caution)};
  const Found fast[] = {at_last(g, {8}), at_last(g, {1, 2, 3, 5, 8, 12, 20, 40}), at_limit(tree, g)};
  for (int k = 0; k < 3; ++k) {
    bool says = false;
    for (const Found& found : {slow[k], fast[k]})
      says = says || found.statistics.bifurcations > 0 || found.statistics.left_at > 0;
    told += says;
    if (says) continue;
    EXPECT_LT(difference(fast[k], slow[k]), 1e-6) << game.title << ", question " << k;
  }
}

TEST(NearTies, CoordinationGamesEndOnTheBranchThatSlowContinuationFollows) {
  int told = 0;
  for (unsigned seed = 1; seed <= 120; ++seed) expect_the_slow_answer(near_tied_game(seed), 10, told);
  EXPECT_EQ(told, 0) << "no two payoffs are alike, so branches can be told apart";
}

// Here the gap between branches comes down to where rounding errors decide, which may be said, but seldom.
TEST(NearTies, TiesToRoundingEndOnTheBranchOrAreTold) {
  int told = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) expect_the_slow_answer(near_tied_game(seed, -12, -6), 2, told);
  EXPECT_LE(told, 9) << "of 180";
}

TEST(NearTies, GamesOfSeveralEquilibriaEndOnTheBranchThatSlowContinuationFollows) {
  int told = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) expect_the_slow_answer(game_of_several_equilibria(seed), 10, told);
  EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace casus::tree

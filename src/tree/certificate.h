// The certificate of a strategy profile: in, a tree with probabilities and beliefs; out, what anybody could gain.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tree/layout.h"

namespace casus::tree {

// Strategies of all agents and what each information set's mover believes. Actions are numbered as in Layout.
struct Assessment {
  std::vector<double> prob;    // by action
  std::vector<double> belief;  // by node of an agent: probability of the node given its information set; else 0
};

// All gains are in the tree's units of payoff. They are computed from the tree alone, by a backward pass that shares
// nothing with the path-follower.
struct Certificate {
  std::vector<double> value;  // by player: expected payoff
  // By player: the most that changing the action at a single information set can add to the payoff expected there,
  // given the beliefs there; over all information sets, reached or not (sequential rationality).
  std::vector<double> agent_gain;
  int worst_agent = -1;  // where the largest gain is
  // By player: the most that changing the whole strategy can add to the payoff expected at the start. Computed for
  // players with perfect recall; empty for others, whose best replies need not be found information set by set.
  std::vector<std::optional<double>> strategy_gain;
  // The largest difference between a belief and Bayes' rule, over information sets reached with positive probability.
  double belief_error = 0;
  double range = 1;  // the largest payoff range of any player, to which relative gains refer

  double largest_agent_gain() const;
  double largest_strategy_gain() const;  // over players with perfect recall
  double relative_gain() const;          // the larger of the two, divided by `range`
  bool is_equilibrium(double tolerance) const { return relative_gain() <= tolerance; }
};

Certificate certify(const Layout& layout, const Recall& recall, const Assessment& assessment);

// Beliefs by Bayes' rule where an information set is reached, and `fallback`'s where it is not.
void complete_beliefs(const Layout& layout, Assessment& assessment, const std::vector<double>& fallback);

}  // namespace casus::tree

// A tree made ready for sweeps: in, a Tree; out, flat arrays with payoffs scaled to a range of 1 and what is known of
// each information set before any strategy is: which nodes can carry belief, and whose replies are explicit.
#pragma once
#include <vector>

#include "tree/tree.h"

namespace casus::tree {

// An agent is a player's information set; agents are numbered in the order of the tree's information sets. Actions of
// agent h are numbered first_action[h] .. first_action[h + 1] - 1, over all agents together.
struct Layout {
  explicit Layout(const Tree& tree);

  int node_count = 0;
  int player_count = 0;
  int agent_count = 0;
  int action_count = 0;

  std::vector<int> parent;         // by node
  std::vector<int> first_child;    // by node; -1 at terminals
  std::vector<int> child_count;    // by node
  std::vector<int> agent;          // by node; -1 at chance and terminal nodes
  std::vector<double> chance;      // by node: probability of the chance move into it, 1 if its parent is no chance node
  std::vector<double> log_chance;  // its logarithm; 0 where the probability is 0 (see `active`)
  std::vector<double> payoff;      // by node and player: what is paid at the node, divided by `scale`

  std::vector<int> player;        // by agent
  std::vector<int> info_set;      // by agent, into Tree::info_sets
  std::vector<int> agent_of_set;  // by information set; -1 for chance
  std::vector<int> first_action;  // by agent, with one more at the end
  // Nodes of an agent that can carry belief when everybody trembles: those behind the fewest zero-probability chance
  // moves. Members of agent h are members[member_start[h] .. member_start[h + 1] - 1].
  std::vector<int> member_start;
  std::vector<int> members;
  std::vector<char> active;  // by node

  // The agents above agent h whose moves shift its belief: those that some but not all of its active nodes share alike.
  // None if its payoffs are the same in all its nodes. In increasing order.
  std::vector<std::vector<int>> belief_sources;  // by agent
  // An agent is explicit when its belief has no sources and nothing it depends on depends on it: its logit reply is
  // then a formula in the strategies below. (Within a loop of replies the formula holds too, but a loop must be solved
  // as one: at a high precision a reply computed from the others' rounded strategies is noise.)
  std::vector<char> is_explicit;  // by agent
  // The order of a backward pass: a node, or -1 - h for 'the reply of explicit agent h is due now'.
  std::vector<int> backward_order;

  double scale = 1;  // the largest payoff range of any player: precision 1 on the scaled game is 1 / scale on the tree
  std::vector<double> payoff_range;  // by player, unscaled

  // The order of a backward pass in which the agents marked choose for all their nodes at once, as in `backward_order`:
  // when -1 - h comes, the values of all children of h's nodes are known. Agents that wait for each other in a circle
  // (possible under imperfect recall only) and what stands above them are left out.
  std::vector<int> order_backward(const std::vector<char>& marked) const;

  int actions_of(int h) const { return first_action[h + 1] - first_action[h]; }

 private:
  void find_belief_sources();
  void find_loops();
};

}  // namespace casus::tree

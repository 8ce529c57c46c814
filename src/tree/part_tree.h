// The small tree of a part of a large one: in, which strategies are settled and which information sets are to be
// solved; out, a tree of these, with everything else as chance, as payoffs, or as a choice to enter.
#pragma once
#include <vector>

#include "tree/certificate.h"

namespace casus::tree {

// Strategies of all agents, of which some are final.
struct PartialProfile {
  PartialProfile(const Layout& layout, const std::vector<double>& log_prob);
  double move(int node) const;  // the probability of the move into a node
  // Computes `value` afresh where the strategies of these agents matter.
  void update_values(const std::vector<int>& agents);

  const Layout* layout;
  std::vector<double> prob;             // by action
  std::vector<char> settled;            // by agent
  std::vector<double> value;            // by node and player: expected payoffs at the node and after it, scaled
  std::vector<std::vector<int>> nodes;  // by agent
};

class PartTree {
 public:
  // The information set of a decision in the small tree: all of an agent's actions, or the choice of a settled agent
  // between staying with its strategy (action 0) and some of the actions that it never takes.
  struct Choice {
    int agent = -1;  // -1: a chance move
    bool whole = false;
  };

  PartTree(const PartialProfile& profile, const std::vector<int>& agents);

  // Open agents outside the part that matter to it: those that somebody of the part, believing and doing as it does in
  // the limit, gets to with positive probability, and those that whoever enters gets to. By the small tree's layout.
  std::vector<int> reached_outside(const Layout& small, const Assessment& limit) const;

  Tree tree;
  std::vector<Choice> choices;  // by information set of the small tree
  std::vector<int> original;    // by node of the small tree: the node of the large one where a whole choice is made
  std::vector<int> hidden_by;   // open agents outside the part behind whose choices nodes of the part stand, each once
  std::vector<int> relied_on;   // settled agents whose strategies the small tree uses above the part, each once

 private:
  struct Task {
    int node;   // of the small tree
    int from;   // of the large tree
    bool stay;  // the agent at `from` has decided to stay
    std::vector<double> paid;
  };
  void mark(const std::vector<int>& agents);
  int hiding(int node) const;
  bool zero_step(int child) const;

  const PartialProfile& profile_;
  const Layout& g;
  std::vector<char> in_part_;                // by agent
  std::vector<char> wanted_;                 // by node: it or a node after it must be in the small tree
  std::vector<std::vector<int>> entrances_;  // by agent: settled actions of probability 0 that lead to wanted nodes
  std::vector<int> outside_;                 // by node of the small tree: the open agent it stands for, or -1
};

}  // namespace casus::tree

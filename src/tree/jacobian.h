// The Jacobian of the logit agent equilibrium conditions: in, a sweep; out, its factorised sparse matrix.
#pragma once
#include <vector>

#include "tree/block_lu.h"
#include "tree/sweep.h"

namespace casus::tree {

// dF/dz over all agents with two or more actions, explicit ones included, assembled from the nodes and their ancestors:
// an agent's values depend on strategies below it (through values) and above it (through beliefs). Couplings that
// vanish whatever the strategies are not stored: an agent's belief does not move with moves that all its nodes share,
// so under perfect information the matrix is triangular.
class Jacobian {
 public:
  // The number of pairs of a node and an ancestor that a tree would need, to refuse those that do not fit.
  static double pair_count(const Layout& layout);

  explicit Jacobian(const Layout& layout);

  // At the point last evaluated by the sweep, scaled precision.
  void assemble(const Sweep& sweep, double precision);
  // Adds `amount` to the diagonal of all agents that are not explicit.
  void shift_diagonal(double amount);
  void factor() { lu_.factor(values_); }
  // Solves (dF/dz) x = rhs; both by action with zeros at references.
  void solve(const Sweep& sweep, const std::vector<double>& rhs, std::vector<double>& x);
  // The stored matrix times x; by action.
  void multiply(const Sweep& sweep, const std::vector<double>& x, std::vector<double>& out) const;

  const BlockLu& lu() const { return lu_; }
  size_t stored_values() const { return values_.size(); }

 private:
  struct Pair {
    int ancestor;      // node
    int action;        // taken at the ancestor, local
    int belief_block;  // (agent, ancestor's agent), -1 where it vanishes
    int value_block;   // (ancestor's agent, agent)
  };

  const Layout* layout_;
  std::vector<int> variable_of_agent_;  // -1 for agents with one action
  std::vector<int> agent_of_variable_;
  std::vector<size_t> pair_start_;  // by node
  std::vector<Pair> pairs_;
  BlockPattern pattern_;
  std::vector<double> values_;
  BlockLu lu_;
  std::vector<double> scratch_;
};

}  // namespace casus::tree

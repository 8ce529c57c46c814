// The logit agent equilibrium conditions on a tree: in, log-odds and a precision; out, probabilities, beliefs, values,
// residuals and their directional derivatives, each in one pass down and one pass up the tree.
#pragma once
#include <vector>

#include "tree/layout.h"

namespace casus::tree {

// The conditions (McKelvey & Palfrey 1998, section 2), for agent h with reference action r and any action a:
//   F(h, a) = z(h, a) - precision * (Q(h, a) - Q(h, r)) = 0,   z = log of the odds of a against r,
// where Q(h, a) is the expected value of a under the beliefs that Bayes' rule gives from the strategies of all.
// Reaches and beliefs are kept as logarithms, so that no belief is lost however unlikely its information set is.
class Sweep {
 public:
  explicit Sweep(const Layout& layout);

  // Log-odds of all actions (by action; the entry of the reference is 0); explicit agents' entries are filled in. The
  // precision is that of the scaled game.
  void evaluate(std::vector<double>& odds, double precision);
  // F at the point last evaluated; by action, 0 for references.
  void residual(const std::vector<double>& odds, double precision, std::vector<double>& out) const;
  // The derivative of F along (direction, slope of the precision), at the point last evaluated. Explicit agents'
  // entries of `direction` count as free variables, as in the Jacobian.
  void derivative(const std::vector<double>& direction, double precision_slope, double precision,
                  std::vector<double>& out);

  const Layout& layout() const { return *layout_; }

  std::vector<int> reference;         // by agent: its reference action (local number); the caller may change it
  std::vector<double> log_prob;       // by action
  std::vector<double> prob;           // by action
  std::vector<double> log_reach;      // by node, zero-probability chance moves left out
  std::vector<double> log_set_reach;  // by agent: log of the summed reach of its active nodes
  std::vector<double> belief;         // by node of an agent; 0 at nodes that are not active
  std::vector<double> value;          // by node and player: expected payoffs at the node and after it, scaled
  std::vector<double> q;              // by action

 private:
  void strategies(int h, const std::vector<double>& odds);
  void forward();
  void action_values(int h);

  const Layout* layout_;
  std::vector<double> d_log_prob_, d_log_reach_, d_value_;
};

}  // namespace casus::tree

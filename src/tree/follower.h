// The engine of Branch: one point of the branch with its history, and the moves that take it further. Internal.
#pragma once
#include <chrono>
#include <optional>
#include <vector>

#include "tree/branch.h"

namespace casus::tree {

class Follower {
 public:
  using Vector = std::vector<double>;

  Follower(const Layout& layout, BranchOptions options);

  // One accepted step along the branch, not past the target; there it is corrected at the target's very precision.
  BranchEnd advance(double target);
  // One rung up in precision where the branch is no longer followed: Newton from the extrapolated point or, failing
  // that, the point where the logit dynamics come to rest.
  BranchEnd climb(double target);
  // Newton steps with fixed factors at the present precision until rounding errors are all that is left.
  void polish();
  void evaluate();
  // dz / d precision at the point evaluated, from the factors at hand, refined by products with the exact Jacobian.
  void tangent_by_refinement(Vector& v);
  // The size of a change of the log-odds: its largest entry, relative where log-odds are beyond a thousand.
  double size_of(const Vector& change) const;
  bool out_of_budget(BranchEnd& end) const;

  const Layout& g;
  BranchOptions options;
  Sweep sweep;
  std::optional<Jacobian> jacobian;
  bool too_large = false;
  std::vector<int> implicit;  // actions of agents that are not explicit
  int free_count = 0;         // log-odds among them
  BranchStatistics statistics;

  Vector odds;        // by action
  double lambda = 0;  // scaled precision
  bool running = false;
  bool climbing = false;

 private:
  double dot(const Vector& a, const Vector& b) const;
  double metric(const Vector& a, double a_lambda, const Vector& b, double b_lambda) const;
  double noise() const;
  void factor();
  void start();
  std::optional<double> correct(bool fixed);
  void solve_bordered(bool fixed, Vector& x, double& s);
  bool settle();
  void change_references();
  void set_tangent(const Vector& slope, double direction);
  void rescale_history();
  void extrapolate(int kind, double h, Vector& z, double& l) const;
  // `may_cross`: believe a change of the determinant's sign after a step of ordinary length too.
  BranchEnd take_step(double target, bool may_cross);
  void accept(const Vector& saved, double saved_lambda, double h, double rate, const Vector& slope, double direction);

  Vector tangent_, old_odds_, old_tangent_;
  double tangent_lambda_ = 1, old_lambda_ = 0, old_tangent_lambda_ = 1;
  double gap_ = 1;          // distance to the old point
  double step_ = 1;         // length of the next step
  double rung_ = 0.05;      // relative length of the next rung
  double weight_ = 1;       // of the precision in the metric
  double first_step_ = 0;   // size of the last corrector's first step
  double orientation_ = 1;  // sign of det(dF/dz) times the direction of the precision
  int predictor_ = 0;
  Vector work_, correction_, along_, column_, remainder_, extra_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace casus::tree

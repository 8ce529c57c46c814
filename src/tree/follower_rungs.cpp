// How the follower goes on where the branch is left: up in precision, from rest to rest.
#include <algorithm>
#include <cmath>

#include "tree/follower.h"

namespace casus::tree {

// Lets the log-odds drift along dz/dt = -F(z) at the present precision until they rest, by implicit steps that grow as
// the residual falls (pseudo-transient continuation, Kelley & Keyes 1998).
bool Follower::settle() {
  double time_step = 1, last = 0;
  for (int round = 0; round < 60; ++round) {
    evaluate();
    sweep.residual(odds, lambda, work_);
    const double size = size_of(work_);
    if (!std::isfinite(size)) return false;
    if (size < 100 * noise()) return true;
    if (round > 0) time_step *= std::clamp(last / size, 0.2, 4.0);
    if (time_step < 1e-4) return false;
    last = size;
    jacobian->assemble(sweep, lambda);
    jacobian->shift_diagonal(1 / time_step);
    jacobian->factor();
    ++statistics.factorisations;
    jacobian->solve(sweep, work_, correction_);
    for (int k : implicit) odds[k] -= correction_[k];
  }
  return false;
}

BranchEnd Follower::climb(double target) {
  if (!climbing) {
    climbing = true;
    // Only a point at a lower precision can be extrapolated through.
    old_odds_.clear();
    tangent_.clear();
    old_tangent_.clear();
  }
  const Vector saved = odds;
  const double saved_lambda = lambda;
  for (int attempt = 0; attempt < 12; ++attempt) {
    const double next = std::min(target, saved_lambda * (1 + rung_));
    Vector guess = saved;
    if (!old_odds_.empty())
      for (int k : implicit)
        guess[k] += (saved[k] - old_odds_[k]) * (next - saved_lambda) / (saved_lambda - old_lambda_);
    lambda = next;
    odds = guess;
    bool good = correct(true).has_value();
    if (good) {
      rung_ = std::min(6.0, rung_ * 1.7);
    } else {
      lambda = next;
      odds = saved;
      good = settle();
      if (good) ++statistics.hops;
    }
    if (good) {
      old_odds_ = saved;
      old_lambda_ = saved_lambda;
      change_references();
      ++statistics.steps;
      return BranchEnd::reached;
    }
    // Where the dynamics circle, they may rest further up; so longer rungs are tried before shorter ones.
    ++statistics.rejected;
    rung_ *= attempt < 4 ? 2 : attempt == 4 ? 1.0 / 64 : 0.5;
    odds = saved;
  }
  lambda = saved_lambda;
  evaluate();
  return BranchEnd::stalled;
}

}  // namespace casus::tree

// Which way the branch runs at a point, and linear systems bordered with that direction, which are regular at folds.
#include <algorithm>
#include <cmath>

#include "tree/follower.h"

namespace casus::tree {

// How the log-odds follow the precision, with the other sign, by the factors at hand.
void Follower::find_along() {
  for (int h = 0; h < g.agent_count; ++h) {
    const int begin = g.first_action[h], r = begin + sweep.reference[h];
    for (int a = begin; a < g.first_action[h + 1]; ++a) column_[a] = sweep.q[r] - sweep.q[a];
  }
  jacobian->solve(sweep, column_, along_);
}

void Follower::tangent_by_refinement(Vector& v) {
  v.assign(g.action_count, 0.0);
  for (int round = 0; round < 6; ++round) {
    sweep.derivative(v, 1.0, lambda, work_);
    for (double& w : work_) w = -w;
    jacobian->solve(sweep, work_, correction_);
    double most = 0, size = 0;
    for (size_t k = 0; k < v.size(); ++k) {
      v[k] += correction_[k];
      most = std::max(most, std::abs(correction_[k]));
      size = std::max(size, std::abs(v[k]));
    }
    if (most <= 1e-6 * size) break;
  }
}

// The tangent at a corrected point, in the direction that goes on from the last one: from the factors at hand and with
// the last tangent as border, which at a fold is as good as anywhere, refined by products with the exact Jacobian.
// False if that does not converge: the factors are those of a point too far away.
bool Follower::find_tangent() {
  new_tangent_ = tangent_;
  new_tangent_lambda_ = tangent_lambda_;
  const double pivot = weight_ * weight_ * tangent_lambda_ - dot(tangent_, along_);
  bool found = false;
  for (int round = 0; round < 6; ++round) {
    sweep.derivative(new_tangent_, new_tangent_lambda_, lambda, work_);
    jacobian->solve(sweep, work_, correction_);
    const double shift = -dot(tangent_, correction_) / pivot;
    double most = 0, size = 0;
    for (size_t k = 0; k < new_tangent_.size(); ++k) {
      const double change = correction_[k] - shift * along_[k];
      new_tangent_[k] -= change;
      most = std::max(most, std::abs(change));
      size = std::max(size, std::abs(new_tangent_[k]));
    }
    new_tangent_lambda_ -= shift;
    const double error =
        std::max(most, weight_ * std::abs(shift)) / std::max(size, weight_ * std::abs(new_tangent_lambda_));
    found = error <= 1e-3;
    if (error <= 1e-6) break;
  }
  normalise_new_tangent();
  return found;
}

void Follower::normalise_new_tangent() {
  const double norm = 1 / std::sqrt(metric(new_tangent_, new_tangent_lambda_, new_tangent_, new_tangent_lambda_));
  for (double& t : new_tangent_) t *= norm;
  new_tangent_lambda_ *= norm;
}

// Solves J x + s dF/dprecision = work, orthogonal to the tangent (or with s = 0), from the factors at hand. Near a fold
// J is nearly singular and elimination by blocks loses digits; further rounds on the remainder bring them back.
void Follower::solve_bordered(bool fixed, Vector& x, double& s) {
  jacobian->solve(sweep, work_, x);
  s = 0;
  if (fixed) return;
  const double pivot = weight_ * weight_ * tangent_lambda_ - dot(tangent_, along_);
  s = -dot(tangent_, x) / pivot;
  double most = 0;
  for (int k : implicit) {
    x[k] -= s * along_[k];
    most = std::max(most, std::abs(along_[k]));
  }
  if (most * weight_ < 100) return;
  for (int round = 0; round < 2; ++round) {
    jacobian->multiply(sweep, x, remainder_);
    for (size_t k = 0; k < x.size(); ++k) remainder_[k] = work_[k] - remainder_[k] - s * column_[k];
    const double out_of_plane = -dot(tangent_, x) - weight_ * weight_ * tangent_lambda_ * s;
    jacobian->solve(sweep, remainder_, extra_);
    const double more = (out_of_plane - dot(tangent_, extra_)) / pivot;
    for (size_t k = 0; k < x.size(); ++k) x[k] += extra_[k] - more * along_[k];
    s += more;
  }
}

}  // namespace casus::tree

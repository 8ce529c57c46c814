#include "tree/branch.h"

#include <algorithm>
#include <cmath>

#include "tree/follower.h"

namespace casus::tree {

const char* describe(BranchEnd end) {
  switch (end) {
    case BranchEnd::reached:
      return "reached";
    case BranchEnd::too_many_steps:
      return "stopped at the limit on steps";
    case BranchEnd::out_of_time:
      return "stopped at the limit on time";
    case BranchEnd::stalled:
      return "stalled: the corrector does not converge even for tiny steps";
    case BranchEnd::too_large:
      return "the tree is too deep or too large for its Jacobian to be stored";
    case BranchEnd::left:
      return "stopped where the branch turns round too often to be followed";
    case BranchEnd::interrupted:
      return "was interrupted";
  }
  return "";
}

Branch::Branch(const Layout& layout, BranchOptions options) : state_(std::make_unique<Follower>(layout, options)) {}
Branch::~Branch() = default;

const BranchStatistics& Branch::statistics() const {
  return state_->statistics;
}
void Branch::allow_rungs() {
  state_->options.rungs = true;
}
const Sweep& Branch::sweep() const {
  return state_->sweep;
}

BranchEnd Branch::follow_to(double precision, BranchPoint& point,
                            const std::function<void(const BranchPoint&)>& visit) {
  Follower& s = *state_;
  const Layout& g = s.g;
  const double target = precision * g.scale;
  std::vector<double> residual;
  auto describe_point = [&] {
    point.precision = s.lambda / g.scale;
    point.log_prob = s.sweep.log_prob;
    point.steps = s.statistics.steps;
    s.sweep.residual(s.odds, s.lambda, residual);
    point.residual = s.size_of(residual);
    point.payoff_residual = 0;
    for (double r : residual) point.payoff_residual = std::max(point.payoff_residual, std::abs(r));
    point.payoff_residual /= std::max(1.0, s.lambda);
  };
  auto report = [&] {
    if (!visit) return;
    describe_point();
    visit(point);
  };
  BranchEnd end = BranchEnd::reached;
  if (s.too_large) {
    end = BranchEnd::too_large;
  } else if (s.implicit.empty()) {
    s.lambda = target;
    s.evaluate();
    ++s.statistics.steps;
    report();
  } else {
    if (s.statistics.steps == 0) report();
    while (s.lambda < target && !s.out_of_budget(end)) {
      const double work = s.statistics.factorisations * s.jacobian->lu().factor_operations();
      bool leave = s.climbing || s.statistics.folds > s.options.max_folds || work > s.options.max_work ||
                   (s.statistics.folds > 0 && work > s.options.max_work_after_fold);
      if (!leave) {
        end = s.advance(target);
        leave = end == BranchEnd::stalled;
      }
      if (leave) {
        if (!s.climbing) s.statistics.left_at = s.lambda / g.scale;
        end = s.options.rungs ? s.climb(target) : BranchEnd::left;
      }
      if (end != BranchEnd::reached) break;
      report();
    }
    if (end == BranchEnd::reached && target > 0) s.polish();
  }
  describe_point();

  point.log_slope.assign(g.action_count, 0.0);
  if (end != BranchEnd::reached || s.lambda <= 0) return end;
  std::vector<double> slope(s.odds);
  for (double& z : slope) z /= s.lambda;
  if (s.jacobian) s.tangent_by_refinement(slope);
  for (int h = 0; h < g.agent_count; ++h) {
    double mean = 0;
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) mean += s.sweep.prob[a] * slope[a];
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) point.log_slope[a] = s.lambda * (slope[a] - mean);
  }
  return end;
}

}  // namespace casus::tree

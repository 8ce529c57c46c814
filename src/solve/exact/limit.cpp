#include "solve/exact/limit.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

namespace {

// x with x e^x = y, for y > 0, by Newton's method.
double lambert(double y) {
  double x = std::log1p(y);
  for (int i = 0; i < 50; ++i) {
    const double next = x - (x - y * std::exp(-x)) / (1 + y * std::exp(-x));
    if (!(std::fabs(next - x) > 1e-15 * x)) break;
    x = next;
  }
  return x;
}

}  // namespace

double limit_precision(const SweepPlan& plan, const World& w, double gain) {
  uint32_t options = 2;
  for (const auto& h : plan.history) {
    const SweepNode& n = plan.tables.node[h.node];
    for (uint32_t m = 0; m < n.movers; ++m) {
      const SweepMover& mover = plan.tables.mover[n.first_mover + m];
      if (std::isinf(w.precision[mover.actor])) options = std::max(options, mover.options);
    }
  }
  const double stakes = w.payoff_range > 0 ? w.payoff_range : 1;
  const double worst = lambert((options - 1) / std::exp(1.0));
  double most = worst / (gain * stakes);
  for (const double x : w.precision)
    if (std::isfinite(x)) most = std::max(most, x);
  return most;
}

std::vector<Stretch> stretches(const SweepPlan& plan, const World& w) {
  double finite = 0;
  for (const double x : w.precision)
    if (std::isfinite(x)) finite = std::max(finite, x);
  const std::vector<double> level(w.precision.size(), 0.0);
  if (!w.has_limit()) return {{level, w.precision, 0, finite}};
  std::vector<Stretch> out;
  if (finite > 0) {
    Stretch together{level, w.precision, 0, finite};
    for (double& x : together.slope)
      if (std::isinf(x)) x = finite;
    out.push_back(std::move(together));
  }
  double begin = finite;
  for (const double gain : limit_gains) {
    const double end = limit_precision(plan, w, gain);
    Stretch alone{level, level, begin / end, end, true};
    for (size_t i = 0; i < w.precision.size(); ++i)
      (std::isinf(w.precision[i]) ? alone.slope[i] : alone.from[i]) = std::isinf(w.precision[i]) ? end : w.precision[i];
    out.push_back(std::move(alone));
    begin = end;
  }
  return out;
}

}  // namespace casus::solve

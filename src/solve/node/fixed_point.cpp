#include "solve/node/fixed_point.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "solve/node/equations.h"
#include "solve/node/problem.h"
#include "solve/node/tracer.h"

namespace casus::solve {

bool FixedPoint::newton(std::span<double> start, double tolerance, NodeAnswer& answer) const {
  constexpr int most_steps = 30;
  constexpr double longest_step = 10;  // in log-odds: further the linear model says nothing
  const auto n = static_cast<Eigen::Index>(start.size());
  Eigen::Map<Eigen::VectorXd> y(start.data(), n);
  Eigen::VectorXd g(n);
  Eigen::MatrixXd step;
  NodeEquations equations(rows, alone);
  std::vector<double> slopes(static_cast<size_t>(equations.slopes()));
  for (int i = 0; i < most_steps; ++i) {
    reply(start, {g.data(), start.size()}, slopes);
    ++answer.iterations;
    equations.factor(slopes, 1);
    answer.unstable = equations.sign() < 0;
    step = g - y;
    equations.solve(step);
    const double longest = step.cwiseAbs().maxCoeff();
    if (!std::isfinite(longest)) return false;
    y += step * (longest > longest_step ? longest_step / longest : 1);
    // Newton converges quadratically: a step below the root of the tolerance leaves an error below the tolerance.
    if (longest <= std::sqrt(tolerance) * 1e-2 * std::max(1.0, y.cwiseAbs().maxCoeff())) return true;
  }
  return false;
}

bool FixedPoint::trace(std::span<double> y, double unit, double caution, NodeAnswer& answer) const {
  NodeEquations equations(rows, alone);
  NodeTracer tracer(
      [this](const Eigen::VectorXd& at, Eigen::VectorXd& g, Eigen::VectorXd& slopes) {
        const auto n = static_cast<size_t>(at.size());
        reply({at.data(), n}, {g.data(), n}, {slopes.data(), static_cast<size_t>(slopes.size())});
      },
      rows, equations, {.unit = std::max(unit, 1e-300), .caution = caution});
  Eigen::VectorXd end = Eigen::Map<const Eigen::VectorXd>(y.data(), static_cast<Eigen::Index>(y.size()));
  const bool followed = tracer.run(end);
  std::copy(end.begin(), end.end(), y.begin());
  answer.iterations += tracer.evaluations();
  answer.folds += tracer.folds();
  answer.crossings += tracer.crossings();
  return followed;
}

}  // namespace casus::solve

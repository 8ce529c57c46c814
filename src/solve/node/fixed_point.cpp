#include "solve/node/fixed_point.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "solve/node/problem.h"
#include "solve/node/tracer.h"

namespace casus::solve {

namespace {

template <class Matrix>
std::span<double> entries(Matrix& m) {
  return {m.data(), static_cast<size_t>(m.size())};
}

}  // namespace

bool FixedPoint::newton(std::span<double> start, double tolerance, NodeAnswer& answer) const {
  constexpr int most_steps = 30;
  constexpr double longest_step = 10;  // in log-odds: further the linear model says nothing
  const auto n = static_cast<Eigen::Index>(start.size());
  Eigen::Map<Eigen::VectorXd> y(start.data(), n);
  Eigen::VectorXd g(n), step;
  Eigen::MatrixXd jacobian(n, n);
  Eigen::PartialPivLU<Eigen::MatrixXd> lu(n);
  for (int i = 0; i < most_steps; ++i) {
    reply(start, entries(g), entries(jacobian));
    ++answer.iterations;
    lu.compute(Eigen::MatrixXd::Identity(n, n) - jacobian);
    answer.unstable = !(lu.determinant() > 0);
    step = lu.solve(g - y);
    const double longest = step.cwiseAbs().maxCoeff();
    if (!std::isfinite(longest)) return false;
    y += longest > longest_step ? step * (longest_step / longest) : step;
    // Newton converges quadratically: a step below the root of the tolerance leaves an error below the tolerance.
    if (longest <= std::sqrt(tolerance) * 1e-2 * std::max(1.0, y.cwiseAbs().maxCoeff())) return true;
  }
  return false;
}

bool FixedPoint::trace(std::span<double> y, double unit, double caution, NodeAnswer& answer) const {
  NodeTracer tracer(
      [this](const Eigen::VectorXd& at, Eigen::VectorXd& g, Eigen::MatrixXd& jacobian) {
        g.resize(at.size());
        jacobian.resize(at.size(), at.size());
        reply({at.data(), static_cast<size_t>(at.size())}, entries(g), entries(jacobian));
      },
      rows, {.unit = std::max(unit, 1e-300), .caution = caution});
  Eigen::VectorXd end = Eigen::Map<const Eigen::VectorXd>(y.data(), static_cast<Eigen::Index>(y.size()));
  const bool followed = tracer.run(end);
  std::copy(end.begin(), end.end(), y.begin());
  answer.iterations += tracer.evaluations();
  answer.folds += tracer.folds();
  answer.crossings += tracer.crossings();
  return followed;
}

}  // namespace casus::solve

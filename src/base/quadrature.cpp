#include "base/quadrature.h"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <numbers>

namespace casus::base {

namespace {

// Of the orthogonal polynomials: p(k + 1) = (x - a[k]) p(k) - b[k] p(k - 1).
struct Recurrence {
  std::vector<double> a, b;
};

// Golub and Welsch 1969: nodes are the eigenvalues of the Jacobi matrix, weights the squares of what its eigenvectors
// begin with.
Quadrature rule(const Recurrence& r) {
  const auto n = static_cast<Eigen::Index>(r.a.size());
  Eigen::VectorXd diagonal(n), beside(n - 1);
  for (Eigen::Index k = 0; k < n; ++k) diagonal[k] = r.a[static_cast<size_t>(k)];
  for (Eigen::Index k = 0; k + 1 < n; ++k) beside[k] = std::sqrt(r.b[static_cast<size_t>(k) + 1]);
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(diagonal, beside);
  Quadrature out;
  double sum = 0;
  for (Eigen::Index k = 0; k < n; ++k) {
    const double first = solver.eigenvectors()(0, k);
    out.nodes.push_back(solver.eigenvalues()[k]);
    out.weights.push_back(first * first);
    sum += first * first;
  }
  for (double& w : out.weights) w /= sum;
  return out;
}

}  // namespace

Quadrature gauss_normal(int n) {
  Recurrence r;
  for (int k = 0; k < n; ++k) {
    r.a.push_back(0);
    r.b.push_back(k);
  }
  Quadrature out = rule(r);
  // What is symmetric is so to the last bit.
  for (size_t i = 0, j = out.nodes.size() - 1; i <= j && j < out.nodes.size(); ++i, --j) {
    out.nodes[j] = (out.nodes[j] - out.nodes[i]) / 2;
    out.nodes[i] = -out.nodes[j];
    out.weights[i] = out.weights[j] = (out.weights[i] + out.weights[j]) / 2;
  }
  return out;
}

Quadrature gauss_beta(double a, double b, int n) {
  // Jacobi polynomials on [-1, 1] with the weight (1 - x)^p (1 + x)^q.
  const double p = b - 1, q = a - 1, s = p + q;
  Recurrence r;
  for (int k = 0; k < n; ++k) {
    const double m = 2.0 * k + s;
    const double centre = k == 0 ? (q - p) / (s + 2) : (q * q - p * p) / (m * (m + 2));
    const double spread = k == 0   ? 0
                          : k == 1 ? 4 * (1 + p) * (1 + q) / ((2 + s) * (2 + s) * (3 + s))
                                   : 4 * k * (k + p) * (k + q) * (k + s) / (m * m * (m + 1) * (m - 1));
    r.a.push_back((1 + centre) / 2);
    r.b.push_back(spread / 4);
  }
  return rule(r);
}

Quadrature gauss_density(const Density& density, const std::vector<double>& breaks, int n) {
  // The measure as many points, by double exponential quadrature between breaks, which singular ends do not hurt.
  const double first = breaks.front(), last = breaks.back();
  std::vector<double> x, w;
  for (size_t piece = 0; piece + 1 < breaks.size(); ++piece) {
    const double low = breaks[piece], width = breaks[piece + 1] - low;
    if (!(width > 0)) continue;
    constexpr int half = 160;
    constexpr double step = 1.0 / 32;
    for (int i = -half; i <= half; ++i) {
      const double t = i * step, bend = std::numbers::pi * std::sinh(t);
      const double above = 1 / (1 + std::exp(-bend)), below = 1 / (1 + std::exp(bend));
      const double at = bend < 0 ? low + width * above : breaks[piece + 1] - width * below;
      const double weight = width * above * below * std::numbers::pi * std::cosh(t) * step *
                            density(at, low - first + width * above, last - breaks[piece + 1] + width * below);
      if (!(weight > 0) || !std::isfinite(weight)) continue;
      x.push_back((at - first) / (last - first));
      w.push_back(weight);
    }
  }
  // Stieltjes' procedure on these.
  Recurrence r;
  std::vector<double> before(x.size(), 0), now(x.size(), 1);
  double norm_before = 1;
  for (int k = 0; k < n; ++k) {
    double norm = 0, mean = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      norm += w[i] * now[i] * now[i];
      mean += w[i] * x[i] * now[i] * now[i];
    }
    r.a.push_back(mean / norm);
    r.b.push_back(k == 0 ? 0 : norm / norm_before);
    norm_before = norm;
    for (size_t i = 0; i < x.size(); ++i) {
      const double next = (x[i] - r.a.back()) * now[i] - r.b.back() * before[i];
      before[i] = now[i];
      now[i] = next;
    }
  }
  Quadrature out = rule(r);
  for (double& node : out.nodes) node = first + (last - first) * node;
  return out;
}

}  // namespace casus::base

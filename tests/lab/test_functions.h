// Functions with known indices, for tests: in, a point; out, Ishigami's and Sobol's g.
#pragma once
#include <cmath>
#include <span>
#include <vector>

namespace casus::lab {

// Ishigami & Homma 1990 with a = 7, b = 0.1 and x uniform on [-pi, pi]^3; the argument lies in the unit cube.
inline double ishigami(std::span<const double> u) {
  const auto x = [&](size_t j) { return M_PI * (2 * u[j] - 1); };
  return std::sin(x(0)) + 7 * std::pow(std::sin(x(1)), 2) + 0.1 * std::pow(x(2), 4) * std::sin(x(0));
}
// Its exact indices, from V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2 = 13.8446, V_1 = (1 + b pi^4/5)^2 / 2, V_2 = a^2/8,
// V_13 = 8 b^2 pi^8 / 225.
inline const std::vector<double> ishigami_first = {0.31390519114781146, 0.4424111447900409, 0};
inline const std::vector<double> ishigami_total = {0.5575888552099592, 0.4424111447900409, 0.24368366406214773};
inline constexpr double ishigami_second_13 = 0.2436836640621477;

// Saltelli & Sobol' 1995: prod (|4 x_j - 2| + a_j) / (1 + a_j). V_j = 1 / (3 (1 + a_j)^2), V = prod (1 + V_j) - 1.
struct SobolG {
  std::vector<double> a;
  double operator()(std::span<const double> x) const {
    double g = 1;
    for (size_t j = 0; j < a.size(); ++j) g *= (std::fabs(4 * x[j] - 2) + a[j]) / (1 + a[j]);
    return g;
  }
  double own(size_t j) const { return 1 / (3 * (1 + a[j]) * (1 + a[j])); }
  double variance() const {
    double product = 1;
    for (size_t j = 0; j < a.size(); ++j) product *= 1 + own(j);
    return product - 1;
  }
  double first(size_t j) const { return own(j) / variance(); }
  double total(size_t j) const { return own(j) / (1 + own(j)) * (variance() + 1) / variance(); }
};

}  // namespace casus::lab

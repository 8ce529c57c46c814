// Gauss quadrature of a probability distribution: in, the distribution and a number of nodes; out, the nodes, rising,
// and their weights, which sum to 1. A rule of n nodes has the mean of every polynomial up to degree 2n - 1.
#pragma once
#include <functional>
#include <vector>

namespace casus::base {

struct Quadrature {
  std::vector<double> nodes, weights;
};

// Of the standard normal distribution.
Quadrature gauss_normal(int n);
// Of beta(a, b) on [0, 1]; beta(1, 1) is uniform.
Quadrature gauss_beta(double a, double b, int n);
// Of a density, up to a factor, that is smooth between the points of `breaks`; at either end it may be singular, as
// long as it can be integrated. It is asked for at a point, with its distances from the first and the last break, which
// are exact where the point is not.
using Density = std::function<double(double x, double above, double below)>;
Quadrature gauss_density(const Density& density, const std::vector<double>& breaks, int n);

}  // namespace casus::base

#include "language/distributions.h"

#include <fmt/format.h>

#include <cmath>

namespace casus::language {

using model::Distribution;

std::optional<Fault> fault_of(Distribution distribution, const std::vector<double>& x) {
  switch (distribution) {
    case Distribution::uniform:
      if (!(x[0] < x[1]))
        return Fault{1, fmt::format("the upper end {} is not above the lower end {}", x[1], x[0]),
                     "write uniform(low, high)"};
      break;
    case Distribution::triangular:
      if (!(x[0] < x[2]))
        return Fault{1, fmt::format("the upper end {} is not above the lower end {}", x[2], x[0]),
                     "write triangular(low, mode, high)"};
      if (x[1] < x[0] || x[1] > x[2])
        return Fault{1, fmt::format("the mode {} lies outside [{}, {}]", x[1], x[0], x[2]),
                     "write triangular(low, mode, high)"};
      break;
    case Distribution::normal:
    case Distribution::lognormal:
      if (!(x[1] > 0)) return Fault{1, fmt::format("the standard deviation is {}; it must be positive", x[1]), ""};
      break;
    case Distribution::beta:
      for (size_t i = 0; i < 2; ++i)
        if (!(x[i] > 0))
          return Fault{i, fmt::format("both numbers of beta(alpha, beta) are positive, but this is {}", x[i]), ""};
      break;
    default:
      break;
  }
  return std::nullopt;
}

std::pair<double, double> support_of(Distribution distribution, const std::vector<double>& x) {
  switch (distribution) {
    case Distribution::uniform:
      return {x[0], x[1]};
    case Distribution::triangular:
      return {x[0], x[2]};
    case Distribution::normal:
      return {x[0] - 8 * x[1], x[0] + 8 * x[1]};
    case Distribution::lognormal:
      return {std::exp(x[0] - 8 * x[1]), std::exp(x[0] + 8 * x[1])};
    case Distribution::beta:
      return {0, 1};
    default:
      return {-INFINITY, INFINITY};
  }
}

}  // namespace casus::language

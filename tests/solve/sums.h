// What several tests of the solver reckon with.
#pragma once
#include <cmath>

#include "solve/solution.h"

namespace casus::testing {

inline double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

inline solve::SolveOptions on_grids(uint32_t points) {
  solve::SolveOptions options;
  options.exact_up_to = 0;
  options.points = points;
  return options;
}

}  // namespace casus::testing

// A public belief, as walks and grids pass it on.
#pragma once
#include <vector>

namespace casus::solve {

// Log-odds on every axis; where the position on an axis is a grid point of the round, its number (else -1).
struct Belief {
  std::vector<double> log_odds;
  std::vector<int> index;
};

}  // namespace casus::solve

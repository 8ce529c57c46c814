// Windows: in, how far beliefs can or do move in each round; out, each round's grid.
#pragma once
#include <utility>
#include <vector>

#include "solve/grid.h"
#include "solve/solution.h"
#include "solve/world.h"

namespace casus::solve {

// Lowest and highest log-odds, per round (one more for the end) and axis.
using Ranges = std::vector<std::vector<std::pair<double, double>>>;

// A range that no play leaves: a reply moves log-odds by at most twice precision x payoff range a round.
Ranges widest(const game::Game& g, const World& w);

// One grid per round with `points` points on every axis, the prior among them.
std::vector<Grid> lay_grids(const World& w, const Ranges& ranges, uint32_t points, double scale);

// Points per axis of the grid that only finds how far beliefs move, and of the one that the certificate compares with:
// three quarters, so that the change tells the finer grid's error and not a much coarser one's.
inline uint32_t wide_points(uint32_t points) {
  return std::max(stencil_points, (points + 1) / 2);
}
inline uint32_t coarse_points(uint32_t points) {
  return std::max(stencil_points, points * 3 / 4);
}

// What a forward pass over a solved grid finds.
struct Tally {
  std::vector<std::vector<double>> measures;  // per measure: [round index][profile]
  Ranges reached;                             // with more than SolveOptions::reach
};

// Puts a solution together from the values at the start [actor][profile] and the passes on the fine and the coarse
// grid.
void finish(const game::Game& g, const World& w, std::vector<double> values, const Tally& fine, const Tally& coarse,
            Solution& out);

}  // namespace casus::solve

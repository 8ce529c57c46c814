// Belief grids: in, ranges of log-odds; out, grid points and interpolation weights.
//
// A belief about one actor with m types has m - 1 axes, the log-odds of type k against type 0. An axis is uniform in
// u = asinh(l / scale): even steps in log-odds near even odds, ever longer ones towards certainty.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "game/game.h"
#include "solve/belief/belief.h"
#include "solve/belief/stencil.h"

namespace casus::solve {

struct Axis {
  uint32_t points = 1;
  double low = 0;   // u of point 0
  double step = 0;  // in u; 0 if there is one point
  double scale = 1;

  double log_odds(double point) const;  // between points, too
  double u(double log_odds) const;
};

// Lagrange weights of `stencil_points` points (fewer where the axis has fewer points) at a log-odds, with their
// derivatives in log-odds. Outside the axis the value at its end is taken: weights of that end, derivative 0.
struct Stencil {
  uint32_t first = 0;
  uint32_t count = 1;
  std::array<double, stencil_points> weight{1};
  std::array<double, stencil_points> slope{};
};
Stencil stencil(const Axis& axis, double log_odds);

// The axes of one round, all informed actors together.
struct Grid {
  std::vector<Axis> axes;
};

// Where a node's points lie: the axes of the informed actors in `mask`, the first axis fastest.
struct Layout {
  uint32_t points = 1;
  std::vector<uint32_t> stride;  // per axis of the game; 0: the node does not depend on it
};
Layout layout(const game::Game& g, const Grid& grid, uint32_t mask);

// Log-odds from which on a belief is certain because a policy binds types to something else (World::barred).
inline constexpr double barred_log_odds = 1e4;
// What becomes of a type, and what is seen of what is done in secret, may rule out types as well.
inline bool may_be_certain(const game::Game& g) {
  return g.binds || g.secret;
}

// Of an actor with three or more types: where the first type is out of the question since a policy binds it to
// something else, or since types have changed, log-odds against it are past every window, and what they say of the
// other types must not be lost at its ends. All are moved alike, so that one comes to stand at its axis's end: that
// axis, or none if nothing was to be done. `log_odds`: on the game's axes, `stride` apart.
uint32_t bring_within(const game::Informed& x, const Grid& grid, double* log_odds, size_t stride);

// Where a belief lies among the points of a layout: the first point that is read, and a stencil for every axis that is
// interpolated. `on_grid`: the belief's grid numbers count for this grid (it is the grid of the belief's own round).
struct Place {
  size_t first = 0;
  uint32_t axes = 0;
  std::array<uint32_t, 16> axis;  // of the game
  std::array<size_t, 16> stride;
  std::array<Stencil, 16> stencil;  // `first` is part of Place::first
};
void find_place(const Layout& layout, const Grid& grid, const Belief& at, bool on_grid, Place& out);

// The grid points from which a value at a belief is interpolated: value = sum weight * W[point].
struct Corners {
  std::vector<size_t> point;
  std::vector<double> weight;
};
void find_corners(const Layout& layout, const Grid& grid, const Belief& at, bool on_grid, Corners& out);

// One axis of `points` points that has `anchor` as a grid point and reaches about from `low` to `high` (log-odds, low
// <= anchor <= high).
Axis make_axis(uint32_t points, double low, double anchor, double high, double scale);

}  // namespace casus::solve

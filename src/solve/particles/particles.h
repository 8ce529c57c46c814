// What play comes to on a game solved on belief grids: in, a world's choices at grid points; out, measures given each
// profile of types.
//
// Values are smooth in beliefs, choices are not: what a grid says well of the former it says badly of how often an
// option is taken. So mass goes forwards by exact beliefs and not on the grid: a particle is a public history, or
// several that came to the same node with beliefs near each other, with its mass given each profile of types; it
// believes what its mass says (Bayes' rule), and chooses by the logit reply to option values read between grid points.
// Mass is never negative and nothing is lost, so probabilities stay in [0, 1]; particles that join believe what all of
// their mass says, so expected beliefs are the prior, however coarsely they are joined.
#pragma once
#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "game/game.h"
#include "solve/belief/grid.h"
#include "solve/belief/window.h"
#include "solve/particles/corrections.h"
#include "solve/particles/plan.h"
#include "solve/solution.h"
#include "solve/world.h"

namespace casus::solve {

// How a node's movers choose at the points of its values' layout: rows of numbers that are log probabilities but for a
// constant of each type, [mover][type][option], padded to a multiple of 4.
struct GridChoices {
  const double* first = nullptr;
  size_t per_point = 0;
};

// One world on its grids.
struct GridField {
  std::span<const GridChoices> choices;      // per node
  std::span<const Layout> layouts;           // per node: of its values
  std::span<const Grid> grids;               // per round
  const Corrections* corrections = nullptr;  // of log-odds read between grid points; null: none
};

// When particles at a node are joined: where there are more than `few`, those within `cell` in log-odds; and where mass
// times its square is at most `slight`, within a cell four or sixteen times as wide.
struct Pooling {
  uint32_t few = 4;
  double cell = 0.25;
  double slight = 1e-4;
};

// Points of the grid as finely as which play is counted: no fewer than usual; and in one world alone joining particles
// may cost no more than it does on a fine grid, however few points its values need, unless axes are so many that
// particles are, too.
inline uint32_t counted_as(const game::Game& g, const SolveOptions& options) {
  constexpr uint32_t alone = 17, few_axes = 3;
  return std::max({options.points, usual_points, options.alone && g.axes <= few_axes ? alone : 0});
}

// As a grid with so many points asks for: the more there are, the finer the cells.
inline Pooling pooling(uint32_t points) {
  const double finer = static_cast<double>(points) / usual_points, cube = finer * finer * finer;
  return {.few = static_cast<uint32_t>(4 * cube), .cell = 0.25 / finer, .slight = 1e-4 / (finer * cube)};
}

struct Particles {
  Tally measures;
  uint64_t count = 0;  // particles at all nodes
};

// One of the game's starts, and per world the values there, [actor][profile].
struct StartValues {
  const game::Start* start = nullptr;
  std::vector<const std::vector<double>*> values;
};

// Per start and world; fields as worlds. Once `stop` is set: throws base::Stopped, here and below.
std::vector<std::vector<Particles>> count_particles(const ParticlePlan& plan, std::span<const World* const> worlds,
                                                    std::span<const GridField> fields,
                                                    std::span<const StartValues> starts, const Pooling& pooling,
                                                    const std::atomic<bool>* stop = nullptr);

// How far beliefs reach when play begins at one of the game's starts, drawn by lot; per world. At every node a window
// holds all but a part of the probability that comes there: reach(coarse_points(points)) to either side for the coarser
// grid, reach(points) for the finer one.
std::vector<Windows> find_windows(const game::Game& g, std::span<const World* const> worlds,
                                  std::span<const GridField> fields, uint32_t points,
                                  const std::atomic<bool>* stop = nullptr);

}  // namespace casus::solve

// Windows: in, how far beliefs can or do move in each round; out, each round's grid.
//
// A window is as narrow as the accuracy asked for allows: what lies beyond is read at its end, and grid points where
// nobody ever is are lost to those where somebody is.
#pragma once
#include <span>
#include <utility>
#include <vector>

#include "solve/belief/grid.h"
#include "solve/solution.h"
#include "solve/world.h"

namespace casus::solve {

// Lowest and highest log-odds, per round (one more for the end) and axis.
using Ranges = std::vector<std::vector<std::pair<double, double>>>;

// A world's windows: of the grid that the certificate compares with, and of the finer one.
struct Windows {
  Ranges coarse, fine;
};

// The probability with which beliefs may leave the windows of a grid with so many points: it falls with the points
// together with the error of interpolation, from 1e-3 at seven points to 1e-12.
double reach(uint32_t points);

// A range that play leaves with less than that probability: a reply moves log-odds by at most twice precision x payoff
// range a round; and whatever is played, given an actor's type the likelihood ratio ever turns against that type by
// e^d with probability e^-d at most (a ratio is a martingale: Ville's inequality). Where a type may change, it is as
// improbable that a type is there of which so little is believed, about whatever it may become.
Ranges widest(const game::Game& g, const World& w, double reach);

// How much a profile of types counts where it is asked how far beliefs reach: its prior and an even share, half and
// half, since measures are told given each type and what a rare one does must not be cut off.
inline double window_weight(const World& w, size_t profile) {
  return 0.5 * (w.profile_prior[profile] + 1 / static_cast<double>(w.profile_prior.size()));
}

// One grid per round with `points` points on every axis, the prior among them.
std::vector<Grid> lay_grids(const World& w, const Ranges& ranges, uint32_t points, double scale);

// Points per axis of the grids that only find how far beliefs move and that the certificate compares with: three
// quarters, so that the change tells the finer grid's error and not a much coarser one's.
inline uint32_t coarse_points(uint32_t points) {
  return std::max(short_stencil, (points * 3 + 3) / 4);
}

// On few points only mild learning is told right, and there it hardly matters for how far beliefs move that they are
// held meanwhile: windows are found so, and what measures lack is told by replies (SolveOptions::held), at half the
// cost.
inline bool few_points(uint32_t points) {
  return points < usual_points;
}
// Whether a measure's change is what replies would change, and not what a coarser grid does.
inline bool told_by_replies(const SolveOptions& options) {
  return options.held != 0 || few_points(options.points);
}

// What a forward pass over a solved grid finds: per measure [round index][profile]. Where payoffs hang on beliefs one row
// more, of what everybody is paid, [actor][profile].
using Tally = std::vector<std::vector<double>>;

// Puts a solution together from the values at the start [actor][profile] and the passes on the fine and the coarse
// grid. out.certificate holds the payoff range.
void finish(const game::Game& g, const World& w, std::vector<double> values, const Tally& fine, const Tally& coarse,
            Solution& out);

}  // namespace casus::solve

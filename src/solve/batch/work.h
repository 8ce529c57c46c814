// How much work a game is on belief grids, and what it holds: in, a game; out, units of solve::Work, or bytes.
#pragma once
#include "game/game.h"
#include "solve/solution.h"
#include "solve/work.h"

namespace casus::solve {

// Whether a game that is solved on grids is solved by the kernels (Batch).
bool in_batches(const game::Game& g, const SolveOptions& options);
// Grid points of a node that reads the beliefs about the informed actors in `mask`: maybe more than an integer holds.
double points_of(const game::Game& g, uint32_t mask, uint32_t points);
double points_of(const game::Game& g, game::NodeId n, const SolveOptions& options);
// Units of one point of a node, by the kernels.
double work_of_kernels(const game::Game& g, game::NodeId n, uint32_t channels);
// One pass over grids of so many points an axis, for so many worlds (at most eight).
Work pass_work(const game::Game& g, uint32_t points, size_t worlds, const SolveOptions& options);
// Seconds that `all` takes on grids, going by what is done; a kind that has not been met yet is taken to be as usual.
double seconds_of(const Work& all, const Work& done);

// Worlds that are solved together: eight, or one where no more is asked for or eight would take much memory. One takes
// the room of one, and eight of its points are worked on side by side.
size_t worlds_together(const game::Game& g, const SolveOptions& options);
// Bytes that solving as many worlds as are together on one thread holds at most; and a rougher figure, of eight worlds.
double grid_memory(const game::Game& g, const SolveOptions& options);
double grid_memory_estimate(const game::Game& g, const SolveOptions& options);

}  // namespace casus::solve

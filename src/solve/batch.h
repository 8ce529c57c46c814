// The batched solver: in, a compiled game and eight worlds; out, their solutions, the same as the reference path's to
// rounding. The recursive selection only; a node that is not of a fast kind (several movers at once, three types) is
// solved world by world by the reference's own node problem.
#pragma once
#include <array>
#include <map>
#include <memory>
#include <vector>

#include "solve/batch_plan.h"
#include "solve/block.h"
#include "solve/equilibrium.h"
#include "solve/solution.h"
#include "solve/window.h"

namespace casus::solve {

class Batch {
 public:
  // Whether the kernels' fixed sizes hold the game: at most most_fast_axes belief axes and 1024 channels of mass.
  static bool takes(const game::Game& g);
  // Worlds of the same game; a place that has no world of its own repeats another.
  Batch(const game::Game& g, std::array<const World*, batch_lanes> worlds, const SolveOptions& options);
  // `first`: also keeps the first world's equilibrium, to be walked through.
  std::array<Solution, batch_lanes> solve(std::unique_ptr<Equilibrium>* first = nullptr);

 private:
  struct Pass;  // one grid: batch_pass.h
  const game::Game& g_;
  std::array<const World*, batch_lanes> worlds_;
  SolveOptions options_;
};

}  // namespace casus::solve

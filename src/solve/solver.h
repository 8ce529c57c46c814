// The one way in: in, a compiled game and the parameters of some worlds; out, a solution (or what is wrong) for each.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "game/game.h"
#include "game/join.h"
#include "solve/solution.h"
#include "solve/walk/equilibrium.h"

namespace casus::solve {

class SweepPlan;

struct Outcome {
  std::optional<Solution> solution;
  std::string error;  // set if there is no solution: what is wrong in this world
};

// A game with the way it is solved, the same for all worlds. `exact`: its histories where it is solved exactly, null
// where it is solved on belief grids. The game must outlive it.
struct Prepared {
  const game::Game* game = nullptr;
  std::shared_ptr<const SweepPlan> exact;

  Prepared(const game::Game& g, std::shared_ptr<const SweepPlan> histories) : game(&g), exact(std::move(histories)) {}
  Prepared(const game::Game& g, const SolveOptions& options);
};

// worlds[w] holds every parameter of the case in the order of Case::params. The answer for a world does not depend on
// which others are in the batch, nor on the threads (at least one) that work on it.
std::vector<Outcome> solve_batch(const Prepared& p, std::span<const std::vector<double>> worlds,
                                 const SolveOptions& options, unsigned threads = 1);
std::vector<Outcome> solve_batch(const game::Game& g, std::span<const std::vector<double>> worlds,
                                 const SolveOptions& options, unsigned threads = 1);

// The same, keeping the equilibrium of the first to be walked through (null where that world has no solution). It
// refers to `g`.
struct Walkable {
  std::vector<Outcome> outcomes;
  std::unique_ptr<Equilibrium> first;
};
Walkable solve_walkable(const Prepared& p, std::span<const std::vector<double>> worlds, const SolveOptions& options,
                        unsigned threads = 1);
Walkable solve_walkable(const game::Game& g, std::span<const std::vector<double>> worlds, const SolveOptions& options,
                        unsigned threads = 1);

// The same for several policies: `games` as they were joined. Sub-games that they share are solved once, on windows of
// belief that serve a lottery over them, so that an answer depends on the policies asked about by about as much as the
// grid's error. `walkable`: the equilibrium of the first is kept. Per game.
std::vector<Walkable> solve_joined(const game::Joined& joined, std::span<const game::Game* const> games,
                                   std::span<const std::vector<double>> worlds, const SolveOptions& options,
                                   bool walkable, unsigned threads = 1);

// Bytes that solving as many worlds as are solved together (at most eight) on one thread holds at most.
double memory_estimate(const Prepared& p, const SolveOptions& options);

}  // namespace casus::solve

// Games without a last round in which nobody has private types: in, a game and a world; out, its solution, a stationary
// equilibrium, exactly. Nobody believes anything, so that such a game is a finite stochastic game.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "solve/solution.h"
#include "solve/walk/equilibrium.h"
#include "solve/world.h"

namespace casus::solve {

struct StationarySolved {
  std::optional<Solution> solution;
  std::string error;                         // why there is none
  std::unique_ptr<Equilibrium> equilibrium;  // refers to the game
};

// `options.others.starts` above 0: other stationary equilibria are looked for from so many starts, `keep` to be walked
// through.
StationarySolved solve_stationary(const game::Game& g, const World& w, const SolveOptions& options, bool keep);

// The same of a game with a last round, decision by decision from the last to the first: for where its histories'
// branch cannot be followed as a whole. Nobody looks for others.
StationarySolved solve_round_by_round(const game::Game& g, const World& w, const SolveOptions& options, bool keep);

}  // namespace casus::solve

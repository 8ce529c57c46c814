// Games that count actors who are alike (game/crowd.h): in, a game and a world; out, its solution. Nobody has private
// types there, so situations are public histories, there is nothing to believe, and choices are exact.
#pragma once
#include <memory>

#include "solve/solution.h"
#include "solve/walk/equilibrium.h"
#include "solve/world.h"

namespace casus::solve {

struct CountedAnswer {
  Solution solution;
  std::unique_ptr<Equilibrium> equilibrium;  // refers to the game
};

// The equilibrium in which all who are alike choose alike, on the branch from precision 0 at every decision
// (`recursive`). `options.others.starts` above 0: at the likeliest decisions other fixed points are looked for, all of
// them where one number is asked for, and each is solved for as a whole, `keep` to be walked through.
CountedAnswer solve_counted(const game::Game& g, const World& w, const SolveOptions& options, bool keep);

}  // namespace casus::solve

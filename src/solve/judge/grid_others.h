// Other equilibria of single decisions of a game on belief grids: in, one world's values on its grids and its likeliest
// decisions; out, at how many of them there is more than one. What needs several decisions to move together is not
// seen.
#pragma once
#include <span>

#include "solve/judge/grid_judge.h"

namespace casus::solve {

// Of those decisions whose choice bears on itself, the likeliest first, as many as `search` asks for.
OtherEquilibria search_decisions(const game::Game& g, const World& w, const Continuation& next,
                                 std::span<const LikelyDecision> decisions, const OthersSearch& search,
                                 double tolerance, const std::atomic<bool>* stop = nullptr);

}  // namespace casus::solve

// What measures come to where actors are counted: in, everybody's choices; out, expectations given one member's type.
// One of them is followed among the others; which of those who are alike it is, is even odds.
#pragma once
#include <span>
#include <vector>

#include "solve/belief/window.h"
#include "solve/world.h"

namespace casus::solve {

struct CountedPlay {
  Tally measures;             // per measure [round][profile]
  std::vector<double> paid;   // [actor][profile]: expected payoffs; a member's own given its own type
  std::vector<double> reach;  // per node: the probability that play comes there
};

// `log_sigma`: per node, as CountedProblem has the unknowns; `values`: [node][actor][profile].
CountedPlay count_measures(const game::Game& g, const World& w, std::span<const std::vector<double>> log_sigma,
                           std::span<const double> values);

}  // namespace casus::solve

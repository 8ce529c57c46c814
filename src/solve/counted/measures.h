// What measures come to where actors are counted: in, everybody's choices; out, expectations. A measure about one
// member follows that one among the others: which of those who are alike it is, is even odds.
#pragma once
#include <span>
#include <vector>

#include "solve/belief/window.h"
#include "solve/world.h"

namespace casus::solve {

// `log_sigma`: per node, as CountedProblem has the unknowns; `values`: [node][actor]; `start`: everybody's at the
// start. Per measure one number a round. `reach` (as many as nodes): the probability that play comes there.
Tally count_measures(const game::Game& g, const World& w, std::span<const std::vector<double>> log_sigma,
                     std::span<const double> values, std::span<const double> start, std::span<double> reach);

}  // namespace casus::solve

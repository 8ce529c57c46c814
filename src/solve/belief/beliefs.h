// Beliefs as probabilities: in, log-odds; out, probabilities and whatever a measure makes of them.
#pragma once
#include <vector>

#include "solve/belief/grid.h"

namespace casus::solve {

// Values of the game's belief program (expectations of beliefs) at a public belief, per slot.
std::vector<double> run_beliefs(const game::Game& g, const Belief& at);
// The same for several worlds side by side: log_odds [axis][lanes] in, slots [slot][lanes] out.
void run_beliefs(const game::Game& g, const double* log_odds, size_t lanes, double* slots);
// The same from probabilities of types, [type of an informed actor][lanes].
void run_belief_program(const game::Game& g, const double* types, size_t lanes, double* slots);

// Probability of each type of each informed actor.
std::vector<std::vector<double>> type_probabilities(const game::Game& g, const Belief& at);

}  // namespace casus::solve

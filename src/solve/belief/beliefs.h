// Beliefs as probabilities: in, log-odds; out, probabilities and whatever a measure makes of them.
#pragma once
#include <span>
#include <vector>

#include "solve/belief/grid.h"
#include "solve/world.h"

namespace casus::solve {

// Where types tell of each other (World::together): probability of each profile at a public belief, given the type of
// `own` (index into Game::informed; none: whatever anybody is) that it has there. log_odds [axis], so far apart.
void weigh_profiles(const game::Game& g, const World& w, const double* log_odds, size_t stride, uint32_t own,
                    std::vector<double>& weight);

// Probabilities of types, one informed actor after the other, at log-odds (axis a at log_odds[a * stride]).
std::vector<double> types_at(const game::Game& g, const World& w, const double* log_odds, size_t stride);

// Values of the game's belief program (expectations of beliefs) at a public belief, per slot.
std::vector<double> run_beliefs(const game::Game& g, const World& w, const Belief& at);
// The same for several worlds side by side: log_odds [axis][lanes] in, slots [slot][lanes] out. Lanes beyond the worlds
// repeat the last.
void run_beliefs(const game::Game& g, std::span<const World* const> worlds, const double* log_odds, size_t lanes,
                 double* slots);
// The same from probabilities of types, [type of an informed actor][lanes].
void run_belief_program(const game::Game& g, const double* types, size_t lanes, double* slots);

// Probability of each type of each informed actor.
std::vector<std::vector<double>> type_probabilities(const game::Game& g, const World& w, const Belief& at);
// The same from probabilities of profiles; to one who knows that an informed actor (index) is of a type. If that cannot
// be, to one who does not know it.
std::vector<std::vector<double>> type_probabilities(const game::Game& g, std::vector<double> weight, uint32_t own,
                                                    uint32_t type);

}  // namespace casus::solve

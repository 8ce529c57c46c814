// What is paid that hangs on beliefs, worked out: in, probabilities of types; out, payments.
#pragma once
#include <span>
#include <vector>

#include "game/game.h"

namespace casus::game {

// Adds what `pay` is where types have these probabilities (one informed actor after the other) to
// rows[(actor * profiles + profile) * stride]. `slots`: a world's, of the game's program.
void add_belief_pay(const Game& g, const BeliefPay& pay, std::span<const double> slots, std::span<const double> types,
                    double* rows, size_t stride = 1);

}  // namespace casus::game

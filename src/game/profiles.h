// What a profile of types may do and where it may come, as a policy binds types: in, a compiled game; out, answers.
#pragma once
#include "game/game.h"

namespace casus::game {

// Whether a profile's types may all do their part of an edge (from 0) of a node with that shape.
bool may_take(const Game& g, const Shape& shape, uint32_t edge, uint32_t profile);

// Per node, whether a profile may come there from one of the starts.
std::vector<bool> reached_by(const Game& g, uint32_t profile);

}  // namespace casus::game

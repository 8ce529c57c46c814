// What follows from a game's graph: in, nodes, edges, tables and starts; out, which measures are lifted or recur, and
// on which beliefs every node depends.
#pragma once
#include "game/game.h"

namespace casus::game {

void derive(Game& g);

}  // namespace casus::game

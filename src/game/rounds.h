// So many rounds of a game without a last one: in, its graph of one round; out, a game with a last round, in which what
// play could still come to is cut off.
#pragma once
#include "game/game.h"

namespace casus::game {

// Nobody is paid, and nothing counted, for how it ends. `g` never ends by chance.
Game so_many_rounds(const Game& g, uint32_t rounds);

}  // namespace casus::game

// What follows from a game's graph: in, nodes, edges, tables and starts; out, which measures are lifted or recur, and
// on which beliefs every node depends.
#pragma once
#include "game/game.h"

namespace casus::game {

void derive(Game& g);

// A game in which everybody who chooses takes the beliefs about some informed actors (bit k: informed[k]) to be the
// prior, whatever has been done: no node depends on them, so that they cost nothing. Not those about types that may
// change. It refers to the game.
class Held {
 public:
  Held(const Game& g, uint32_t beliefs);
  const Game& game() const { return copy_ ? *copy_ : *whole_; }

 private:
  const Game* whole_;
  std::optional<Game> copy_;
};

}  // namespace casus::game

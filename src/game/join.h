// Games of one case under several policies as one: in, compiled games; out, one graph in which sub-games that are alike
// in everything that follows stand once, with a start for each game.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "game/game.h"

namespace casus::game {

struct Joined {
  Game game;                              // starts[k] is where games[k] begins
  std::vector<std::vector<NodeId>> node;  // per game: where each of its nodes stands
};

// None if the games differ in a prior, a precision or a discount factor: then nothing in them is alike.
std::optional<Joined> join(std::span<const Game* const> games);

// Per node, whether play that begins at `start` can come there.
std::vector<bool> reachable(const Game& g, const Start& start);

}  // namespace casus::game

// The public histories of a game: in, a compiled game; out, every course of public events as a graph, in which those
// that come to the same node with the same beliefs stand once.
//
// What follows a history depends on the past only through the node and the beliefs that the node reads. A belief about
// an actor is settled by the last event that told of it, so two histories share a belief exactly if they share that
// event; beliefs about actors who are not read any more are forgotten. No number of a world enters: one graph serves
// all worlds.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "game/game.h"

namespace casus::solve {

struct Histories {
  struct History {
    game::NodeId node = 0;
    uint32_t first_child = 0;  // into `child`: one for each edge of the node
  };
  // Where a history's beliefs come from; all that lead to it agree on them.
  struct Origin {
    uint32_t history = 0, edge = 0;
  };
  std::vector<History> at;  // those before come before: the start is the first
  std::vector<uint32_t> child;
  std::vector<Origin> from;  // the start's is itself
  size_t decisions = 0;      // histories at which somebody has a choice
};

// How large a graph may be.
struct HistoryLimit {
  size_t decisions = 50'000;
  size_t histories = 400'000;
};

// Nothing if the graph is larger. From the game's only start.
std::optional<Histories> unfold(const game::Game& g, const HistoryLimit& limit = {});

}  // namespace casus::solve

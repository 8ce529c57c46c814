// What is the same in all worlds of a game without private types: in, the game; out, where rounds begin, who is met in
// a round from there, and where every choice stands among the unknowns. A game with a last round is one long round.
#pragma once
#include <vector>

#include "game/game.h"
#include "solve/stationary/joint.h"

namespace casus::solve {

struct StationaryPlan {
  explicit StationaryPlan(const game::Game& game);

  const game::Game* game;
  std::vector<game::NodeId> begins;     // where a round may begin; the start's is the first
  std::vector<uint32_t> next;           // per node: of an end node, the place in `begins` of what follows; else none
  std::vector<Joint> joints;            // of every shape
  std::vector<game::NodeId> decisions;  // nodes where somebody chooses
  std::vector<uint32_t> decision_of;    // per node: its place in `decisions`; else none
  std::vector<size_t> first;            // per node: its first unknown, and one past the last
  std::vector<std::vector<game::NodeId>> met;  // of every beginning: the nodes of the round, the first first

  size_t unknowns() const { return first.back(); }
  const Joint& joint(game::NodeId n) const { return joints[game->nodes[n].shape]; }
};

}  // namespace casus::solve

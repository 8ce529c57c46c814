// What is the same in all worlds of a game without private types: in, the game; out, where rounds begin, who is met in
// a round from there, and where every choice stands among the unknowns. A game with a last round is one long round.
#pragma once
#include <vector>

#include "game/game.h"
#include "solve/stationary/joint.h"
#include "solve/world.h"

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
  // A node has so many steps for each joint choice, one after the other: outcomes of chance, which nobody chooses, or
  // what may be seen of a hidden stage.
  uint32_t ways(game::NodeId n) const {
    const auto& node = game->nodes[n];
    const auto& shape = game->shapes[node.shape];
    return shape.kind == game::NodeKind::chance ? node.edges : shape.signals();
  }
};

// Per step with what probability it follows on its joint choice, by chance or as a signal; 1 where it is sure to.
std::vector<double> step_odds(const game::Game& game, const World& world);

}  // namespace casus::solve

// A case as an explicit tree: in, a compiled game and a world; out, a game tree in which chance first draws everybody's
// type and every public history is a node for each combination of types.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "solve/world.h"
#include "tree/tree.h"

namespace casus::verify {

struct UnrollOptions {
  size_t node_limit = 1'000'000;
  // A case states precision for values as they stand in the round of the choice, a tree for values as they stand at the
  // start, and a tree has one precision for all. With `by_round` each actor becomes one player a round, whose payoffs
  // are precision times value in that round: the tree's logit equilibrium at precision 1 is then exactly the case's,
  // whatever the discounts and precisions. Without it the players are the actors and payoffs are present values.
  bool by_round = false;
};

// Who chooses at an information set of the tree, and where: for comparing with the case.
struct Situation {
  int info_set = -1;
  std::vector<uint32_t> path;  // edges of the game taken before, from the root
  uint32_t mover = 0;          // position in the node's list of movers
  uint32_t type = 0;
};

struct Unrolled {
  tree::Tree tree;
  std::vector<Situation> situations;  // one for each information set of an actor
};

struct UnrollResult {
  std::optional<Unrolled> value;
  std::string error;  // the tree would be larger than the limit
};

// The nodes the tree of the game would have, the same for every world; counted without building it.
double tree_size(const game::Game& g);
// "the tree has 4 nodes, more than the limit of 3; ..."
std::string too_large(double size, size_t limit);

// Chance probabilities are written as decimals that sum to 1 exactly; labels of information sets are unique.
UnrollResult unroll(const game::Game& g, const solve::World& w, const UnrollOptions& options);

}  // namespace casus::verify

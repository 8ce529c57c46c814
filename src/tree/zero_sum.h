// Two-player zero-sum trees by linear programming: in, a tree; out, its value and optimal strategies.
#pragma once
#include <optional>

#include "tree/certificate.h"

namespace casus::tree {

struct ZeroSumSolution {
  double value = 0;       // of the first player, in the tree's units
  Assessment assessment;  // uniform where a player's own strategy never goes; beliefs there are uniform too
};

// Whether the game has two players with perfect recall whose payoffs sum to one constant at every end.
bool is_zero_sum(const Layout& layout, const Recall& recall);

// The linear programme in sequence form (Koller, Megiddo & von Stengel 1996), linear in the size of the tree. Empty
// when `is_zero_sum` is false or the solver does not report an optimum.
std::optional<ZeroSumSolution> solve_zero_sum(const Layout& layout, const Recall& recall);

}  // namespace casus::tree

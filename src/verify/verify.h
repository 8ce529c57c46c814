// The belief grid against the exact tree: in, a game, a world and grid sizes; out, the largest differences in choice
// probabilities and measures for each grid.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "solve/solution.h"
#include "verify/unroll.h"

namespace casus::verify {

// Exact choices: per information set of the tree (as in Unrolled::situations), probabilities of its options.
using Profile = std::vector<std::vector<double>>;

// The exact logit agent equilibrium of the world's tree (principal branch), or why there is none.
struct Exact {
  size_t tree_nodes = 0;
  std::vector<Situation> situations;
  Profile profile;                            // parallel to situations
  std::vector<double> reach;                  // parallel to situations: probability that it is reached by its type
  std::vector<std::vector<double>> measures;  // [measure][round index * profiles + profile], payoffs as at the start
  double residual = 0;                        // of the tree's equilibrium conditions
  int folds = 0;
  int bifurcations = 0;  // points passed where branches meet to within rounding, so that none can be told the principal
  double left_at = 0;    // share of the precision at which the principal branch was left; 0 if it was not
};
struct ExactResult {
  std::optional<Exact> value;
  std::string error;
};
// `caution`: above 1, the branch is followed in steps shorter by about that factor, to hold an answer to.
ExactResult solve_exactly(const game::Game& g, const solve::World& w, size_t node_limit, double caution = 1);

// One grid against the exact answer.
struct Comparison {
  uint32_t points = 0;
  double worst_likely = 0;   // largest difference of a choice probability where it is reached with at least `likely`
  double worst_choice = 0;   // the same over all situations
  double worst_measure = 0;  // of a measure, given any profile of types
  size_t worst_measure_index = 0;
  double grid_change = 0;  // what the solution's own certificate said
};
inline constexpr double likely = 1e-3;

// `field_solution` is solved with `options`; compares it with the exact answer.
Comparison compare(const game::Game& g, const solve::World& w, const Exact& exact, const solve::SolveOptions& options);

}  // namespace casus::verify

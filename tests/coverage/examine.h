// One random game under the default commands: in, its number; out, what each answer says of itself and what is true.
#pragma once
#include <array>
#include <string>

#include "coverage/games.h"
#include "solve/solution.h"

namespace casus::testing {

// As `casus solve` goes about it; the same kept to belief grids; and as `casus run` does on grids.
enum class Way { standard, grids, study };
inline constexpr std::array ways{Way::standard, Way::grids, Way::study};
inline constexpr std::array<const char*, 3> way_names{"solve", "solve, on grids", "run, on grids"};

// Answers off by more are wrong.
inline constexpr double wrong = 0.05;

struct Answer {
  bool tried = false;   // else its grids are too large for a test
  std::string refused;  // why there is no answer; empty: there is one
  uint32_t points = 0;  // of the grids, in the end
  solve::Certificate said;
  // The true ones, the regret in the certificate's unit.
  double distance = 0, regret = 0, distance_anywhere = 0;
  // Largest difference from the reference: of a choice on the path; of a measure, payoffs in units of their range.
  double choice_error = 0, measure_error = 0;
  // Wrong by more than `wrong`, but within that of another equilibrium, which slow replies settle on.
  bool elsewhere = false;
  double seconds = 0;

  double error() const { return choice_error > measure_error ? choice_error : measure_error; }
};

struct Examined {
  CoverageGame game;
  size_t tree_nodes = 0;
  std::string tree_failed;    // why the tree has no equilibrium; empty: it has
  bool graph_failed = false;  // whether the graph of histories has none
  // Whether they left their branch, or passed points where branches meet to within rounding.
  bool tree_left = false, graph_left = false;
  // Largest difference of a choice on the path between these two, which should be one and the same equilibrium.
  double apart = 0;
  std::array<Answer, 3> answers;
};

struct ExamineLimits {
  double tree_nodes = 50'000;
  // Of the finest grids tried: fixed points times the square of the most unknowns that a node has, which is about what
  // they cost.
  double work = 300'000;
};
Examined examine(uint32_t number, const ExamineLimits& limits);

}  // namespace casus::testing

// The stationary equilibrium of a game without private types: in, the game's plan and a world; out, everybody's
// log-odds, and how they were found.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "solve/selection.h"
#include "solve/stationary/strategies.h"

namespace casus::solve {

struct StationaryAnswer {
  std::vector<double> y;
  bool followed = false;  // along the branch from precision 0 of the whole game, and not by backward induction
  uint32_t rounds = 0;    // of backward induction, before Newton's method
  double pull = 0;        // what is left of a small distance after one round more: below 1, longer horizons lead there
  uint64_t folds = 0, crossings = 0;
  bool unstable = false;  // not on the first stretch of the whole game's branch
};

struct StationaryOptions {
  Selection selection = Selection::recursive;
  double tolerance = 1e-12, caution = 1;
  const std::atomic<bool>* stop = nullptr;
};

// Unknowns up to which the whole game is solved as one system.
inline constexpr size_t most_stationary_unknowns = 1200;

// Recursive selection: what ever longer horizons tend to. Where they tend to nothing, and under global selection, the
// branch of the whole game from precision 0. None where neither leads anywhere.
std::optional<StationaryAnswer> find_stationary(Strategies& game, const StationaryOptions& options);

// From log-odds to an equilibrium nearby, if Newton's method finds one. `point`: the game's fixed point, or as much of
// it as choices are kept to.
bool polish(Strategies& game, const FixedPoint& point, std::vector<double>& y, double tolerance,
            StationaryAnswer& answer);

}  // namespace casus::solve

// Plain continuation in small steps, with nothing of the solvers' code: in, a game in which all choose
// once; out, everybody's choices on the branch of logit equilibria that begins at precision 0.
#pragma once
#include <optional>

#include "branches/tied_games.h"

namespace casus::testing {

// [player][option] one after the other; nothing where the branch is not followed to the game's precision. Steps are
// `step` long in log-odds where these are below 5, in proportion to them beyond, and shorter near singular points.
std::optional<std::vector<double>> follow_slowly(const OneShot& game, double step);

}  // namespace casus::testing

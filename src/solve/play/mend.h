// Grids mended where play goes: in, a world's choices on belief grids; out, corrections with which they are replies to
// what truly follows, and what that is worth. A coarse grid will do then: what it says badly is worked out anew, by
// exact beliefs, wherever play gets, and it is left to the grid where it does not.
#pragma once
#include <memory>
#include <vector>

#include "solve/judge/grid_judge.h"

namespace casus::solve {

struct Mended {
  std::shared_ptr<const Corrections> corrections;  // null: none were found
  Judged judged;                                   // the choices with these corrections
  std::vector<double> values;                      // of the start under these choices [actor][profile]
  size_t beliefs = 0;                              // at which choices were corrected
};

struct MendOptions {
  // Nothing more is asked for than that: what measures may be off by, likely choices, and what anybody may lose, in
  // units of the stakes.
  double accuracy = 0, distance = 0, regret = 0;
  // Whether the choices are near what they should be. Else the branch is followed up from a low precision.
  bool near = false;
  JudgeOptions judge;
  Pooling pooling;  // of play that is mended
};

// As finely as particles are joined where measures of mended choices are counted: what that costs is all that is left.
inline Pooling counted_pooling() {
  return {.few = 4, .cell = 0.125, .slight = 2.5e-7};
}
// And where they are mended. With few axes as finely, since what hardly ever is may be threatened; with more, particles
// are so many, and learn of so many, that what they lack is little.
inline Pooling mended_pooling(const game::Game& g) {
  constexpr uint32_t few_axes = 3;
  return g.axes <= few_axes ? counted_pooling() : Pooling{.few = 4, .cell = 0.25, .slight = 2.5e-5};
}

// Measures that would change by no more if everybody replied tell of choices that are near; further away Newton's
// method may lead to another equilibrium.
inline constexpr double near_effect = 0.01;
// Of one world; no type of its game may be bound.
Mended mend(const ParticlePlan& plan, const World& w, const GridField& field, const game::Start& start,
            const MendOptions& options);

}  // namespace casus::solve

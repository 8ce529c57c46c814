// How many grid points an interpolation reads.
#pragma once
#include <cstdint>

namespace casus::solve {

// Polynomials of degree five: what is believed and what a choice is worth bend sharply near even odds, and two more
// points an axis to read cost less there than half as many points again to solve.
inline constexpr uint32_t stencil_points = 6;
// On axes of fewer points, which do where learning is mild: polynomials of degree three.
inline constexpr uint32_t short_stencil = 4;
inline constexpr uint32_t stencil_of(uint32_t axis_points) {
  return axis_points < stencil_points ? short_stencil : stencil_points;
}
// The fewest points an axis is asked to have: one more, so that a coarser grid is left to compare with. From
// `usual_points` on every grid, the coarser too, has whole stencils, and worlds can be solved side by side.
inline constexpr uint32_t least_points = short_stencil + 1, usual_points = stencil_points + 1;
// On axes of so few points particles are read by polynomials of degree three: what many points more would tell of the
// places between them is lost on a coarse grid, and less than half as much is read. On finer ones it shows where
// learning is sharp.
inline constexpr uint32_t few_row_points = 4;
inline constexpr uint32_t row_points(uint32_t axis_points) {
  return axis_points <= usual_points ? few_row_points : stencil_points;
}

// And with so many axes or more, whatever their points: with all six a row is read thousands of times.
inline constexpr uint32_t many_row_axes = 4;

}  // namespace casus::solve

// How many grid points an interpolation reads.
#pragma once
#include <cstdint>

namespace casus::solve {

// Polynomials of degree five: what is believed and what a choice is worth bend sharply near even odds, and two more
// points an axis to read cost less there than half as many points again to solve.
inline constexpr uint32_t stencil_points = 6;
// Of what is read at particles, polynomials of degree three do as well, and they read less than half as much.
inline constexpr uint32_t row_points = 4;
// The fewest points an axis is asked to have: one more, so that a coarser grid is left to compare with.
inline constexpr uint32_t least_points = stencil_points + 1;

}  // namespace casus::solve

// Option values along lines of the grid: in, those at the points; out, those at any place. Include it with CASUS_ISA
// defined.
#pragma once
#include "solve/lanes/place_impl.h"

namespace casus::solve::CASUS_ISA {

// The lines of one solve: scaled option values of the mover's two types, [line][option][point][2][8]; on the smallest
// axes, once they are fitted, the polynomials' numbers in the points' place.
template <size_t n>
struct LinesOf {
  const NodeJob& job;
  const double* values;
  Lanes<n> log_odds;  // of the point
};

// Eight worlds of each line, side by side.
template <size_t n>
inline Lanes<n> beside(const double* from, size_t next_line) {
  Lanes<n> r;
  for (size_t i = 0; i < n; i += part_width)
    __builtin_memcpy(&r.p[i / part_width], from + i / lanes * next_line + i % lanes, part_width * 8);
  return r;
}

// The quadratic through three values at x[0..2]: y[0] + y[1] x + y[2] x^2 afterwards.
inline void fit_quadratic(const double (&x)[3], Lane y[3]) {
  const Lane first = (y[1] - y[0]) * Lane(1 / (x[1] - x[0])), second = (y[2] - y[1]) * Lane(1 / (x[2] - x[1]));
  y[2] = (second - first) * Lane(1 / (x[2] - x[0]));
  y[1] = first - y[2] * Lane(x[0] + x[1]);
  y[0] -= Lane(x[0]) * first - y[2] * Lane(x[0] * x[1]);
}

// On the smallest axes a stencil can begin at the first point only, or at the first and the second, so that what it
// reads is one polynomial, or two. In t, the distance from the axis's middle, these are even(t^2) + t odd(t^2) of
// degree 5, of two stencils their mean; and half of what the two differ by is bend |t| (t^2 - 1)(t^2 - 4). Puts the
// numbers even[0..2], odd[0..2] (and bend) in the place of a line's values, [point][2][8].
template <uint32_t points>
inline void fit_line(double* line) {
  constexpr bool two = points == dense_points;
  static_assert(points == stencil_points || two);
  static_assert(stencil_points == 6);
  constexpr double even_at[2][3] = {{0.25, 2.25, 6.25}, {0, 1, 4}}, odd_at[2][3] = {{0.25, 2.25, 6.25}, {1, 4, 9}};
  for (double* at = line; at < line + 2 * lanes; at += lanes) {
    auto value = [&](uint32_t i) { return Lane::load(at + size_t{2} * lanes * i); };
    Lane even[4], odd[3];
    if constexpr (two) even[0] = value(3);
    for (uint32_t k = 0; k < 3; ++k) {
      const Lane above = value(points / 2 + k + two), below = value(2 - k);
      even[k + two] = Lane(0.5) * (above + below);
      odd[k] = (above - below) * Lane(1 / (two ? 2.0 * (k + 1) : 2.0 * k + 1));
    }
    [[maybe_unused]] const Lane outer = two ? (even[3] - even[2]) * Lane(0.2) : Lane(0);
    [[maybe_unused]] const Lane inner = two ? (even[2] - even[1]) * Lane(1.0 / 3) : Lane(0);
    fit_quadratic(even_at[two], even);
    fit_quadratic(odd_at[two], odd);
    // The sixth difference of the values / 720, three times.
    if constexpr (two) (Lane(1.0 / 3) * ((outer - inner) * Lane(0.125) - even[2])).store(at + size_t{2} * lanes * 6);
    for (uint32_t k = 0; k < 3; ++k) {
      even[k].store(at + size_t{2} * lanes * k);
      odd[k].store(at + size_t{2} * lanes * (k + 3));
    }
  }
}

// Reads both types' fitted lines at a place; `slope`: its derivative by log-odds.
template <bool slopes, uint32_t points, size_t n>
inline void read_fitted(const double* line, size_t next_line, const Lanes<n>& at, const Lanes<n>& slope, Lanes<n> q[2],
                        Lanes<n> dq[2]) {
  using Numbers = Lanes<n>;
  constexpr bool two = points == dense_points;
  const Numbers t = at - Numbers(0.5 * (points - 1)), s = t * t;
  Numbers bend, bend_slope;
  if constexpr (two) {
    bend = abs(t) * ((s - Numbers(5)) * s + Numbers(4));
    if constexpr (slopes) {
      const Numbers rise = (Numbers(5) * s - Numbers(15)) * s + Numbers(4);
      bend_slope = select(t < Numbers(0), -rise, rise);
    }
  }
  for (uint32_t type = 0; type < 2; ++type) {
    auto number = [&](uint32_t k) { return beside<n>(line + (2 * k + type) * lanes, next_line); };
    const Numbers e0 = number(0), e1 = number(1), e2 = number(2), o0 = number(3), o1 = number(4), o2 = number(5);
    q[type] = ((e2 * s + e1) * s + e0) + t * ((o2 * s + o1) * s + o0);
    if constexpr (slopes) dq[type] = (t + t) * (e2 * (s + s) + e1) + ((Numbers(5) * o2 * s + Numbers(3) * o1) * s + o0);
    if constexpr (two) {
      const Numbers h = number(6);
      q[type] += h * bend;
      if constexpr (slopes) dq[type] += h * bend_slope;
    }
    if constexpr (slopes) dq[type] *= slope;
  }
}

// The same of lines of more points, world by world.
template <bool slopes, uint32_t count, size_t n>
inline void read_points(const double* line, size_t next_line, const PlaceOf<n>& at, Lanes<n> q[2], Lanes<n> dq[2]) {
  alignas(64) int64_t index[n];
  for (size_t w = 0; w < n; ++w)
    index[w] = at.first[w] * int64_t{2 * lanes} + static_cast<int64_t>(w / lanes * next_line + w % lanes);
  for (uint32_t t = 0; t < 2; ++t) {
    q[t] = dq[t] = Lanes<n>(0);
    for (uint32_t k = 0; k < count; ++k) {
      const Lanes<n> x = gather<n>(line + (2 * k + t) * lanes, index);
      q[t] += at.weight[k] * x;
      if constexpr (slopes) dq[t] += at.slope[k] * x;
    }
  }
}

}  // namespace casus::solve::CASUS_ISA

// Places on an axis for eight worlds: in, log-odds; out, the stencil of each. Include it with CASUS_ISA defined.
#pragma once
#include "kernel/lane.h"
#include "solve/lanes/kernel.h"

namespace casus::solve::CASUS_ISA {

using namespace casus::kernel::CASUS_ISA;  // NOLINT: the same instruction set's arithmetic

typedef double Channel __attribute__((vector_size(32), aligned(32)));

inline Channel spread(double x) {
  return Channel{x, x, x, x};
}

// Rows of channels are taken eight at a time where the processor has such vectors, the rest four at a time.
#if defined(__AVX512F__)
typedef double WideChannel __attribute__((vector_size(64)));
inline WideChannel twice(const Channel& x) {
  return __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7);
}
inline constexpr uint32_t wide_channels = 8;
#else
typedef Channel WideChannel;
inline Channel twice(const Channel& x) {
  return x;
}
inline constexpr uint32_t wide_channels = 4;
#endif
template <class Vector>
inline Vector read(const double* row, uint32_t channel) {
  Vector x;
  __builtin_memcpy(&x, row + channel, sizeof x);
  return x;
}
template <class Vector>
inline void write(double* row, uint32_t channel, const Vector& x) {
  __builtin_memcpy(row + channel, &x, sizeof x);
}
template <class Vector>
inline void add(double* row, uint32_t channel, const Vector& x) {
  write<Vector>(row, channel, read<Vector>(row, channel) + x);
}
// Calls `use(a vector, first channel)` for all vectors of a row of `channels`, a multiple of 4; the vector only names
// the type.
template <class Use>
inline void each_vector(uint32_t channels, Use use) {
  uint32_t first = 0;
  for (; first + wide_channels <= channels; first += wide_channels) use(WideChannel{}, first);
  if constexpr (wide_channels > 4)
    if (first < channels) use(Channel{}, first);
}
// Probability of a row's channels, from that of its first four or eight.
template <class Vector>
inline Vector spread_to(const Channel& x) {
  if constexpr (sizeof(Vector) > sizeof(Channel))
    return twice(x);
  else
    return x;
}

// Position on an axis: first point of the stencil, weights and (where asked) their derivatives in log-odds.
// Beyond the ends the value at the end is taken.
template <size_t n, uint32_t count = stencil_points>
struct PlaceOf {
  alignas(64) int64_t first[n];
  Lanes<n> weight[count];
  Lanes<n> slope[count];
};
using Place = PlaceOf<lanes>;

// Lagrange polynomials of the points 0, 1, 2, ... in x, the distance from their middle. That of point k and that of its
// mirror image are E(x^2) +- x O(x^2), so that both cost little more than one.
template <uint32_t count>
struct LagrangePair {
  static constexpr uint32_t half = count / 2;
  static_assert(count % 2 == 0);
  double even[half] = {}, odd[half] = {};  // coefficients of powers of x^2

  constexpr LagrangePair(uint32_t k) {
    double c[count + 1] = {1};  // of powers of x
    double scale = 1;
    for (uint32_t j = 0; j < count; ++j) {
      if (j == k) continue;
      const double root = j - 0.5 * (count - 1);
      for (uint32_t i = count; i > 0; --i) c[i] = c[i - 1] - root * c[i];
      c[0] *= -root;
      scale *= static_cast<double>(k) - static_cast<double>(j);
    }
    for (uint32_t i = 0; i < half; ++i) {
      even[i] = c[2 * i] / scale;
      odd[i] = c[2 * i + 1] / scale;
    }
  }
};

template <uint32_t count>
inline constexpr LagrangePair<count> lagrange[] = {0, 1, 2};
template <>
inline constexpr LagrangePair<4> lagrange<4>[] = {0, 1};
static_assert(sizeof lagrange<stencil_points> ==
              LagrangePair<stencil_points>::half * sizeof(LagrangePair<stencil_points>));

// Where log-odds stand on an axis, in points from its first; beyond an end they stand there. `slope`, where asked: the
// derivative by log-odds.
template <bool slopes, size_t n>
inline Lanes<n> locate(const AxisView& axis, const Lanes<n>& log_odds, Lanes<n>& slope) {
  Lanes<n> of_asinh;
  const Lanes<n> at = (asinh(log_odds * Lanes<n>(axis.inverse_scale), of_asinh) - Lanes<n>::repeat(axis.low)) *
                      Lanes<n>::repeat(axis.inverse_step);
  const Lanes<n> last(static_cast<double>(axis.points - 1));
  if constexpr (slopes)
    slope = select((at > Lanes<n>(0)) & (at < last),
                   Lanes<n>::repeat(axis.inverse_step) * Lanes<n>(axis.inverse_scale) * of_asinh, Lanes<n>(0));
  return max(min(at, last), Lanes<n>(0));
}

// The stencil there; `slope` as locate leaves it.
template <bool slopes, size_t n, uint32_t count>
inline void weigh_points(const AxisView& axis, const Lanes<n>& at, const Lanes<n>& slope, PlaceOf<n, count>& out) {
  const Lanes<n> last(static_cast<double>(axis.points - 1));
  constexpr uint32_t points_before = (count - 1) / 2;
  constexpr double before = points_before;
  const Lanes<n> first = max(min(floor(at) - Lanes<n>(before), last - Lanes<n>(count - 1)), Lanes<n>(0));
  store_integers(first, out.first);
  const Lanes<n> x = at - first - Lanes<n>(0.5 * (count - 1)), square = x * x;
  [[maybe_unused]] const Lanes<n> x_by = slopes ? x * slope : x;
  constexpr uint32_t half = LagrangePair<count>::half;
  _Pragma("GCC unroll 8") for (uint32_t k = 0; k < half; ++k) {
    const LagrangePair<count>& of = lagrange<count>[k];
    const uint32_t mirror = count - 1 - k;
    Lanes<n> even(of.even[half - 1]), odd(of.odd[half - 1]);
    for (uint32_t i = half - 1; i-- > 0;) {
      even = even * square + Lanes<n>(of.even[i]);
      odd = odd * square + Lanes<n>(of.odd[i]);
    }
    out.weight[k] = even + x * odd;
    out.weight[mirror] = even - x * odd;
    if constexpr (slopes) {
      Lanes<n> of_even(2 * (half - 1) * of.even[half - 1]), of_odd((2 * half - 1) * of.odd[half - 1]);
      for (uint32_t i = half - 1; i-- > 1;) of_even = of_even * square + Lanes<n>(2 * i * of.even[i]);
      for (uint32_t i = half - 1; i-- > 0;) of_odd = of_odd * square + Lanes<n>((2 * i + 1) * of.odd[i]);
      of_odd *= slope;
      out.slope[k] = of_even * x_by + of_odd;
      out.slope[mirror] = of_even * x_by - of_odd;
    }
  }
}

// The same where a stencil may be a short one: its weights are the first.
template <bool slopes, size_t n>
inline void weigh_axis(const AxisView& axis, const Lanes<n>& at, const Lanes<n>& slope, PlaceOf<n>& out) {
  if (axis.points >= stencil_points) return weigh_points<slopes>(axis, at, slope, out);
  PlaceOf<n, short_stencil> few;
  weigh_points<slopes>(axis, at, slope, few);
  __builtin_memcpy(out.first, few.first, sizeof few.first);
  for (uint32_t k = 0; k < short_stencil; ++k) {
    out.weight[k] = few.weight[k];
    if constexpr (slopes) out.slope[k] = few.slope[k];
  }
}

template <size_t n, uint32_t count>
inline void place(const AxisView& axis, const Lanes<n>& log_odds, PlaceOf<n, count>& out) {
  Lanes<n> slope;
  const Lanes<n> at = locate<false>(axis, log_odds, slope);
  weigh_points<false>(axis, at, slope, out);
}

// Which of four profiles, from the one numbered `profile` on, have the mover's (informer's) second type. Read it once:
// the compiler cannot know that nothing written in between is the pattern.
typedef int64_t ChannelMask __attribute__((vector_size(32)));
inline ChannelMask second_types(const NodeJob& j, uint32_t profile) {
  return read<Channel>(j.type_pattern, profile) > 0.5;
}
// What is said of either type, by profile.
inline Channel by_type(const ChannelMask& second, double of_first, double of_second) {
  return second ? spread(of_second) : spread(of_first);
}

template <uint32_t count>
inline void stencils(const AxisView& axis, const double* log_odds, uint32_t* first, double* weight) {
  PlaceOf<lanes, count> at;
  place(axis, Lane::load(log_odds), at);
  for (size_t w = 0; w < lanes; ++w) first[w] = static_cast<uint32_t>(at.first[w]);
  for (size_t k = 0; k < count; ++k) at.weight[k].store(weight + k * lanes);
}

}  // namespace casus::solve::CASUS_ISA

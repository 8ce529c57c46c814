// Places on an axis for eight worlds: in, log-odds; out, the stencil of each. Include it with CASUS_ISA defined.
#pragma once
#include "kernel/lane.h"
#include "solve/batch_kernel.h"

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
// Calls `use(a vector, first channel)` for all vectors of a row between two channels, multiples of 4; the vector only
// names the type.
template <class Use>
inline void each_vector(uint32_t first, uint32_t last, Use use) {
  for (; first + wide_channels <= last; first += wide_channels) use(WideChannel{}, first);
  if constexpr (wide_channels > 4)
    if (first < last) use(Channel{}, first);
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
template <size_t n>
struct PlaceOf {
  alignas(64) int64_t first[n];
  Lanes<n> weight[stencil_points];
  Lanes<n> slope[stencil_points];
};
using Place = PlaceOf<lanes>;

// 1 over the product of k - j over all other points j.
struct LagrangeScale {
  double value[stencil_points] = {};
  constexpr LagrangeScale() {
    for (int k = 0; k < static_cast<int>(stencil_points); ++k) {
      value[k] = 1;
      for (int j = 0; j < static_cast<int>(stencil_points); ++j)
        if (j != k) value[k] /= k - j;
    }
  }
  constexpr double operator[](uint32_t k) const { return value[k]; }
};
inline constexpr LagrangeScale lagrange_scale;

template <bool slopes, size_t n>
inline void place(const AxisView& axis, const Lanes<n>& log_odds, PlaceOf<n>& out) {
  Lanes<n> slope;
  const Lanes<n> at = (asinh(log_odds * Lanes<n>(axis.inverse_scale), slope) - Lanes<n>::repeat(axis.low)) *
                      Lanes<n>::repeat(axis.inverse_step);
  const Lanes<n> last(static_cast<double>(axis.points - 1));
  const Lanes<n> inside = max(min(at, last), Lanes<n>(0));
  constexpr double before = (stencil_points - 1) / 2;
  const Lanes<n> first = max(min(floor(inside) - Lanes<n>(before), last - Lanes<n>(stencil_points - 1)), Lanes<n>(0));
  store_integers(first, out.first);
  // Lagrange polynomials at 0, 1, 2, ...: products of the distances to the points before and to those after.
  Lanes<n> from[stencil_points], product(1), derivative(0);
  for (uint32_t k = 0; k < stencil_points; ++k) {
    from[k] = inside - first - Lanes<n>(k);
    out.weight[k] = product;
    if constexpr (slopes) {
      out.slope[k] = derivative;
      derivative = derivative * from[k] + product;
    }
    product *= from[k];
  }
  product = Lanes<n>(1);
  derivative = Lanes<n>(0);
  [[maybe_unused]] Lanes<n> by(0);
  if constexpr (slopes)
    by = select((at > Lanes<n>(0)) & (at < last),
                Lanes<n>::repeat(axis.inverse_step) * Lanes<n>(axis.inverse_scale) * slope, Lanes<n>(0));
  for (uint32_t k = stencil_points; k-- > 0;) {
    const Lanes<n> scale(lagrange_scale[k]);
    if constexpr (slopes) {
      out.slope[k] = (out.slope[k] * product + out.weight[k] * derivative) * scale * by;
      derivative = derivative * from[k] + product;
    }
    out.weight[k] *= product * scale;
    product *= from[k];
  }
}

// Probability by profile from probabilities by type; returns how many vectors the pattern takes.
inline uint32_t by_profile(const NodeJob& j, double first, double second, Channel* out) {
  const uint32_t patterns = j.pattern > 4 ? j.pattern / 4 : 1;
  const Channel* second_type = reinterpret_cast<const Channel*>(j.type_pattern);
  for (uint32_t k = 0; k < patterns; ++k) out[k] = spread(first) + second_type[k] * spread(second - first);
  return patterns;
}

inline void stencils(const AxisView& axis, const double* log_odds, uint32_t* first, double* weight) {
  Place at;
  place<false>(axis, Lane::load(log_odds), at);
  for (size_t w = 0; w < lanes; ++w) first[w] = static_cast<uint32_t>(at.first[w]);
  for (size_t k = 0; k < stencil_points; ++k) at.weight[k].store(weight + k * lanes);
}

inline void exponentials(const double* x, double* out) {
  exp(Lane::load(x)).store(out);
}

}  // namespace casus::solve::CASUS_ISA

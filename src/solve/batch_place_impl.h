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

// Position on an axis: first point of the stencil, weights and (where asked) their derivatives in log-odds.
// Beyond the ends the value at the end is taken.
struct Place {
  alignas(64) double first[lanes];
  Lane weight[stencil_points];
  Lane slope[stencil_points];
};

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

template <bool slopes>
inline void place(const AxisView& axis, const Lane& log_odds, Place& out) {
  const Lane x = log_odds * Lane(axis.inverse_scale);
  const Lane at = (asinh(x) - Lane::load(axis.low)) * Lane::load(axis.inverse_step);
  const Lane last(static_cast<double>(axis.points - 1));
  const Lane inside = max(min(at, last), Lane(0));
  constexpr double before = (stencil_points - 1) / 2;
  const Lane first = max(min(floor(inside) - Lane(before), last - Lane(stencil_points - 1)), Lane(0));
  first.store(out.first);
  // Lagrange polynomials at 0, 1, 2, ...: products of the distances to the points before and to those after.
  Lane from[stencil_points], product(1), derivative(0);
  for (uint32_t k = 0; k < stencil_points; ++k) {
    from[k] = inside - first - Lane(k);
    out.weight[k] = product;
    if constexpr (slopes) {
      out.slope[k] = derivative;
      derivative = derivative * from[k] + product;
    }
    product *= from[k];
  }
  product = Lane(1);
  derivative = Lane(0);
  [[maybe_unused]] Lane by(0);
  if constexpr (slopes)
    by = select((at > Lane(0)) & (at < last),
                Lane::load(axis.inverse_step) * Lane(axis.inverse_scale) / sqrt(Lane(1) + x * x), Lane(0));
  for (uint32_t k = stencil_points; k-- > 0;) {
    const Lane scale(lagrange_scale[k]);
    if constexpr (slopes) {
      out.slope[k] = (out.slope[k] * product + out.weight[k] * derivative) * scale * by;
      derivative = derivative * from[k] + product;
    }
    out.weight[k] *= product * scale;
    product *= from[k];
  }
}

// Probability by profile from probabilities by type.
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

}  // namespace casus::solve::CASUS_ISA

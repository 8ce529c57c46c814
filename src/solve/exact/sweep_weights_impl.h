// What profiles of types weigh in the eyes of whoever chooses, for the kernels of sweep.h. Include it as
// sweep_parts_impl.h says.
#pragma once
#include "solve/exact/sweep_eliminate_impl.h"

namespace casus::solve::CASUS_SWEEP_NAMESPACE {

// What types weigh at a history: w.type_weight, or their logarithms where types tell of each other.
inline void find_weights(const SweepJob& j, const SweepNode& n, const double* belief, Work& w) {
  const SweepGame& g = j.game;
  for (uint32_t k = 0; k < g.informed; ++k)
    for (uint32_t t = 0; t < g.types[k]; ++t) w.type_weight[g.type_at[k] + t] = at(j.worlds.prior, g.type_at[k] + t);
  // The axes of one actor stand side by side.
  for (uint32_t a = 0; a < n.axes;) {
    const uint32_t k = g.axis_informed[g.axis[n.first_axis + a]], types = g.types[k];
    L* to = w.type_weight + g.type_at[k];
    L top(0);
    for (uint32_t t = 1; t < types; ++t) top = max(top, at(belief, a + t - 1));
    L sum = to[0] = exp(-top);
    for (uint32_t t = 1; t < types; ++t) sum += to[t] = exp(at(belief, a + t - 1) - top);
    const L by = L(1) / sum;
    for (uint32_t t = 0; t < types; ++t) to[t] *= by;
    a += types - 1;
  }
}

inline void find_log_weights(const SweepJob& j, const SweepNode& n, const double* belief, Work& w) {
  const SweepGame& g = j.game;
  for (uint32_t k = 0; k < g.informed; ++k)
    for (uint32_t t = 0; t < g.types[k]; ++t)
      w.log_weight[g.type_at[k] + t] = log(at(j.worlds.prior, g.type_at[k] + t));
  for (uint32_t a = 0; a < n.axes; ++a) {
    const uint32_t axis = g.axis[n.first_axis + a], first = g.type_at[g.axis_informed[axis]];
    w.log_weight[first] = L(0);
    w.log_weight[first + g.axis_type[axis]] = at(belief, a);
  }
}

// What the others' types weigh where they tell of each other: w.weight, and into w.given [own type][axis] what the
// axis' type weighs.
inline void weigh_together(const SweepJob& j, const SweepNode& n, const SweepMover& mover, bool derived, Work& w) {
  const SweepGame& g = j.game;
  const uint32_t own_types = mover.types;
  const auto own = [&](uint32_t p) { return mover.informed == none ? 0 : g.type_of[mover.informed * g.profiles + p]; };
  L *top = w.given + own_types * n.axes, *sum = top + own_types;
  for (uint32_t t = 0; t < own_types; ++t) {
    top[t] = L(-1e300);
    sum[t] = L(0);
  }
  for (uint32_t p = 0; p < g.profiles; ++p) {
    L x = at(j.worlds.together, p);
    for (uint32_t k = 0; k < g.informed; ++k)
      if (k != mover.informed) x += w.log_weight[g.type_at[k] + g.type_of[k * g.profiles + p]];
    w.weight[p] = x;
    top[own(p)] = max(top[own(p)], x);
  }
  for (uint32_t p = 0; p < g.profiles; ++p) sum[own(p)] += w.weight[p] = exp(w.weight[p] - top[own(p)]);
  for (uint32_t i = 0; i < own_types * n.axes; ++i) w.given[i] = L(0);
  for (uint32_t p = 0; p < g.profiles; ++p) {
    w.weight[p] = w.weight[p] / sum[own(p)];
    for (uint32_t a = 0; derived && a < n.axes; ++a) {
      const uint32_t axis = g.axis[n.first_axis + a];
      if (g.type_of[g.axis_informed[axis] * g.profiles + p] == g.axis_type[axis])
        w.given[own(p) * n.axes + a] += w.weight[p];
    }
  }
}

}  // namespace casus::solve::CASUS_SWEEP_NAMESPACE

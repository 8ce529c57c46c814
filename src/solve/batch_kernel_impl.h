// The kernels of batch_kernel.h in the vectors of one instruction set. Include it with CASUS_ISA defined.
#pragma once
#include "solve/batch_mass_impl.h"
#include "solve/batch_newton_impl.h"

namespace casus::solve::CASUS_ISA {

// lambda Q of each own type at one point of a successor: the belief-weighted mean over the others' types.
inline void own_values(const NodeJob& j, const double* weight, const EdgeView& e, size_t child_point, Lane q[2]) {
  q[0] = q[1] = Lane(0);
  alignas(64) int64_t of_child[lanes], of_pay[lanes];
  for (size_t w = 0; w < lanes; ++w) {
    of_child[w] = static_cast<int64_t>(w * e.channels);
    of_pay[w] = static_cast<int64_t>(w * j.pay_stride);
  }
  const double* from = e.child + child_point * lanes * e.channels + j.own_channel;
  const bool kept = j.own_channel < e.channels;
  for (uint32_t p = 0; p < j.profiles; ++p) {
    Lane x(0);
    if (kept) x = gather<lanes>(from + p, of_child);
    if (e.pay) x += gather<lanes>(e.pay + j.own_channel + p, of_pay);
    q[j.own_type[p]] += Lane::load(weight + p * lanes) * x;
  }
  const Lane lambda = Lane::load(j.lambda);
  q[0] *= lambda;
  q[1] *= lambda;
}

// A world's place on the moved axis: the first point and weights eight (or sixteen) doubles apart.
struct OnePlace {
  size_t first = 0;
  const double* weight = nullptr;  // null: no axis is moved
  size_t stride = 0;
};

template <bool first>
inline void add_edge(const NodeJob& j, const EdgeView& e, size_t w, const Channel* probability, uint32_t patterns,
                     const OnePlace& at, size_t base, double* out) {
  const double* pay = e.pay ? e.pay + w * j.pay_stride : nullptr;
  const bool moved = at.weight != nullptr;
  const size_t point = base + at.first * e.stride;
  const double* child = e.child + (point * lanes + w) * e.channels;
  const size_t step = size_t{e.stride} * lanes * e.channels;
  Channel weight[stencil_points];
  WideChannel wide_weight[stencil_points];
  if (moved)
    for (uint32_t p = 0; p < stencil_points; ++p) {
      weight[p] = spread(at.weight[p * at.stride]);
      wide_weight[p] = spread_to<WideChannel>(weight[p]);
    }
  if (patterns == 1) {
    const WideChannel wide = spread_to<WideChannel>(probability[0]);
    uint32_t c = 0;
    // Vectors that the successor keeps in full, then the rest of the node's, four channels at a time.
    for (; c + wide_channels <= e.channels; c += wide_channels)
      add_vector<first, WideChannel>(e, moved ? wide_weight : nullptr, child, step, pay, c, wide, out);
    for (; c < j.channels; c += 4)
      add_vector<first, Channel>(e, moved ? weight : nullptr, child, step, pay, c, probability[0], out);
  } else {
    for (uint32_t c = 0, k = 0; c < j.channels; c += 4, k = k + 1 == patterns ? 0 : k + 1)
      add_vector<first, Channel>(e, moved ? weight : nullptr, child, step, pay, c, probability[k], out);
  }
}

// `worlds`: where the eight worlds of this point stand among the lanes of the choice.
template <size_t n>
inline void add_edges(const NodeJob& j, uint32_t point, const Lanes<n> (*probability)[most_fast_options],
                      const PlaceOf<n>* at, size_t worlds) {
  Channel share[1024];
  double* out = j.out + size_t{point} * lanes * j.channels;
  for (size_t w = 0; w < lanes; ++w, out += j.channels)
    for (uint32_t o = 0; o < j.edges; ++o) {
      const size_t k = worlds + w;
      const uint32_t patterns = by_profile(j, probability[0][o][k], probability[j.types - 1][o][k], share);
      OnePlace place;
      if (at && j.edge[o].stride)
        place = {static_cast<size_t>(at[o].first[k]), reinterpret_cast<const double*>(at[o].weight) + k, n};
      if (o == 0)
        add_edge<true>(j, j.edge[o], w, share, patterns, place, j.edge[o].base[point], out);
      else
        add_edge<false>(j, j.edge[o], w, share, patterns, place, j.edge[o].base[point], out);
    }
}

template <size_t n>
inline void keep_choice(const NodeJob& j, uint32_t point, const Choice<n>& c, size_t worlds) {
  double* to = j.choice + size_t{point} * j.edges * 3 * lanes;
  auto part = [&](const Lanes<n>& from, double* out) {
    __builtin_memcpy(out, reinterpret_cast<const double*>(&from) + worlds, lanes * sizeof(double));
  };
  for (uint32_t o = 0; o < j.edges; ++o) {
    part(c.sigma[0][o], to + (o * 3) * lanes);
    part(c.sigma[j.types - 1][o], to + (o * 3 + 1) * lanes);
    part(j.types == 2 ? c.log_sigma[1][o] - c.log_sigma[0][o] : Lanes<n>(0), to + (o * 3 + 2) * lanes);
  }
}

// A choice that leaves no posterior anybody reads: its values do not depend on itself.
inline void plain_move(const NodeJob& j) {
  Choice<lanes> c;
  for (uint32_t point = 0; point < j.points; ++point) {
    for (uint32_t o = 0; o < j.edges; ++o) {
      Lane q[2];
      own_values(j, j.weight + size_t{point} * j.profiles * lanes, j.edge[o], j.edge[o].base[point], q);
      c.q[0][o] = q[0];
      c.q[1][o] = q[1];
    }
    for (uint32_t t = 0; t < j.types; ++t) soft_max(c.q[t], j.edges, c.sigma[t], c.log_sigma[t]);
    keep_choice(j, point, c, 0);
    add_edges<lanes>(j, point, c.sigma, nullptr, 0);
  }
}

// What stays from one group of lines to the next: the choice at the first point.
struct LineStart {
  Lane z[most_fast_options];
  bool begun = false;
};

// Solves `count` lines of the mover's own axis, each beginning at a point of its own, side by side.
template <uint32_t count>
inline void coupled_lines(const NodeJob& j, const uint32_t* heads, LineStart& start, Rescue rescue, void* context,
                          MoveStatistics& statistics) {
  constexpr size_t n = count * lanes;
  const uint32_t points = j.axis.points;
  const size_t line = size_t{points} * 2 * lanes;
  Choice<n> c;
  for (uint32_t k = 0; k < count; ++k)
    for (uint32_t o = 0; o < j.edges; ++o) {
      const EdgeView& e = j.edge[o];
      double* to = j.scratch + (k * j.edges + o) * line;
      for (uint32_t i = 0; i < (e.stride ? points : 1); ++i, to += 2 * lanes) {
        Lane q[2];
        own_values(j, j.weight + size_t{heads[k]} * j.profiles * lanes, e, e.base[heads[k]] + size_t{i} * e.stride, q);
        q[0].store(to);
        q[1].store(to + lanes);
      }
    }
  for (uint32_t o = 0; o < j.edges; ++o) c.z[o] = Lanes<n>::repeat(reinterpret_cast<const double*>(&start.z[o]));
  const Lanes<n> lambda = max(Lanes<n>::repeat(j.lambda), Lanes<n>(1e-300));
  Lanes<n> worst(0);
  for (uint32_t i = 0; i < points; ++i) {
    const LinesOf<n> lines{j, j.scratch, Lanes<n>::repeat(j.axis.log_odds + i * lanes)};
    const MaskOf<n> all = lambda == lambda;
    // The first point of the node follows its branch up in quarters of the precision; where Newton fails from the
    // neighbouring point, in eighths.
    MaskOf<n> failed = start.begun ? newton(lines, 1, all, c, statistics.iterations)
                                   : climb(lines, 4, false, all, c, statistics.iterations);
    if (any(failed)) {
      const MaskOf<n> tried = failed;
      failed = climb(lines, 8, true, tried, c, statistics.iterations);
      for (size_t k = 0; k < n; ++k) statistics.traced[k % lanes] += get(tried, k) && !get(failed, k);
    }
    if (any(failed)) {
      alignas(64) double z[count][most_fast_options * lanes];
      for (uint32_t k = 0; k < count; ++k) {
        uint32_t worlds = 0;
        for (size_t w = 0; w < lanes; ++w) worlds |= static_cast<uint32_t>(get(failed, k * lanes + w)) << w;
        for (uint32_t o = 0; o < j.edges; ++o)
          __builtin_memcpy(z[k] + o * lanes, reinterpret_cast<double*>(&c.z[o]) + k * lanes, lanes * sizeof(double));
        if (worlds) rescue(context, heads[k] + i * j.own_stride, worlds, z[k]);
        for (uint32_t o = 0; o < j.edges; ++o)
          __builtin_memcpy(reinterpret_cast<double*>(&c.z[o]) + k * lanes, z[k] + o * lanes, lanes * sizeof(double));
      }
      read_options<false>(lines, c);
      for (size_t t = 0; t < 2; ++t) soft_max(c.q[t], j.edges, c.sigma[t], c.log_sigma[t]);
    }
    Lanes<n> residual(0);
    for (uint32_t o = 0; o < j.edges; ++o) {
      const Lanes<n> z = c.log_sigma[1][o] - c.log_sigma[0][o];
      residual = max(abs(c.z[o] - z), residual);
      c.z[o] = z;
    }
    worst = max(residual / lambda, worst);
    if (i == 0)
      for (uint32_t o = 0; o < j.edges; ++o)
        __builtin_memcpy(&start.z[o], reinterpret_cast<double*>(&c.z[o]) + (n - lanes), sizeof start.z[o]);
    start.begun = true;
    for (uint32_t k = 0; k < count; ++k) {
      keep_choice(j, heads[k] + i * j.own_stride, c, k * lanes);
      add_edges<n>(j, heads[k] + i * j.own_stride, c.sigma, c.at, k * lanes);
    }
  }
  for (size_t k = 0; k < n; ++k)
    if (worst[k] > statistics.residual[k % lanes]) statistics.residual[k % lanes] = worst[k];
}

inline void coupled_move(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  LineStart start;
  for (uint32_t o = 0; o < j.edges; ++o) start.z[o] = Lane(0);
  uint32_t heads[lines_together], waiting = 0;
  for (uint32_t head = 0; head < j.points; ++head) {
    if (head / j.own_stride % j.axis.points != 0) continue;
    heads[waiting++] = head;
    if (waiting < lines_together) continue;
    coupled_lines<lines_together>(j, heads, start, rescue, context, statistics);
    waiting = 0;
  }
  for (uint32_t k = 0; k < waiting; ++k) coupled_lines<1>(j, heads + k, start, rescue, context, statistics);
}

inline void move(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  if (j.coupled)
    coupled_move(j, rescue, context, statistics);
  else
    plain_move(j);
}

inline void chance(const NodeJob& j) {
  Lane odds[2][most_fast_options];
  Place at[most_fast_options];
  for (uint32_t o = 0; o < j.edges; ++o)
    for (uint32_t t = 0; t < 2; ++t) odds[t][o] = Lane::load(j.edge[o].odds + (t < j.types ? t : 0) * lanes);
  for (uint32_t point = 0; point < j.points; ++point) {
    if (j.coupled) {
      const Lane here = Lane::load(j.axis.log_odds + point / j.own_stride % j.axis.points * lanes);
      for (uint32_t o = 0; o < j.edges; ++o)
        if (j.edge[o].stride) place<false>(j.axis, here + Lane::load(j.edge[o].shift), at[o]);
    }
    add_edges<lanes>(j, point, odds, j.coupled ? at : nullptr, 0);
  }
}

}  // namespace casus::solve::CASUS_ISA

namespace casus::solve {
#define CASUS_NAME_(x) #x
#define CASUS_NAME(x) CASUS_NAME_(x)
#define CASUS_TABLE_(x) kernels_##x
#define CASUS_TABLE(x) CASUS_TABLE_(x)
extern const Kernels CASUS_TABLE(CASUS_ISA);
const Kernels CASUS_TABLE(CASUS_ISA) = {CASUS_NAME(CASUS_ISA), CASUS_ISA::move,        CASUS_ISA::chance,
                                        CASUS_ISA::settle,     CASUS_ISA::move_mass,   CASUS_ISA::settle_mass,
                                        CASUS_ISA::stencils,   CASUS_ISA::exponentials};
}  // namespace casus::solve

// The kernels of lanes/kernel.h in the vectors of one instruction set. Include it with CASUS_ISA defined.
#pragma once
#include <cassert>

#include "solve/lanes/newton_impl.h"
#include "solve/lanes/particle_impl.h"
#include "solve/lanes/rows_impl.h"
#include "solve/lanes/settle_impl.h"

namespace casus::solve::CASUS_ISA {

// A channel of each of four profiles, worlds side by side: row w is `row` doubles after the one before.
inline void four_profiles(const double* from, size_t row, Lane x[4]) {
#if defined(__AVX512F__)
  Part r[4];
  for (size_t w = 0; w < 4; ++w) {
    const auto low = read<Channel>(from + w * row, 0), high = read<Channel>(from + (w + 4) * row, 0);
    r[w] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
  }
  const Part a = __builtin_shufflevector(r[0], r[1], 0, 8, 2, 10, 4, 12, 6, 14);
  const Part b = __builtin_shufflevector(r[0], r[1], 1, 9, 3, 11, 5, 13, 7, 15);
  const Part c = __builtin_shufflevector(r[2], r[3], 0, 8, 2, 10, 4, 12, 6, 14);
  const Part d = __builtin_shufflevector(r[2], r[3], 1, 9, 3, 11, 5, 13, 7, 15);
  x[0].p[0] = __builtin_shufflevector(a, c, 0, 1, 8, 9, 4, 5, 12, 13);
  x[1].p[0] = __builtin_shufflevector(b, d, 0, 1, 8, 9, 4, 5, 12, 13);
  x[2].p[0] = __builtin_shufflevector(a, c, 2, 3, 10, 11, 6, 7, 14, 15);
  x[3].p[0] = __builtin_shufflevector(b, d, 2, 3, 10, 11, 6, 7, 14, 15);
#elif defined(__AVX2__)
  for (size_t i = 0; i < 2; ++i, from += 4 * row) {
    const auto r0 = read<Channel>(from, 0), r1 = read<Channel>(from + row, 0);
    const auto r2 = read<Channel>(from + 2 * row, 0), r3 = read<Channel>(from + 3 * row, 0);
    const Channel a = __builtin_shufflevector(r0, r1, 0, 4, 2, 6), b = __builtin_shufflevector(r0, r1, 1, 5, 3, 7);
    const Channel c = __builtin_shufflevector(r2, r3, 0, 4, 2, 6), d = __builtin_shufflevector(r2, r3, 1, 5, 3, 7);
    x[0].p[i] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    x[1].p[i] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    x[2].p[i] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    x[3].p[i] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
  }
#else
  alignas(64) double store[4][lanes];
  for (size_t w = 0; w < lanes; ++w)
    for (size_t p = 0; p < 4; ++p) store[p][w] = from[w * row + p];
  for (size_t p = 0; p < 4; ++p) x[p] = Lane::load(store[p]);
#endif
}

// Adds lambda x the belief-weighted mean over the others' types of the mover's own channels in a row, for each own
// type.
inline void add_own(const NodeJob& j, const double* weight, const double* from, size_t row, Lane q[2]) {
  Lane sum[2] = {Lane(0), Lane(0)};
  if (j.profiles == 4) {
    Lane x[4];
    four_profiles(from + j.own_channel, row, x);
    for (uint32_t p = 0; p < 4; ++p) sum[j.own_type[p]] += Lane::load(weight + p * lanes) * x[p];
  } else {
    alignas(64) int64_t at[lanes];
    for (size_t w = 0; w < lanes; ++w) at[w] = static_cast<int64_t>(w * row);
    for (uint32_t p = 0; p < j.profiles; ++p)
      sum[j.own_type[p]] += Lane::load(weight + p * lanes) * gather<lanes>(from + j.own_channel + p, at);
  }
  const Lane lambda = Lane::load(j.lambda);
  for (size_t t = 0; t < 2; ++t) q[t] += sum[t] * lambda;
}

// lambda x what an option pays at once, for each own type.
inline void own_pay(const NodeJob& j, const double* weight, const EdgeView& e, Lane q[2]) {
  q[0] = q[1] = Lane(0);
  if (e.pay) add_own(j, weight, e.pay, j.pay_stride, q);
}

// lambda Q of each own type at one point of a successor, what is paid at once left out.
inline void add_own_values(const NodeJob& j, const double* weight, const EdgeView& e, size_t child_point, Lane q[2]) {
  if (j.own_channel < e.channels) add_own(j, weight, e.child + child_point * lanes * e.channels, e.channels, q);
}

// A world's place on the moved axis: the first point and weights eight (or sixteen) doubles apart.
struct OnePlace {
  size_t first = 0;
  const double* weight = nullptr;  // null: no axis is moved
  size_t stride = 0;
};

// Adds one edge's share to the values of one world: probability x (payment + successor's value).
template <bool first, class Vector>
inline void add_vector(const EdgeView& e, const Vector* weight, const double* child, size_t step, const double* pay,
                       uint32_t c, const Vector& probability, double* out) {
  Vector x{};
  if (c < e.channels) {
    if (weight) {
      x = weight[0] * read<Vector>(child, c);
      for (uint32_t p = 1; p < stencil_points; ++p) x += weight[p] * read<Vector>(child + p * step, c);
    } else {
      x = read<Vector>(child, c);
    }
  }
  if (pay) x += read<Vector>(pay, c);
  if constexpr (first)
    write<Vector>(out, c, probability * x);
  else
    add<Vector>(out, c, probability * x);
}

template <bool first>
inline void add_edge(const NodeJob& j, const EdgeView& e, size_t w, const ChannelMask& second, double first_type,
                     double second_type, const OnePlace& at, size_t base, double* out) {
  const double* pay = e.pay ? e.pay + w * j.pay_stride : nullptr;
  const bool moved = at.weight != nullptr;
  const size_t point = base + at.first * e.stride;
  const double* child = e.child + (point * lanes + w) * e.channels;
  const size_t step = size_t{e.stride} * lanes * e.channels;
  Channel weight[stencil_points];
  WideChannel wide_weight[stencil_points];
  if (moved)
    for (uint32_t p = 0; p < stencil_points; ++p) {
      wide_weight[p] = broadcast<WideChannel>(at.weight[p * at.stride]);
      weight[p] = spread(at.weight[p * at.stride]);
    }
  if (j.pattern <= 4) {
    const Channel narrow = by_type(second, first_type, second_type);
    const WideChannel wide = spread_to<WideChannel>(narrow);
    uint32_t c = 0;
    // Vectors that the successor keeps in full, then the rest of the node's, four channels at a time.
    for (; c + wide_channels <= e.channels; c += wide_channels)
      add_vector<first, WideChannel>(e, moved ? wide_weight : nullptr, child, step, pay, c, wide, out);
    for (; c < j.channels; c += 4)
      add_vector<first, Channel>(e, moved ? weight : nullptr, child, step, pay, c, narrow, out);
  } else {
    for (uint32_t c = 0, k = 0; c < j.channels; c += 4, k = (k + 4) % j.pattern)
      add_vector<first, Channel>(e, moved ? weight : nullptr, child, step, pay, c,
                                 by_type(second_types(j, k), first_type, second_type), out);
  }
}

// `worlds`: where the eight worlds of this point stand among the lanes of the choice.
template <size_t n>
inline void add_edges(const NodeJob& j, uint32_t point, const Lanes<n> (*probability)[most_fast_options],
                      const PlaceOf<n>* at, size_t worlds) {
  const ChannelMask second = second_types(j, 0);
  double* out = j.out + size_t{point} * lanes * j.channels;
  for (size_t w = 0; w < lanes; ++w, out += j.channels)
    for (uint32_t o = 0; o < j.edges; ++o) {
      const size_t k = worlds + w;
      const double first_type = probability[0][o][k], second_type = probability[j.types - 1][o][k];
      OnePlace place;
      if (at && j.edge[o].stride)
        place = {static_cast<size_t>(at[o].first[k]), reinterpret_cast<const double*>(at[o].weight) + k, n};
      if (o == 0)
        add_edge<true>(j, j.edge[o], w, second, first_type, second_type, place, j.edge[o].base[point], out);
      else
        add_edge<false>(j, j.edge[o], w, second, first_type, second_type, place, j.edge[o].base[point], out);
    }
}

template <size_t n>
inline void keep_choice(const NodeJob& j, uint32_t point, const Choice<n>& c, size_t worlds) {
  double* to = j.choice + size_t{point} * lanes * j.choice_width;
  for (uint32_t t = 0; t < j.types; ++t)
    for (uint32_t o = 0; o < j.edges; ++o, ++to)
      for (size_t w = 0; w < lanes; ++w) to[w * j.choice_width] = c.q[t][o][worlds + w];
}

template <uint32_t n>
struct Count {
  static constexpr uint32_t value = n;
};

// Calls `use` with as many things at once as are waiting, up to `most`.
template <uint32_t most, class Use>
inline void at_once(uint32_t waiting, Use use) {
  if (waiting == most) return use(Count<most>{});
  if constexpr (most > 1) at_once<most - 1>(waiting, use);
}

// Choices at `count` points from `point` on that leave no posterior anybody reads: values do not depend on themselves.
template <uint32_t count>
inline void plain_points(const NodeJob& j, uint32_t point) {
  constexpr size_t n = count * lanes;
  Choice<n> c;
  c.q[0][0] = c.q[1][0] = Lanes<n>(0);  // the compiler cannot know that there is an option
  for (uint32_t o = 0; o < j.edges; ++o)
    for (uint32_t k = 0; k < count; ++k) {
      Lane q[2];
      const double* weight = j.weight + size_t{point + k} * j.profiles * lanes;
      own_pay(j, weight, j.edge[o], q);
      add_own_values(j, weight, j.edge[o], j.edge[o].base[point + k], q);
      for (size_t t = 0; t < 2; ++t)
        for (size_t i = 0; i < lanes / part_width; ++i) c.q[t][o].p[k * (lanes / part_width) + i] = q[t].p[i];
    }
  reply(c, j.edges, j.types);
  for (uint32_t k = 0; k < count; ++k) {
    keep_choice(j, point + k, c, k * lanes);
    add_edges<n>(j, point + k, c.sigma, nullptr, k * lanes);
  }
}

inline void plain_move(const NodeJob& j) {
  for (uint32_t point = 0; point < j.points;) {
    const uint32_t left = j.points - point, waiting = left < lines_together ? left : lines_together;
    at_once<lines_together>(waiting, [&](auto count) { plain_points<decltype(count)::value>(j, point); });
    point += waiting;
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
      const double* weight = j.weight + size_t{heads[k]} * j.profiles * lanes;
      Lane pay[2];
      own_pay(j, weight, e, pay);
      for (uint32_t i = 0; i < (e.stride ? points : 1); ++i, to += 2 * lanes) {
        Lane q[2] = {pay[0], pay[1]};
        add_own_values(j, weight, e, e.base[heads[k]] + size_t{i} * e.stride, q);
        q[0].store(to);
        q[1].store(to + lanes);
      }
      if (!e.stride) continue;
      if (points == stencil_points) fit_line<stencil_points>(to - line);
      if (points == dense_points) fit_line<dense_points>(to - line);
    }
  for (uint32_t o = 0; o < j.edges; ++o) c.z[o] = Lanes<n>::repeat(reinterpret_cast<const double*>(&start.z[o]));
  const Lanes<n> lambda = max(Lanes<n>::repeat(j.lambda), Lanes<n>(1e-300));
  Lanes<n> worst(0);
  for (uint32_t i = 0; i < j.own_points; ++i) {
    const LinesOf<n> lines{j, j.scratch, Lanes<n>::repeat(j.own_log_odds + i * lanes)};
    const MaskOf<n> all = lambda == lambda;
    // The first point of the node follows its branch up in quarters of the precision; where Newton fails from the
    // neighbouring point, in eighths.
    MaskOf<n> failed = start.begun ? newton<false>(lines, 1, all, c, statistics.iterations)
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
      reply(c, j.edges, 2);
    }
    Lanes<n> residual(0);
    for (uint32_t o = 0; o < j.edges; ++o) {
      residual = max(abs(c.z[o] - c.shift[o]), residual);
      c.z[o] = c.shift[o];
    }
    worst = max(residual / lambda, worst);
    if (i == 0)
      for (uint32_t o = 0; o < j.edges; ++o)
        __builtin_memcpy(&start.z[o], reinterpret_cast<double*>(&c.z[o]) + (n - lanes), sizeof start.z[o]);
    start.begun = true;
    for (uint32_t o = 0; o < j.edges && points <= dense_points; ++o)
      if (j.edge[o].stride) weigh_points<false>(j.axis, c.position[o], c.position[o], c.at[o]);
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
  // Groups of lines as even as they can be: a line by itself takes nearly as long as two.
  uint32_t lines = j.points / j.own_points, groups = (lines + lines_together - 1) / lines_together;
  for (uint32_t head = 0; head < j.points; ++head) {
    if (j.own_points > 1 && head / j.own_stride % j.own_points != 0) continue;
    heads[waiting++] = head;
    if (waiting * groups < lines) continue;
    at_once<lines_together>(waiting, [&](auto count) {
      coupled_lines<decltype(count)::value>(j, heads, start, rescue, context, statistics);
    });
    lines -= waiting;
    --groups;
    waiting = 0;
  }
}

inline void move(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  assert(j.fits());
  if (j.coupled)
    coupled_move(j, rescue, context, statistics);
  else
    plain_move(j);
}

inline void chance(const NodeJob& j) {
  assert(j.fits());
  Lane odds[2][most_fast_options];
  Place at[most_fast_options];
  for (uint32_t o = 0; o < j.edges; ++o)
    for (uint32_t t = 0; t < 2; ++t) odds[t][o] = Lane::load(j.edge[o].odds + (t < j.types ? t : 0) * lanes);
  for (uint32_t point = 0; point < j.points; ++point) {
    if (j.coupled) {
      const uint32_t own = j.own_points > 1 ? point / j.own_stride % j.own_points : 0;
      const Lane here = Lane::load(j.own_log_odds + own * lanes);
      for (uint32_t o = 0; o < j.edges; ++o)
        if (j.edge[o].stride) place(j.axis, here + Lane::load(j.edge[o].shift), at[o]);
    }
    add_edges<lanes>(j, point, odds, j.coupled ? at : nullptr, 0);
  }
}

inline void choose(uint32_t options, const double* values, double* log_sigma, double* sigma) {
  if (options == 2) {  // the exponential of the better one is 1
    const Lane gap = Lane::load(values + lanes) - Lane::load(values), worse = exp(-abs(gap));
    const Lane sum = Lane(1) + worse, share = reciprocal(sum), rest = worse * share, norm = log(sum);
    const Mask second = gap > Lane(0);
    select(second, rest, share).store(sigma);
    select(second, share, rest).store(sigma + lanes);
    (select(second, -gap, Lane(0)) - norm).store(log_sigma);
    (select(second, Lane(0), gap) - norm).store(log_sigma + lanes);
    return;
  }
  Lane top = Lane::load(values);
  for (uint32_t o = 1; o < options; ++o) top = max(top, Lane::load(values + o * lanes));
  Lane sum(0);
  for (uint32_t o = 0; o < options; ++o) {
    const Lane e = exp(Lane::load(values + o * lanes) - top);
    e.store(sigma + o * lanes);
    sum += e;
  }
  const Lane norm = top + log(sum), share = reciprocal(sum);
  for (uint32_t o = 0; o < options; ++o) {
    (Lane::load(values + o * lanes) - norm).store(log_sigma + o * lanes);
    (Lane::load(sigma + o * lanes) * share).store(sigma + o * lanes);
  }
}

inline void logs(uint32_t eights, const double* x, double* out) {
  for (uint32_t i = 0; i < eights; ++i) log(Lane::load(x + i * lanes)).store(out + i * lanes);
}

}  // namespace casus::solve::CASUS_ISA

namespace casus::solve {
#define CASUS_NAME_(x) #x
#define CASUS_NAME(x) CASUS_NAME_(x)
#define CASUS_TABLE_(x) kernels_##x
#define CASUS_TABLE(x) CASUS_TABLE_(x)
extern const Kernels CASUS_TABLE(CASUS_ISA);
const Kernels CASUS_TABLE(CASUS_ISA) = {CASUS_NAME(CASUS_ISA),
                                        CASUS_ISA::move,
                                        CASUS_ISA::chance,
                                        CASUS_ISA::settle,
                                        CASUS_ISA::stencils<stencil_points>,
                                        CASUS_ISA::stencils<few_row_points>,
                                        CASUS_ISA::read_rows,
                                        CASUS_ISA::choose,
                                        CASUS_ISA::pool,
                                        CASUS_ISA::push,
                                        CASUS_ISA::logs};
}  // namespace casus::solve

// A node that moves or is left to chance, at all its points: of eight worlds, or of one by itself. Include it with
// CASUS_ISA defined.
#pragma once
#include <cassert>

#include "solve/lanes/newton_impl.h"
#include "solve/lanes/spot_impl.h"

namespace casus::solve::CASUS_ISA {

// A world's place on the moved axis: the first point and weights eight (or sixteen) doubles apart.
struct OnePlace {
  size_t first = 0;
  const double* weight = nullptr;  // null: no axis is moved
  size_t stride = 0;
};

// Adds one edge's share to the values of one world: probability x (payment + successor's value).
template <uint32_t stencil, bool first, class Vector>
inline void add_vector(const EdgeView& e, const Vector* weight, const double* child, size_t step, const double* pay,
                       uint32_t c, const Vector& probability, double* out) {
  Vector x{};
  if (c < e.channels) {
    if (weight) {
      x = weight[0] * read<Vector>(child, c);
      for (uint32_t p = 1; p < stencil; ++p) x += weight[p] * read<Vector>(child + p * step, c);
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

template <bool one, uint32_t stencil, bool first>
inline void add_edge(const NodeJob& j, const EdgeView& e, size_t world, const ChannelMask& second, double first_type,
                     double second_type, const OnePlace& at, size_t base, double* out) {
  constexpr size_t worlds = Spot<one>::worlds;
  const double* pay = e.pay ? e.pay + world * j.pay_stride : nullptr;
  const bool moved = at.weight != nullptr;
  const size_t point = base + at.first * e.stride;
  const double* child = e.child + (point * worlds + world) * e.channels;
  const size_t step = size_t{e.stride} * worlds * e.channels;
  Channel weight[stencil];
  WideChannel wide_weight[stencil];
  if (moved)
    for (uint32_t p = 0; p < stencil; ++p) {
      wide_weight[p] = broadcast<WideChannel>(at.weight[p * at.stride]);
      weight[p] = spread(at.weight[p * at.stride]);
    }
  if (j.pattern <= 4) {
    const Channel narrow = by_type(second, first_type, second_type);
    const WideChannel wide = spread_to<WideChannel>(narrow);
    uint32_t c = 0;
    // Vectors that the successor keeps in full, then the rest of the node's, four channels at a time.
    for (; c + wide_channels <= e.channels; c += wide_channels)
      add_vector<stencil, first, WideChannel>(e, moved ? wide_weight : nullptr, child, step, pay, c, wide, out);
    for (; c < j.channels; c += 4)
      add_vector<stencil, first, Channel>(e, moved ? weight : nullptr, child, step, pay, c, narrow, out);
  } else {
    for (uint32_t c = 0, k = 0; c < j.channels; c += 4, k = (k + 4) % j.pattern)
      add_vector<stencil, first, Channel>(e, moved ? weight : nullptr, child, step, pay, c,
                                          by_type(second_types(j, k), first_type, second_type), out);
  }
}

// `places`: where the eight stand among the lanes of the choice.
template <bool one, uint32_t stencil, size_t n, uint32_t room>
inline void add_edges_of(const NodeJob& j, const Spot<one>& s, const Lanes<n> (*probability)[room],
                         const PlaceOf<n>* at, size_t places) {
  const ChannelMask second = second_types(j, 0);
  double* out = j.out + size_t{s.at(0)} * s.worlds * j.channels;
  for (size_t w = 0; w < s.count; ++w, out += j.channels) {
    if constexpr (one) out = j.out + size_t{s.at(w)} * j.channels;
    for (uint32_t o = 0; o < j.edges; ++o) {
      const size_t k = places + w;
      const double first_type = probability[0][o][k], second_type = probability[j.types - 1][o][k];
      OnePlace place;
      if (at && j.edge[o].stride)
        place = {static_cast<size_t>(at[o].first[k]), reinterpret_cast<const double*>(at[o].weight) + k, n};
      const size_t base = j.edge[o].base[s.at(w)];
      if (o == 0)
        add_edge<one, stencil, true>(j, j.edge[o], s.world(w), second, first_type, second_type, place, base, out);
      else
        add_edge<one, stencil, false>(j, j.edge[o], s.world(w), second, first_type, second_type, place, base, out);
    }
  }
}

// Worlds side by side have whole stencils only.
template <bool one, size_t n, uint32_t room>
inline void add_edges(const NodeJob& j, const Spot<one>& s, const Lanes<n> (*probability)[room], const PlaceOf<n>* at,
                      size_t places) {
  if (one && at && j.axis.points < stencil_points)
    add_edges_of<one, short_stencil, n>(j, s, probability, at, places);
  else
    add_edges_of<one, stencil_points, n>(j, s, probability, at, places);
}

template <bool one, size_t n, uint32_t room>
inline void keep_choice(const NodeJob& j, const Spot<one>& s, const Choice<n, room>& c, size_t places) {
  double* to = j.choice + (one ? 0 : size_t{s.at(0)} * lanes * j.choice_width);
  for (uint32_t t = 0; t < j.types; ++t)
    for (uint32_t o = 0; o < j.edges; ++o, ++to)
      for (size_t w = 0; w < s.count; ++w) to[(one ? size_t{s.at(w)} : w) * j.choice_width] = c.q[t][o][places + w];
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

// Choices that leave no posterior anybody reads, at `count` times eight places: values do not depend on themselves.
template <bool one, uint32_t count, uint32_t room>
inline void plain_points(const NodeJob& j, uint32_t first) {
  constexpr size_t n = count * lanes;
  Choice<n, room> c;
  Spot<one> spots[count];
  for (uint32_t k = 0; k < count; ++k)
    spots[k] = spot<one>([](uint32_t i) { return i; }, first + k * Spot<one>::points, j.points);
  c.q[0][0] = c.q[1][0] = Lanes<n>(0);  // the compiler cannot know that there is an option
  for (uint32_t o = 0; o < j.edges; ++o)
    for (uint32_t k = 0; k < count; ++k) {
      Lane q[2];
      const auto weight = weights_at(j, spots[k]);
      own_pay<one>(j, weight, j.edge[o], q);
      add_own_values(j, weight, j.edge[o], spots[k], 0, q);
      for (size_t t = 0; t < 2; ++t)
        for (size_t i = 0; i < lanes / part_width; ++i) c.q[t][o].p[k * (lanes / part_width) + i] = q[t].p[i];
    }
  reply(c, j.edges, j.types);
  for (uint32_t k = 0; k < count; ++k) {
    keep_choice<one>(j, spots[k], c, k * lanes);
    add_edges<one, n>(j, spots[k], c.sigma, nullptr, k * lanes);
  }
}

// `most`: lines side by side.
template <bool one, uint32_t most, uint32_t room>
inline void plain_move(const NodeJob& j) {
  constexpr uint32_t together = Spot<one>::points;
  for (uint32_t point = 0; point < j.points;) {
    const uint32_t left = (j.points - point + together - 1) / together, waiting = left < most ? left : most;
    at_once<most>(waiting, [&](auto count) { plain_points<one, decltype(count)::value, room>(j, point); });
    point += waiting * together;
  }
}

// What stays from one group of lines to the next: the choice at the first point.
template <uint32_t room>
struct LineStart {
  Lane z[room];
  bool begun = false;
};

// Solves lines of the mover's own axis side by side, each beginning at a point of its own: `count` of them, or eight
// times as many of one world by itself, of which the last may be missing.
template <bool one, uint32_t count, uint32_t room>
inline void coupled_lines(const NodeJob& j, const uint32_t* heads, uint32_t waiting, LineStart<room>& start,
                          Rescue rescue, void* context, MoveStatistics& statistics) {
  constexpr size_t n = count * lanes;
  const uint32_t points = j.axis.points;
  const size_t line = size_t{points} * 2 * lanes;
  Choice<n, room> c;
  Spot<one> spots[count];
  for (uint32_t k = 0; k < count; ++k)
    spots[k] = spot<one>([&](uint32_t i) { return heads[i]; }, k * Spot<one>::points, waiting);
  for (uint32_t k = 0; k < count; ++k)
    for (uint32_t o = 0; o < j.edges; ++o) {
      const EdgeView& e = j.edge[o];
      double* to = j.scratch + (k * j.edges + o) * line;
      const auto weight = weights_at(j, spots[k]);
      Lane pay[2];
      own_pay<one>(j, weight, e, pay);
      for (uint32_t i = 0; i < (e.stride ? points : 1); ++i, to += 2 * lanes) {
        Lane q[2] = {pay[0], pay[1]};
        add_own_values(j, weight, e, spots[k], size_t{i} * e.stride, q);
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
      for (size_t k = 0; k < n; ++k)
        if (k % lanes < spots[k / lanes].count)
          statistics.traced[Spot<one>::world(k % lanes)] += get(tried, k) && !get(failed, k);
    }
    if (any(failed)) {
      alignas(64) double z[room * n];
      for (uint32_t o = 0; o < j.edges; ++o) c.z[o].store(z + o * n);
      for (uint32_t k = 0; k < n; ++k) {
        const Spot<one>& s = spots[k / lanes];
        const size_t w = k % lanes;
        if (!get(failed, k)) continue;
        if (w >= s.count) {  // a place that repeats the one before
          for (uint32_t o = 0; o < j.edges; ++o) z[o * n + k] = z[o * n + k - 1];
          continue;
        }
        alignas(64) double shift[room * lanes];
        rescue(context, s.at(w) + i * j.own_stride, static_cast<uint32_t>(s.world(w)), shift);
        for (uint32_t o = 0; o < j.edges; ++o) z[o * n + k] = shift[o * lanes];
      }
      for (uint32_t o = 0; o < j.edges; ++o) c.z[o] = Lanes<n>::load(z + o * n);
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
    for (uint32_t o = 0; o < j.edges && points <= dense_points && points >= stencil_points; ++o)
      if (j.edge[o].stride) weigh_points<false>(j.axis, c.position[o], c.position[o], c.at[o]);
    for (uint32_t k = 0; k < count; ++k) {
      Spot<one> here = spots[k];
      move_on(here, i * j.own_stride);
      keep_choice<one>(j, here, c, k * lanes);
      add_edges<one, n>(j, here, c.sigma, c.at, k * lanes);
    }
  }
  for (size_t k = 0; k < n; ++k) {
    double& most = statistics.residual[Spot<one>::world(k % lanes)];
    if (worst[k] > most) most = worst[k];
  }
}

template <bool one, uint32_t together, uint32_t room>
inline void coupled_move(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  constexpr uint32_t each = Spot<one>::points, most = together * each;
  LineStart<room> start;
  for (uint32_t o = 0; o < j.edges; ++o) start.z[o] = Lane(0);
  uint32_t heads[most], waiting = 0;
  // Groups of lines as even as they can be: a line by itself takes nearly as long as two.
  uint32_t lines = j.points / j.own_points, groups = (lines + most - 1) / most;
  for (uint32_t head = 0; head < j.points; ++head) {
    if (j.own_points > 1 && head / j.own_stride % j.own_points != 0) continue;
    heads[waiting++] = head;
    if (waiting * groups < lines) continue;
    at_once<together>((waiting + each - 1) / each, [&](auto count) {
      coupled_lines<one, decltype(count)::value, room>(j, heads, waiting, start, rescue, context, statistics);
    });
    lines -= waiting;
    --groups;
    waiting = 0;
  }
}

// Of more options than few_fast_options, in a file of its own (many_impl.h): together the compiler would inline less.
void move_many(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics);

template <bool one, uint32_t together, uint32_t room>
inline void move_some(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  if (j.coupled)
    coupled_move<one, together, room>(j, rescue, context, statistics);
  else
    plain_move<one, together, room>(j);
}

template <bool one>
inline void move_points(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  if (j.edges <= few_fast_options)
    move_some<one, lines_together, few_fast_options>(j, rescue, context, statistics);
  else
    move_many(j, rescue, context, statistics);
}

template <bool one>
inline void chance_points(const NodeJob& j) {
  assert(j.edges <= few_fast_options);
  Lane odds[2][few_fast_options];
  Place at[few_fast_options];
  for (uint32_t o = 0; o < j.edges; ++o)
    for (uint32_t t = 0; t < 2; ++t) odds[t][o] = Lane::load(j.edge[o].odds + (t < j.types ? t : 0) * lanes);
  for (uint32_t point = 0; point < j.points; point += Spot<one>::points) {
    const auto s = spot<one>([](uint32_t i) { return i; }, point, j.points);
    if (j.coupled) {
      const auto own = [&](size_t w) { return j.own_points > 1 ? s.at(w) / j.own_stride % j.own_points : 0; };
      const Lane here = one ? one_profile([&](size_t w) { return j.own_log_odds + own(w) * lanes; })
                            : Lane::load(j.own_log_odds + own(0) * lanes);
      for (uint32_t o = 0; o < j.edges; ++o)
        if (j.edge[o].stride) {
          Lane slope;
          const Lane there = locate<false>(j.axis, here + Lane::load(j.edge[o].shift), slope);
          weigh_axis<false>(j.axis, there, slope, at[o]);
        }
    }
    add_edges<one, lanes>(j, s, odds, j.coupled ? at : nullptr, 0);
  }
}

// Of one world by itself, in a file of their own (alone_impl.h): together the compiler would inline less of both.
void move_alone(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics);
void chance_alone(const NodeJob& j);

}  // namespace casus::solve::CASUS_ISA

// Settling a round for eight worlds, and pushing probability mass forward. Include it with CASUS_ISA defined.
#pragma once
#include "kernel/lane.h"
#include "solve/batch_kernel.h"
#include "solve/batch_place_impl.h"

namespace casus::solve::CASUS_ISA {

// Calls `use(successor's point, weight)` for every corner of a settled point: stencil_points on each of the successor's
// axes.
template <uint32_t axes, class Use>
inline void corners_of(const SettleJob& j, uint32_t point, size_t w, size_t to, double weight, Use& use) {
  if constexpr (axes == 0) {
    use(to, weight);
  } else {
    constexpr uint32_t a = axes - 1;
    const uint32_t i = j.numbers[a][point];
    const double* weights = j.weight[a] + i * stencil_points * lanes + w;
    size_t at = to + size_t{j.stride[a]} * j.first[a][i * lanes + w];
    for (uint32_t k = 0; k < stencil_points; ++k, at += j.stride[a])
      corners_of<a>(j, point, w, at, weight * weights[k * lanes], use);
  }
}

template <class Use>
inline void settle_corners(const SettleJob& j, uint32_t point, size_t w, Use use) {
  switch (j.axes) {
    case 0:
      return corners_of<0>(j, point, w, 0, 1, use);
    case 1:
      return corners_of<1>(j, point, w, 0, 1, use);
    case 2:
      return corners_of<2>(j, point, w, 0, 1, use);
    case 3:
      return corners_of<3>(j, point, w, 0, 1, use);
    default:
      return corners_of<4>(j, point, w, 0, 1, use);
  }
}

// Whether there is any mass in a row: its first group holds all of it.
inline bool any_mass(const double* row, uint32_t pattern) {
  uint64_t bits = 0, one;
  for (uint32_t p = 0; p < pattern; ++p) {
    __builtin_memcpy(&one, row + p, sizeof one);
    bits |= one;
  }
  return bits << 1 != 0;  // but for the sign of a nought
}

// Reads (or, transposed, spreads) rows along one axis after another, from the last to the first: a line of the
// successor's points becomes a line of the node's. [outer][line][inner][8][channels] on both sides.
template <bool transposed>
inline void along_axis(const SettleJob& j, uint32_t axis, uint32_t channels, const double* in, double* out) {
  const uint32_t n = j.line, inner = j.stride[axis], outer = j.points / (n * inner);
  const size_t row = lanes * size_t{channels}, step = inner * row;
  if constexpr (transposed) __builtin_memset(out, 0, j.points * row * sizeof(double));
  for (uint32_t a = 0; a < outer; ++a)
    for (uint32_t i = 0; i < n; ++i)
      for (uint32_t b = 0; b < inner; ++b) {
        const size_t here = (size_t{a} * n + i) * inner + b;
        for (size_t w = 0; w < lanes; ++w) {
          const size_t there = ((size_t{a} * n + j.first[axis][i * lanes + w]) * inner + b) * row + w * channels;
          const double* weights = j.weight[axis] + size_t{i} * stencil_points * lanes + w;
          const double* from = in + (transposed ? here * row + w * channels : there);
          double* to = out + (transposed ? there : here * row + w * channels);
          if constexpr (transposed)
            if (!any_mass(from, channels)) continue;
          each_vector(0, channels, [&](auto kind, uint32_t c) {
            using Vector = decltype(kind);
            if constexpr (transposed) {
              const auto x = read<Vector>(from, c);
              for (uint32_t k = 0; k < stencil_points; ++k)
                add<Vector>(to + k * step, c, spread_to<Vector>(spread(weights[k * lanes])) * x);
            } else {
              Vector x = spread_to<Vector>(spread(weights[0])) * read<Vector>(from, c);
              for (uint32_t k = 1; k < stencil_points; ++k)
                x += spread_to<Vector>(spread(weights[k * lanes])) * read<Vector>(from + k * step, c);
              write<Vector>(to, c, x);
            }
          });
        }
      }
}

inline void settle(const SettleJob& j) {
  const double* settled = nullptr;  // the successor's values at this node's points, where they were read axis by axis
  if (j.line) {
    settled = j.child;
    for (uint32_t a = j.axes; a-- > 0;) {
      along_axis<false>(j, a, j.child_channels, settled, j.scratch[a & 1]);
      settled = j.scratch[a & 1];
    }
  }
  for (uint32_t point = 0; point < j.points; ++point)
    for (size_t w = 0; w < lanes; ++w) {
      const size_t at = size_t{point} * lanes + w;
      double* to = j.out + at * j.channels;
      if (settled) {
        const double* from = settled + at * j.child_channels;
        for (uint32_t c = 0; c < j.child_channels; c += 4) write<Channel>(to, c, read<Channel>(from, c));
      } else {
        for (uint32_t c = 0; c < j.child_channels; c += 4) write<Channel>(to, c, Channel{});
        settle_corners(j, point, w, [&](size_t child_point, double weight) {
          const double* from = j.child + (child_point * lanes + w) * j.child_channels;
          for (uint32_t c = 0; c < j.child_channels; c += 4)
            add<Channel>(to, c, spread(weight) * read<Channel>(from, c));
        });
      }
      const double* discount = j.discount + w * j.pay_stride;
      const double* pay = j.pay ? j.pay + w * j.pay_stride : nullptr;
      for (uint32_t c = 0; c < j.channels; c += 4)
        write<Channel>(to, c,
                       (pay ? read<Channel>(pay, c) : Channel{}) +
                           (c < j.child_channels ? read<Channel>(discount, c) * read<Channel>(to, c) : Channel{}));
    }
}

// A row of mass in the groups of a wider row, times the probabilities of its profiles; `width` channels of it.
inline void spread_row(const MassGroups& g, const double* row, const Channel* probability, uint32_t width,
                       double* out) {
  if (g.pattern == 4) {
    for (uint32_t c = 0, group = 0; c < width; c += 4, ++group) {
      const uint16_t source = g.source[group];
      write<Channel>(out, c, source == no_group ? Channel{} : read<Channel>(row, source * 4u) * probability[0]);
    }
    return;
  }
  if (g.pattern % 4 == 0) {
    for (uint32_t group = 0; group * g.pattern < width; ++group) {
      const uint16_t source = g.source[group];
      for (uint32_t c = 0; c < g.pattern; c += 4)
        write<Channel>(
            out, group * g.pattern + c,
            source == no_group ? Channel{} : read<Channel>(row, source * g.pattern + c) * probability[c / 4]);
    }
    return;
  }
  for (uint32_t c = 0; c < width; ++c) {
    const uint32_t group = c / g.pattern, profile = c % g.pattern;
    const uint16_t source = group < g.groups ? g.source[group] : no_group;
    out[c] = source == no_group ? 0 : row[source * g.pattern + profile] * probability[0][profile];
  }
}

// Channels at the beginning of a row that stay where they are, in rows of four profiles a group.
inline uint32_t kept_in_place(const MassGroups& g) {
  uint32_t group = 0;
  if (g.pattern == 4)
    while (group < g.groups && group * 4 < g.width && g.source[group] == group) ++group;
  return group * 4;
}

// Adds mass at a node's points to its successor's, j.child_channels a row.
inline void settle_mass(const SettleJob& j, const double* mass, const MassGroups& groups) {
  const uint32_t width = j.child_channels;
  const size_t rows = size_t{j.points} * lanes;
  const double* from = j.scratch[1];
  Channel certain[256];
  for (uint32_t c = 0; c < groups.pattern || c < 4; c += 4) certain[c / 4] = spread(1);
  for (size_t r = 0; r < rows; ++r)
    spread_row(groups, mass + r * groups.width, certain, width, j.scratch[1] + r * width);
  if (j.line) {
    for (uint32_t a = 0; a < j.axes; ++a) {
      along_axis<true>(j, a, width, from, j.scratch[a & 1]);
      from = j.scratch[a & 1];
    }
    for (size_t i = 0; i < rows * width; i += wide_channels)
      add<WideChannel>(j.child_mass + i, 0, read<WideChannel>(from + i, 0));
    return;
  }
  for (uint32_t point = 0; point < j.points; ++point)
    for (size_t w = 0; w < lanes; ++w, from += width) {
      if (!any_mass(from, groups.pattern)) continue;
      settle_corners(j, point, w, [&](size_t child_point, double weight) {
        double* to = j.child_mass + (child_point * lanes + w) * width;
        for (uint32_t c = 0; c < width; c += 4) add<Channel>(to, c, spread(weight) * read<Channel>(from, c));
      });
    }
}

inline void weigh(const MassJob& job, const double* by, size_t stride, double* to) {
  const NodeJob& j = job.node;
  const uint32_t pattern = job.groups.pattern;
  const ChannelMask second = second_types(j, 0);
  const double* mass = job.mass;
  for (uint32_t point = 0; point < j.points; ++point, by += stride)
    for (size_t w = 0; w < lanes; ++w, mass += job.groups.width)
      if (pattern % 4 == 0) {
        for (uint32_t p = 0; p < pattern; p += 4)
          add<Channel>(to + w * pattern, p,
                       by_type(p ? second_types(j, p) : second, by[w], by[lanes + w]) * read<Channel>(mass, p));
      } else {
        for (uint32_t p = 0; p < pattern; ++p) to[w * pattern + p] += by[j.own_type[p] * lanes + w] * mass[p];
      }
}

// Adds what flows along an edge to the successor's rows, world by world.
inline void add_mass(const EdgeView& e, size_t base, const Place& at, const MassGroups& groups, const double* amount) {
  const uint32_t full = groups.full;
  const size_t step = size_t{e.stride} * lanes * e.channels;
  for (size_t w = 0; w < lanes; ++w, amount += full) {
    if (!any_mass(amount, groups.pattern)) continue;
    if (!e.stride) {
      double* to = e.child_mass + (base * lanes + w) * e.channels;
      each_vector(0, e.channels,
                  [&](auto kind, uint32_t c) { add<decltype(kind)>(to, c, read<decltype(kind)>(amount, c)); });
      continue;
    }
    double* to = e.child_mass + ((base + static_cast<size_t>(at.first[w]) * e.stride) * lanes + w) * e.channels;
    Channel weight[stencil_points];
    for (size_t k = 0; k < stencil_points; ++k) weight[k] = spread(at.weight[k][w]);
    each_vector(0, e.channels, [&](auto kind, uint32_t c) {
      using Vector = decltype(kind);
      const auto x = read<Vector>(amount, c);
      for (size_t k = 0; k < stencil_points; ++k) add<Vector>(to + k * step, c, spread_to<Vector>(weight[k]) * x);
    });
  }
}

// A row of mass and the probabilities of its profiles; what flows along an edge is their product.
struct Flow {
  const double* row;
  Channel share;
};

// The same for a whole line of points that have one base, on axes of so few points that all of the successor's rows
// fit into registers: each of them is touched once and not once a point.
template <uint32_t points>
inline void add_line(const EdgeView& e, size_t base, uint32_t line, const Place* at, const Flow (*flow)[lanes]) {
  // Weights on every point of the axis.
  Lane weight[points][points];
  for (uint32_t i = 0; i < line; ++i) {
    if constexpr (points == stencil_points) {
      for (uint32_t k = 0; k < points; ++k) weight[i][k] = at[i].weight[k];
    } else {
      static_assert(points == stencil_points + 1);
      Mask second;
      __builtin_memcpy(&second, at[i].first, sizeof second);
      for (auto& part : second.p) part = (IntPart)(part > 0);
      const Lane none(0);
      for (uint32_t k = 0; k < points; ++k)
        weight[i][k] = select(second, k > 0 ? at[i].weight[k - 1] : none, k < stencil_points ? at[i].weight[k] : none);
    }
  }
  const size_t step = size_t{e.stride} * lanes * e.channels;
  for (size_t w = 0; w < lanes; ++w) {
    double* to = e.child_mass + (base * lanes + w) * e.channels;
    const double* weights = reinterpret_cast<const double*>(weight) + w;
    each_vector(0, e.channels, [&](auto kind, uint32_t c) {
      using Vector = decltype(kind);
      Vector sum[points] = {};
      for (uint32_t i = 0; i < line; ++i) {
        const auto x = read<Vector>(flow[i][w].row, c) * spread_to<Vector>(flow[i][w].share);
        for (uint32_t k = 0; k < points; ++k) sum[k] += (Vector{} + weights[(i * points + k) * lanes]) * x;
      }
      for (uint32_t k = 0; k < points; ++k) add<Vector>(to + k * step, c, sum[k]);
    });
  }
}

// Whether there is any mass at `line` points of a node, from one on.
inline bool any_on_line(const MassJob& job, uint32_t first, uint32_t line) {
  for (uint32_t i = 0; i < line; ++i)
    for (size_t w = 0; w < lanes; ++w) {
      const size_t row = size_t{first + i * job.node.own_stride} * lanes + w;
      if (any_mass(job.mass + row * job.groups.width, job.groups.pattern)) return true;
    }
  return false;
}

inline void move_mass(const MassJob& job) {
  const NodeJob& j = job.node;
  const MassGroups& groups = job.groups;
  Channel share[256];
  // Along the own axis first: neighbours there spread into the same rows of the successors. Longer lines go piece by
  // piece.
  constexpr uint32_t piece = stencil_points + 1;
  Place at[piece];
  Flow flow[piece][lanes];
  const uint32_t in_place = kept_in_place(groups);
  const ChannelMask second = second_types(j, 0);
  for (uint32_t head = 0; head < j.points; ++head) {
    if (j.own_points > 1 && head / j.own_stride % j.own_points != 0) continue;
    for (uint32_t begin = 0; begin < j.own_points; begin += piece) {
      const uint32_t line = j.own_points - begin < piece ? j.own_points - begin : piece;
      const uint32_t first = head + begin * j.own_stride;
      if (!any_on_line(job, first, line)) continue;
      for (uint32_t o = 0; o < j.edges; ++o) {
        const EdgeView& e = j.edge[o];
        const uint32_t event_width = job.event_width ? job.event_width[o] : 0;
        const bool event = event_width > 0;
        const bool by_line = e.stride && line > 1 && j.axis.points <= piece;
        const uint32_t width = event_width > e.channels ? event_width : e.channels;
        for (uint32_t i = 0; i < line; ++i) {
          const uint32_t point = first + i * j.own_stride;
          const double* here = job.mass + size_t{point} * lanes * groups.width;
          const double* choice =
              j.choice ? j.choice + (size_t{job.choice_point[point]} * j.edges + o) * 3 * lanes : nullptr;
          const double* first_type = choice ? choice : e.odds;
          const double* second_type = choice ? choice + lanes : e.odds + (j.types - 1) * lanes;
          double* amounts = job.amounts + size_t{i} * lanes * groups.full;
          for (size_t w = 0; w < lanes; ++w) {
            const double* row = here + w * groups.width;
            double* amount = amounts + w * groups.full;
            share[0] = by_type(second, first_type[w], second_type[w]);
            if (by_line && !event && width <= in_place) {
              flow[i][w] = {row, share[0]};
              continue;
            }
            if (width == 4 && groups.pattern == 4) {  // all mass and nothing else
              write<Channel>(amount, 0, read<Channel>(row, 0) * share[0]);
            } else {
              for (uint32_t p = 4; p < j.pattern; p += 4)
                share[p / 4] = by_type(second_types(j, p), first_type[w], second_type[w]);
              spread_row(groups, row, share, width, amount);
            }
            flow[i][w] = {amount, spread(1)};
          }
          if (event) job.event(job.context, o, amounts);
          if (!e.stride) continue;
          const Lane shift = Lane::load(choice ? choice + 2 * lanes : e.shift);
          place<false>(j.axis, Lane::load(j.own_log_odds + size_t{begin + i} * lanes) + shift, at[i]);
        }
        if (by_line && j.axis.points == stencil_points)
          add_line<stencil_points>(e, e.base[first], line, at, flow);
        else if (by_line)
          add_line<stencil_points + 1>(e, e.base[first], line, at, flow);
        else
          for (uint32_t i = 0; i < line; ++i)
            add_mass(e, e.base[first + i * j.own_stride], at[i], groups, job.amounts + size_t{i} * lanes * groups.full);
      }
    }
  }
}

}  // namespace casus::solve::CASUS_ISA

// Pushing probability mass along moves and chance for eight worlds. Include it with CASUS_ISA defined.
#pragma once
#include "solve/batch_settle_impl.h"

namespace casus::solve::CASUS_ISA {

inline void weigh(const MassJob& job, uint32_t start, const double* by, size_t stride, double* to) {
  const NodeJob& j = job.node;
  const uint32_t pattern = job.groups.pattern;
  const ChannelMask second = second_types(j, 0);
  const double* mass = job.mass[start];
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

// Points of a node as one edge leaves them, the same for every start: those along the mover's axis, or a piece of them;
// where the node has no such axis, as many in a row.
struct EdgeLine {
  static constexpr uint32_t most = dense_points;
  uint32_t first = 0, step = 1, points = 0;  // first point, from one to the next, how many
  uint32_t own = 0, own_step = 0;            // the same on the mover's axis
  bool dense = false;                        // the successor's axis has no more points than a piece
  const double* given[most][2];              // probability given either type, [8] each
  Channel share[most][lanes];                // the same, of the first four profiles
  Place at[most];
  Lane weight[most * most];  // if dense: on every point of the successor's axis
};

template <uint32_t axis_points>
inline void set_dense(EdgeLine& line) {
  for (uint32_t i = 0; i < line.points; ++i) {
    const Place& at = line.at[i];
    Lane* weight = line.weight + size_t{i} * axis_points;
    if constexpr (axis_points == stencil_points) {
      for (uint32_t k = 0; k < axis_points; ++k) weight[k] = at.weight[k];
    } else {
      static_assert(axis_points == dense_points);
      Mask second;
      __builtin_memcpy(&second, at.first, sizeof second);
      for (auto& part : second.p) part = (IntPart)(part > 0);
      const Lane none(0);
      for (uint32_t k = 0; k < axis_points; ++k)
        weight[k] = select(second, k > 0 ? at.weight[k - 1] : none, k < stencil_points ? at.weight[k] : none);
    }
  }
}

inline void set_edge(const MassJob& job, uint32_t o, const ChannelMask& second, EdgeLine& line) {
  const NodeJob& j = job.node;
  const EdgeView& e = j.edge[o];
  line.dense = e.stride && line.own_step > 0 && line.points > 1 && j.axis.points <= EdgeLine::most;
  for (uint32_t i = 0; i < line.points; ++i) {
    const size_t point = job.choice_point[line.first + i * line.step];
    const double* choice = j.choice ? j.choice + (point * j.edges + o) * 3 * lanes : nullptr;
    line.given[i][0] = choice ? choice : e.odds;
    line.given[i][1] = choice ? choice + lanes : e.odds + (j.types - 1) * lanes;
    for (size_t w = 0; w < lanes; ++w) line.share[i][w] = by_type(second, line.given[i][0][w], line.given[i][1][w]);
    if (!e.stride) continue;
    const Lane shift = Lane::load(choice ? choice + 2 * lanes : e.shift);
    place(j.axis, Lane::load(j.own_log_odds + size_t{line.own + i * line.own_step} * lanes) + shift, line.at[i]);
  }
  if (!line.dense) return;
  if (j.axis.points == stencil_points)
    set_dense<stencil_points>(line);
  else
    set_dense<dense_points>(line);
}

// Rows of mass along a line.
struct LineRows {
  const double* first;
  size_t point, world;            // steps from one to the next
  const Channel (*share)[lanes];  // what part of each flows
};

// Adds what flows along an edge from a whole line of points that have one base, on axes of so few points that all of
// the successor's rows fit into registers: each of them is touched once and not once a point.
template <uint32_t axis_points>
inline void add_line(const EdgeView& e, size_t base, const EdgeLine& line, const LineRows& rows, double* child_mass) {
  const size_t step = size_t{e.stride} * lanes * e.channels;
  for (size_t w = 0; w < lanes; ++w) {
    double* to = child_mass + (base * lanes + w) * e.channels;
    const double* weights = reinterpret_cast<const double*>(line.weight) + w;
    each_vector(e.channels, [&](auto kind, uint32_t c) {
      using Vector = decltype(kind);
      Vector sum[axis_points] = {};
      const double* row = rows.first + w * rows.world;
      for (uint32_t i = 0; i < line.points; ++i, row += rows.point) {
        const auto x = read<Vector>(row, c) * spread_to<Vector>(rows.share[i][w]);
        for (uint32_t k = 0; k < axis_points; ++k)
          sum[k] += broadcast<Vector>(weights[(i * axis_points + k) * lanes]) * x;
      }
      for (uint32_t k = 0; k < axis_points; ++k) add<Vector>(to + k * step, c, sum[k]);
    });
  }
}

// Adds what flows along an edge that leaves beliefs where they are.
inline void add_still(const EdgeView& e, const EdgeLine& line, const LineRows& rows, double* child_mass) {
  const size_t width = lanes * size_t{e.channels};
  const double* row = rows.first;
  for (uint32_t i = 0; i < line.points; ++i, row += rows.point) {
    double* to = child_mass + e.base[line.first + i * line.step] * width;
    const double* share = reinterpret_cast<const double*>(rows.share[i]);
    if (e.channels == 4 && rows.world == 4) {  // one row after another, as the shares are
      for (uint32_t c = 0; c < width; c += wide_channels)
        add<WideChannel>(to, c, read<WideChannel>(row, c) * read<WideChannel>(share, c));
      continue;
    }
    for (size_t w = 0; w < lanes; ++w, to += e.channels)
      each_vector(e.channels, [&](auto kind, uint32_t c) {
        using Vector = decltype(kind);
        add<Vector>(to, c, read<Vector>(row + w * rows.world, c) * spread_to<Vector>(rows.share[i][w]));
      });
  }
}

// Adds what flows along an edge that moves beliefs to the successor's rows, point by point and world by world.
inline void add_points(const EdgeView& e, const EdgeLine& line, const LineRows& rows, uint32_t pattern,
                       double* child_mass) {
  const size_t step = size_t{e.stride} * lanes * e.channels;
  for (uint32_t i = 0; i < line.points; ++i)
    for (size_t w = 0; w < lanes; ++w) {
      const double* row = rows.first + i * rows.point + w * rows.world;
      if (!any_mass(row, pattern)) continue;
      const Place& at = line.at[i];
      const size_t point = e.base[line.first + i * line.step] + static_cast<size_t>(at.first[w]) * e.stride;
      double* to = child_mass + (point * lanes + w) * e.channels;
      Channel weight[stencil_points];
      for (size_t k = 0; k < stencil_points; ++k) weight[k] = spread(at.weight[k][w]);
      each_vector(e.channels, [&](auto kind, uint32_t c) {
        using Vector = decltype(kind);
        const auto x = read<Vector>(row, c) * spread_to<Vector>(rows.share[i][w]);
        for (size_t k = 0; k < stencil_points; ++k) add<Vector>(to + k * step, c, spread_to<Vector>(weight[k]) * x);
      });
    }
}

// Adds up what flows along an edge.
inline void add_passed(const EdgeLine& line, const LineRows& rows, uint32_t width, double* to) {
  for (size_t w = 0; w < lanes; ++w, to += width)
    each_vector(width, [&](auto kind, uint32_t c) {
      using Vector = decltype(kind);
      Vector sum = read<Vector>(to, c);
      const double* row = rows.first + w * rows.world;
      for (uint32_t i = 0; i < line.points; ++i, row += rows.point)
        sum += read<Vector>(row, c) * spread_to<Vector>(rows.share[i][w]);
      write<Vector>(to, c, sum);
    });
}

// Writes what flows along an edge from a line's points to job.amounts, rows of `width` channels.
inline void spread_line(const MassJob& job, uint32_t start, const EdgeLine& line, uint32_t width) {
  const MassGroups& groups = job.groups;
  const size_t point_step = size_t{line.step} * lanes * groups.width;
  const double* row = job.mass[start] + size_t{line.first} * lanes * groups.width;
  if (groups.pattern == 4) {
    for (uint32_t c = 0, group = 0; c < width; c += 4, ++group) {
      const uint16_t source = groups.source[group];
      double* to = job.amounts + c;
      for (uint32_t i = 0; i < line.points; ++i)
        for (size_t w = 0; w < lanes; ++w, to += width)
          write<Channel>(to, 0,
                         source == no_group
                             ? Channel{}
                             : read<Channel>(row + i * point_step + w * groups.width, source * 4u) * line.share[i][w]);
    }
    return;
  }
  double* amount = job.amounts;
  for (uint32_t i = 0; i < line.points; ++i, row += point_step)
    for (size_t w = 0; w < lanes; ++w, amount += width) {
      Channel share[256];
      share[0] = line.share[i][w];
      for (uint32_t p = 4; p < job.node.pattern; p += 4)
        share[p / 4] = by_type(second_types(job.node, p), line.given[i][0][w], line.given[i][1][w]);
      spread_row(groups, row + w * groups.width, share, width, amount);
    }
}

// Takes away the mass of groups for which an event has come true; whether the successor keeps any of these.
inline bool takes_any(const EdgeEvent& event, uint32_t pattern, uint32_t channels) {
  for (uint32_t k = 0; k < event.takes; ++k)
    if (event.taken[k] * pattern < channels) return true;
  return false;
}
inline void take_away(const EdgeEvent& event, uint32_t pattern, uint32_t rows, uint32_t width, double* amount) {
  for (uint32_t r = 0; r < rows; ++r, amount += width)
    for (uint32_t k = 0; k < event.takes; ++k)
      for (uint32_t p = 0; p < pattern; ++p) amount[event.taken[k] * pattern + p] = 0;
}

// Pushes one start's mass along an edge. `in_place`: channels that stay where they are from row to row.
inline void push_line(const MassJob& job, uint32_t start, uint32_t o, const EdgeLine& line, uint32_t in_place,
                      const Channel (*certain)[lanes]) {
  const EdgeView& e = job.node.edge[o];
  const MassGroups& groups = job.groups;
  const EdgeEvent event = job.event ? job.event[o] : EdgeEvent{};
  double* to = job.child_mass[o * job.starts + start];
  const size_t row = groups.width;
  LineRows rows{job.mass[start] + line.first * lanes * row, line.step * lanes * row, row, line.share};
  const uint32_t width = event.width > e.channels ? event.width : e.channels;
  const bool takes = takes_any(event, groups.pattern, e.channels);
  if (takes || width > in_place) {
    spread_line(job, start, line, width);
    rows = {job.amounts, lanes * size_t{width}, width, certain};
  }
  if (event.width > 0) add_passed(line, rows, event.width, event.passed + start * lanes * size_t{event.width});
  if (takes) take_away(event, groups.pattern, line.points * static_cast<uint32_t>(lanes), width, job.amounts);
  if (!e.stride)
    add_still(e, line, rows, to);
  else if (!line.dense)
    add_points(e, line, rows, groups.pattern, to);
  else if (job.node.axis.points == stencil_points)
    add_line<stencil_points>(e, e.base[line.first], line, rows, to);
  else
    add_line<dense_points>(e, e.base[line.first], line, rows, to);
}

// Whether there is any mass of a start at a line's points.
inline bool any_on_line(const MassJob& job, uint32_t start, const EdgeLine& line) {
  for (uint32_t i = 0; i < line.points; ++i)
    for (size_t w = 0; w < lanes; ++w) {
      const size_t row = size_t{line.first + i * line.step} * lanes + w;
      if (any_mass(job.mass[start] + row * job.groups.width, job.groups.pattern)) return true;
    }
  return false;
}

inline void move_mass(const MassJob& job) {
  const NodeJob& j = job.node;
  const uint32_t in_place = kept_in_place(job.groups);
  const ChannelMask second = second_types(j, 0);
  Channel certain[EdgeLine::most][lanes];
  for (auto& point : certain)
    for (auto& share : point) share = spread(1);
  EdgeLine line;
  uint32_t present[most_starts_together];
  auto push = [&] {
    uint32_t count = 0;
    for (uint32_t s = 0; s < job.starts; ++s)
      if (any_on_line(job, s, line)) present[count++] = s;
    for (uint32_t o = 0; count > 0 && o < j.edges; ++o) {
      set_edge(job, o, second, line);
      for (uint32_t k = 0; k < count; ++k) push_line(job, present[k], o, line, in_place, certain);
    }
  };
  auto in_pieces = [&](uint32_t first, uint32_t points) {
    for (uint32_t begin = 0; begin < points; begin += EdgeLine::most) {
      line.points = points - begin < EdgeLine::most ? points - begin : EdgeLine::most;
      line.first = first + begin * line.step;
      line.own = begin * line.own_step;
      push();
    }
  };
  if (j.own_points == 1) return in_pieces(0, j.points);
  // Along the own axis first: neighbours there spread into the same rows of the successors.
  line.step = j.own_stride;
  line.own_step = 1;
  for (uint32_t head = 0; head < j.points; ++head)
    if (head / j.own_stride % j.own_points == 0) in_pieces(head, j.own_points);
}

}  // namespace casus::solve::CASUS_ISA

// The kernel of lanes/joint_kernel.h. Include it with CASUS_ISA defined.
#pragma once
#include <cassert>

#include "solve/lanes/joint_newton_impl.h"

namespace casus::solve::CASUS_ISA {

// Averages the movers' own values over the types of everybody else, at all points that a plane's successor has along
// the moved axes: the planes of one place of the successors, [edge][point][mover][joint type].
inline void fill_planes(const JointJob& j, uint32_t head, uint32_t world, double* to) {
  const double* weight = j.weight + size_t{head} * j.profiles * j.worlds + world;
  for (uint32_t e = 0; e < j.edges; ++e) {
    const JointEdge& edge = j.edge[e];
    const double* pay = edge.pay ? edge.pay + size_t{world} * j.pay_stride : nullptr;
    double* row = to + edge.plane * j.width;
    for (size_t g = 0; g < edge.points; ++g, row += j.width) {
      size_t point = edge.base[head], rest = g;
      for (uint32_t a = 0; a < edge.axes; ++a) {
        const uint32_t points = j.axis[edge.axis[a]].view.points;
        point += rest % points * edge.stride[a];
        rest /= points;
      }
      const double* child = edge.child + (point * j.worlds + world) * edge.channels;
      for (uint32_t c = 0; c < j.width; ++c) row[c] = 0;
      for (uint32_t m = 0; m < j.movers; ++m) {
        const uint32_t channel = j.mover[m].channel;
        double* own = row + size_t{m} * j.types;
        const bool kept = channel < edge.channels;
        if (!kept && !pay) continue;
        for (uint32_t p = 0; p < j.profiles; ++p)
          own[j.joint_type[p]] +=
              weight[size_t{p} * j.worlds] * ((kept ? child[channel + p] : 0) + (pay ? pay[channel + p] : 0));
      }
    }
  }
}

// Everybody's values at eight places, from choices and the places on the moved axes that they leave.
inline void joint_values(const JointJob& j, const JointGroup& at, const JointRoom& room) {
  const uint32_t stencil = joint_stencil(j);
  alignas(64) double chance[64];  // of an edge, by profile, as often as fills a vector
  const bool wide = j.pattern <= wide_channels || j.pattern % wide_channels == 0;
  const uint32_t period = j.pattern < wide_channels ? wide_channels : j.pattern;
  for (uint32_t w = 0; w < at.count; ++w) {
    double* out = j.out + (size_t{at.point[w]} * j.worlds + at.world[w]) * j.channels;
    for (uint32_t e = 0; e < j.edges; ++e) {
      const JointEdge& edge = j.edge[e];
      double* by_profile = period <= 64 ? chance : room.chance;
      for (uint32_t p = 0; p < period; ++p) {
        const uint32_t profile = p % j.pattern;
        double x = profile < j.profiles ? 1 : 0;
        for (uint32_t m = 0; m < j.movers && profile < j.profiles; ++m) {
          const JointMover& mover = j.mover[m];
          const uint32_t t = mover.types > 1 ? j.own_type[size_t{m} * j.profiles + profile] : 0;
          x *= reinterpret_cast<const double*>(room.sigma + mover.place + size_t{t} * mover.options +
                                               e / mover.stride % mover.options)[w];
        }
        by_profile[p] = x;
      }
      LaneAxis axes[most_joint_axes];
      size_t point = edge.base[at.point[w]];
      for (uint32_t a = 0; a < edge.axes; ++a) {
        const JointAxis& axis = j.axis[edge.axis[a]];
        const JointMover& mover = j.mover[axis.mover];
        const Place& place = room.place[room.first_place[edge.axis[a]] + e / mover.stride % mover.options];
        point += static_cast<size_t>(place.first[w]) * edge.stride[a];
        axes[a] = {reinterpret_cast<const double*>(place.weight) + w, nullptr,
                   size_t{edge.stride[a]} * j.worlds * edge.channels};
      }
      const double* child = edge.child + (point * j.worlds + at.world[w]) * edge.channels;
      const double* pay = edge.pay ? edge.pay + size_t{at.world[w]} * j.pay_stride : nullptr;
      const auto some = [&](auto kind, uint32_t c) {
        using Vector = decltype(kind);
        Vector x{};
        if (c < edge.channels) read_lane<false, Vector>(child + c, edge.axes, axes, stencil, &x);
        if (pay) x += read<Vector>(pay, c);
        x *= read<Vector>(by_profile, c % period);
        if (e > 0) x += read<Vector>(out, c);
        write<Vector>(out, c, x);
      };
      uint32_t c = 0;
      if (wide)
        for (; c + wide_channels <= edge.channels; c += wide_channels) some(WideChannel{}, c);
      for (; c < j.channels; c += 4) some(Channel{}, c);
    }
  }
}

inline void keep_joint_choice(const JointJob& j, const JointGroup& at, const JointRoom& room) {
  for (uint32_t m = 0; m < j.movers; ++m)
    for (uint32_t i = 0; i < j.mover[m].types * j.mover[m].options; ++i)
      for (uint32_t w = 0; w < at.count; ++w)
        j.choice[(size_t{at.point[w]} * j.worlds + at.world[w]) * j.choice_width + j.mover[m].choice + i] =
            room.log_sigma[j.mover[m].place + i][w];
}

// The eight places of one step: where they stand, and what is believed there about the movers.
inline void joint_group(const JointJob& j, JointGroup& at, JointRoom& room, Rescue rescue, void* context,
                        MoveStatistics& statistics) {
  for (uint32_t w = at.count; w < lanes; ++w) {  // the last is repeated
    at.point[w] = at.point[at.count - 1];
    at.world[w] = at.world[at.count - 1];
    at.slot[w] = at.slot[at.count - 1];
  }
  believe(j, at, room);
  if (j.chance) {
    for (uint32_t i = 0; i < j.choices; ++i) {
      const uint32_t options = j.mover[0].options;
      room.sigma[i] = Lane::load(j.edge[i % options].odds + i / options * lanes);
    }
    for (uint32_t d = 0; d < j.axes; ++d)
      for (uint32_t o = 0; o < j.edges; ++o) {
        Lane slope;
        const Lane at_axis = locate<false>(j.axis[d].view, room.own[d] + Lane::load(j.edge[o].shift[d]), slope);
        weigh_axis<false>(j.axis[d].view, at_axis, slope, room.place[room.first_place[d] + o]);
      }
  } else {
    choose_jointly(j, at, room, rescue, context, statistics);
    keep_joint_choice(j, at, room);
  }
  joint_values(j, at, room);
}

void joint(const JointJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  assert(j.fits());
  JointRoom room(j);
  uint32_t owns = 1;
  for (uint32_t d = 0; d < j.axes; ++d) owns *= j.axis[d].own_points;
  const auto further = [&](uint32_t own) {  // points from a head to the one with this number on the node's own axes
    uint32_t by = 0;
    for (uint32_t d = 0; d < j.axes; ++d) {
      by += own % j.axis[d].own_points * j.axis[d].own_stride;
      own /= j.axis[d].own_points;
    }
    return by;
  };
  const auto is_head = [&](uint32_t point) {
    for (uint32_t d = 0; d < j.axes; ++d)
      if (j.axis[d].own_points > 1 && point / j.axis[d].own_stride % j.axis[d].own_points != 0) return false;
    return true;
  };
  const bool one = j.worlds == 1, along = one && owns >= lanes;  // eight points of one head
  const size_t plane = j.plane_rows * j.width;
  const auto over = [&] { return j.stopped && j.stopped(j.stop); };
  JointGroup at;
  uint32_t heads[lanes], waiting = 0;
  const auto solve_heads = [&] {
    for (uint32_t w = 0; !j.chance && w < (one ? waiting : lanes); ++w)
      fill_planes(j, heads[one ? w : 0], one ? 0 : w, room.planes + w * plane);
    for (uint32_t own = 0; own < owns && !over(); own += along ? lanes : 1) {
      at.count = along ? (owns - own < lanes ? owns - own : lanes) : one ? waiting : lanes;
      for (uint32_t w = 0; w < at.count; ++w) {
        at.point[w] = heads[one && !along ? w : 0] + further(along ? own + w : own);
        at.world[w] = one ? 0 : w;
        at.slot[w] = along ? 0 : w;
      }
      joint_group(j, at, room, rescue, context, statistics);
    }
    waiting = 0;
  };
  for (uint32_t point = 0; point < j.points; ++point) {
    if (!is_head(point)) continue;
    heads[waiting++] = point;
    if (waiting == (one && !along ? lanes : 1)) solve_heads();
  }
  if (waiting > 0) solve_heads();
}

}  // namespace casus::solve::CASUS_ISA

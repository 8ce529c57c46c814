// Values at joint posteriors for eight places: in, planes of values or successors' rows, and places on every moved
// axis; out, numbers and their derivatives by log-odds, one axis after the other. Include it with CASUS_ISA defined.
#pragma once
#include "solve/lanes/joint_kernel.h"
#include "solve/lanes/spot_impl.h"

namespace casus::solve::CASUS_ISA {

// Eight places: points of the node, worlds, and the planes that each reads.
struct JointGroup {
  uint32_t count = lanes;
  uint32_t point[lanes], world[lanes], slot[lanes];
};

// What a job works in, carved out of its scratch.
struct JointRoom {
  explicit JointRoom(const JointJob& j) : next_(j.scratch) {
    const uint32_t n = j.choices;
    for (uint32_t d = 0; d < j.axes; ++d) {
      first_place[d] = places_;
      places_ += j.mover[j.axis[d].mover].options;
    }
    x = take(j.unknowns);
    point = take(j.unknowns);
    side = take(j.unknowns * joint_room_sides);
    kept = take(j.unknowns * joint_room_sides);
    system = take(joint_system(j));
    log_sigma = take(n);
    sigma = take(n);
    worth = take(n);
    by_log_sigma = take(n * j.slopes());
    own = take(j.axes);
    others = take(j.movers * j.types);
    read = take((1 + j.axes) * j.width);
    rows = reinterpret_cast<double*>(take((1 + j.axes) * j.width));
    place = reinterpret_cast<Place*>(take(places_ * static_cast<uint32_t>(sizeof(Place) / sizeof(Lane))));
    chance = reinterpret_cast<double*>(take((j.pattern + lanes - 1) / lanes + 1));
    planes = next_;
    for (uint32_t k = 0; k < j.unknowns; ++k) x[k] = Lane(0);
  }
  Lane *x, *point;                                 // [unknown]: log-odds, and those of the branch's last point
  Lane *side, *kept;                               // [side][unknown]: solutions, and those at the branch's last point
  Lane* system;                                    // rows of the linearised equations
  Lane *log_sigma, *sigma, *worth, *by_log_sigma;  // [choice]
  Lane* own;                                       // [axis]: log-odds believed
  Lane* others;                                    // [mover][joint type]: probability of the others' types
  Lane* read;                                      // [1 + axis of an edge][width]
  double* rows;                                    // [8][1 + axis of an edge][width]
  Place* place;                                    // [moved axis][option of its mover]
  double* chance;
  double* planes;  // [slot][edge][point][width]
  Lane residual;   // of the last look, per place
  uint32_t first_place[most_joint_axes];
  bool begun = false;

 private:
  Lane* take(uint32_t many) {
    auto* out = reinterpret_cast<Lane*>(next_);
    next_ += size_t{many} * lanes;
    return out;
  }
  double* next_;
  uint32_t places_ = 0;
};

// One place's stencil on an axis; its weights stand eight doubles apart.
struct LaneAxis {
  const double *weight, *slope;
  size_t step;  // doubles from one point's row to the next
};

// A vector of the row at a place, read one axis after the other; with `slopes`, its derivatives on every axis as well.
template <bool slopes, uint32_t stencil, uint32_t axes, class Vector>
inline void read_axes(const double* from, const LaneAxis* axis, Vector* out) {
  if constexpr (axes == 0) {
    out[0] = solve::CASUS_ISA::read<Vector>(from, 0);
  } else {
    const LaneAxis& a = axis[axes - 1];
    for (uint32_t i = 0; i < (slopes ? axes + 1 : 1); ++i) out[i] = Vector{};
    for (uint32_t k = 0; k < stencil; ++k, from += a.step) {
      Vector inner[slopes ? axes : 1];
      read_axes<slopes, stencil, axes - 1>(from, axis, inner);
      const Vector weight = broadcast<Vector>(a.weight[k * lanes]);
      for (uint32_t i = 0; i < (slopes ? axes : 1); ++i) out[i] += weight * inner[i];
      if constexpr (slopes) out[axes] += broadcast<Vector>(a.slope[k * lanes]) * inner[0];
    }
  }
}
template <bool slopes, uint32_t stencil, class Vector>
inline void read_all_axes(const double* from, uint32_t axes, const LaneAxis* axis, Vector* out) {
  switch (axes) {
    case 0:
      return read_axes<slopes, stencil, 0>(from, axis, out);
    case 1:
      return read_axes<slopes, stencil, 1>(from, axis, out);
    case 2:
      return read_axes<slopes, stencil, 2>(from, axis, out);
    case 3:
      return read_axes<slopes, stencil, 3>(from, axis, out);
    case 4:
      return read_axes<slopes, stencil, 4>(from, axis, out);
    case 5:
      return read_axes<slopes, stencil, 5>(from, axis, out);
    default:
      return read_axes<slopes, stencil, 6>(from, axis, out);
  }
}
template <bool slopes, class Vector>
inline void read_lane(const double* from, uint32_t axes, const LaneAxis* axis, uint32_t stencil, Vector* out) {
  if (stencil == short_stencil)
    read_all_axes<slopes, short_stencil>(from, axes, axis, out);
  else
    read_all_axes<slopes, stencil_points>(from, axes, axis, out);
}

// All axes have as many points.
inline uint32_t joint_stencil(const JointJob& j) {
  return j.axes > 0 ? stencil_of(j.axis[0].view.points) : stencil_points;
}

// What is believed about the movers at eight places.
inline void believe(const JointJob& j, const JointGroup& at, JointRoom& room) {
  for (uint32_t d = 0; d < j.axes; ++d) {
    const JointAxis& axis = j.axis[d];
    alignas(64) double own[lanes];
    for (uint32_t w = 0; w < lanes; ++w) {
      const uint32_t i = axis.own_points > 1 ? at.point[w] / axis.own_stride % axis.own_points : 0;
      own[w] = axis.own_log_odds[i * lanes + w];
    }
    room.own[d] = Lane::load(own);
  }
  if (j.chance) return;
  for (uint32_t i = 0; i < j.movers * j.types; ++i) room.others[i] = Lane(1);
  for (uint32_t k = 0; k < j.movers; ++k) {
    const JointMover& mover = j.mover[k];
    if (mover.types < 2) continue;
    Lane top(0), sum, odds[most_joint_choices];
    for (uint32_t t = 1; t < mover.types; ++t) top = max(top, room.own[mover.axis + t - 1]);
    sum = odds[0] = exp(-top);
    for (uint32_t t = 1; t < mover.types; ++t) sum += odds[t] = exp(room.own[mover.axis + t - 1] - top);
    const Lane share = reciprocal(sum);
    for (uint32_t m = 0; m < j.movers; ++m)
      for (uint32_t q = 0; m != k && q < j.types; ++q)
        room.others[m * j.types + q] *= odds[q / mover.type_stride % mover.types] * share;
  }
}

// The movers' own values after an edge, and their derivatives on the axes that its successor reads, into room.read.
inline void read_planes(const JointJob& j, uint32_t e, const JointGroup& at, JointRoom& room) {
  const JointEdge& edge = j.edge[e];
  const size_t one = j.plane_rows * j.width, length = (1 + edge.axes) * size_t{j.width};
  for (uint32_t w = 0; w < lanes; ++w) {
    LaneAxis axes[most_joint_axes];
    const double* from = room.planes + at.slot[w] * one + edge.plane * j.width;
    size_t step = j.width;
    for (uint32_t a = 0; a < edge.axes; ++a) {
      const JointAxis& axis = j.axis[edge.axis[a]];
      const JointMover& mover = j.mover[axis.mover];
      const Place& place = room.place[room.first_place[edge.axis[a]] + e / mover.stride % mover.options];
      from += static_cast<size_t>(place.first[w]) * step;
      axes[a] = {reinterpret_cast<const double*>(place.weight) + w, reinterpret_cast<const double*>(place.slope) + w,
                 step};
      step *= axis.view.points;
    }
    double* to = room.rows + w * length;
    each_vector(j.width, [&](auto kind, uint32_t c) {
      using Vector = decltype(kind);
      Vector x[1 + most_joint_axes];
      read_lane<true, Vector>(from + c, edge.axes, axes, joint_stencil(j), x);
      for (uint32_t i = 0; i <= edge.axes; ++i) write<Vector>(to + i * j.width, c, x[i]);
    });
  }
  for (size_t c = 0; c < length; c += 4) four_profiles(EvenRows{room.rows + c, length}, room.read + c);
}

}  // namespace casus::solve::CASUS_ISA

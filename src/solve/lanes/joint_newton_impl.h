// The fixed point of a joint job at eight places: Newton's method with the exact Jacobian, from a neighbour's choice or
// along the branch from precision 0. Include it with CASUS_ISA defined.
#pragma once
#include "solve/lanes/joint_equations_impl.h"

namespace casus::solve::CASUS_ISA {

// log sigma and sigma from log-odds, and the places that options leave the beliefs at.
template <bool slopes>
inline void reply_places(const JointJob& j, JointRoom& room) {
  for (uint32_t m = 0; m < j.movers; ++m) {
    const JointMover& mover = j.mover[m];
    for (uint32_t t = 0; t < mover.types; ++t) {
      const Lane* x = room.x + mover.unknown + t * (mover.options - 1);
      Lane* log_sigma = room.log_sigma + mover.place + t * mover.options;
      Lane* sigma = room.sigma + mover.place + t * mover.options;
      Lane top(0), sum;
      for (uint32_t o = 1; o < mover.options; ++o) top = max(top, x[o - 1]);
      sum = sigma[0] = exp(-top);
      for (uint32_t o = 1; o < mover.options; ++o) sum += sigma[o] = exp(x[o - 1] - top);
      const Lane share = reciprocal(sum), norm = top + log(sum);
      for (uint32_t o = 0; o < mover.options; ++o) {
        sigma[o] *= share;
        log_sigma[o] = (o ? x[o - 1] : Lane(0)) - norm;
      }
    }
  }
  for (uint32_t d = 0; d < j.axes; ++d) {
    const JointMover& mover = j.mover[j.axis[d].mover];
    const Lane* log_sigma = room.log_sigma + mover.place;
    for (uint32_t o = 0; o < mover.options; ++o) {
      Lane slope(0);
      const Lane at = locate<slopes>(j.axis[d].view,
                                     room.own[d] + log_sigma[j.axis[d].type * mover.options + o] - log_sigma[o], slope);
      weigh_axis<slopes>(j.axis[d].view, at, slope, room.place[room.first_place[d] + o]);
    }
  }
}

// Q of every option given its mover's type, and its derivatives by everybody's log sigma.
inline void joint_reply(const JointJob& j, const JointGroup& at, JointRoom& room) {
  const bool by_option = j.by_option();
  const uint32_t n = j.slopes();
  for (uint32_t i = 0; i < j.choices; ++i) room.worth[i] = Lane(0);
  for (uint32_t i = 0; i < j.choices * n; ++i) room.by_log_sigma[i] = Lane(0);
  for (uint32_t e = 0; e < j.edges; ++e) {
    const JointEdge& edge = j.edge[e];
    read_planes(j, e, at, room);
    for (uint32_t m = 0; m < j.movers; ++m)
      for (uint32_t q = 0; q < j.types; ++q) {
        uint32_t of[most_joint_movers];  // everybody's choice, given the joint type
        for (uint32_t k = 0; k < j.movers; ++k) {
          const JointMover& mover = j.mover[k];
          of[k] = mover.place + q / mover.type_stride % mover.types * mover.options + e / mover.stride % mover.options;
        }
        Lane weight = room.others[m * j.types + q];
        for (uint32_t k = 0; k < j.movers; ++k)
          if (k != m) weight *= room.sigma[of[k]];
        const uint32_t column = m * j.types + q;
        Lane* row = room.by_log_sigma + size_t{of[m]} * n;
        const Lane worth = weight * room.read[column];
        room.worth[of[m]] += worth;
        for (uint32_t k = 0; k < j.movers; ++k)
          if (k != m) row[of[k]] += worth;
        for (uint32_t a = 0; a < edge.axes; ++a) {
          const JointAxis& axis = j.axis[edge.axis[a]];
          const JointMover& mover = j.mover[axis.mover];
          const uint32_t first = by_option ? 0 : mover.place + e / mover.stride % mover.options;
          const Lane slope = weight * room.read[(1 + a) * j.width + column];
          row[first + axis.type * (by_option ? 1 : mover.options)] += slope;
          row[first] -= slope;
        }
      }
  }
}

// At the share `scale` of every precision.
inline JointLook look_jointly(const JointJob& j, const JointGroup& at, const Lane& scale, uint32_t sides,
                              JointRoom& room) {
  reply_places<true>(j, room);
  joint_reply(j, at, room);
  return j.by_option() ? solve_by_option(j, scale, sides, room) : solve_together(j, scale, sides, room);
}

// Newton's method until every place of `active` has converged; returns those that have not, or where the branch has
// turned. As newton() of a single mover.
inline Mask newton_jointly(const JointJob& j, const JointGroup& at, const Mask& active, JointRoom& room,
                           uint64_t& iterations) {
  const Mask none = Lane(1) == Lane(0);
  Mask moving = active, close = none, bad = none;
  const Lane most(10), exact(j.exact), near(sqrt(exact) * Lane(0.03));
  for (int i = 0; i < 30; ++i) {
    const JointLook seen = look_jointly(j, at, Lane(1), newton_step + 1, room);
    ++iterations;
    bad = (bad & ~moving) | (~(seen.determinant > Lane(0)) & moving);
    moving = moving & ~close & ~(seen.residual <= seen.size * exact);
    room.residual = seen.residual;
    if (!any(moving)) return bad & active;
    const Lane shrink = select(seen.step_size > most, most / seen.step_size, Lane(1));
    const Mask go = moving & (seen.step_size < Lane(1e300));
    for (uint32_t k = 0; k < j.unknowns; ++k) room.x[k] = select(go, room.x[k] + room.side[k] * shrink, room.x[k]);
    close = moving & (seen.step_size <= seen.size * near);
  }
  return (moving | bad) & active;
}

// Follows the branch of `active` places up from precision 0 to near its end; returns the places where it is not easily
// followed. Predictor and corrector as the reference's tracer (solve/node/tracer.h), and the same conditions on a step,
// but along the precision and not the arc: where the branch folds, or others come so near that steps get short, that
// tracer takes over. The first step tries to go all the way.
inline Mask trace_jointly(const JointJob& j, const JointGroup& at, const Mask& active, JointRoom& room,
                          uint64_t& iterations) {
  constexpr double largest_correction = 0.3, contraction = 0.3, good_correction = 1e-2, wanted_correction = 0.05;
  constexpr double response_error = 0.05, least_cosine = 0.9, most_change = 0.5, shortest_step = 0.02;
  constexpr int most_corrections = 5, most_steps = 24;
  const uint32_t n = j.unknowns;
  const Mask none = Lane(1) == Lane(0);
  Lane unit(1e-300);
  for (uint32_t m = 0; m < j.movers; ++m) unit = max(Lane::load(j.mover[m].lambda) * Lane::load(j.payoff_range), unit);
  const auto square = [&](const Lane* a, const Lane* b) {
    Lane sum = unit * unit;
    for (uint32_t k = 0; k < n; ++k) sum += a[k] * b[k];
    return sum;
  };
  const auto keep = [&](const Mask& which) {
    for (uint32_t k = 0; k < n; ++k) room.point[k] = select(which, room.x[k], room.point[k]);
    for (uint32_t k = n; k < joint_sides * n; ++k) room.kept[k] = select(which, room.side[k], room.kept[k]);
  };
  for (uint32_t k = 0; k < n; ++k) room.x[k] = select(active, Lane(0), room.x[k]);
  look_jointly(j, at, Lane(0), joint_sides, room);
  ++iterations;
  keep(Lane(0) == Lane(0));
  Lane from(0), step(1);
  Mask left = active, lost = none;
  for (int steps = 0; steps < most_steps && any(left); ++steps) {
    const Lane to = min(from + step, Lane(1)), length = to - from;
    for (uint32_t k = 0; k < n; ++k)
      room.x[k] = select(left, room.point[k] + length * room.kept[tangent * n + k], room.x[k]);
    Mask correcting = left, stands = none;
    Lane first(0), before(0), nearness(0);
    for (int i = 0; i < most_corrections && any(correcting); ++i) {
      const JointLook seen = look_jointly(j, at, select(left, to, Lane(1)), joint_sides, room);
      ++iterations;
      nearness = Lane(0);
      for (uint32_t k = first_push * n; k < joint_sides * n; ++k) nearness = max(abs(room.side[k]), nearness);
      const Mask shrinks = i == 0 ? seen.step_size <= Lane(largest_correction)
                                  : seen.step_size <= max(before * Lane(contraction), Lane(1e-11));
      correcting = correcting & shrinks;
      if (i == 0) first = seen.step_size;
      for (uint32_t k = 0; k < n; ++k) room.x[k] = select(correcting, room.x[k] + room.side[k], room.x[k]);
      const Mask good =
          correcting & (seen.step_size <= Lane(good_correction)) & (seen.step_size * nearness <= Lane(response_error));
      // Judged at the point looked at last, which is close by.
      const Lane cosine = square(room.kept + tangent * n, room.side + tangent * n),
                 sizes = square(room.kept + tangent * n, room.kept + tangent * n) *
                         square(room.side + tangent * n, room.side + tangent * n);
      Mask believed = good & (seen.determinant > Lane(0)) & (cosine > Lane(0)) &
                      (cosine * cosine >= Lane(least_cosine * least_cosine) * sizes);
      for (uint32_t side = first_push; side < joint_sides; ++side) {
        Lane change(0), size(0);
        for (uint32_t k = side * n; k < (side + 1) * n; ++k) {
          change = max(abs(room.side[k] - room.kept[k]), change);
          size = max(abs(room.side[k]), max(abs(room.kept[k]), size));
        }
        believed = believed & (change <= Lane(most_change) * size);
      }
      keep(believed);
      stands = stands | believed;
      correcting = correcting & ~good;
      before = seen.step_size;
    }
    // What a step's first correction makes of the next; a step that was not believed is shortened.
    const Lane ratio = Lane(wanted_correction) * reciprocal(max(first, Lane(1e-3)));
    const Lane grown =
        length *
        min(max(Lane(0.4), select(ratio > Lane(1), Lane(1) + (ratio - Lane(1)) * Lane(0.25), ratio)), Lane(2.5));
    from = select(stands, to, from);
    step = select(stands, grown, length * Lane(0.4));
    lost = lost | (left & ~stands & (step < Lane(shortest_step)));
    left = left & ~lost & ~(from >= Lane(1));
  }
  return lost | left;
}

// The choice at eight places, into room.log_sigma, room.sigma and room.place.
inline void choose_jointly(const JointJob& j, const JointGroup& at, JointRoom& room, Rescue rescue, void* context,
                           MoveStatistics& statistics) {
  Mask failed = Lane(0) == Lane(0);
  if (room.begun && j.near) failed = newton_jointly(j, at, failed, room, statistics.iterations);
  if (any(failed)) {
    const Mask tried = failed;
    failed = trace_jointly(j, at, tried, room, statistics.iterations);
    for (uint32_t k = 0; k < j.unknowns; ++k) room.point[k] = room.x[k];
    failed = failed | newton_jointly(j, at, tried & ~failed, room, statistics.iterations);
    // Newton's method may take no more than what is left of a correction.
    constexpr double near_end = 0.1;
    for (uint32_t k = 0; k < j.unknowns; ++k)
      failed = failed | (tried & (abs(room.x[k] - room.point[k]) > Lane(near_end)));
    for (uint32_t w = 0; room.begun && w < at.count; ++w)
      statistics.traced[at.world[w]] += get(tried, w) && !get(failed, w);
  }
  if (any(failed)) {
    for (uint32_t w = 0; w < lanes; ++w) {
      if (!get(failed, w)) continue;
      double* x = reinterpret_cast<double*>(room.x) + w;
      if (w < at.count)
        rescue(context, at.point[w], at.world[w], x);
      else
        for (uint32_t k = 0; k < j.unknowns; ++k) x[k * lanes] = x[k * lanes - 1];
    }
    room.residual = look_jointly(j, at, Lane(1), newton_step + 1, room).residual;
  }
  room.begun = true;
  for (uint32_t w = 0; w < at.count; ++w) {
    double precision = 1e-300;
    for (uint32_t m = 0; m < j.movers; ++m)
      precision = precision > j.mover[m].lambda[w] ? precision : j.mover[m].lambda[w];
    double& most = statistics.residual[at.world[w]];
    if (room.residual[w] / precision > most) most = room.residual[w] / precision;
  }
}

}  // namespace casus::solve::CASUS_ISA

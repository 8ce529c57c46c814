// The kernels of sweep.h, forwards: choices and beliefs from log-odds. Include it as sweep_parts_impl.h says.
#pragma once
#include "solve/exact/sweep_turn_impl.h"

namespace casus::solve::CASUS_SWEEP_NAMESPACE {

inline void forward(const SweepJob& j) {
  const SweepGame& g = j.game;
  const SweepNode& start = g.node[j.history[0].node];
  for (uint32_t a = 0; a < start.axes; ++a)
    put(j.belief, size_t{j.history[0].belief} + a, at(j.worlds.prior_log_odds, g.axis[start.first_axis + a]));
  for (uint32_t h = 0; h < j.histories; ++h) {
    if (ended(j, h)) return;
    const SweepHistory& history = j.history[h];
    const SweepNode& n = g.node[history.node];
    const SweepMover* movers = g.mover + n.first_mover;
    double* log_sigma = j.log_sigma + size_t{history.chance} * lanes;
    if (n.implicit)
      for (uint32_t m = 0; m < n.movers; ++m)
        for (uint32_t t = 0; t < movers[m].types; ++t) {
          double* to = log_sigma + (movers[m].chance + t * movers[m].options) * lanes;
          if (const uint32_t tie = g.tie(movers[m], t); tie != none)
            bind(j, movers[m].options, tie, to);
          else
            log_soft_max(j.z + (size_t{history.unknown} + movers[m].unknown + t * (movers[m].options - 1)) * lanes,
                         movers[m].options, to);
        }
    const double* here = j.belief + size_t{history.belief} * lanes;
    for (uint32_t e = 0; e < n.edges; ++e) {
      const SweepHistory& next = j.history[j.child[history.first_child + e]];
      if (next.from != h || next.from_edge != e) continue;
      const SweepEdge& edge = g.edge[n.first_edge + e];
      for (uint32_t b = 0; b < edge.beliefs; ++b) {
        const SweepBelief& belief = g.belief[edge.first_belief + b];
        if (belief.mixed) {
          Scratch room{reinterpret_cast<L*>(j.scratch)};
          Mixing mixing(j, h);
          mixing.find_shares(e, belief, room);
          put(j.belief, size_t{next.belief} + b, mixing.log_odds(belief.type));
          continue;
        }
        L l = belief.own == none ? at(j.worlds.prior_log_odds, belief.axis) : at(here, belief.own);
        if (belief.mover != none) {
          const SweepMover& m = movers[belief.mover];
          const uint32_t o = e / m.stride % m.options;
          l += at(log_sigma, m.chance + belief.type * m.options + o) - at(log_sigma, m.chance + o);
        }
        if (belief.odds) l += at(j.worlds.shift, belief.odds);
        put(j.belief, size_t{next.belief} + b, l);
      }
    }
  }
}

// The mean of dz over a mover's options, given its type, in every direction: [chance of the type's first][direction].
inline void find_means(const SweepJob& j, const SweepHistory& history, const SweepNode& n, L* mean) {
  for (uint32_t k = 0; k < n.movers; ++k) {
    const SweepMover& m = j.game.mover[n.first_mover + k];
    for (uint32_t t = 0; t < m.types; ++t) {
      const double* log_sigma = j.log_sigma + (size_t{history.chance} + m.chance + t * m.options) * lanes;
      const size_t unknown = size_t{history.unknown} + m.unknown + t * (m.options - 1);
      L* to = mean + size_t{m.chance + t * m.options} * directions;
      for (uint32_t d = 0; d < directions; ++d) to[d] = L(0);
      for (uint32_t i = 1; i < m.options; ++i) {
        const L sigma = exp(at(log_sigma, i));
        for (uint32_t d = 0; d < directions; ++d) to[d] += sigma * at(j.step[d], unknown + i - 1);
      }
    }
  }
}

// How log sigma of a mover's type moves in a direction: dz_o less the mean of dz.
inline L change_of(const SweepJob& j, const SweepHistory& history, const SweepMover& m, uint32_t type, uint32_t option,
                   uint32_t direction, const L* mean) {
  const size_t unknown = size_t{history.unknown} + m.unknown + type * (m.options - 1);
  const L& level = mean[size_t{m.chance + type * m.options} * directions + direction];
  return option ? at(j.step[direction], unknown + option - 1) - level : -level;
}

inline void move_mixed(const SweepJob& j, uint32_t h, const Mixing& mixing, uint32_t type, const double* moved,
                       const L* mean, size_t to) {
  const SweepHistory& history = j.history[h];
  const SweepNode& n = j.game.node[history.node];
  for (uint32_t d = 0; d < directions; ++d) {
    L l(0);
    for (uint32_t a = 0; a < n.axes; ++a) l += mixing.by_belief[type * n.axes + a] * at(moved, a * directions + d);
    for (uint32_t k = 0; n.implicit && k < n.movers; ++k) {
      const SweepMover& m = j.game.mover[n.first_mover + k];
      for (uint32_t t = 0; t < m.types; ++t)
        for (uint32_t o = 0; m.options > 1 && o < m.options; ++o)
          l += mixing.by_chance[type * n.chances + m.chance + t * m.options + o] *
               change_of(j, history, m, t, o, d, mean);
    }
    put(j.moved, to + d, l);
  }
}

inline void directions_of(const SweepJob& j) {
  const SweepGame& g = j.game;
  for (uint32_t h = 0; h < j.histories; ++h) {
    if (ended(j, h)) return;
    const SweepHistory& history = j.history[h];
    const SweepNode& n = g.node[history.node];
    const SweepMover* movers = g.mover + n.first_mover;
    const double* moved = j.moved + size_t{history.belief} * directions * lanes;
    const uint32_t columns = directions + n.axes;
    Scratch room{reinterpret_cast<L*>(j.scratch)};
    const L* mean = nullptr;
    if (n.implicit) {
      for (uint32_t u = 0; u < n.unknowns; ++u) {
        const double* response = j.response + (size_t{history.response} + size_t{u} * columns) * lanes;
        for (uint32_t d = 0; d < directions; ++d) {
          L x = at(response, d);
          for (uint32_t a = 0; a < n.axes; ++a) x += at(response, directions + a) * at(moved, a * directions + d);
          put(j.step[d], size_t{history.unknown} + u, x);
        }
      }
      L* found = room.take(size_t{n.chances} * directions);
      find_means(j, history, n, found);
      mean = found;
    }
    for (uint32_t e = 0; e < n.edges; ++e) {
      const SweepHistory& next = j.history[j.child[history.first_child + e]];
      if (next.from != h || next.from_edge != e) continue;
      const SweepEdge& edge = g.edge[n.first_edge + e];
      for (uint32_t b = 0; b < edge.beliefs; ++b) {
        const SweepBelief& belief = g.belief[edge.first_belief + b];
        if (belief.mixed) {
          Scratch left = room;
          Mixing mixing(j, h);
          mixing.find_shares(e, belief, left);
          mixing.spread(left);
          move_mixed(j, h, mixing, belief.type, moved, mean, (size_t{next.belief} + b) * directions);
          continue;
        }
        for (uint32_t d = 0; d < directions; ++d) {
          L l = belief.own == none ? L(0) : at(moved, belief.own * directions + d);
          if (belief.mover != none) {
            const SweepMover& m = movers[belief.mover];
            const uint32_t o = e / m.stride % m.options;
            l += change_of(j, history, m, belief.type, o, d, mean) - change_of(j, history, m, 0, o, d, mean);
          }
          put(j.moved, (size_t{next.belief} + b) * directions + d, l);
        }
      }
    }
  }
}

}  // namespace casus::solve::CASUS_SWEEP_NAMESPACE

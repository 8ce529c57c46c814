// The kernels of sweep.h where several edges lead to what is seen, or a type changes: what is believed then, by Bayes'
// rule over everything that may have led there,
//
//   after(u) ~ sum over edges e of what is seen and types t of  before(t) P(e | t) Q_e(u | t),
//
// P(e | t) being the choices that make the edge times the odds of its signal, and Q what becomes of the type (Nayyar,
// Mahajan & Teneketzis 2013, eq. 20; types that change as in Pavan, Segal & Toikka 2014). Include it as
// sweep_parts_impl.h says.
#pragma once
#include "solve/exact/sweep_parts_impl.h"

namespace casus::solve::CASUS_SWEEP_NAMESPACE {

class Mixing {
 public:
  Mixing(const SweepJob& job, uint32_t h)
      : j(job),
        g(job.game),
        history(job.history[h]),
        n(job.game.node[history.node]),
        movers(job.game.mover + n.first_mover) {}

  // For the belief numbered b among those that the successor by `edge` reads; room for find_shares, then for spread.
  void find_shares(uint32_t edge, const SweepBelief& belief, Scratch& room) {
    k = g.axis_informed[belief.axis];
    types = g.types[k];
    axis = belief.axis - (belief.type - 1);
    own = belief.own == none ? none : belief.own - (belief.type - 1);
    first = n.signals > 0 ? edge % n.signals : edge;
    step = n.signals > 0 ? n.signals : n.edges;
    edges = n.signals > 0 ? n.edges / n.signals : 1;
    share = room.take(size_t{types} * edges * types);
    after = room.take(types);
    L* weight = room.take(size_t{edges} * types);
    weigh(weight);
    // By logarithms, each type by itself: of what is bound not to be done beliefs hang on how seldom it is.
    L most(never);
    for (uint32_t u = 0; u < types; ++u) {
      L* part_of = share + u * edges * types;
      L top(never), sum(0);
      for (uint32_t i = 0; i < edges; ++i)
        for (uint32_t t = 0; t < types; ++t) {
          const L becomes = turn_odds(i, t, u);
          L& part = part_of[i * types + t];
          part = select(becomes > L(0), weight[i * types + t] + log(max(becomes, L(least))), L(never));
          top = max(top, part);
        }
      const auto possible = top > L(never);
      for (uint32_t i = 0; i < edges * types; ++i) sum += part_of[i] = select(possible, exp(part_of[i] - top), L(0));
      const L by = L(1) / select(possible, sum, L(1));
      for (uint32_t i = 0; i < edges * types; ++i) part_of[i] *= by;
      after[u] = select(possible, top + log(select(possible, sum, L(1))), L(never));
      most = max(most, after[u]);
    }
    // A type that cannot be keeps a vanishing weight, so that log-odds stay finite.
    for (uint32_t u = 0; u < types; ++u) after[u] = max(after[u], most - L(certain));
  }
  // Log-odds of type u.
  L log_odds(uint32_t u) const { return after[u] - after[0]; }

  // How the log-odds of each type after move with the beliefs at the history, [type][axis of the node], and with log
  // sigma there, [type][chance].
  void spread(Scratch& room) {
    by_belief = room.take(size_t{types} * n.axes);
    by_chance = room.take(size_t{types} * n.chances);
    for (size_t i = 0; i < size_t{types} * n.axes; ++i) by_belief[i] = L(0);
    for (size_t i = 0; i < size_t{types} * n.chances; ++i) by_chance[i] = L(0);
    for (uint32_t u = 1; u < types; ++u)
      for (uint32_t i = 0; i < edges; ++i)
        for (uint32_t t = 0; t < types; ++t) {
          const L part = share[(u * edges + i) * types + t] - share[i * types + t];
          if (own != none && t > 0) by_belief[u * n.axes + own + t - 1] += part;
          for (uint32_t m = 0; m < n.movers; ++m)
            if (counts(m)) by_chance[u * n.chances + chance_of(m, first + i * step, t)] += part;
        }
  }

  uint32_t types = 0;
  L *by_belief = nullptr, *by_chance = nullptr;

 private:
  static constexpr double least = 1e-300, never = -1e300, certain = 5e4;

  // Whether a mover's choice tells of the actor: its own, or what nobody sees of others.
  bool counts(uint32_t m) const {
    return movers[m].options > 1 && (movers[m].informed == k || (n.signals > 0 && movers[m].informed == none));
  }
  uint32_t chance_of(uint32_t m, uint32_t edge, uint32_t type) const {
    const SweepMover& mover = movers[m];
    return mover.chance + (mover.informed == k ? type : 0) * mover.options + edge / mover.stride % mover.options;
  }

  // log before(t) P(e | t).
  void weigh(L* weight) const {
    const double* here = j.belief + size_t{history.belief} * lanes;
    const double* log_sigma = j.log_sigma + size_t{history.chance} * lanes;
    for (uint32_t i = 0; i < edges; ++i)
      for (uint32_t t = 0; t < types; ++t) {
        L x = t == 0 ? L(0) : own == none ? at(j.worlds.prior_log_odds, axis + t - 1) : at(here, own + t - 1);
        for (uint32_t m = 0; m < n.movers; ++m)
          if (counts(m)) x += at(log_sigma, chance_of(m, first + i * step, t));
        const L p = odds(i, t);
        weight[i * types + t] = select(p > L(0), x + log(max(p, L(least))), L(never));
      }
  }
  L turn_odds(uint32_t i, uint32_t t, uint32_t u) const {
    const SweepEdge& e = g.edge[n.first_edge + first + i * step];
    return e.turned == k ? at(j.worlds.odds, e.turn + t * types + u) : L(t == u ? 1 : 0);
  }
  // Of the signal or outcome of an edge.
  L odds(uint32_t i, uint32_t t) const {
    if (n.informer != k && n.signals == 0) return L(1);
    const SweepEdge& e = g.edge[n.first_edge + first + i * step];
    return at(j.worlds.odds, e.odds + (n.informer == none ? 0 : t));
  }

  const SweepJob& j;
  const SweepGame& g;
  const SweepHistory& history;
  const SweepNode& n;
  const SweepMover* movers;
  uint32_t k = 0, axis = 0, own = none, first = 0, step = 1, edges = 1;
  L *share = nullptr, *after = nullptr;  // share: [type after][edge][type before]
};

// What follows an edge at which a type changes is worth, [row][profile][column], before it is known what it becomes.
inline const double* turned_values(const SweepJob& j, const SweepEdge& edge, const double* next, uint32_t columns,
                                   Scratch& room) {
  const SweepGame& g = j.game;
  const uint32_t types = g.types[edge.turned];
  uint32_t stride = 1;
  for (uint32_t k = 0; k < edge.turned; ++k) stride *= g.types[k];
  const size_t pitch = size_t{columns} * lanes;
  double* out = reinterpret_cast<double*>(room.take(size_t{g.actors} * g.profiles * columns));
  for (uint32_t i = 0; i < g.actors; ++i)
    for (uint32_t p = 0; p < g.profiles; ++p) {
      const uint32_t t = g.type_of[edge.turned * g.profiles + p];
      const double* from = next + (size_t{i} * g.profiles + p - t * stride) * pitch;
      double* to = out + (size_t{i} * g.profiles + p) * pitch;
      for (uint32_t c = 0; c < columns; ++c) put(to, c, L(0));
      for (uint32_t u = 0; u < types; ++u) {
        const L odds = at(j.worlds.odds, edge.turn + t * types + u);
        for (uint32_t c = 0; c < columns; ++c) put(to, c, at(to, c) + odds * at(from + u * stride * pitch, c));
      }
    }
  return out;
}

}  // namespace casus::solve::CASUS_SWEEP_NAMESPACE

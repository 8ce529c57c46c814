// The kernels of sweep.h, backwards: values, worths, choices and their derivatives. Include it as sweep_parts_impl.h
// says.
#pragma once
#include "solve/exact/sweep_eliminate_impl.h"
#include "solve/exact/sweep_forward_impl.h"
#include "solve/exact/sweep_weights_impl.h"

namespace casus::solve::CASUS_SWEEP_NAMESPACE {

template <bool derived>
struct Sweep {
  const SweepJob& j;
  const SweepGame& g = j.game;
  L worst = L(0), turned = L(1);

  // Values of a history stand in rows of a value and, if derived, its derivatives by directions and beliefs.
  static uint32_t width(uint32_t axes) { return derived ? 1 + directions + axes : 1; }

  void run() {
    for (uint32_t h = j.histories; h-- > 0;) {
      if (ended(j, h)) return;
      const SweepNode& n = g.node[j.history[h].node];
      switch (n.kind) {
        case SweepNode::end:
          end(h, n);
          if (n.by_belief) add_by_belief(h, n, values_at(h));
          break;
        case SweepNode::settle:
          settle(h, n);
          if (n.by_belief) add_by_belief(h, n, values_at(h));
          break;
        default:
          choose(h, n);
      }
    }
    store(worst, j.worst);
    if constexpr (derived) store(turned, j.turned);
    const uint32_t rows = g.actors * g.profiles, columns = width(g.node[j.history[0].node].axes);
    for (uint32_t r = 0; r < rows; ++r) put(j.root, r, at(j.values, size_t{j.history[0].value} + size_t{r} * columns));
  }

  double* values_at(uint32_t h) const { return j.values + size_t{j.history[h].value} * lanes; }
  const double* pay_at(uint32_t table) const { return j.worlds.pay + size_t{table} * g.actors * g.profiles * lanes; }

  void end(uint32_t h, const SweepNode& n) const {
    const uint32_t rows = g.actors * g.profiles, columns = width(n.axes);
    const double* pay = pay_at(n.payoff);
    double* out = values_at(h);
    for (uint32_t r = 0; r < rows; ++r) {
      put(out, size_t{r} * columns, at(pay, r));
      for (uint32_t c = 1; c < columns; ++c) put(out, size_t{r} * columns + c, L(0));
    }
  }

  void settle(uint32_t h, const SweepNode& n) const {
    const SweepEdge& edge = g.edge[n.first_edge];
    const double* next = values_at(j.child[j.history[h].first_child]);
    const uint32_t columns = width(n.axes), next_columns = width(edge.beliefs);
    const double* pay = pay_at(n.payoff);
    double* out = values_at(h);
    for (uint32_t i = 0, r = 0; i < g.actors; ++i) {
      const L discount = at(j.worlds.discount, i);
      for (uint32_t p = 0; p < g.profiles; ++p, ++r) {
        const double* from = next + size_t{r} * next_columns * lanes;
        double* to = out + size_t{r} * columns * lanes;
        put(to, 0, at(pay, r) + discount * at(from, 0));
        if constexpr (derived) {
          for (uint32_t d = 1; d <= directions; ++d) put(to, d, discount * at(from, d));
          for (uint32_t a = 0; a < n.axes; ++a) put(to, 1 + directions + a, L(0));
          for (uint32_t b = 0; b < edge.beliefs; ++b) {
            const uint32_t own = g.belief[edge.first_belief + b].own;
            if (own != none) put(to, 1 + directions + own, discount * at(from, 1 + directions + b));
          }
        }
      }
    }
  }

  // Adds what is paid at the end of a round, or of all, that hangs on beliefs.
  void add_by_belief(uint32_t h, const SweepNode& n, double* out) const {
    const uint32_t columns = width(n.axes), found = 1 + n.axes;
    double* paid = j.scratch;
    j.worlds.by_belief(j.worlds.payments, g, j.history[h].node, j.belief + size_t{j.history[h].belief} * lanes, paid);
    for (uint32_t r = 0; r < g.actors * g.profiles; ++r) {
      put(out, size_t{r} * columns, at(out, size_t{r} * columns) + at(paid, size_t{r} * found));
      for (uint32_t a = 0; derived && a < n.axes; ++a) {
        const size_t to = size_t{r} * columns + 1 + directions + a;
        put(out, to, at(out, to) + at(paid, size_t{r} * found + 1 + a));
      }
    }
  }

  // Values after an edge: of the history it leads to, before it is known what becomes of a type there.
  const double* next_of(uint32_t h, uint32_t e, const SweepEdge& edge, Scratch& room) const {
    const double* next = values_at(j.child[j.history[h].first_child + e]);
    return edge.turn == 0 ? next : turned_values(j, edge, next, width(edge.beliefs), room);
  }
  // Finds how a belief after an edge that is mixed moves; null if none is.
  static const Mixing* mix(const SweepGame& g, const SweepEdge& edge, uint32_t e, Mixing& mixing, Scratch& room) {
    for (uint32_t b = 0; b < edge.beliefs; ++b) {
      const SweepBelief& belief = g.belief[edge.first_belief + b];
      if (!belief.mixed) continue;
      mixing.find_shares(e, belief, room);
      mixing.spread(room);
      return &mixing;
    }
    return nullptr;
  }
  // Of a signal or an outcome, given a profile.
  L odds_of(const SweepNode& n, const SweepEdge& edge, uint32_t p) const {
    return at(j.worlds.odds, edge.odds + (n.informer == none ? 0 : g.type_of[n.informer * g.profiles + p]));
  }

  // Expected worth of every option given its mover's type, and its derivatives.
  void find_option_values(uint32_t h, const SweepNode& n, Work& w) const {
    if (n.secret)
      find_option_values<true>(h, n, w);
    else
      find_option_values<false>(h, n, w);
  }
  template <bool secret>
  void find_option_values(uint32_t h, const SweepNode& n, Work& w) const {
    const SweepMover* movers = g.mover + n.first_mover;
    const uint32_t columns = w.columns;
    for (uint32_t i = 0; i < n.chances; ++i) w.q[i] = L(0);
    for (uint32_t i = 0; derived && i < n.chances * columns; ++i) w.dq[i] = L(0);
    for (uint32_t i = 0; derived && n.implicit && i < n.chances * w.slopes; ++i) w.by_sigma[i] = L(0);
    for (uint32_t m = 0; m < n.movers; ++m) {
      const SweepMover& mover = movers[m];
      // What the others' types weigh.
      if (j.worlds.together) weigh_together(j, n, mover, derived, w);
      for (uint32_t p = 0; !j.worlds.together && p < g.profiles; ++p) {
        L x(1);
        for (uint32_t k = 0; k < g.informed; ++k)
          if (k != mover.informed) x *= w.type_weight[g.type_at[k] + g.type_of[k * g.profiles + p]];
        w.weight[p] = x;
      }
      for (uint32_t e = 0; e < n.edges; ++e) {
        const SweepEdge& edge = g.edge[n.first_edge + e];
        const uint32_t o = e / mover.stride % mover.options, row = mover.actor * g.profiles;
        const double* pay = pay_at(edge.payoff) + size_t{row} * lanes;
        const uint32_t next_columns = width(edge.beliefs);
        Scratch room = w.room;
        [[maybe_unused]] Mixing own_mixing(j, h);
        const double* next = values_at(j.child[j.history[h].first_child + e]);
        const Mixing* mixing = nullptr;
        if constexpr (secret) {
          next = next_of(h, e, edge, room);
          if constexpr (derived) mixing = mix(g, edge, e, own_mixing, room);
        }
        next += size_t{row} * next_columns * lanes;
        for (uint32_t p = 0; p < g.profiles; ++p, next += next_columns * lanes) {
          L weight = w.weight[p];
          if (secret && n.signals > 0) weight *= odds_of(n, edge, p);
          for (uint32_t i = 0; i < n.movers; ++i)
            if (i != m) weight *= w.sigma[chance_of(movers[i], e, p)];
          const L worth = at(pay, p) + at(next, 0), part = weight * worth;
          const uint32_t own = chance_of(mover, o * mover.stride, p);
          w.q[own] += part;
          if constexpr (derived)
            derive_option_value<secret>(n, w, m, e, p, edge, mixing, next, weight, part, w.dq + own * columns);
        }
      }
    }
  }

  uint32_t chance_of(const SweepMover& m, uint32_t edge, uint32_t profile) const {
    const uint32_t t = m.informed == none ? 0 : g.type_of[m.informed * g.profiles + profile];
    return m.chance + t * m.options + edge / m.stride % m.options;
  }

  template <bool secret>
  void derive_option_value(const SweepNode& n, Work& w, uint32_t m, uint32_t e, uint32_t p, const SweepEdge& edge,
                           const Mixing* mixing, const double* next, const L& weight, const L& part, L* to) const {
    const SweepMover* movers = g.mover + n.first_mover;
    for (uint32_t d = 0; d < directions; ++d) to[d] += weight * at(next, 1 + d);
    // Beliefs weigh the others' types ...
    for (uint32_t a = 0; a < n.axes; ++a) {
      const uint32_t axis = g.axis[n.first_axis + a], k = g.axis_informed[axis], t = g.axis_type[axis];
      if (k == movers[m].informed) continue;
      const uint32_t mine = movers[m].informed == none ? 0 : g.type_of[movers[m].informed * g.profiles + p];
      const L share = j.worlds.together ? w.given[mine * n.axes + a] : w.type_weight[g.type_at[k] + t];
      to[directions + a] += part * (g.type_of[k * g.profiles + p] == t ? L(1) - share : -share);
    }
    // ... and are read by what follows.
    const uint32_t own = chance_of(movers[m], e, p);
    for (uint32_t b = 0; b < edge.beliefs; ++b) {
      const SweepBelief& belief = g.belief[edge.first_belief + b];
      const L slope = weight * at(next, 1 + directions + b);
      if (secret && belief.mixed) {
        for (uint32_t a = 0; a < n.axes; ++a) to[directions + a] += slope * mixing->by_belief[belief.type * n.axes + a];
        for (uint32_t i = 0; n.implicit && i < n.chances; ++i)
          w.by_sigma[own * n.chances + i] += slope * mixing->by_chance[belief.type * n.chances + i];
        continue;
      }
      if (belief.own != none) to[directions + belief.own] += slope;
      if (belief.mover == none || !n.implicit) continue;
      const SweepMover& teller = movers[belief.mover];
      const uint32_t first = n.alone ? 0 : teller.chance + e / teller.stride % teller.options;
      L* by_sigma = w.by_sigma + own * w.slopes + first;
      by_sigma[belief.type * (n.alone ? 1 : teller.options)] += slope;
      *by_sigma -= slope;
    }
    for (uint32_t i = 0; n.implicit && i < n.movers; ++i)
      if (i != m) w.by_sigma[own * n.chances + chance_of(movers[i], e, p)] += part;
  }

  // Residuals, and the linearised equations' answer: w.change, how log sigma moves with directions and beliefs.
  void settle_choice(uint32_t h, const SweepNode& n, Work& w) {
    const SweepHistory& history = j.history[h];
    const SweepMover* movers = g.mover + n.first_mover;
    const uint32_t columns = w.columns;
    for (uint32_t m = 0; m < n.movers; ++m) {
      const SweepMover& mover = movers[m];
      for (uint32_t t = 0; t < mover.types; ++t) {
        // A bound type wants nothing.
        const bool free = g.tie(mover, t) == none;
        const L lambda = free ? at(j.worlds.precision, mover.actor) : L(0);
        [[maybe_unused]] const L slope = derived && free ? at(j.worlds.precision_slope, mover.actor) : L(0);
        for (uint32_t o = 1; o < mover.options; ++o) {
          const uint32_t best = mover.chance + t * mover.options, u = mover.unknown + t * (mover.options - 1) + o - 1;
          const L gap = w.q[best + o] - w.q[best];
          L* right = w.right + u * columns;
          if constexpr (derived)
            for (uint32_t c = 0; c < columns; ++c)
              right[c] = lambda * (w.dq[(best + o) * columns + c] - w.dq[best * columns + c]);
          if constexpr (derived) right[along_precision] += slope * gap;
          if (!n.implicit) continue;
          const L residual = at(j.z, size_t{history.unknown} + u) - lambda * gap;
          put(j.residual, size_t{history.unknown} + u, residual);
          worst = max(abs(residual), worst);
          if constexpr (derived) {
            right[to_solution] -= residual;
            if (free) right[against_push] += L(push(history.unknown + u));
          }
        }
      }
    }
    if constexpr (derived) {
      if (n.implicit) {
        turned *= eliminate(j, n, w);
        for (uint32_t i = 0; i < n.unknowns * columns; ++i) put(j.response, size_t{history.response} + i, w.right[i]);
      }
      find_change(n, w);
    }
  }

  void find_change(const SweepNode& n, Work& w) const {
    const SweepMover* movers = g.mover + n.first_mover;
    const uint32_t columns = w.columns;
    for (uint32_t m = 0; m < n.movers; ++m)
      for (uint32_t t = 0; t < movers[m].types; ++t) {
        const uint32_t from = movers[m].chance + t * movers[m].options;
        const L* dz = w.right + size_t{movers[m].unknown + t * (movers[m].options - 1)} * columns;
        for (uint32_t c = 0; c < columns; ++c) {
          L mean(0);
          for (uint32_t o = 1; o < movers[m].options; ++o) mean += w.sigma[from + o] * dz[(o - 1) * columns + c];
          w.change[from * columns + c] = -mean;
          for (uint32_t o = 1; o < movers[m].options; ++o)
            w.change[(from + o) * columns + c] = dz[(o - 1) * columns + c] - mean;
        }
      }
  }

  void find_sigma(uint32_t h, const SweepNode& n, Work& w) const {
    const double* log_sigma = j.log_sigma + size_t{j.history[h].chance} * lanes;
    for (uint32_t i = 0; i < n.chances; ++i) w.sigma[i] = exp(at(log_sigma, i));
  }

  // Moves (with or without a choice) and chance.
  void choose(uint32_t h, const SweepNode& n) {
    const SweepHistory& history = j.history[h];
    const SweepMover* movers = g.mover + n.first_mover;
    Scratch room{reinterpret_cast<L*>(j.scratch)};
    Work w{};
    w.columns = derived ? directions + n.axes : 0;
    if (n.movers > 0) {
      w.type_weight = room.take(g.type_at[g.informed]);
      w.weight = room.take(g.profiles);
      if (j.worlds.together) {
        w.log_weight = room.take(g.type_at[g.informed]);
        w.given = room.take(most_types * (n.axes + 2));
      }
      w.sigma = room.take(n.chances);
      w.q = room.take(n.chances);
      w.dq = room.take(size_t{n.chances} * w.columns);
      w.slopes = n.alone ? movers[0].types : n.chances;
      w.by_sigma = room.take(derived && n.implicit ? size_t{n.chances} * w.slopes : 0);
      w.change = room.take(size_t{n.chances} * w.columns);
      w.block = room.take(derived && n.implicit ? size_t{n.unknowns} * n.unknowns : 0);
      w.right = room.take(size_t{n.unknowns} * w.columns);
      w.room = room;
      if (j.worlds.together)
        find_log_weights(j, n, j.belief + size_t{history.belief} * lanes, w);
      else
        find_weights(j, n, j.belief + size_t{history.belief} * lanes, w);
      if (n.implicit) find_sigma(h, n, w);
      // Else one mover chooses at most, and the others' only options are certain.
      for (uint32_t i = 0; !n.implicit && n.movers > 1 && i < n.chances; ++i) w.sigma[i] = L(1);
      find_option_values(h, n, w);
      if (!n.implicit) {
        // The reply does not move what it replies to.
        find_reply(history, n, w);
        find_sigma(h, n, w);
        // What the others' options are worth hangs on it.
        if (j.option_value && n.movers > 1) find_option_values(h, n, w);
      }
      for (uint32_t i = 0; j.option_value && i < n.chances; ++i)
        put(j.option_value, size_t{history.chance} + i, w.q[i]);
      settle_choice(h, n, w);
    }
    w.share = room.take(g.profiles);
    w.gain = room.take(size_t{g.profiles} * w.columns);
    w.room = room;
    const uint32_t rows = g.actors * g.profiles, out_columns = width(n.axes);
    double* out = values_at(h);
    const double* here = pay_at(n.payoff);
    for (uint32_t r = 0; r < rows; ++r) {
      put(out, size_t{r} * out_columns, n.payoff ? at(here, r) : L(0));
      for (uint32_t c = 1; c < out_columns; ++c) put(out, size_t{r} * out_columns + c, L(0));
    }
    for (uint32_t e = 0; e < n.edges; ++e)
      if (n.secret)
        add_edge<true>(h, n, movers, e, w, out);
      else
        add_edge<false>(h, n, movers, e, w, out);
  }

  // What a value gains where a belief that is mixed moves.
  void add_mixed(const SweepNode& n, const Work& w, const Mixing& mixing, uint32_t type, const L& slope,
                 double* out) const {
    for (uint32_t a = 0; a < n.axes; ++a)
      put(out, 1 + directions + a, at(out, 1 + directions + a) + slope * mixing.by_belief[type * n.axes + a]);
    for (uint32_t i = 0; n.movers > 0 && i < n.chances; ++i) {
      const L by = slope * mixing.by_chance[type * n.chances + i];
      for (uint32_t c = 0; c < w.columns; ++c) put(out, 1 + c, at(out, 1 + c) + by * w.change[i * w.columns + c]);
    }
  }

  void find_reply(const SweepHistory& history, const SweepNode& n, const Work& w) const {
    const SweepMover* movers = g.mover + n.first_mover;
    for (uint32_t m = 0; m < n.movers; ++m) {
      const L lambda = at(j.worlds.precision, movers[m].actor);
      for (uint32_t t = 0; t < movers[m].types; ++t) {
        const uint32_t from = movers[m].chance + t * movers[m].options;
        double* to = j.log_sigma + (size_t{history.chance} + from) * lanes;
        if (const uint32_t tie = g.tie(movers[m], t); tie != none) {
          bind(j, movers[m].options, tie, to);
          continue;
        }
        L top(0);
        for (uint32_t o = 1; o < movers[m].options; ++o) top = max(top, lambda * (w.q[from + o] - w.q[from]));
        L sum = exp(-top);
        for (uint32_t o = 1; o < movers[m].options; ++o) sum += exp(lambda * (w.q[from + o] - w.q[from]) - top);
        const L norm = top + log(sum);
        for (uint32_t o = 0; o < movers[m].options; ++o) put(to, o, lambda * (w.q[from + o] - w.q[from]) - norm);
      }
    }
  }

  // Adds an edge's share to a history's values: probability x (payment + what follows).
  template <bool secret>
  void add_edge(uint32_t h, const SweepNode& n, const SweepMover* movers, uint32_t e, Work& w, double* out) const {
    const SweepEdge& edge = g.edge[n.first_edge + e];
    const uint32_t columns = w.columns, out_columns = width(n.axes), next_columns = width(edge.beliefs);
    for (uint32_t p = 0; p < g.profiles; ++p) {
      L x(1);
      if (n.kind == SweepNode::chance || (secret && n.signals > 0)) x = odds_of(n, edge, p);
      for (uint32_t c = 0; c < columns; ++c) w.gain[p * columns + c] = L(0);
      for (uint32_t m = 0; m < n.movers; ++m) {
        const uint32_t own = chance_of(movers[m], e, p);
        x *= w.sigma[own];
        for (uint32_t c = 0; c < columns; ++c) w.gain[p * columns + c] += w.change[own * columns + c];
      }
      w.share[p] = x;
    }
    const double* pay = pay_at(edge.payoff);
    [[maybe_unused]] Scratch room = w.room;
    [[maybe_unused]] Mixing own_mixing(j, h);
    const double* next = values_at(j.child[j.history[h].first_child + e]);
    [[maybe_unused]] const Mixing* mixing = nullptr;
    if constexpr (secret) {
      next = next_of(h, e, edge, room);
      if constexpr (derived) mixing = mix(g, edge, e, own_mixing, room);
    }
    for (uint32_t i = 0, r = 0; i < g.actors; ++i)
      for (uint32_t p = 0; p < g.profiles; ++p, ++r, next += next_columns * lanes, out += out_columns * lanes) {
        const L share = w.share[p];
        const L worth = edge.payoff ? at(pay, r) + at(next, 0) : at(next, 0);
        put(out, 0, at(out, 0) + share * worth);
        if constexpr (!derived) continue;
        const L all = share * worth;
        for (uint32_t d = 0; d < directions; ++d) {
          L x = at(out, 1 + d) + share * at(next, 1 + d);
          if (n.movers > 0) x += all * w.gain[p * columns + d];
          put(out, 1 + d, x);
        }
        for (uint32_t a = 0; n.movers > 0 && a < n.axes; ++a)
          put(out, 1 + directions + a, at(out, 1 + directions + a) + all * w.gain[p * columns + directions + a]);
        for (uint32_t b = 0; b < edge.beliefs; ++b) {
          const SweepBelief& belief = g.belief[edge.first_belief + b];
          const L slope = share * at(next, 1 + directions + b);
          if (secret && belief.mixed) {
            add_mixed(n, w, *mixing, belief.type, slope, out);
            continue;
          }
          if (belief.own != none) put(out, 1 + directions + belief.own, at(out, 1 + directions + belief.own) + slope);
          if (belief.mover == none) continue;
          const SweepMover& m = movers[belief.mover];
          const uint32_t first = m.chance + e / m.stride % m.options;
          const L* of_type = w.change + size_t{first + belief.type * m.options} * columns;
          const L* of_first = w.change + size_t{first} * columns;
          for (uint32_t c = 0; c < columns; ++c) put(out, 1 + c, at(out, 1 + c) + slope * (of_type[c] - of_first[c]));
        }
      }
  }
};

inline void backward(const SweepJob& j) {
  Sweep<true>{j}.run();
}
inline void evaluate(const SweepJob& j) {
  Sweep<false>{j}.run();
}

}  // namespace casus::solve::CASUS_SWEEP_NAMESPACE

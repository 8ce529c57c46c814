// The kernels of sweep.h, at one history: the linearised equations of its choices, solved for all right-hand sides.
// Include it as sweep_parts_impl.h says.
//
// Where one mover chooses alone, what an option is worth hangs on how likely each type is to take it and on nothing
// else. So the equations of option o, with U_o = lambda (B_o - B_0) and B_o = dQ_o / d log sigma(o), types by types,
//
//   (I - lambda B_o) dz_o + U_o dN = right_o,      dN = sum over o of sigma_o dz_o,
//
// hang together through the normalisers N of the types alone (log sigma = z - N), and Woodbury's formula solves them in
// a time that grows with the options and not with their cube. The determinant is the product of the options' and of
// that of the normalisers' equations.
#pragma once
#include "solve/exact/sweep_parts_impl.h"

namespace casus::solve::CASUS_SWEEP_NAMESPACE {

// What stands at a history while its choice or chance is worked out.
struct Work {
  uint32_t columns;  // of derivatives: directions and beliefs
  // dQ / d log sigma stands in rows [chance], of all chances or, where one mover chooses alone, of the option's types.
  uint32_t slopes;
  L *type_weight, *log_weight, *given, *weight, *sigma, *q, *dq, *by_sigma, *change, *block, *right, *share, *gain;
  Scratch room;  // for what is worked out at one edge
};

inline L precision_of(const SweepJob& j, const SweepMover& mover, uint32_t type) {
  return j.game.tie(mover, type) == none ? at(j.worlds.precision, mover.actor) : L(0);
}

// (I - lambda dQ/dz) dz = right, all equations at once; w.right becomes dz. Returns the determinant's sign.
inline L eliminate_together(const SweepJob& j, const SweepNode& n, Work& w) {
  const SweepMover* movers = j.game.mover + n.first_mover;
  const L damped = L(1) + at(j.damping, 0);
  for (uint32_t m = 0; m < n.movers; ++m) {
    const SweepMover& mover = movers[m];
    for (uint32_t t = 0; t < mover.types; ++t) {
      const L lambda = precision_of(j, mover, t);
      const L* first = w.by_sigma + size_t{mover.chance + t * mover.options} * n.chances;
      for (uint32_t o = 1; o < mover.options; ++o) {
        const uint32_t u = mover.unknown + t * (mover.options - 1) + o - 1;
        const L* option = first + size_t{o} * n.chances;
        for (uint32_t k = 0; k < n.movers; ++k)
          for (uint32_t s = 0; s < movers[k].types; ++s) {
            const uint32_t from = movers[k].chance + s * movers[k].options;
            L sum(0);
            for (uint32_t i = 0; i < movers[k].options; ++i) sum += option[from + i] - first[from + i];
            for (uint32_t i = 1; i < movers[k].options; ++i) {
              const uint32_t v = movers[k].unknown + s * (movers[k].options - 1) + i - 1;
              const L slope = option[from + i] - first[from + i] - w.sigma[from + i] * sum;
              w.block[u * n.unknowns + v] = (u == v ? damped : L(0)) - lambda * slope;
            }
          }
      }
    }
  }
  return solve_block(n.unknowns, w.block, w.columns, w.right);
}

// The same for a mover alone, from its slopes by option: where an option by itself is all but singular.
inline L eliminate_option_rows(const SweepJob& j, const SweepNode& n, Work& w) {
  const SweepMover& mover = j.game.mover[n.first_mover];
  const uint32_t types = mover.types, options = mover.options;
  const L damped = L(1) + at(j.damping, 0);
  for (uint32_t t = 0; t < types; ++t) {
    const L lambda = precision_of(j, mover, t);
    const L* first = w.by_sigma + size_t{t} * options * types;
    for (uint32_t o = 1; o < options; ++o) {
      const uint32_t u = t * (options - 1) + o - 1;
      for (uint32_t s = 0; s < types; ++s) {
        const L own = first[o * types + s], sum = own - first[s];
        for (uint32_t i = 1; i < options; ++i) {
          const uint32_t v = s * (options - 1) + i - 1;
          const L slope = (i == o ? own : L(0)) - w.sigma[s * options + i] * sum;
          w.block[size_t{u} * n.unknowns + v] = (u == v ? damped : L(0)) - lambda * slope;
        }
      }
    }
  }
  return solve_block(n.unknowns, w.block, w.columns, w.right);
}

// Option by option. An option's own equations may be singular where all together are not; `doubtful` where they come so
// near that digits are lost, and w.right is then as it was.
inline L eliminate_options(const SweepJob& j, const SweepNode& n, Work& w, bool& doubtful) {
  constexpr double least_pivot = 1e-5;  // to the option's largest slope: what is lost is as many digits
  const SweepMover& mover = j.game.mover[n.first_mover];
  const uint32_t types = mover.types, options = mover.options, columns = w.columns, sides = columns + types;
  const L damped = L(1) + at(j.damping, 0);
  Scratch room{w.room};
  L* equations = room.take(types * types);
  L* normalisers = room.take(types * types);
  L* normal_right = room.take(types * columns);
  L* right = room.take(size_t{options - 1} * types * sides);  // of each option: its right-hand sides, then U_o
  L sign(1);
  for (uint32_t s = 0; s < types; ++s) {
    for (uint32_t t = 0; t < types; ++t) normalisers[s * types + t] = L(s == t ? 1 : 0);
    for (uint32_t c = 0; c < columns; ++c) normal_right[s * columns + c] = L(0);
  }
  for (uint32_t o = 1; o < options; ++o) {
    L* of = right + size_t{o - 1} * types * sides;
    L size = damped;
    for (uint32_t t = 0; t < types; ++t) {
      const L lambda = precision_of(j, mover, t);
      const L *first = w.by_sigma + size_t{t} * options * types, *own = first + o * types;
      const L* given = w.right + (size_t{t} * (options - 1) + o - 1) * columns;
      for (uint32_t c = 0; c < columns; ++c) of[t * sides + c] = given[c];
      for (uint32_t s = 0; s < types; ++s) {
        const L x = (t == s ? damped : L(0)) - lambda * own[s];
        equations[t * types + s] = x;
        size = max(size, abs(x));
        of[t * sides + columns + s] = lambda * (own[s] - first[s]);
      }
    }
    sign *= solve_block(types, equations, sides, of);
    for (uint32_t t = 0; t < types; ++t)
      if (any(abs(equations[t * types + t]) < size * L(least_pivot))) {
        doubtful = true;
        return sign;
      }
    for (uint32_t t = 0; t < types; ++t) {
      const L sigma = w.sigma[t * options + o];
      for (uint32_t c = 0; c < columns; ++c) normal_right[t * columns + c] += sigma * of[t * sides + c];
      for (uint32_t s = 0; s < types; ++s) normalisers[t * types + s] += sigma * of[t * sides + columns + s];
    }
  }
  sign *= solve_block(types, normalisers, columns, normal_right);
  for (uint32_t o = 1; o < options; ++o)
    for (uint32_t t = 0; t < types; ++t) {
      const L* of = right + (size_t{o - 1} * types + t) * sides;
      L* to = w.right + (size_t{t} * (options - 1) + o - 1) * columns;
      for (uint32_t c = 0; c < columns; ++c) {
        L x = of[c];
        for (uint32_t s = 0; s < types; ++s) x -= of[columns + s] * normal_right[s * columns + c];
        to[c] = x;
      }
    }
  return sign;
}

inline L eliminate(const SweepJob& j, const SweepNode& n, Work& w) {
  if (!n.alone) return eliminate_together(j, n, w);
  bool doubtful = false;
  const L sign = eliminate_options(j, n, w, doubtful);
  return doubtful ? eliminate_option_rows(j, n, w) : sign;
}

}  // namespace casus::solve::CASUS_SWEEP_NAMESPACE

// Newton's method for the choice at a point of the mover's own axis, for one to four lines of eight worlds. Include it
// with CASUS_ISA defined.
#pragma once
#include "solve/batch_place_impl.h"

namespace casus::solve::CASUS_ISA {

// Lines of the grid that a coupled move works on together at most: what is computed along one of them is a chain of
// dependent steps, and chains side by side keep the processor busy where its registers hold them.
#if defined(__AVX512F__)
inline constexpr uint32_t lines_together = most_lines_together;
#else
inline constexpr uint32_t lines_together = 1;
#endif

// What soft_max leaves: log sigma[o] = q[o] - top - log sum.
template <size_t n>
struct Normaliser {
  Lanes<n> top, sum, share;  // share: 1 / sum
};

// sigma[o] from option values.
template <size_t n>
inline Normaliser<n> soft_max(const Lanes<n>* q, uint32_t options, Lanes<n>* sigma) {
  Normaliser<n> by;
  if (options == 2) {  // the exponential of the better one is 1
    const Lanes<n> gap = q[1] - q[0], worse = exp(-abs(gap));
    by.top = max(q[0], q[1]);
    by.sum = Lanes<n>(1) + worse;
    by.share = reciprocal(by.sum);
    const MaskOf<n> second = gap > Lanes<n>(0);
    const Lanes<n> rest = worse * by.share;
    sigma[0] = select(second, rest, by.share);
    sigma[1] = select(second, by.share, rest);
    return by;
  }
  by.top = q[0];
  for (uint32_t o = 1; o < options; ++o) by.top = max(by.top, q[o]);
  by.sum = Lanes<n>(0);
  for (uint32_t o = 0; o < options; ++o) {
    sigma[o] = exp(q[o] - by.top);
    by.sum += sigma[o];
  }
  by.share = reciprocal(by.sum);
  for (uint32_t o = 0; o < options; ++o) sigma[o] *= by.share;
  return by;
}

template <size_t n>
struct Choice {
  Lanes<n> q[2][most_fast_options], sigma[2][most_fast_options];
  Lanes<n> dq[2][most_fast_options];
  Lanes<n> z[most_fast_options];
  Lanes<n> shift[most_fast_options];  // log of the second type's sigma over the first's
  PlaceOf<n> at[most_fast_options];
};

// The reply to the option values c.q: sigma and the shift of log-odds that each option leaves.
template <size_t n>
inline void reply(Choice<n>& c, uint32_t options, uint32_t types) {
  const Normaliser<n> first = soft_max(c.q[0], options, c.sigma[0]);
  if (types == 1) {
    for (uint32_t o = 0; o < options; ++o) c.shift[o] = Lanes<n>(0);
    return;
  }
  const Normaliser<n> second = soft_max(c.q[1], options, c.sigma[1]);
  const Lanes<n> between = second.top - first.top + log(second.sum * first.share);
  for (uint32_t o = 0; o < options; ++o) c.shift[o] = c.q[1][o] - c.q[0][o] - between;
}

// The lines of one solve: scaled option values of the mover's two types, [line][option][point][2][8].
template <size_t n>
struct LinesOf {
  const NodeJob& job;
  const double* values;
  Lanes<n> log_odds;  // of the point
};

// Eight worlds of each line, side by side.
template <size_t n>
inline Lanes<n> beside(const double* from, size_t next_line) {
  Lanes<n> r;
  for (size_t i = 0; i < n; i += part_width)
    __builtin_memcpy(&r.p[i / part_width], from + i / lanes * next_line + i % lanes, part_width * 8);
  return r;
}

// Option values of the two types, read at a place on each line of `points` points.
template <bool slopes, size_t n>
inline void read_line(const double* line, size_t next_line, uint32_t points, const PlaceOf<n>& at, Lanes<n> q[2],
                      Lanes<n> dq[2]) {
  auto sum = [&](auto value) {
    for (uint32_t t = 0; t < 2; ++t) {
      Lanes<n> s(0), d(0);
      for (uint32_t k = 0; k < stencil_points; ++k) {
        const Lanes<n> x = value(k, t);
        s += at.weight[k] * x;
        if constexpr (slopes) d += at.slope[k] * x;
      }
      q[t] = s;
      if constexpr (slopes) dq[t] = d;
    }
  };
  // On the smallest grids a stencil can begin at one or two points only, and no world need be looked up by itself.
  if (points == stencil_points) {
    sum([&](uint32_t k, uint32_t t) { return beside<n>(line + (2 * k + t) * lanes, next_line); });
  } else if (points == dense_points) {
    MaskOf<n> second;
    __builtin_memcpy(&second, at.first, sizeof second);
    CASUS_EACH_PART second.p[i] = (IntPart)(second.p[i] > 0);
    sum([&](uint32_t k, uint32_t t) {
      const double* from = line + (2 * k + t) * lanes;
      return select(second, beside<n>(from + 2 * lanes, next_line), beside<n>(from, next_line));
    });
  } else {
    alignas(64) int64_t index[n];
    for (size_t w = 0; w < n; ++w)
      index[w] = at.first[w] * int64_t{2 * lanes} + static_cast<int64_t>(w / lanes * next_line + w % lanes);
    sum([&](uint32_t k, uint32_t t) { return gather<n>(line + (2 * k + t) * lanes, index); });
  }
}

// Where the choice leaves the log-odds: read every option there. Options whose successor does not care keep their
// line's value.
template <bool slopes, size_t n>
inline void read_options(const LinesOf<n>& at, Choice<n>& c) {
  const NodeJob& j = at.job;
  const size_t line = size_t{j.axis.points} * 2 * lanes, next_line = j.edges * line;
  for (uint32_t o = 0; o < j.edges; ++o) {
    Lanes<n> q[2], dq[2] = {Lanes<n>(0), Lanes<n>(0)};
    const double* values = at.values + o * line;
    if (j.edge[o].stride) {
      place<slopes>(j.axis, at.log_odds + c.z[o], c.at[o]);
      read_line<slopes>(values, next_line, j.axis.points, c.at[o], q, dq);
    } else {
      for (size_t t = 0; t < 2; ++t) q[t] = beside<n>(values + t * lanes, next_line);
    }
    for (size_t t = 0; t < 2; ++t) {
      c.q[t][o] = q[t];
      c.dq[t][o] = dq[t];
    }
  }
}

// What one look at z says: the equation's residual z - (log sigma_1 - log sigma_0), and what Newton would do about it.
template <size_t n>
struct Look {
  Lanes<n> residual, size;  // largest |residual|, largest of 1 and |z|
  MaskOf<n> bad;            // the determinant is not positive, or something overflowed
  Lanes<n> step_size;       // largest |step|; 1e300 where it is not finite
  Lanes<n> step[most_fast_options];
};

// Evaluates the choice at c.z and precision `scale` x lambda. The Jacobian is diag(1 - d) + 1 v', so the
// Sherman-Morrison formula solves it.
template <size_t n>
inline void look(const LinesOf<n>& lines, double scale, Choice<n>& c, Look<n>& out) {
  const uint32_t options = lines.job.edges;
  read_options<true>(lines, c);
  for (size_t t = 0; t < 2; ++t)
    for (uint32_t o = 0; o < options; ++o) c.q[t][o] *= Lanes<n>(scale);
  reply(c, options, 2);
  Lanes<n> vx(0), vy(0), det(1);
  Lanes<n>* x = out.step;
  Lanes<n> y[most_fast_options];
  out.residual = Lanes<n>(0);
  out.size = Lanes<n>(1);
  for (uint32_t o = 0; o < options; ++o) {
    const Lanes<n> f = c.z[o] - c.shift[o];
    const Lanes<n> d = Lanes<n>(1) - (c.dq[1][o] - c.dq[0][o]) * Lanes<n>(scale);
    const Lanes<n> v = (c.sigma[1][o] * c.dq[1][o] - c.sigma[0][o] * c.dq[0][o]) * Lanes<n>(scale);
    det *= d;
    y[o] = reciprocal(d);
    x[o] = -f * y[o];
    vx += v * x[o];
    vy += v * y[o];
    out.residual = max(abs(f), out.residual);
    out.size = max(out.size, abs(c.z[o]));
  }
  const Lanes<n> correction = vx * reciprocal(Lanes<n>(1) + vy);
  det *= Lanes<n>(1) + vy;
  Lanes<n> longest(0);
  for (uint32_t o = 0; o < options; ++o) {
    x[o] -= y[o] * correction;
    longest = max(longest, abs(x[o]));
  }
  const MaskOf<n> finite = longest < Lanes<n>(1e300);
  out.bad = ~finite | ~(det > Lanes<n>(0));
  out.step_size = select(finite, longest, Lanes<n>(1e300));
}

// Newton until every world of `active` has converged; returns those that have not, or that sit where the branch has
// turned. The others stay where they are. Afterwards c holds the choice at every world's z. A world is done once its
// residual is down to rounding, or one look after a step so short that the next would be.
template <size_t n>
inline MaskOf<n> newton(const LinesOf<n>& lines, double scale, const MaskOf<n>& active, Choice<n>& c,
                        uint64_t& iterations) {
  const MaskOf<n> none = Lanes<n>(1) == Lanes<n>(0);
  MaskOf<n> moving = active, close = none, unstable = none;
  // Newton squares a step: after one this short the next is about as short as `exact`.
  const Lanes<n> most(10), exact(lines.job.exact), near(sqrt(exact) * Lanes<n>(0.03));
  Look<n> at;
  for (int i = 0; i < 30; ++i) {
    look(lines, scale, c, at);
    ++iterations;
    unstable = (unstable & ~moving) | (at.bad & moving);
    moving = moving & ~close & ~(at.residual <= at.size * exact);
    if (!any(moving)) return unstable;
    const Lanes<n> shrink = select(at.step_size > most, most / at.step_size, Lanes<n>(1));
    const MaskOf<n> go = moving & (at.step_size < Lanes<n>(1e300));
    for (uint32_t o = 0; o < lines.job.edges; ++o) c.z[o] = select(go, c.z[o] + at.step[o] * shrink, c.z[o]);
    close = moving & (at.step_size <= at.size * near);
  }
  return moving | unstable;
}

// Follows the branch of `active` worlds up from precision 0 in `rungs` equal steps, each from the one before; the first
// begins at the uniform choice if `afresh`, else at c.z. Returns the worlds that got lost on the way.
template <size_t n>
inline MaskOf<n> climb(const LinesOf<n>& lines, int rungs, bool afresh, const MaskOf<n>& active, Choice<n>& c,
                       uint64_t& iterations) {
  if (afresh)
    for (uint32_t o = 0; o < lines.job.edges; ++o) c.z[o] = select(active, Lanes<n>(0), c.z[o]);
  MaskOf<n> lost = Lanes<n>(1) == Lanes<n>(0);
  for (int rung = 1; rung <= rungs; ++rung)
    lost = lost | newton(lines, static_cast<double>(rung) / rungs, active & ~lost, c, iterations);
  return lost;
}

// Adds one edge's share to the values of one world: probability x (payment + successor's value).
template <bool first, class Vector>
inline void add_vector(const EdgeView& e, const Vector* weight, const double* child, size_t step, const double* pay,
                       uint32_t c, const Vector& probability, double* out) {
  Vector x{};
  if (c < e.channels) {
    if (weight) {
      x = weight[0] * read<Vector>(child, c);
      for (uint32_t p = 1; p < stencil_points; ++p) x += weight[p] * read<Vector>(child + p * step, c);
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

}  // namespace casus::solve::CASUS_ISA

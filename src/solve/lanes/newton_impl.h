// Newton's method for the choice at a point of the mover's own axis, for one to four lines of eight worlds. Include it
// with CASUS_ISA defined.
#pragma once
#include "solve/lanes/line_impl.h"

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

// `room`: for how many options. Few and many have code of their own: of many, several lines at once would fill the
// cache, and of few the compiler makes more where their arrays lie close together.
template <size_t n, uint32_t room>
struct Choice {
  Lanes<n> q[2][room], sigma[2][room];
  Lanes<n> dq[2][room];
  Lanes<n> z[room];
  Lanes<n> shift[room];     // log of the second type's sigma over the first's
  Lanes<n> position[room];  // on the axis, where the option leaves the log-odds
  PlaceOf<n> at[room];
};

// The reply to the option values c.q: sigma and the shift of log-odds that each option leaves.
template <size_t n, uint32_t room>
inline void reply(Choice<n, room>& c, uint32_t options, uint32_t types) {
  const Normaliser<n> first = soft_max(c.q[0], options, c.sigma[0]);
  if (types == 1) {
    for (uint32_t o = 0; o < options; ++o) c.shift[o] = Lanes<n>(0);
    return;
  }
  const Normaliser<n> second = soft_max(c.q[1], options, c.sigma[1]);
  const Lanes<n> between = second.top - first.top + log(second.sum * first.share);
  for (uint32_t o = 0; o < options; ++o) c.shift[o] = c.q[1][o] - c.q[0][o] - between;
}

// Where the choice leaves the log-odds: read every option there. Options whose successor does not care keep their
// line's value.
template <bool slopes, size_t n, uint32_t room>
inline void read_options(const LinesOf<n>& lines, Choice<n, room>& c) {
  const NodeJob& j = lines.job;
  const size_t line = size_t{j.axis.points} * 2 * lanes, next_line = j.edges * line;
  for (uint32_t o = 0; o < j.edges; ++o) {
    Lanes<n> q[2], dq[2] = {Lanes<n>(0), Lanes<n>(0)}, slope;
    const double* values = lines.values + o * line;
    if (j.edge[o].stride) {
      const Lanes<n> at = c.position[o] = locate<slopes>(j.axis, lines.log_odds + c.z[o], slope);
      if (j.axis.points == stencil_points) {
        read_fitted<slopes, stencil_points>(values, next_line, at, slope, q, dq);
      } else if (j.axis.points == dense_points) {
        read_fitted<slopes, dense_points>(values, next_line, at, slope, q, dq);
      } else if (j.axis.points > dense_points) {
        weigh_points<slopes>(j.axis, at, slope, c.at[o]);
        read_points<slopes, stencil_points>(values, next_line, c.at[o], q, dq);
      } else {
        weigh_axis<slopes>(j.axis, at, slope, c.at[o]);
        read_points<slopes, short_stencil>(values, next_line, c.at[o], q, dq);
      }
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
template <size_t n, uint32_t room>
struct Look {
  Lanes<n> residual, size;  // largest |residual|, largest of 1 and |z|
  MaskOf<n> bad;            // the determinant is not above the least, or something overflowed
  Lanes<n> step_size;       // largest |step|; 1e300 where it is not finite
  Lanes<n> step[room];
};

// Evaluates the choice at c.z and precision `scale` x lambda. The Jacobian is diag(1 - d) + 1 v', so the
// Sherman-Morrison formula solves it.
template <size_t n, uint32_t room>
inline void look(const LinesOf<n>& lines, double scale, double least_determinant, Choice<n, room>& c,
                 Look<n, room>& out) {
  const uint32_t options = lines.job.edges;
  read_options<true>(lines, c);
  for (size_t t = 0; t < 2; ++t)
    for (uint32_t o = 0; o < options; ++o) c.q[t][o] *= Lanes<n>(scale);
  reply(c, options, 2);
  Lanes<n> vx(0), vy(0), det(1);
  Lanes<n>* x = out.step;
  Lanes<n> y[room];
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
  out.bad = ~finite | ~(det > Lanes<n>(least_determinant));
  out.step_size = select(finite, longest, Lanes<n>(1e300));
}

// Newton until every world of `active` has converged; returns those that have not, or that sit where the branch has
// turned. The others stay where they are. Afterwards c holds the choice at every world's z. A world is done once its
// residual is down to rounding, or one look after a step so short that the next would be. With `care` those count as
// not converged that begin with a long step or come near a singular point: they might end on another branch.
template <bool care, size_t n, uint32_t room>
inline MaskOf<n> newton(const LinesOf<n>& lines, double scale, const MaskOf<n>& active, Choice<n, room>& c,
                        uint64_t& iterations) {
  constexpr double longest_first = 6, least_determinant = care ? 0.2 : 0;
  const MaskOf<n> none = Lanes<n>(1) == Lanes<n>(0);
  MaskOf<n> moving = active, close = none, unstable = none;
  // Newton squares a step: after one this short the next is about as short as `exact`.
  const Lanes<n> most(10), exact(lines.job.exact), near(sqrt(exact) * Lanes<n>(0.03));
  Look<n, room> at;
  MaskOf<n> far = none;
  for (int i = 0; i < 30; ++i) {
    look(lines, scale, least_determinant, c, at);
    ++iterations;
    unstable = (unstable & ~moving) | (at.bad & moving);
    if constexpr (care) far = far | (moving & at.bad) | (at.step_size > Lanes<n>(i == 0 ? longest_first : 1e300));
    moving = moving & ~close & ~(at.residual <= at.size * exact);
    if (!any(moving)) return care ? (unstable | far) & active : unstable;
    const Lanes<n> shrink = select(at.step_size > most, most / at.step_size, Lanes<n>(1));
    const MaskOf<n> go = moving & (at.step_size < Lanes<n>(1e300));
    for (uint32_t o = 0; o < lines.job.edges; ++o) c.z[o] = select(go, c.z[o] + at.step[o] * shrink, c.z[o]);
    close = moving & (at.step_size <= at.size * near);
  }
  return care ? moving | ((unstable | far) & active) : moving | unstable;
}

// Follows the branch of `active` worlds up from precision 0 in `rungs` equal steps, each from the one before; the first
// begins at the uniform choice if `afresh`, else at c.z. Returns the worlds that got lost on the way.
template <size_t n, uint32_t room>
inline MaskOf<n> climb(const LinesOf<n>& lines, int rungs, bool afresh, const MaskOf<n>& active, Choice<n, room>& c,
                       uint64_t& iterations) {
  if (afresh)
    for (uint32_t o = 0; o < lines.job.edges; ++o) c.z[o] = select(active, Lanes<n>(0), c.z[o]);
  MaskOf<n> lost = Lanes<n>(1) == Lanes<n>(0);
  for (int rung = 1; rung <= rungs; ++rung)
    lost = lost | newton<true>(lines, static_cast<double>(rung) / rungs, active & ~lost, c, iterations);
  return lost;
}

}  // namespace casus::solve::CASUS_ISA

// The kernels of batch_kernel.h in the vectors of one instruction set. Include it with CASUS_ISA defined.
#pragma once
#include "solve/batch_mass_impl.h"
#include "solve/batch_place_impl.h"

namespace casus::solve::CASUS_ISA {

// Lines of the grid that a coupled move works on together: what is computed along one of them is a chain of dependent
// steps, and two chains side by side keep the processor busy where its registers hold both.
#if defined(__AVX512F__)
inline constexpr uint32_t lines_together = 2;
#else
inline constexpr uint32_t lines_together = 1;
#endif

// sigma[o] and log sigma[o] from option values.
template <size_t n>
inline void soft_max(const Lanes<n>* q, uint32_t options, Lanes<n>* sigma, Lanes<n>* log_sigma) {
  Lanes<n> top = q[0];
  for (uint32_t o = 1; o < options; ++o) top = max(top, q[o]);
  Lanes<n> sum(0);
  for (uint32_t o = 0; o < options; ++o) {
    sigma[o] = exp(q[o] - top);
    sum += sigma[o];
  }
  const Lanes<n> log_sum = log(sum) + top;
  const Lanes<n> share = reciprocal(sum);
  for (uint32_t o = 0; o < options; ++o) {
    sigma[o] *= share;
    log_sigma[o] = q[o] - log_sum;
  }
}

template <size_t n>
struct Choice {
  Lanes<n> q[2][most_fast_options], sigma[2][most_fast_options], log_sigma[2][most_fast_options];
  Lanes<n> dq[2][most_fast_options];
  Lanes<n> z[most_fast_options];
  PlaceOf<n> at[most_fast_options];
};

// lambda Q of each own type at one point of a successor: the belief-weighted mean over the others' types.
inline void own_values(const NodeJob& j, const double* weight, const EdgeView& e, size_t child_point, Lane q[2]) {
  q[0] = q[1] = Lane(0);
  alignas(64) int64_t of_child[lanes], of_pay[lanes];
  for (size_t w = 0; w < lanes; ++w) {
    of_child[w] = static_cast<int64_t>(w * e.channels);
    of_pay[w] = static_cast<int64_t>(w * j.pay_stride);
  }
  const double* from = e.child + child_point * lanes * e.channels + j.own_channel;
  const bool kept = j.own_channel < e.channels;
  for (uint32_t p = 0; p < j.profiles; ++p) {
    Lane x(0);
    if (kept) x = gather<lanes>(from + p, of_child);
    if (e.pay) x += gather<lanes>(e.pay + j.own_channel + p, of_pay);
    q[j.own_type[p]] += Lane::load(weight + p * lanes) * x;
  }
  const Lane lambda = Lane::load(j.lambda);
  q[0] *= lambda;
  q[1] *= lambda;
}

// The lines of one solve: scaled option values of the mover's two types, [line][option][point][2][8].
template <size_t n>
struct LinesOf {
  const NodeJob& job;
  const double* values;
  Lanes<n> log_odds;  // of the point
};

// Option values of the two types, read at a place on each line.
template <bool slopes, size_t n>
inline void read_line(const double* line, size_t next_line, const PlaceOf<n>& at, Lanes<n> q[2], Lanes<n> dq[2]) {
  alignas(64) int64_t index[n];
  for (size_t w = 0; w < n; ++w)
    index[w] = at.first[w] * int64_t{2 * lanes} + static_cast<int64_t>(w / lanes * next_line + w % lanes);
  for (size_t t = 0; t < 2; ++t) {
    Lanes<n> s(0), d(0);
    for (size_t k = 0; k < stencil_points; ++k) {
      const Lanes<n> x = gather<n>(line + (2 * k + t) * lanes, index);
      s += at.weight[k] * x;
      if constexpr (slopes) d += at.slope[k] * x;
    }
    q[t] = s;
    if constexpr (slopes) dq[t] = d;
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
      read_line<slopes>(values, next_line, c.at[o], q, dq);
    } else {
      for (size_t i = 0; i < n; i += part_width)
        for (size_t t = 0; t < 2; ++t)
          __builtin_memcpy(&q[t].p[i / part_width], values + i / lanes * next_line + t * lanes + i % lanes,
                           part_width * 8);
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
  for (size_t t = 0; t < 2; ++t) {
    for (uint32_t o = 0; o < options; ++o) c.q[t][o] *= Lanes<n>(scale);
    soft_max(c.q[t], options, c.sigma[t], c.log_sigma[t]);
  }
  Lanes<n> vx(0), vy(0), det(1);
  Lanes<n>* x = out.step;
  Lanes<n> y[most_fast_options];
  out.residual = Lanes<n>(0);
  out.size = Lanes<n>(1);
  for (uint32_t o = 0; o < options; ++o) {
    const Lanes<n> f = c.z[o] - (c.log_sigma[1][o] - c.log_sigma[0][o]);
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

// Newton until every world has converged; returns the worlds that have not, or that sit where the branch has turned.
// Afterwards c holds the choice at the solution. A world is done once its residual is down to rounding, or one look
// after a step so short that the next would be.
template <size_t n>
inline MaskOf<n> newton(const LinesOf<n>& lines, double scale, Choice<n>& c, uint64_t& iterations) {
  const MaskOf<n> all = Lanes<n>(0) == Lanes<n>(0), none = Lanes<n>(1) == Lanes<n>(0);
  MaskOf<n> moving = all, close = none, unstable = none;
  const Lanes<n> most(10);
  Look<n> at;
  for (int i = 0; i < 30; ++i) {
    look(lines, scale, c, at);
    ++iterations;
    unstable = (unstable & ~moving) | (at.bad & moving);
    moving = moving & ~close & ~(at.residual <= at.size * Lanes<n>(1e-13));
    if (!any(moving)) return unstable;
    const Lanes<n> shrink = select(at.step_size > most, most / at.step_size, Lanes<n>(1));
    const MaskOf<n> go = moving & (at.step_size < Lanes<n>(1e300));
    for (uint32_t o = 0; o < lines.job.edges; ++o) c.z[o] = select(go, c.z[o] + at.step[o] * shrink, c.z[o]);
    close = moving & (at.step_size <= at.size * Lanes<n>(1e-8));
  }
  return moving | unstable;
}

// Adds one edge's share to the values of one world: probability x (payment + successor's value). `probability` has
// one vector for each of `patterns` groups of four channels.
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

// A world's place on the moved axis: the first point and weights eight (or sixteen) doubles apart.
struct OnePlace {
  size_t first = 0;
  const double* weight = nullptr;  // null: no axis is moved
  size_t stride = 0;
};

template <bool first>
inline void add_edge(const NodeJob& j, const EdgeView& e, size_t w, const Channel* probability, uint32_t patterns,
                     const OnePlace& at, size_t base, double* out) {
  const double* pay = e.pay ? e.pay + w * j.pay_stride : nullptr;
  const bool moved = at.weight != nullptr;
  const size_t point = base + at.first * e.stride;
  const double* child = e.child + (point * lanes + w) * e.channels;
  const size_t step = size_t{e.stride} * lanes * e.channels;
  Channel weight[stencil_points];
  WideChannel wide_weight[stencil_points];
  if (moved)
    for (uint32_t p = 0; p < stencil_points; ++p) {
      weight[p] = spread(at.weight[p * at.stride]);
      wide_weight[p] = spread_to<WideChannel>(weight[p]);
    }
  if (patterns == 1) {
    const WideChannel wide = spread_to<WideChannel>(probability[0]);
    uint32_t c = 0;
    // Vectors that the successor keeps in full, then the rest of the node's, four channels at a time.
    for (; c + wide_channels <= e.channels; c += wide_channels)
      add_vector<first, WideChannel>(e, moved ? wide_weight : nullptr, child, step, pay, c, wide, out);
    for (; c < j.channels; c += 4)
      add_vector<first, Channel>(e, moved ? weight : nullptr, child, step, pay, c, probability[0], out);
  } else {
    for (uint32_t c = 0, k = 0; c < j.channels; c += 4, k = k + 1 == patterns ? 0 : k + 1)
      add_vector<first, Channel>(e, moved ? weight : nullptr, child, step, pay, c, probability[k], out);
  }
}

// `worlds`: where the eight worlds of this point stand among the lanes of the choice.
template <size_t n>
inline void add_edges(const NodeJob& j, uint32_t point, const Lanes<n> (*probability)[most_fast_options],
                      const PlaceOf<n>* at, size_t worlds) {
  Channel share[1024];
  double* out = j.out + size_t{point} * lanes * j.channels;
  for (size_t w = 0; w < lanes; ++w, out += j.channels)
    for (uint32_t o = 0; o < j.edges; ++o) {
      const size_t k = worlds + w;
      const uint32_t patterns = by_profile(j, probability[0][o][k], probability[j.types - 1][o][k], share);
      OnePlace place;
      if (at && j.edge[o].stride)
        place = {static_cast<size_t>(at[o].first[k]), reinterpret_cast<const double*>(at[o].weight) + k, n};
      if (o == 0)
        add_edge<true>(j, j.edge[o], w, share, patterns, place, j.edge[o].base[point], out);
      else
        add_edge<false>(j, j.edge[o], w, share, patterns, place, j.edge[o].base[point], out);
    }
}

template <size_t n>
inline void keep_choice(const NodeJob& j, uint32_t point, const Choice<n>& c, size_t worlds) {
  double* to = j.choice + size_t{point} * j.edges * 3 * lanes;
  auto part = [&](const Lanes<n>& from, double* out) {
    __builtin_memcpy(out, reinterpret_cast<const double*>(&from) + worlds, lanes * sizeof(double));
  };
  for (uint32_t o = 0; o < j.edges; ++o) {
    part(c.sigma[0][o], to + (o * 3) * lanes);
    part(c.sigma[j.types - 1][o], to + (o * 3 + 1) * lanes);
    part(j.types == 2 ? c.log_sigma[1][o] - c.log_sigma[0][o] : Lanes<n>(0), to + (o * 3 + 2) * lanes);
  }
}

// A choice that leaves no posterior anybody reads: its values do not depend on itself.
inline void plain_move(const NodeJob& j) {
  Choice<lanes> c;
  for (uint32_t point = 0; point < j.points; ++point) {
    for (uint32_t o = 0; o < j.edges; ++o) {
      Lane q[2];
      own_values(j, j.weight + size_t{point} * j.profiles * lanes, j.edge[o], j.edge[o].base[point], q);
      c.q[0][o] = q[0];
      c.q[1][o] = q[1];
    }
    for (uint32_t t = 0; t < j.types; ++t) soft_max(c.q[t], j.edges, c.sigma[t], c.log_sigma[t]);
    keep_choice(j, point, c, 0);
    add_edges<lanes>(j, point, c.sigma, nullptr, 0);
  }
}

// What stays from one group of lines to the next: the choice at the first point.
struct LineStart {
  Lane z[most_fast_options];
  bool begun = false;
};

// Solves `count` lines of the mover's own axis, each beginning at a point of its own, side by side.
template <uint32_t count>
inline void coupled_lines(const NodeJob& j, const uint32_t* heads, LineStart& start, Rescue rescue, void* context,
                          MoveStatistics& statistics) {
  constexpr size_t n = count * lanes;
  const uint32_t points = j.axis.points;
  const size_t line = size_t{points} * 2 * lanes;
  Choice<n> c;
  for (uint32_t k = 0; k < count; ++k)
    for (uint32_t o = 0; o < j.edges; ++o) {
      const EdgeView& e = j.edge[o];
      double* to = j.scratch + (k * j.edges + o) * line;
      for (uint32_t i = 0; i < (e.stride ? points : 1); ++i, to += 2 * lanes) {
        Lane q[2];
        own_values(j, j.weight + size_t{heads[k]} * j.profiles * lanes, e, e.base[heads[k]] + size_t{i} * e.stride, q);
        q[0].store(to);
        q[1].store(to + lanes);
      }
    }
  for (uint32_t o = 0; o < j.edges; ++o) c.z[o] = Lanes<n>::repeat(reinterpret_cast<const double*>(&start.z[o]));
  const Lanes<n> lambda = max(Lanes<n>::repeat(j.lambda), Lanes<n>(1e-300));
  Lanes<n> worst(0);
  for (uint32_t i = 0; i < points; ++i) {
    const LinesOf<n> lines{j, j.scratch, Lanes<n>::repeat(j.axis.log_odds + i * lanes)};
    if (!start.begun) {
      // The first point of the node follows its branch up in quarters of the precision.
      for (int quarter = 1; quarter < 4; ++quarter) (void)newton(lines, 0.25 * quarter, c, statistics.iterations);
    }
    const MaskOf<n> failed = newton(lines, 1, c, statistics.iterations);
    if (any(failed)) {
      alignas(64) double z[count][most_fast_options * lanes];
      for (uint32_t k = 0; k < count; ++k) {
        uint32_t worlds = 0;
        for (size_t w = 0; w < lanes; ++w) worlds |= static_cast<uint32_t>(get(failed, k * lanes + w)) << w;
        for (uint32_t o = 0; o < j.edges; ++o)
          __builtin_memcpy(z[k] + o * lanes, reinterpret_cast<double*>(&c.z[o]) + k * lanes, lanes * sizeof(double));
        if (worlds) rescue(context, heads[k] + i * j.own_stride, worlds, z[k]);
        for (uint32_t o = 0; o < j.edges; ++o)
          __builtin_memcpy(reinterpret_cast<double*>(&c.z[o]) + k * lanes, z[k] + o * lanes, lanes * sizeof(double));
      }
      read_options<false>(lines, c);
      for (size_t t = 0; t < 2; ++t) soft_max(c.q[t], j.edges, c.sigma[t], c.log_sigma[t]);
    }
    Lanes<n> residual(0);
    for (uint32_t o = 0; o < j.edges; ++o) {
      const Lanes<n> z = c.log_sigma[1][o] - c.log_sigma[0][o];
      residual = max(abs(c.z[o] - z), residual);
      c.z[o] = z;
    }
    worst = max(residual / lambda, worst);
    if (i == 0)
      for (uint32_t o = 0; o < j.edges; ++o)
        __builtin_memcpy(&start.z[o], reinterpret_cast<double*>(&c.z[o]) + (n - lanes), sizeof start.z[o]);
    start.begun = true;
    for (uint32_t k = 0; k < count; ++k) {
      keep_choice(j, heads[k] + i * j.own_stride, c, k * lanes);
      add_edges<n>(j, heads[k] + i * j.own_stride, c.sigma, c.at, k * lanes);
    }
  }
  for (size_t k = 0; k < n; ++k)
    if (worst[k] > statistics.residual[k % lanes]) statistics.residual[k % lanes] = worst[k];
}

inline void coupled_move(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  LineStart start;
  for (uint32_t o = 0; o < j.edges; ++o) start.z[o] = Lane(0);
  uint32_t heads[lines_together], waiting = 0;
  for (uint32_t head = 0; head < j.points; ++head) {
    if (head / j.own_stride % j.axis.points != 0) continue;
    heads[waiting++] = head;
    if (waiting < lines_together) continue;
    coupled_lines<lines_together>(j, heads, start, rescue, context, statistics);
    waiting = 0;
  }
  for (uint32_t k = 0; k < waiting; ++k) coupled_lines<1>(j, heads + k, start, rescue, context, statistics);
}

inline void move(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  if (j.coupled)
    coupled_move(j, rescue, context, statistics);
  else
    plain_move(j);
}

inline void chance(const NodeJob& j) {
  Lane odds[2][most_fast_options];
  Place at[most_fast_options];
  for (uint32_t o = 0; o < j.edges; ++o)
    for (uint32_t t = 0; t < 2; ++t) odds[t][o] = Lane::load(j.edge[o].odds + (t < j.types ? t : 0) * lanes);
  for (uint32_t point = 0; point < j.points; ++point) {
    if (j.coupled) {
      const Lane here = Lane::load(j.axis.log_odds + point / j.own_stride % j.axis.points * lanes);
      for (uint32_t o = 0; o < j.edges; ++o)
        if (j.edge[o].stride) place<false>(j.axis, here + Lane::load(j.edge[o].shift), at[o]);
    }
    add_edges<lanes>(j, point, odds, j.coupled ? at : nullptr, 0);
  }
}

}  // namespace casus::solve::CASUS_ISA

namespace casus::solve {
#define CASUS_NAME_(x) #x
#define CASUS_NAME(x) CASUS_NAME_(x)
#define CASUS_TABLE_(x) kernels_##x
#define CASUS_TABLE(x) CASUS_TABLE_(x)
extern const Kernels CASUS_TABLE(CASUS_ISA);
const Kernels CASUS_TABLE(CASUS_ISA) = {CASUS_NAME(CASUS_ISA), CASUS_ISA::move,      CASUS_ISA::chance,
                                        CASUS_ISA::settle,     CASUS_ISA::move_mass, CASUS_ISA::settle_mass,
                                        CASUS_ISA::stencils};
}  // namespace casus::solve

// The kernels of batch_kernel.h in the vectors of one instruction set. Include it with CASUS_ISA defined.
#pragma once
#include "solve/batch_mass_impl.h"
#include "solve/batch_place_impl.h"

namespace casus::solve::CASUS_ISA {

// Scaled option values of the mover's two types on a line of the grid, [point][2][8], read at a place.
template <bool slopes>
inline void read_line(const double* line, const Place& at, Lane q[2], Lane dq[2]) {
  alignas(64) double v[2][stencil_points][lanes];
  for (size_t w = 0; w < lanes; ++w) {
    const double* from = line + static_cast<size_t>(at.first[w]) * 2 * lanes + w;
    for (size_t k = 0; k < stencil_points; ++k) {
      v[0][k][w] = from[2 * k * lanes];
      v[1][k][w] = from[(2 * k + 1) * lanes];
    }
  }
  for (size_t t = 0; t < 2; ++t) {
    Lane s(0), d(0);
    for (size_t k = 0; k < stencil_points; ++k) {
      const Lane x = Lane::load(v[t][k]);
      s += at.weight[k] * x;
      if constexpr (slopes) d += at.slope[k] * x;
    }
    q[t] = s;
    if constexpr (slopes) dq[t] = d;
  }
}

// sigma[o] and log sigma[o] from option values.
inline void soft_max(const Lane* q, uint32_t options, Lane* sigma, Lane* log_sigma) {
  Lane top = q[0];
  for (uint32_t o = 1; o < options; ++o) top = max(top, q[o]);
  Lane sum(0);
  for (uint32_t o = 0; o < options; ++o) {
    sigma[o] = exp(q[o] - top);
    sum += sigma[o];
  }
  const Lane log_sum = log(sum) + top;
  const Lane share = Lane(1) / sum;
  for (uint32_t o = 0; o < options; ++o) {
    sigma[o] *= share;
    log_sigma[o] = q[o] - log_sum;
  }
}

struct Choice {
  Lane q[2][most_fast_options], sigma[2][most_fast_options], log_sigma[2][most_fast_options];
  Lane dq[2][most_fast_options];
  Lane z[most_fast_options];
  Place at[most_fast_options];
};

// lambda Q of each own type at one point of a successor: the belief-weighted mean over the others' types.
inline void own_values(const NodeJob& j, const double* weight, const EdgeView& e, size_t child_point, Lane q[2]) {
  alignas(64) double sum[2][lanes] = {};
  for (size_t w = 0; w < lanes; ++w) {
    const double* from = e.child + (child_point * lanes + w) * j.channels + j.own_channel;
    const double* pay = e.pay ? e.pay + w * j.channels + j.own_channel : nullptr;
    for (uint32_t p = 0; p < j.profiles; ++p)
      sum[j.own_type[p]][w] += weight[p * lanes + w] * (from[p] + (pay ? pay[p] : 0));
  }
  const Lane lambda = Lane::load(j.lambda);
  q[0] = Lane::load(sum[0]) * lambda;
  q[1] = Lane::load(sum[1]) * lambda;
}

// Where the choice leaves the log-odds: read every option there. Options whose successor does not care keep their
// line's value.
template <bool slopes>
inline void read_options(const NodeJob& j, const Lane& log_odds, Choice& c) {
  const size_t line = size_t{j.axis.points} * 2 * lanes;
  for (uint32_t o = 0; o < j.edges; ++o) {
    Lane q[2], dq[2] = {Lane(0), Lane(0)};
    if (j.edge[o].stride) {
      place<slopes>(j.axis, log_odds + c.z[o], c.at[o]);
      read_line<slopes>(j.scratch + o * line, c.at[o], q, dq);
    } else {
      q[0] = Lane::load(j.scratch + o * line);
      q[1] = Lane::load(j.scratch + o * line + lanes);
    }
    for (size_t t = 0; t < 2; ++t) {
      c.q[t][o] = q[t];
      c.dq[t][o] = dq[t];
    }
  }
}

// One Newton step for z = log sigma_1 - log sigma_0 at precision `scale` x lambda. The Jacobian is diag(1 - d) + 1 v',
// so the Sherman-Morrison formula solves it. Returns the step's length; `bad` gets the worlds where det <= 0 or
// something overflowed.
inline Lane newton_step(const NodeJob& j, const Lane& log_odds, const Lane& scale, const Mask& moving, Choice& c,
                        Mask& bad) {
  read_options<true>(j, log_odds, c);
  for (size_t t = 0; t < 2; ++t) {
    for (uint32_t o = 0; o < j.edges; ++o) c.q[t][o] *= scale;
    soft_max(c.q[t], j.edges, c.sigma[t], c.log_sigma[t]);
  }
  Lane vx(0), vy(0), det(1);
  Lane x[most_fast_options], y[most_fast_options];
  for (uint32_t o = 0; o < j.edges; ++o) {
    const Lane f = c.z[o] - (c.log_sigma[1][o] - c.log_sigma[0][o]);
    const Lane d = Lane(1) - (c.dq[1][o] - c.dq[0][o]) * scale;
    const Lane v = (c.sigma[1][o] * c.dq[1][o] - c.sigma[0][o] * c.dq[0][o]) * scale;
    det *= d;
    y[o] = Lane(1) / d;
    x[o] = -f * y[o];
    vx += v * x[o];
    vy += v * y[o];
  }
  const Lane correction = vx / (Lane(1) + vy);
  det *= Lane(1) + vy;
  Lane longest(0);
  for (uint32_t o = 0; o < j.edges; ++o) {
    x[o] -= y[o] * correction;
    longest = max(longest, abs(x[o]));
  }
  const Lane most(10);
  const Mask finite = longest < Lane(1e300);
  const Lane shrink = select(longest > most, most / longest, Lane(1));
  for (uint32_t o = 0; o < j.edges; ++o) c.z[o] = select(moving & finite, c.z[o] + x[o] * shrink, c.z[o]);
  bad = ~finite | ~(det > Lane(0));
  return select(finite, longest, Lane(1e300));
}

// Newton until every world has converged; returns the worlds that have not, or that sit where the branch has turned.
inline Mask newton(const NodeJob& j, const Lane& log_odds, const Lane& scale, Choice& c, uint64_t& iterations) {
  Mask moving = Lane(0) == Lane(0), bad = Lane(1) == Lane(0), unstable = bad;
  for (int i = 0; i < 30 && any(moving); ++i) {
    const Lane step = newton_step(j, log_odds, scale, moving, c, bad);
    unstable = (unstable & ~moving) | (bad & moving);
    Lane size(1);
    for (uint32_t o = 0; o < j.edges; ++o) size = max(size, abs(c.z[o]));
    moving = moving & ~(step <= size * Lane(1e-8));
    ++iterations;
  }
  return moving | unstable;
}

// Adds one edge's share to the values of one world: probability x (payment + successor's value).
inline void add_edge(const NodeJob& j, const EdgeView& e, size_t w, const Channel* probability, uint32_t patterns,
                     const Place* at, size_t base, double* out) {
  const uint32_t vectors = j.channels / 4;
  Channel* to = reinterpret_cast<Channel*>(out);
  const Channel* pay = reinterpret_cast<const Channel*>(e.pay ? e.pay + w * j.channels : nullptr);
  const size_t row = lanes * j.channels;
  if (at && e.stride) {
    const size_t first = base + static_cast<size_t>(at->first[w]) * e.stride;
    const Channel* a = reinterpret_cast<const Channel*>(e.child + first * row + w * j.channels);
    const size_t step = size_t{e.stride} * row / 4;
    Channel weight[stencil_points];
    for (uint32_t p = 0; p < stencil_points; ++p) weight[p] = spread(at->weight[p][w]);
    for (uint32_t v = 0, k = 0; v < vectors; ++v, k = k + 1 == patterns ? 0 : k + 1) {
      Channel x = weight[0] * a[v];
      for (uint32_t p = 1; p < stencil_points; ++p) x += weight[p] * a[v + p * step];
      if (pay) x += pay[v];
      to[v] += probability[k] * x;
    }
  } else {
    const Channel* a = reinterpret_cast<const Channel*>(e.child + base * row + w * j.channels);
    for (uint32_t v = 0, k = 0; v < vectors; ++v, k = k + 1 == patterns ? 0 : k + 1) {
      Channel x = a[v];
      if (pay) x += pay[v];
      to[v] += probability[k] * x;
    }
  }
}

inline void add_edges(const NodeJob& j, uint32_t point, const Lane (*probability)[most_fast_options], const Place* at) {
  Channel share[1024];
  double* out = j.out + size_t{point} * lanes * j.channels;
  for (size_t i = 0; i < lanes * j.channels; ++i) out[i] = 0;
  for (size_t w = 0; w < lanes; ++w)
    for (uint32_t o = 0; o < j.edges; ++o) {
      const uint32_t patterns = by_profile(j, probability[0][o][w], probability[j.types - 1][o][w], share);
      add_edge(j, j.edge[o], w, share, patterns, at ? &at[o] : nullptr, j.edge[o].base[point], out + w * j.channels);
    }
}

inline void keep_choice(const NodeJob& j, uint32_t point, const Choice& c) {
  double* to = j.choice + size_t{point} * j.edges * 3 * lanes;
  for (uint32_t o = 0; o < j.edges; ++o) {
    c.sigma[0][o].store(to + (o * 3) * lanes);
    c.sigma[j.types - 1][o].store(to + (o * 3 + 1) * lanes);
    (j.types == 2 ? c.log_sigma[1][o] - c.log_sigma[0][o] : Lane(0)).store(to + (o * 3 + 2) * lanes);
  }
}

// A choice that leaves no posterior anybody reads: its values do not depend on itself.
inline void plain_move(const NodeJob& j) {
  Choice c;
  for (uint32_t point = 0; point < j.points; ++point) {
    for (uint32_t o = 0; o < j.edges; ++o) {
      Lane q[2];
      own_values(j, j.weight + size_t{point} * j.profiles * lanes, j.edge[o], j.edge[o].base[point], q);
      c.q[0][o] = q[0];
      c.q[1][o] = q[1];
    }
    for (uint32_t t = 0; t < j.types; ++t) soft_max(c.q[t], j.edges, c.sigma[t], c.log_sigma[t]);
    keep_choice(j, point, c);
    add_edges(j, point, c.sigma, nullptr);
  }
}

inline void coupled_move(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  const uint32_t n = j.axis.points;
  const size_t line = size_t{n} * 2 * lanes;
  Choice c;
  Lane start[most_fast_options];
  for (uint32_t o = 0; o < j.edges; ++o) start[o] = Lane(0);
  bool begun = false;
  for (uint32_t head = 0; head < j.points; ++head) {
    if (head / j.own_stride % n != 0) continue;
    for (uint32_t o = 0; o < j.edges; ++o) {
      const EdgeView& e = j.edge[o];
      for (uint32_t i = 0; i < (e.stride ? n : 1); ++i) {
        Lane q[2];
        own_values(j, j.weight + size_t{head} * j.profiles * lanes, e, e.base[head] + size_t{i} * e.stride, q);
        q[0].store(j.scratch + o * line + (2 * i) * lanes);
        q[1].store(j.scratch + o * line + (2 * i + 1) * lanes);
      }
      c.z[o] = start[o];
    }
    for (uint32_t i = 0; i < n; ++i) {
      const uint32_t point = head + i * j.own_stride;
      const Lane log_odds = Lane::load(j.axis.log_odds + i * lanes);
      if (!begun) {
        // The first point of the node follows its branch up in quarters of the precision.
        for (int quarter = 1; quarter < 4; ++quarter)
          (void)newton(j, log_odds, Lane(0.25 * quarter), c, statistics.iterations);
      }
      const Mask failed = newton(j, log_odds, Lane(1), c, statistics.iterations);
      if (any(failed)) {
        uint32_t worlds = 0;
        alignas(64) double z[most_fast_options * lanes];
        for (size_t w = 0; w < lanes; ++w) worlds |= static_cast<uint32_t>(get(failed, w)) << w;
        for (uint32_t o = 0; o < j.edges; ++o) c.z[o].store(z + o * lanes);
        rescue(context, point, worlds, z);
        for (uint32_t o = 0; o < j.edges; ++o) c.z[o] = Lane::load(z + o * lanes);
      }
      read_options<false>(j, log_odds, c);
      for (size_t t = 0; t < 2; ++t) soft_max(c.q[t], j.edges, c.sigma[t], c.log_sigma[t]);
      Lane residual(0);
      for (uint32_t o = 0; o < j.edges; ++o) {
        const Lane z = c.log_sigma[1][o] - c.log_sigma[0][o];
        residual = max(residual, abs(c.z[o] - z));
        c.z[o] = z;
      }
      residual = residual / max(Lane::load(j.lambda), Lane(1e-300));
      for (size_t w = 0; w < lanes; ++w)
        if (residual[w] > statistics.residual[w]) statistics.residual[w] = residual[w];
      if (i == 0 || !begun)
        for (uint32_t o = 0; o < j.edges; ++o) start[o] = c.z[o];
      begun = true;
      keep_choice(j, point, c);
      add_edges(j, point, c.sigma, c.at);
    }
  }
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
    add_edges(j, point, odds, j.coupled ? at : nullptr);
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

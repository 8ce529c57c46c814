// Settling a round for eight worlds, and pushing probability mass forward. Include it with CASUS_ISA defined.
#pragma once
#include "kernel/lane.h"
#include "solve/batch_kernel.h"
#include "solve/batch_place_impl.h"

namespace casus::solve::CASUS_ISA {

// Calls `use(successor's point, weight)` for every corner of a settled point: stencil_points on each of the successor's
// axes.
template <uint32_t axes, class Use>
inline void corners_of(const SettleJob& j, uint32_t point, size_t w, size_t to, double weight, Use& use) {
  if constexpr (axes == 0) {
    use(to, weight);
  } else {
    constexpr uint32_t a = axes - 1;
    const uint32_t i = j.numbers[a][point];
    const double* weights = j.weight[a] + i * stencil_points * lanes + w;
    size_t at = to + size_t{j.stride[a]} * j.first[a][i * lanes + w];
    for (uint32_t k = 0; k < stencil_points; ++k, at += j.stride[a])
      corners_of<a>(j, point, w, at, weight * weights[k * lanes], use);
  }
}

template <class Use>
inline void settle_corners(const SettleJob& j, uint32_t point, size_t w, Use use) {
  switch (j.axes) {
    case 0:
      return corners_of<0>(j, point, w, 0, 1, use);
    case 1:
      return corners_of<1>(j, point, w, 0, 1, use);
    case 2:
      return corners_of<2>(j, point, w, 0, 1, use);
    case 3:
      return corners_of<3>(j, point, w, 0, 1, use);
    default:
      return corners_of<4>(j, point, w, 0, 1, use);
  }
}

inline void settle(const SettleJob& j) {
  const uint32_t vectors = j.channels / 4;
  for (uint32_t point = 0; point < j.points; ++point)
    for (size_t w = 0; w < lanes; ++w) {
      Channel* to = reinterpret_cast<Channel*>(j.out + (size_t{point} * lanes + w) * j.channels);
      for (uint32_t v = 0; v < vectors; ++v) to[v] = Channel{};
      settle_corners(j, point, w, [&](size_t child_point, double weight) {
        const Channel* from = reinterpret_cast<const Channel*>(j.child + (child_point * lanes + w) * j.channels);
        for (uint32_t v = 0; v < vectors; ++v) to[v] += spread(weight) * from[v];
      });
      const Channel* discount = reinterpret_cast<const Channel*>(j.discount + w * j.channels);
      const Channel* pay = reinterpret_cast<const Channel*>(j.pay ? j.pay + w * j.channels : nullptr);
      for (uint32_t v = 0; v < vectors; ++v) to[v] = (pay ? pay[v] : Channel{}) + discount[v] * to[v];
    }
}

inline void settle_mass(const SettleJob& j, const double* mass, uint32_t mass_channels) {
  const uint32_t vectors = mass_channels / 4;
  for (uint32_t point = 0; point < j.points; ++point)
    for (size_t w = 0; w < lanes; ++w) {
      const Channel* from = reinterpret_cast<const Channel*>(mass + (size_t{point} * lanes + w) * mass_channels);
      if (mass[(size_t{point} * lanes + w) * mass_channels] == 0) {
        bool nothing = true;
        for (uint32_t c = 0; c < mass_channels && nothing; ++c)
          nothing = mass[(size_t{point} * lanes + w) * mass_channels + c] == 0;
        if (nothing) continue;
      }
      settle_corners(j, point, w, [&](size_t child_point, double weight) {
        Channel* to = reinterpret_cast<Channel*>(j.child_mass + (child_point * lanes + w) * mass_channels);
        for (uint32_t v = 0; v < vectors; ++v) to[v] += spread(weight) * from[v];
      });
    }
}

inline void move_mass(const MassJob& job) {
  const NodeJob& j = job.node;
  const uint32_t vectors = job.mass_channels / 4;
  const size_t row = lanes * job.mass_channels;
  Channel share[1024];
  Place at;
  alignas(64) double amount_store[lanes * 1024], log_odds_store[lanes];
  for (uint32_t point = 0; point < j.points; ++point) {
    const double* here = job.mass + size_t{point} * row;
    bool nothing = true;
    for (size_t i = 0; i < row && nothing; ++i) nothing = here[i] == 0;
    if (nothing) continue;
    for (uint32_t o = 0; o < j.edges; ++o) {
      const EdgeView& e = j.edge[o];
      const double* choice =
          j.choice ? j.choice + (size_t{job.choice_point[point]} * j.edges + o) * 3 * lanes : nullptr;
      const double* first_type = choice ? choice : e.odds;
      const double* second_type = choice ? choice + lanes : e.odds + (j.types - 1) * lanes;
      if (e.stride || job.moved) {
        const Lane log_odds = Lane::load(j.axis.log_odds + point / j.own_stride % j.axis.points * lanes) +
                              Lane::load(choice ? choice + 2 * lanes : e.shift);
        if (e.stride) place<false>(j.axis, log_odds, at);
        log_odds.store(log_odds_store);
      }
      for (size_t w = 0; w < lanes; ++w) {
        const uint32_t patterns = by_profile(j, first_type[w], second_type[w], share);
        const Channel* from = reinterpret_cast<const Channel*>(here + w * job.mass_channels);
        Channel* amount = reinterpret_cast<Channel*>(amount_store + w * job.mass_channels);
        for (uint32_t v = 0, k = 0; v < vectors; ++v, k = k + 1 == patterns ? 0 : k + 1) amount[v] = from[v] * share[k];
      }
      if (job.moved) job.moved(job.context, point, log_odds_store, amount_store);
      if (job.edge_has_event && job.edge_has_event[o]) job.event(job.context, o, amount_store);
      const size_t base = e.base[point];
      for (size_t w = 0; w < lanes; ++w) {
        const Channel* amount = reinterpret_cast<const Channel*>(amount_store + w * job.mass_channels);
        if (!e.stride) {
          Channel* to = reinterpret_cast<Channel*>(e.child_mass + (base * lanes + w) * job.mass_channels);
          for (uint32_t v = 0; v < vectors; ++v) to[v] += amount[v];
          continue;
        }
        for (size_t k = 0; k < stencil_points; ++k) {
          const size_t to_point = base + (static_cast<size_t>(at.first[w]) + k) * e.stride;
          Channel* to = reinterpret_cast<Channel*>(e.child_mass + (to_point * lanes + w) * job.mass_channels);
          const Channel weight = spread(at.weight[k][w]);
          for (uint32_t v = 0; v < vectors; ++v) to[v] += weight * amount[v];
        }
      }
    }
  }
}

}  // namespace casus::solve::CASUS_ISA

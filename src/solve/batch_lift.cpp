// Lifted measures in the batched forward pass: what every step changes of them, found once a node.
#include <algorithm>
#include <bit>

#include "solve/batch_pass.h"

namespace casus::solve {

using game::NodeId;
using model::MeasureKind;

// Of the beliefs about the actors in the mask `informed`; null for the others.
Batch::Pass::LogOdds Batch::Pass::log_odds_at(NodeId n, uint32_t point, uint32_t informed) const {
  const Layout& place = plan_.mass_layouts[n];
  LogOdds at{};
  for (uint32_t k = 0; k < g_.informed.size(); ++k) {
    if (!(informed >> k & 1)) continue;
    for (uint32_t a = g_.informed[k].first_axis; a < g_.informed[k].first_axis + g_.informed[k].types - 1; ++a)
      at[a] = place.stride[a] == 0 ? prior_.data() + a * batch_lanes
                                   : axes_[g_.nodes[n].round - 1][a].log_odds.data() +
                                         point / place.stride[a] % plan_.points * batch_lanes;
  }
  return at;
}

// The lifted measures of what is believed at the points of a mask of mass: [point][moved][8].
const double* Batch::Pass::lifted_at_points(NodeId n, Lift& l) {
  auto [at_points, fresh] = l.at_points.try_emplace(g_.nodes[n].mass_mask);
  const size_t moved = l.lanes.moved().size() * batch_lanes;
  for (uint32_t point = 0; fresh && point < plan_.mass_layouts[n].points; ++point) {
    at_points->second.resize((point + 1) * moved);
    l.lanes.values(log_odds_at(n, point, l.lanes.reads()), &at_points->second[point * moved]);
  }
  return at_points->second.data();
}

// What the step at a node changes of lifted measures on average, given either type of the one of whom it tells:
// [point][moved][2][8].
void Batch::Pass::expect_change(NodeId n, const MassJob& job, Lift& l, double* to) {
  const NodeJob& j = job.node;
  const uint32_t k = static_cast<uint32_t>(std::countr_zero(g_.nodes[n].telling)), axis = g_.informed[k].first_axis;
  const size_t moved = l.lanes.moved().size();
  const double* before = lifted_at_points(n, l);
  alignas(64) double log_odds[batch_lanes];
  std::vector<double> after(moved * batch_lanes);
  for (uint32_t point = 0; point < j.points; ++point, to += moved * 2 * batch_lanes) {
    const uint32_t own = j.own_points > 1 ? point / j.own_stride % j.own_points : 0;
    LogOdds at = log_odds_at(n, point, l.lanes.reads() & ~(1u << k));
    at[axis] = log_odds;
    for (size_t i = 0; i < moved; ++i, before += batch_lanes)
      for (size_t w = 0; w < 2 * batch_lanes; ++w) to[i * 2 * batch_lanes + w] = -before[w % batch_lanes];
    for (uint32_t o = 0; o < j.edges; ++o) {
      const double* choice =
          j.choice ? j.choice + (size_t{job.choice_point[point]} * j.edges + o) * 3 * batch_lanes : nullptr;
      const double* probability[2] = {choice ? choice : j.edge[o].odds,
                                      choice ? choice + batch_lanes : j.edge[o].odds + (j.types - 1) * batch_lanes};
      const double* shift = choice ? choice + 2 * batch_lanes : j.edge[o].shift;
      for (size_t w = 0; w < batch_lanes; ++w) log_odds[w] = j.own_log_odds[own * batch_lanes + w] + shift[w];
      l.lanes.values(at, after.data());
      for (size_t i = 0; i < moved; ++i)
        for (size_t t = 0; t < 2; ++t)
          for (size_t w = 0; w < batch_lanes; ++w)
            to[(i * 2 + t) * batch_lanes + w] += probability[t][w] * after[i * batch_lanes + w];
    }
  }
}

// Adds to lifted measures what the step at a node changes of them.
void Batch::Pass::lift(NodeId n, const MassJob& job) {
  Lift& l = lifts_[static_cast<size_t>(std::countr_zero(g_.nodes[n].telling))];
  const size_t moved = l.lanes.moved().size();
  if (moved == 0) return;
  change_.resize(std::max(change_.size(), job.node.points * moved * 2 * batch_lanes));
  expect_change(n, job, l, change_.data());
  for (uint32_t s = 0; s < job.starts; ++s)
    for (size_t i = 0; i < moved; ++i)
      kernels().weigh(job, s, change_.data() + i * 2 * batch_lanes, moved * 2 * batch_lanes,
                      gained(starts_here_[s], l.lanes.moved()[i], g_.nodes[n].round));
}

void Batch::Pass::add_gained(uint32_t start, size_t world, Tally& to) {
  for (size_t i = 0; i < g_.lifted.size(); ++i) {
    const uint32_t m = g_.lifted[i].measure;
    const bool at_end = g_.source->measures[m].kind == MeasureKind::at_end;
    std::vector<double> sum(g_.profiles, 0.0);
    double* out = to[m].data();
    for (int t = 1; t <= g_.horizon; ++t) {
      const double* gain = gained(start, i, static_cast<uint32_t>(t)) + world * plan_.pattern;
      for (uint32_t p = 0; p < g_.profiles; ++p) sum[p] += gain[p];
      if (at_end && t < g_.horizon) continue;
      for (uint32_t p = 0; p < g_.profiles; ++p) out[p] += sum[p];
      out += g_.profiles;
    }
  }
}

}  // namespace casus::solve

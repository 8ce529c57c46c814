// Lifted measures in the batched forward pass: what every step changes of them, found once a node.
#include <algorithm>
#include <bit>

#include "solve/batch_pass.h"

namespace casus::solve {

using game::NodeId;
using model::MeasureKind;

BeliefLanes::Beliefs Batch::Pass::beliefs_at(NodeId n, uint32_t point) const {
  BeliefLanes::Beliefs at{};
  for (uint32_t k = 0; k < g_.informed.size(); ++k) at[k] = beliefs_about(k, plan_.mass_layouts[n], point);
  return at;
}

// The lifted measures of what is believed at the points of a mask of mass: [point][moved][8].
const double* Batch::Pass::lifted_at_points(NodeId n, Lift& l) {
  auto [at_points, fresh] = l.at_points.try_emplace(g_.nodes[n].mass_mask);
  const size_t moved = l.lanes.moved().size() * batch_lanes;
  for (uint32_t point = 0; fresh && point < plan_.mass_layouts[n].points; ++point) {
    at_points->second.resize((point + 1) * moved);
    l.lanes.values(beliefs_at(n, point), &at_points->second[point * moved]);
  }
  return at_points->second.data();
}

// What the step at a node changes of lifted measures on average, given either type of the one of whom it tells:
// [point][moved][2][8].
void Batch::Pass::expect_change(NodeId n, const MassJob& job, Lift& l, double* to) {
  const NodeJob& j = job.node;
  const auto k = static_cast<size_t>(std::countr_zero(g_.nodes[n].telling));
  const size_t moved = l.lanes.moved().size();
  const double* before = lifted_at_points(n, l);
  alignas(64) double posterior[2 * batch_lanes];
  std::vector<double> after(moved * batch_lanes);
  for (uint32_t point = 0; point < j.points; ++point, to += moved * 2 * batch_lanes) {
    BeliefLanes::Beliefs at = beliefs_at(n, point);
    const double* prior = at[k];
    at[k] = posterior;
    for (size_t i = 0; i < moved; ++i, before += batch_lanes)
      for (size_t w = 0; w < 2 * batch_lanes; ++w) to[i * 2 * batch_lanes + w] = -before[w % batch_lanes];
    for (uint32_t o = 0; o < j.edges; ++o) {
      const double* choice =
          j.choice ? j.choice + (size_t{job.choice_point[point]} * j.edges + o) * 3 * batch_lanes : nullptr;
      const double* probability[2] = {choice ? choice : j.edge[o].odds,
                                      choice ? choice + batch_lanes : j.edge[o].odds + (j.types - 1) * batch_lanes};
      // Bayes' rule for either type, so that neither is formed as what the other leaves of 1.
      for (size_t w = 0; w < batch_lanes; ++w) {
        const double first = prior[w] * probability[0][w], second = prior[batch_lanes + w] * probability[1][w];
        const bool happens = first + second > 0;
        posterior[w] = happens ? first / (first + second) : prior[w];
        posterior[batch_lanes + w] = happens ? second / (first + second) : prior[batch_lanes + w];
      }
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

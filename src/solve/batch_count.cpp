// What the batched forward pass counts: events, what is true of a state or believed in it, and lifted measures, of
// which every step's change is found once a node.
#include <algorithm>
#include <bit>

#include "solve/batch_forward.h"
#include "solve/beliefs.h"

namespace casus::solve {

using game::NodeId;
using game::TallyEntry;
using model::MeasureKind;

double* Batch::Forward::gained(uint32_t start, size_t lifted, uint32_t round) {
  const size_t row = (start * in_.g.lifted.size() + lifted) * static_cast<size_t>(in_.g.horizon) + round - 1;
  return &gained_[row * batch_lanes * in_.plan.pattern];
}

double* Batch::Forward::counted(uint32_t start, uint32_t measure, uint32_t round) {
  const auto& measures = in_.g.source->measures;
  const bool by_round = measures[measure].kind == MeasureKind::in_round;
  const size_t row =
      (start * measures.size() + measure) * static_cast<size_t>(in_.g.horizon) + (by_round ? round - 1 : 0);
  return &counted_[row * batch_lanes * in_.g.profiles];
}

// Sets event_ and makes room for what flows along a node's edges.
void Batch::Forward::find_events(NodeId n) {
  const auto& node = in_.g.nodes[n];
  event_.assign(node.edges, {});
  size_t room = 0;
  for (uint32_t e = 0; in_.plan.measures && e < node.edges; ++e) {
    const uint32_t list = in_.g.edges[node.first_edge + e].event;
    const auto& takes = in_.plan.event_takes[list];
    event_[e] = {in_.plan.event_width[list], nullptr, takes.data(), static_cast<uint32_t>(takes.size())};
    room += event_[e].width;
  }
  passed_.assign(room * starts_here_.size() * batch_lanes, 0.0);
  double* at = passed_.data();
  for (EdgeEvent& event : event_) {
    event.passed = at;
    at += event.width * starts_here_.size() * batch_lanes;
  }
}

// Counts what has flown along a node's edges for the measures that these make true.
void Batch::Forward::count_events(NodeId n) {
  const auto& node = in_.g.nodes[n];
  for (uint32_t e = 0; e < node.edges; ++e)
    for (uint32_t s = 0; event_[e].width > 0 && s < starts_here_.size(); ++s)
      for (uint32_t m : in_.g.events[in_.g.edges[node.first_edge + e].event]) {
        const double* from = event_[e].passed + s * batch_lanes * size_t{event_[e].width};
        double* to = counted(starts_here_[s], m, node.round);
        for (size_t w = 0; w < batch_lanes; ++w, from += event_[e].width, to += in_.g.profiles)
          for (uint32_t p = 0; p < in_.g.profiles; ++p) to[p] += from[in_.plan.ever_channel[m] * in_.plan.pattern + p];
      }
}

void Batch::Forward::tally(NodeId n, uint32_t start) {
  const auto& node = in_.g.nodes[n];
  const Layout& place = in_.plan.mass_layouts[n];
  const auto& list = in_.g.tallies[node.tally];
  if (std::all_of(list.begin(), list.end(), [](const auto& t) { return t.lifted; })) return;
  const bool by_belief = std::any_of(list.begin(), list.end(), [](const auto& t) { return t.by_belief && !t.lifted; });
  const double* mass = mass_from_[start];
  auto add = [&](const TallyEntry& t, double value, size_t w, const double* here) {
    double* to = counted(starts_here_[start], t.measure, node.round) + w * in_.g.profiles;
    for (uint32_t p = 0; p < in_.g.profiles; ++p) to[p] += value * here[p];
  };
  const uint32_t width = in_.plan.mass_width[n];
  // What is the same whatever is believed asks for all the mass at the node and not where it is.
  all_mass_.assign(batch_lanes * in_.g.profiles, 0.0);
  for (uint32_t point = 0; point < place.points; ++point)
    for (size_t w = 0; w < batch_lanes; ++w) {
      const double* here = mass + (size_t{point} * batch_lanes + w) * width;
      for (uint32_t p = 0; p < in_.g.profiles; ++p) all_mass_[w * in_.g.profiles + p] += here[p];
      if (!by_belief || std::all_of(here, here + in_.g.profiles, [](double x) { return x == 0; })) continue;
      const auto beliefs = run_beliefs(in_.g, in_.belief(place, node.round, point, w));
      for (const auto& t : list)
        if (t.by_belief && !t.lifted) add(t, beliefs[t.belief_slot], w, here);
    }
  for (const auto& t : list)
    for (size_t w = 0; !t.by_belief && w < batch_lanes; ++w) add(t, t.value, w, &all_mass_[w * in_.g.profiles]);
}

BeliefLanes::Beliefs Batch::Forward::beliefs_at(NodeId n, uint32_t point) const {
  BeliefLanes::Beliefs at{};
  for (uint32_t k = 0; k < in_.g.informed.size(); ++k) at[k] = round_.beliefs_about(k, in_.plan.mass_layouts[n], point);
  return at;
}

// The lifted measures of what is believed at the points of a mask of mass: [point][moved][8].
const double* Batch::Forward::lifted_at_points(NodeId n, Lift& l) {
  auto [at_points, fresh] = l.at_points.try_emplace(in_.g.nodes[n].mass_mask);
  const size_t moved = l.lanes.moved().size() * batch_lanes;
  for (uint32_t point = 0; fresh && point < in_.plan.mass_layouts[n].points; ++point) {
    at_points->second.resize((point + 1) * moved);
    l.lanes.values(beliefs_at(n, point), &at_points->second[point * moved]);
  }
  return at_points->second.data();
}

// What the step at a node changes of lifted measures on average, given either type of the one of whom it tells:
// [point][moved][2][8].
void Batch::Forward::expect_change(NodeId n, const MassJob& job, Lift& l, double* to) {
  const NodeJob& j = job.node;
  const auto k = static_cast<size_t>(std::countr_zero(in_.g.nodes[n].telling));
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
      // Bayes' rule for either type, so that neither is formed as what the other leaves of 1. What hardly ever happens
      // weighs nothing, and the inverse of its probability may not be a number.
      constexpr double least = 1e-300;
      for (size_t w = 0; w < batch_lanes; ++w) {
        const double first = prior[w] * probability[0][w], second = prior[batch_lanes + w] * probability[1][w];
        const bool happens = first + second > least;
        const double share = 1 / (happens ? first + second : 1);
        posterior[w] = happens ? first * share : prior[w];
        posterior[batch_lanes + w] = happens ? second * share : prior[batch_lanes + w];
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
void Batch::Forward::lift(NodeId n, const MassJob& job) {
  Lift& l = lifts_[static_cast<size_t>(std::countr_zero(in_.g.nodes[n].telling))];
  const size_t moved = l.lanes.moved().size();
  if (moved == 0) return;
  change_.resize(std::max(change_.size(), job.node.points * moved * 2 * batch_lanes));
  expect_change(n, job, l, change_.data());
  for (uint32_t s = 0; s < job.starts; ++s)
    for (size_t i = 0; i < moved; ++i)
      kernels().weigh(job, s, change_.data() + i * 2 * batch_lanes, moved * 2 * batch_lanes,
                      gained(starts_here_[s], l.lanes.moved()[i], in_.g.nodes[n].round));
}

void Batch::Forward::add_gained(uint32_t start, size_t world, Tally& to) {
  for (size_t i = 0; i < in_.g.lifted.size(); ++i) {
    const uint32_t m = in_.g.lifted[i].measure;
    const bool at_end = in_.g.source->measures[m].kind == MeasureKind::at_end;
    std::vector<double> sum(in_.g.profiles, 0.0);
    double* out = to[m].data();
    for (int t = 1; t <= in_.g.horizon; ++t) {
      const double* gain = gained(start, i, static_cast<uint32_t>(t)) + world * in_.plan.pattern;
      for (uint32_t p = 0; p < in_.g.profiles; ++p) sum[p] += gain[p];
      if (at_end && t < in_.g.horizon) continue;
      for (uint32_t p = 0; p < in_.g.profiles; ++p) out[p] += sum[p];
      out += in_.g.profiles;
    }
  }
}

Tally Batch::Forward::tally_of(uint32_t place, size_t start, size_t world) {
  const auto& measures = in_.g.source->measures;
  Tally out;
  for (const auto& m : measures)
    out.emplace_back((m.kind == MeasureKind::in_round ? static_cast<size_t>(in_.g.horizon) : 1) * in_.g.profiles, 0.0);
  for (uint32_t m : in_.g.starts[start].events) std::fill(out[m].begin(), out[m].end(), 1.0);
  const auto beliefs = run_beliefs(in_.g, {in_.worlds[world]->prior_log_odds, std::vector<int>(in_.g.axes, -1)});
  for (const auto& l : in_.g.lifted) std::fill(out[l.measure].begin(), out[l.measure].end(), beliefs[l.slot]);
  for (uint32_t m = 0; m < measures.size(); ++m) {
    if (measures[m].kind == MeasureKind::payoff) {
      const double* value = &solved_.values(start, world)[size_t{measures[m].actor} * in_.g.profiles];
      out[m].assign(value, value + in_.g.profiles);
      continue;
    }
    for (size_t i = 0; i < out[m].size(); ++i) {
      const auto round = static_cast<uint32_t>(i / in_.g.profiles) + 1;
      out[m][i] += counted(place, m, round)[world * in_.g.profiles + i % in_.g.profiles];
    }
  }
  add_gained(place, world, out);
  return out;
}

Batch::Tallies Batch::Forward::tallies(size_t first, size_t count, std::span<const std::vector<bool>> met) {
  const auto together = static_cast<uint32_t>(count);
  lifts_.clear();
  for (uint32_t i = 0; i < in_.g.informed.size(); ++i) lifts_.push_back({BeliefLanes(in_.g, i), {}});
  const size_t rows = size_t{together} * static_cast<size_t>(in_.g.horizon) * batch_lanes;
  gained_.assign(in_.g.lifted.size() * rows * in_.plan.pattern, 0.0);
  counted_.assign(in_.g.source->measures.size() * rows * in_.g.profiles, 0.0);
  std::vector<uint32_t> starts(in_.g.nodes.size(), 0);
  for (uint32_t s = 0; s < together; ++s)
    for (NodeId n = 0; n < in_.g.nodes.size(); ++n) starts[n] |= static_cast<uint32_t>(met[first + s][n]) << s;
  set_met(std::move(starts));
  for (uint32_t s = 0; s < together; ++s) begin(s, in_.g.starts[first + s], 1);
  push();
  Tallies out(together);
  for (uint32_t s = 0; s < together; ++s)
    for (size_t w = 0; w < batch_lanes; ++w) out[s][w] = tally_of(s, first + s, w);
  return out;
}

}  // namespace casus::solve

// The batched forward pass: as forward.cpp, eight worlds at once.
#include <algorithm>
#include <bit>
#include <cmath>

#include "solve/batch_pass.h"
#include "solve/beliefs.h"

namespace casus::solve {

using game::NodeId;
using game::TallyEntry;
using model::MeasureKind;

void Batch::Pass::set_met(std::vector<uint32_t> met) {
  room_.arena.restart();
  met_ = std::move(met);
  mass_first_.clear();
  size_t all = 0;
  for (const uint32_t starts : met_) {
    mass_first_.push_back(all);
    all += static_cast<size_t>(std::popcount(starts));
  }
  mass_.assign(all, nullptr);
}

// Room for mass is taken and cleared when the first comes, so that it is in the cache when it is added to.
double* Batch::Pass::mass_at(NodeId n, uint32_t start) {
  const auto before = static_cast<size_t>(std::popcount(met_[n] & ((1u << start) - 1)));
  double*& at = mass_[mass_first_[n] + before];
  if (!at) {
    at = room_.arena.take(plan_.mass_of(n));
    std::fill_n(at, plan_.mass_of(n), 0.0);
  }
  return at;
}

MassGroups Batch::Pass::mass_groups(NodeId n) const {
  const auto& source = plan_.mass_source[n];
  return {source.data(), static_cast<uint32_t>(source.size()), plan_.pattern, plan_.mass_width[n]};
}

// Sets event_ and makes room for what flows along a node's edges.
void Batch::Pass::find_events(NodeId n) {
  const auto& node = g_.nodes[n];
  event_.assign(node.edges, {});
  size_t room = 0;
  for (uint32_t e = 0; plan_.measures && e < node.edges; ++e) {
    const uint32_t list = g_.edges[node.first_edge + e].event;
    const auto& takes = plan_.event_takes[list];
    event_[e] = {plan_.event_width[list], nullptr, takes.data(), static_cast<uint32_t>(takes.size())};
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
void Batch::Pass::count_events(NodeId n) {
  const auto& node = g_.nodes[n];
  for (uint32_t e = 0; e < node.edges; ++e)
    for (uint32_t s = 0; event_[e].width > 0 && s < starts_here_.size(); ++s)
      for (uint32_t m : g_.events[g_.edges[node.first_edge + e].event]) {
        const double* from = event_[e].passed + s * batch_lanes * size_t{event_[e].width};
        double* to = counted(starts_here_[s], m, node.round);
        for (size_t w = 0; w < batch_lanes; ++w, from += event_[e].width, to += g_.profiles)
          for (uint32_t p = 0; p < g_.profiles; ++p) to[p] += from[plan_.ever_channel[m] * plan_.pattern + p];
      }
}

void Batch::Pass::tally(NodeId n, uint32_t start) {
  const auto& node = g_.nodes[n];
  const Layout& place = plan_.mass_layouts[n];
  const auto& list = g_.tallies[node.tally];
  if (std::all_of(list.begin(), list.end(), [](const auto& t) { return t.lifted; })) return;
  const bool by_belief = std::any_of(list.begin(), list.end(), [](const auto& t) { return t.by_belief && !t.lifted; });
  const double* mass = mass_from_[start];
  auto add = [&](const TallyEntry& t, double value, size_t w, const double* here) {
    double* to = counted(starts_here_[start], t.measure, node.round) + w * g_.profiles;
    for (uint32_t p = 0; p < g_.profiles; ++p) to[p] += value * here[p];
  };
  const uint32_t width = plan_.mass_width[n];
  // What is the same whatever is believed asks for all the mass at the node and not where it is.
  all_mass_.assign(batch_lanes * g_.profiles, 0.0);
  for (uint32_t point = 0; point < place.points; ++point)
    for (size_t w = 0; w < batch_lanes; ++w) {
      const double* here = mass + (size_t{point} * batch_lanes + w) * width;
      for (uint32_t p = 0; p < g_.profiles; ++p) all_mass_[w * g_.profiles + p] += here[p];
      if (!by_belief || std::all_of(here, here + g_.profiles, [](double x) { return x == 0; })) continue;
      const auto beliefs = run_beliefs(g_, belief(place, node.round, point, w));
      for (const auto& t : list)
        if (t.by_belief && !t.lifted) add(t, beliefs[t.belief_slot], w, here);
    }
  for (const auto& t : list)
    for (size_t w = 0; !t.by_belief && w < batch_lanes; ++w) add(t, t.value, w, &all_mass_[w * g_.profiles]);
}

void Batch::Pass::push_general(NodeId n) {
  const auto& node = g_.nodes[n];
  const Layout& place = plan_.mass_layouts[n];
  const auto& value_point = plan_.points_map(node.mass_mask, node.value_mask, game::none);
  const uint32_t pattern = plan_.pattern;
  const auto& source = plan_.mass_source[n];
  std::vector<double> amount(plan_.mass_channels), log_sigma, probability(g_.profiles);
  std::vector<uint32_t> present;
  Corners corners;
  for (size_t w = 0; w < batch_lanes; ++w) {
    NodeProblem problem(g_, *worlds_[w], {views_[w], plan_.layouts, grids_[w]});
    for (uint32_t point = 0; point < place.points; ++point) {
      const size_t row = (size_t{point} * batch_lanes + w) * plan_.mass_width[n];
      present.clear();
      for (uint32_t s = 0; s < starts_here_.size(); ++s) {
        const double* here = mass_from_[s] + row;
        if (std::any_of(here, here + pattern, [](double x) { return x != 0; })) present.push_back(s);
      }
      if (present.empty()) continue;
      const Belief at = belief(place, node.round, point, w);
      problem.set(n, at);
      log_sigma.resize(problem.unknowns());
      const double* kept = choices(n) + value_point[point] * problem.unknowns() * batch_lanes;
      for (size_t u = 0; u < log_sigma.size(); ++u) log_sigma[u] = kept[u * batch_lanes + w];
      for (uint32_t e = 0; e < node.edges; ++e) {
        for (uint32_t p = 0; p < g_.profiles; ++p) probability[p] = std::exp(problem.log_likelihood(e, p, log_sigma));
        const Belief posterior = problem.posterior(e, log_sigma);
        const bool lifting = plan_.measures && node.telling != 0 && !g_.lifted.empty();
        std::vector<double> before, after;
        if (lifting) {
          before = run_beliefs(g_, at);
          after = run_beliefs(g_, posterior);
        }
        const NodeId target = g_.edges[node.first_edge + e].target;
        find_corners(plan_.mass_layouts[target], grids_[w][node.round - 1], posterior, true, false, corners);
        for (const uint32_t s : present) {
          const double* here = mass_from_[s] + row;
          const uint32_t start = starts_here_[s];
          for (uint32_t p = 0; p < g_.profiles; ++p)
            for (uint32_t group = 0; group < source.size(); ++group)
              amount[group * pattern + p] =
                  source[group] == no_group ? 0 : probability[p] * here[source[group] * pattern + p];
          for (size_t i = 0; lifting && i < g_.lifted.size(); ++i) {
            const auto& l = g_.lifted[i];
            double* to = gained(start, i, node.round) + w * pattern;
            for (uint32_t p = 0; l.reads & node.telling && p < g_.profiles; ++p)
              to[p] += (after[l.slot] - before[l.slot]) * amount[p];
          }
          const EdgeEvent& event = event_[e];
          double* passed = event.passed + (s * batch_lanes + w) * event.width;
          for (uint32_t i = 0; i < event.width; ++i) passed[i] += amount[i];
          for (uint32_t k = 0; k < event.takes; ++k) std::fill_n(&amount[event.taken[k] * pattern], pattern, 0.0);
          double* to = mass_to_[e * starts_here_.size() + s];
          for (size_t c = 0; c < corners.point.size(); ++c)
            for (uint32_t i = 0; i < plan_.mass_width[target]; ++i)
              to[(corners.point[c] * batch_lanes + w) * plan_.mass_width[target] + i] += corners.weight[c] * amount[i];
        }
      }
    }
  }
}

void Batch::Pass::begin(uint32_t place, const game::Start& start, double share) {
  double* to = mass_at(start.node, place);
  const uint32_t width = plan_.mass_width[start.node];
  std::vector<double> amount(width, 0.0);
  std::fill_n(amount.begin(), g_.profiles, share);
  for (uint32_t m = 0; plan_.measures && m < g_.source->measures.size(); ++m) {
    const size_t group = size_t{plan_.ever_channel[m]} * plan_.pattern;
    const bool already = std::find(start.events.begin(), start.events.end(), m) != start.events.end();
    if (group > 0 && group < width && !already) std::fill_n(&amount[group], g_.profiles, share);
  }
  Corners corners;
  for (size_t w = 0; w < batch_lanes; ++w) {
    find_corners(plan_.mass_layouts[start.node], grids_[w][g_.nodes[start.node].round - 1],
                 {worlds_[w]->prior_log_odds, std::vector<int>(g_.axes, -1)}, false, false, corners);
    for (size_t c = 0; c < corners.point.size(); ++c)
      for (uint32_t i = 0; i < width; ++i)
        to[(corners.point[c] * batch_lanes + w) * width + i] += corners.weight[c] * amount[i];
  }
}

Tally Batch::Pass::tally_of(uint32_t place, size_t start, size_t world) {
  const auto& measures = g_.source->measures;
  Tally out;
  for (const auto& m : measures)
    out.emplace_back((m.kind == MeasureKind::in_round ? static_cast<size_t>(g_.horizon) : 1) * g_.profiles, 0.0);
  for (uint32_t m : g_.starts[start].events) std::fill(out[m].begin(), out[m].end(), 1.0);
  const auto beliefs = run_beliefs(g_, {worlds_[world]->prior_log_odds, std::vector<int>(g_.axes, -1)});
  for (const auto& l : g_.lifted) std::fill(out[l.measure].begin(), out[l.measure].end(), beliefs[l.slot]);
  for (uint32_t m = 0; m < measures.size(); ++m) {
    if (measures[m].kind == MeasureKind::payoff) {
      const double* value = &start_values_[start][world][size_t{measures[m].actor} * g_.profiles];
      out[m].assign(value, value + g_.profiles);
      continue;
    }
    for (size_t i = 0; i < out[m].size(); ++i) {
      const auto round = static_cast<uint32_t>(i / g_.profiles) + 1;
      out[m][i] += counted(place, m, round)[world * g_.profiles + i % g_.profiles];
    }
  }
  add_gained(place, world, out);
  return out;
}

std::vector<std::array<Tally, batch_lanes>> Batch::Pass::forward(size_t first, std::span<const std::vector<bool>> met) {
  const auto together = static_cast<uint32_t>(std::min<size_t>(met.size() - first, most_starts_together));
  lifts_.clear();
  for (uint32_t i = 0; i < g_.informed.size(); ++i) lifts_.push_back({BeliefLanes(g_, i), {}});
  const size_t rows = size_t{together} * static_cast<size_t>(g_.horizon) * batch_lanes;
  gained_.assign(g_.lifted.size() * rows * plan_.pattern, 0.0);
  counted_.assign(g_.source->measures.size() * rows * g_.profiles, 0.0);
  std::vector<uint32_t> starts(g_.nodes.size(), 0);
  for (uint32_t s = 0; s < together; ++s)
    for (NodeId n = 0; n < g_.nodes.size(); ++n) starts[n] |= static_cast<uint32_t>(met[first + s][n]) << s;
  set_met(std::move(starts));
  for (uint32_t s = 0; s < together; ++s) begin(s, g_.starts[first + s], 1);
  push();
  std::vector<std::array<Tally, batch_lanes>> out(together);
  for (uint32_t s = 0; s < together; ++s)
    for (size_t w = 0; w < batch_lanes; ++w) out[s][w] = tally_of(s, first + s, w);
  return out;
}

// Sets starts_here_, mass_from_ and mass_to_ for a node.
void Batch::Pass::find_mass(NodeId n) {
  const auto& node = g_.nodes[n];
  starts_here_.clear();
  mass_from_.clear();
  mass_to_.clear();
  for (uint32_t s = 0; met_[n] >> s; ++s)
    if (met_[n] >> s & 1) starts_here_.push_back(s);
  for (const uint32_t s : starts_here_) mass_from_.push_back(mass_at(n, s));
  for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e)
    for (const uint32_t s : starts_here_) mass_to_.push_back(mass_at(g_.edges[e].target, s));
}

void Batch::Pass::push_steps(NodeId n) {
  const auto& node = g_.nodes[n];
  MassJob m{.node = job(n, true),
            .starts = static_cast<uint32_t>(starts_here_.size()),
            .mass = mass_from_.data(),
            .child_mass = mass_to_.data(),
            .groups = mass_groups(n)};
  m.choice_point = plan_.points_map(node.mass_mask, node.value_mask, game::none).data();
  m.amounts = amounts_.data();
  m.event = event_.data();
  if (plan_.measures && node.telling != 0) lift(n, m);
  kernels().move_mass(m);
}

void Batch::Pass::push() {
  for (size_t l = 0; l < g_.layers.size(); ++l) {
    if (round_ != g_.layers[l].round)
      for (Lift& lift : lifts_) lift.at_points.clear();
    prepare_round(g_.layers[l].round);
    for (NodeId n = g_.layers[l].first; n < g_.layers[l].last; ++n) {
      if (!met_[n]) continue;
      find_mass(n);
      find_events(n);
      if (windows_) note_reached(n, mass_from_.front());
      for (uint32_t s = 0; plan_.measures && !g_.tallies[g_.nodes[n].tally].empty() && s < starts_here_.size(); ++s)
        tally(n, s);
      switch (plan_.way[n]) {
        case NodeWay::end:
          break;
        case NodeWay::settle: {
          SettleJob j = settle_job(n, true);
          for (size_t s = 0; s < starts_here_.size(); ++s) {
            j.child_mass = mass_to_[s];
            kernels().settle_mass(j, mass_from_[s], mass_groups(n));
          }
          break;
        }
        case NodeWay::general:
          push_general(n);
          break;
        case NodeWay::move:
        case NodeWay::chance:
          push_steps(n);
          break;
      }
      count_events(n);
      for (size_t s = 0; s < starts_here_.size(); ++s) {
        double*& mass = mass_[mass_first_[n] + s];
        room_.arena.give(mass, plan_.mass_of(n));
        mass = nullptr;
      }
    }
  }
}

}  // namespace casus::solve

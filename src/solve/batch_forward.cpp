#include "solve/batch_forward.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "solve/beliefs.h"

namespace casus::solve {

using game::NodeId;

Batch::Forward::Forward(const Backward& solved, Arena& arena)
    : in_(solved.numbers()), solved_(solved), arena_(arena), round_(in_, false) {
  amounts_ = Block(size_t{dense_points} * batch_lanes * in_.plan.mass_channels);
}

void Batch::Forward::set_met(std::vector<uint32_t> met) {
  arena_.restart();
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
double* Batch::Forward::mass_at(NodeId n, uint32_t start) {
  const auto before = static_cast<size_t>(std::popcount(met_[n] & ((1u << start) - 1)));
  double*& at = mass_[mass_first_[n] + before];
  if (!at) {
    at = arena_.take(in_.plan.mass_of(n));
    std::fill_n(at, in_.plan.mass_of(n), 0.0);
  }
  return at;
}

MassGroups Batch::Forward::mass_groups(NodeId n) const {
  const auto& source = in_.plan.mass_source[n];
  return {source.data(), static_cast<uint32_t>(source.size()), in_.plan.pattern, in_.plan.mass_width[n]};
}

void Batch::Forward::begin(uint32_t place, const game::Start& start, double share) {
  double* to = mass_at(start.node, place);
  const uint32_t width = in_.plan.mass_width[start.node];
  std::vector<double> amount(width, 0.0);
  std::fill_n(amount.begin(), in_.g.profiles, share);
  for (uint32_t m = 0; in_.plan.measures && m < in_.g.source->measures.size(); ++m) {
    const size_t group = size_t{in_.plan.ever_channel[m]} * in_.plan.pattern;
    const bool already = std::find(start.events.begin(), start.events.end(), m) != start.events.end();
    if (group > 0 && group < width && !already) std::fill_n(&amount[group], in_.g.profiles, share);
  }
  Corners corners;
  for (size_t w = 0; w < batch_lanes; ++w) {
    find_corners(in_.plan.mass_layouts[start.node], in_.grids[w][in_.g.nodes[start.node].round - 1],
                 {in_.worlds[w]->prior_log_odds, std::vector<int>(in_.g.axes, -1)}, false, false, corners);
    for (size_t c = 0; c < corners.point.size(); ++c)
      for (uint32_t i = 0; i < width; ++i)
        to[(corners.point[c] * batch_lanes + w) * width + i] += corners.weight[c] * amount[i];
  }
}

// Sets starts_here_, mass_from_ and mass_to_ for a node.
void Batch::Forward::find_mass(NodeId n) {
  const auto& node = in_.g.nodes[n];
  starts_here_.clear();
  mass_from_.clear();
  mass_to_.clear();
  for (uint32_t s = 0; met_[n] >> s; ++s)
    if (met_[n] >> s & 1) starts_here_.push_back(s);
  for (const uint32_t s : starts_here_) mass_from_.push_back(mass_at(n, s));
  for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e)
    for (const uint32_t s : starts_here_) mass_to_.push_back(mass_at(in_.g.edges[e].target, s));
}

void Batch::Forward::push_steps(NodeId n) {
  const auto& node = in_.g.nodes[n];
  MassJob m{.node = in_.job(n, true, edge_),
            .starts = static_cast<uint32_t>(starts_here_.size()),
            .mass = mass_from_.data(),
            .child_mass = mass_to_.data(),
            .groups = mass_groups(n)};
  m.choice_point = in_.plan.choice_point[n];
  if (in_.plan.way[n] == NodeWay::move) m.node.choice = solved_.choices(n);
  m.amounts = amounts_.data();
  m.event = event_.data();
  if (in_.plan.measures && node.telling != 0) lift(n, m);
  kernels().move_mass(m);
}

void Batch::Forward::push_general(NodeId n) {
  const auto& node = in_.g.nodes[n];
  const Layout& place = in_.plan.mass_layouts[n];
  const uint32_t* value_point = in_.plan.choice_point[n];
  const uint32_t pattern = in_.plan.pattern;
  const auto& source = in_.plan.mass_source[n];
  std::vector<double> amount(in_.plan.mass_channels), log_sigma, probability(in_.g.profiles);
  std::vector<uint32_t> present;
  Corners corners;
  for (size_t w = 0; w < batch_lanes; ++w) {
    NodeProblem problem(in_.g, *in_.worlds[w], solved_.continuation(w));
    for (uint32_t point = 0; point < place.points; ++point) {
      const size_t row = (size_t{point} * batch_lanes + w) * in_.plan.mass_width[n];
      present.clear();
      for (uint32_t s = 0; s < starts_here_.size(); ++s) {
        const double* here = mass_from_[s] + row;
        if (std::any_of(here, here + pattern, [](double x) { return x != 0; })) present.push_back(s);
      }
      if (present.empty()) continue;
      const Belief at = in_.belief(place, node.round, point, w);
      problem.set(n, at);
      log_sigma.resize(problem.unknowns());
      const double* kept = solved_.choices(n) + value_point[point] * problem.unknowns() * batch_lanes;
      for (size_t u = 0; u < log_sigma.size(); ++u) log_sigma[u] = kept[u * batch_lanes + w];
      for (uint32_t e = 0; e < node.edges; ++e) {
        for (uint32_t p = 0; p < in_.g.profiles; ++p)
          probability[p] = std::exp(problem.log_likelihood(e, p, log_sigma));
        const Belief posterior = problem.posterior(e, log_sigma);
        const bool lifting = in_.plan.measures && node.telling != 0 && !in_.g.lifted.empty();
        std::vector<double> before, after;
        if (lifting) {
          before = run_beliefs(in_.g, at);
          after = run_beliefs(in_.g, posterior);
        }
        const NodeId target = in_.g.edges[node.first_edge + e].target;
        find_corners(in_.plan.mass_layouts[target], in_.grids[w][node.round - 1], posterior, true, false, corners);
        for (const uint32_t s : present) {
          const double* here = mass_from_[s] + row;
          const uint32_t start = starts_here_[s];
          for (uint32_t p = 0; p < in_.g.profiles; ++p)
            for (uint32_t group = 0; group < source.size(); ++group)
              amount[group * pattern + p] =
                  source[group] == no_group ? 0 : probability[p] * here[source[group] * pattern + p];
          for (size_t i = 0; lifting && i < in_.g.lifted.size(); ++i) {
            const auto& l = in_.g.lifted[i];
            double* to = gained(start, i, node.round) + w * pattern;
            for (uint32_t p = 0; l.reads & node.telling && p < in_.g.profiles; ++p)
              to[p] += (after[l.slot] - before[l.slot]) * amount[p];
          }
          const EdgeEvent& event = event_[e];
          double* passed = event.passed + (s * batch_lanes + w) * event.width;
          for (uint32_t i = 0; i < event.width; ++i) passed[i] += amount[i];
          for (uint32_t k = 0; k < event.takes; ++k) std::fill_n(&amount[event.taken[k] * pattern], pattern, 0.0);
          double* to = mass_to_[e * starts_here_.size() + s];
          for (size_t c = 0; c < corners.point.size(); ++c)
            for (uint32_t i = 0; i < in_.plan.mass_width[target]; ++i)
              to[(corners.point[c] * batch_lanes + w) * in_.plan.mass_width[target] + i] +=
                  corners.weight[c] * amount[i];
        }
      }
    }
  }
}

void Batch::Forward::push_node(NodeId n) {
  find_mass(n);
  find_events(n);
  if (windows_) note_reached(n, mass_from_.front());
  for (uint32_t s = 0; in_.plan.measures && !in_.g.tallies[in_.g.nodes[n].tally].empty() && s < starts_here_.size();
       ++s)
    tally(n, s);
  switch (in_.plan.way[n]) {
    case NodeWay::end:
      break;
    case NodeWay::settle: {
      SettleJob j = round_.settle_job(n, true, settle_room_);
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
    arena_.give(mass, in_.plan.mass_of(n));
    mass = nullptr;
  }
}

void Batch::Forward::push() {
  for (const auto& layer : in_.g.layers) {
    if (round_.number() != layer.round)
      for (Lift& lift : lifts_) lift.at_points.clear();
    if (layer.first < layer.last) round_.prepare(layer.round);
    for (NodeId n = layer.first; n < layer.last; ++n)
      if (met_[n]) push_node(n);
  }
}

void Batch::Forward::note_reached(NodeId n, const double* mass) {
  const auto& node = in_.g.nodes[n];
  const Layout& place = in_.plan.mass_layouts[n];
  if (node.mass_mask == 0) return;
  const size_t line = size_t{in_.plan.points} * batch_lanes;
  along_.assign(in_.g.axes * line, 0.0);
  std::array<uint32_t, most_fast_axes> number{};  // of the point on every axis; the first that the node has is fastest
  for (uint32_t point = 0; point < place.points; ++point) {
    std::array<double, batch_lanes> weight{};
    const double* counts = window_weight_.data();
    for (size_t w = 0; w < batch_lanes; ++w, mass += in_.plan.mass_width[n])
      for (uint32_t p = 0; p < in_.g.profiles; ++p) weight[w] += mass[p] * *counts++;
    bool next = true;
    for (uint32_t a = 0; a < in_.g.axes; ++a) {
      if (place.stride[a] == 0) continue;
      double* to = &along_[a * line + number[a] * batch_lanes];
      for (size_t w = 0; w < batch_lanes; ++w) to[w] += weight[w];
      if (next && ++number[a] == in_.plan.points)
        number[a] = 0;
      else
        next = false;
    }
  }
  along_one_.resize(in_.plan.points);
  for (uint32_t a = 0; a < in_.g.axes; ++a) {
    if (place.stride[a] == 0) continue;
    for (size_t w = 0; w < batch_lanes; ++w) {
      for (uint32_t i = 0; i < in_.plan.points; ++i) along_one_[i] = along_[a * line + i * batch_lanes + w];
      const Axis& axis = in_.grids[w][node.round - 1].axes[a];
      Windows& windows = (*windows_)[w];
      add_reached(axis, along_one_, leave_coarse_, windows.coarse[node.round - 1][a]);
      add_reached(axis, along_one_, leave_fine_, windows.fine[node.round - 1][a]);
    }
  }
}

std::array<Windows, batch_lanes> Batch::Forward::windows(double leave_coarse, double leave_fine) {
  std::array<Windows, batch_lanes> out;
  window_weight_.clear();
  for (size_t w = 0; w < batch_lanes; ++w) {
    for (uint32_t p = 0; p < in_.g.profiles; ++p) window_weight_.push_back(window_weight(*in_.worlds[w], p));
    out[w].coarse.assign(in_.axes.size(), {});
    for (auto& round : out[w].coarse)
      for (double l : in_.worlds[w]->prior_log_odds) round.emplace_back(l, l);
    out[w].fine = out[w].coarse;
  }
  windows_ = &out;
  leave_coarse_ = leave_coarse;
  leave_fine_ = leave_fine;
  set_met(std::vector<uint32_t>(in_.g.nodes.size(), 1));
  for (const auto& start : in_.g.starts) begin(0, start, 1 / static_cast<double>(in_.g.starts.size()));
  push();
  windows_ = nullptr;
  return out;
}

}  // namespace casus::solve

// The batched forward pass: as forward.cpp, eight worlds at once.
#include <algorithm>
#include <cmath>

#include "solve/batch_pass.h"
#include "solve/beliefs.h"

namespace casus::solve {

using game::NodeId;
using game::TallyEntry;
using model::MeasureKind;

double* Batch::Pass::mass_at(NodeId n) {
  const uint32_t l = g_.nodes[n].layer;
  if (!layer_mass_[l]) {
    size_t size = 0;
    for (NodeId k = g_.layers[l].first; k < g_.layers[l].last; ++k) {
      if (!met_[k]) continue;
      mass_offset_[k] = size;
      size += size_t{plan_.mass_layouts[k].points} * batch_lanes * plan_.mass_width[k];
    }
    layer_mass_[l] = Block(size, true);
  }
  return layer_mass_[l].data() + mass_offset_[n];
}

MassGroups Batch::Pass::mass_groups(NodeId n) const {
  const auto& source = plan_.mass_source[n];
  return {source.data(), static_cast<uint32_t>(source.size()), plan_.pattern, plan_.mass_width[n], plan_.mass_channels};
}

struct Batch::Pass::Told {
  Pass* pass;
  NodeId node;
  // Adds what flows along an edge to the measures it makes true; a first passage takes the mass out of its channel.
  // `amount`: of `worlds` worlds from `first` on.
  void tell(uint32_t edge, double* amount, size_t first, size_t worlds) const {
    const game::Game& g = pass->g_;
    const BatchPlan& plan = pass->plan_;
    for (uint32_t m : g.events[g.edges[g.nodes[node].first_edge + edge].event]) {
      const uint32_t channel = plan.ever_channel[m];
      double* from = amount + channel * plan.pattern;
      double* to = pass->counted(m, g.nodes[node].round) + first * g.profiles;
      // The usual number of profiles by itself, so that it is known to the compiler.
      auto add = [&](uint32_t profiles) {
        for (size_t w = 0; w < worlds; ++w, from += plan.mass_channels, to += profiles)
          for (uint32_t p = 0; p < profiles; ++p) {
            to[p] += from[p];
            if (channel) from[p] = 0;
          }
      };
      if (g.profiles == 4)
        add(4);
      else
        add(g.profiles);
    }
  }
};

void Batch::Pass::tally(NodeId n, const double* mass) {
  const auto& node = g_.nodes[n];
  const Layout& place = plan_.mass_layouts[n];
  const auto& list = g_.tallies[node.tally];
  if (std::all_of(list.begin(), list.end(), [](const auto& t) { return t.lifted; })) return;
  const bool by_belief = std::any_of(list.begin(), list.end(), [](const auto& t) { return t.by_belief && !t.lifted; });
  auto add = [&](const TallyEntry& t, double value, size_t w, const double* here) {
    double* to = counted(t.measure, node.round) + w * g_.profiles;
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

void Batch::Pass::note_reached(NodeId n, const double* mass) {
  const auto& node = g_.nodes[n];
  const Layout& place = plan_.mass_layouts[n];
  if (node.mass_mask == 0) return;
  const size_t line = size_t{plan_.points} * batch_lanes;
  along_.assign(g_.axes * line, 0.0);
  std::array<uint32_t, most_fast_axes> number{};  // of the point on every axis; the first that the node has is fastest
  for (uint32_t point = 0; point < place.points; ++point) {
    std::array<double, batch_lanes> weight{};
    const double* counts = window_weight_.data();
    for (size_t w = 0; w < batch_lanes; ++w, mass += plan_.mass_width[n])
      for (uint32_t p = 0; p < g_.profiles; ++p) weight[w] += mass[p] * *counts++;
    bool next = true;
    for (uint32_t a = 0; a < g_.axes; ++a) {
      if (place.stride[a] == 0) continue;
      double* to = &along_[a * line + number[a] * batch_lanes];
      for (size_t w = 0; w < batch_lanes; ++w) to[w] += weight[w];
      if (next && ++number[a] == plan_.points)
        number[a] = 0;
      else
        next = false;
    }
  }
  along_one_.resize(plan_.points);
  for (uint32_t a = 0; a < g_.axes; ++a) {
    if (place.stride[a] == 0) continue;
    for (size_t w = 0; w < batch_lanes; ++w) {
      for (uint32_t i = 0; i < plan_.points; ++i) along_one_[i] = along_[a * line + i * batch_lanes + w];
      const Axis& axis = grids_[w][node.round - 1].axes[a];
      Windows& windows = (*windows_)[w];
      add_reached(axis, along_one_, leave_coarse_, windows.coarse[node.round - 1][a]);
      add_reached(axis, along_one_, leave_fine_, windows.fine[node.round - 1][a]);
    }
  }
}

void Batch::Pass::push_general(NodeId n, const double* mass) {
  const auto& node = g_.nodes[n];
  const Layout& place = plan_.mass_layouts[n];
  const auto& value_point = plan_.points_map(node.mass_mask, node.value_mask, game::none);
  const uint32_t pattern = plan_.pattern;
  const auto& source = plan_.mass_source[n];
  std::vector<double> amount(plan_.mass_channels), log_sigma;
  Corners corners;
  for (size_t w = 0; w < batch_lanes; ++w) {
    NodeProblem problem(g_, *worlds_[w], {views_[w], plan_.layouts, grids_[w]});
    for (uint32_t point = 0; point < place.points; ++point) {
      const double* here = mass + (size_t{point} * batch_lanes + w) * plan_.mass_width[n];
      if (std::all_of(here, here + pattern, [](double x) { return x == 0; })) continue;
      problem.set(n, belief(place, node.round, point, w));
      log_sigma.resize(problem.unknowns());
      const double* kept = choices_.data() + choice_offset_[n] + value_point[point] * problem.unknowns() * batch_lanes;
      for (size_t u = 0; u < log_sigma.size(); ++u) log_sigma[u] = kept[u * batch_lanes + w];
      for (uint32_t e = 0; e < node.edges; ++e) {
        for (uint32_t p = 0; p < g_.profiles; ++p) {
          const double probability = std::exp(problem.log_likelihood(e, p, log_sigma));
          for (uint32_t group = 0; group < source.size(); ++group)
            amount[group * pattern + p] =
                source[group] == no_group ? 0 : probability * here[source[group] * pattern + p];
        }
        const Belief posterior = problem.posterior(e, log_sigma);
        if (plan_.measures && node.telling != 0 && !g_.lifted.empty()) {
          const auto before = run_beliefs(g_, belief(place, node.round, point, w)), after = run_beliefs(g_, posterior);
          for (size_t i = 0; i < g_.lifted.size(); ++i) {
            const auto& l = g_.lifted[i];
            double* to = gained(i, node.round) + w * plan_.pattern;
            for (uint32_t p = 0; l.reads & node.telling && p < g_.profiles; ++p)
              to[p] += (after[l.slot] - before[l.slot]) * amount[p];
          }
        }
        if (plan_.measures) Told{this, n}.tell(e, amount.data(), w, 1);
        const NodeId target = g_.edges[node.first_edge + e].target;
        double* to = mass_at(target);
        find_corners(plan_.mass_layouts[target], grids_[w][node.round - 1], posterior, true, false, corners);

        for (size_t c = 0; c < corners.point.size(); ++c)
          for (uint32_t i = 0; i < plan_.mass_width[target]; ++i)
            to[(corners.point[c] * batch_lanes + w) * plan_.mass_width[target] + i] += corners.weight[c] * amount[i];
      }
    }
  }
}

void Batch::Pass::begin(const game::Start& start, double share) {
  double* to = mass_at(start.node);
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

std::array<Windows, batch_lanes> Batch::Pass::find_windows(double leave_coarse, double leave_fine) {
  std::array<Windows, batch_lanes> out;
  window_weight_.clear();
  for (size_t w = 0; w < batch_lanes; ++w) {
    for (uint32_t p = 0; p < g_.profiles; ++p) window_weight_.push_back(window_weight(*worlds_[w], p));
    out[w].coarse.assign(axes_.size(), {});
    for (auto& round : out[w].coarse)
      for (double l : worlds_[w]->prior_log_odds) round.emplace_back(l, l);
    out[w].fine = out[w].coarse;
  }
  windows_ = &out;
  leave_coarse_ = leave_coarse;
  leave_fine_ = leave_fine;
  met_.assign(g_.nodes.size(), true);
  for (const auto& start : g_.starts) begin(start, 1 / static_cast<double>(g_.starts.size()));
  push();
  windows_ = nullptr;
  return out;
}

std::array<Tally, batch_lanes> Batch::Pass::forward(size_t k, const std::vector<bool>& met) {
  const game::Start& start = g_.starts[k];
  const auto& measures = g_.source->measures;
  lifts_.clear();
  for (uint32_t i = 0; i < g_.informed.size(); ++i) {
    lifts_.push_back({BeliefLanes(g_, i), {}});
  }
  changes_.resize(g_.nodes.size());
  gained_.assign(g_.lifted.size() * static_cast<size_t>(g_.horizon) * batch_lanes * plan_.pattern, 0.0);
  counted_.assign(measures.size() * static_cast<size_t>(g_.horizon) * batch_lanes * g_.profiles, 0.0);
  for (size_t w = 0; w < batch_lanes; ++w) {
    tally_[w].clear();
    for (const auto& m : measures)
      tally_[w].emplace_back((m.kind == MeasureKind::in_round ? static_cast<size_t>(g_.horizon) : 1) * g_.profiles,
                             0.0);
    for (uint32_t m : start.events) std::fill_n(tally_[w][m].begin(), g_.profiles, 1.0);
    const auto beliefs = run_beliefs(g_, {worlds_[w]->prior_log_odds, std::vector<int>(g_.axes, -1)});
    for (const auto& l : g_.lifted)
      std::fill(tally_[w][l.measure].begin(), tally_[w][l.measure].end(), beliefs[l.slot]);
  }
  met_ = met;
  begin(start, 1);
  push();
  for (size_t m = 0; m < measures.size(); ++m)
    for (size_t w = 0; w < batch_lanes; ++w)
      for (size_t i = 0; i < tally_[w][m].size(); ++i)
        tally_[w][m][i] += counted(static_cast<uint32_t>(m),
                                   static_cast<uint32_t>(i / g_.profiles) + 1)[w * g_.profiles + i % g_.profiles];
  add_gained();
  for (size_t m = 0; m < measures.size(); ++m)
    if (measures[m].kind == MeasureKind::payoff)
      for (size_t w = 0; w < batch_lanes; ++w)
        std::copy_n(start_values_[k][w].begin() + static_cast<std::ptrdiff_t>(size_t{measures[m].actor} * g_.profiles),
                    g_.profiles, tally_[w][m].begin());
  return std::move(tally_);
}

void Batch::Pass::push() {
  const bool counting = plan_.measures;
  const Kernels& kernel = kernels();
  for (size_t l = 0; l < g_.layers.size(); ++l) {
    if (!layer_mass_[l]) continue;
    if (round_ != g_.layers[l].round)
      for (Lift& lift : lifts_) lift.at_points.clear();
    prepare_round(g_.layers[l].round);
    for (NodeId n = g_.layers[l].first; n < g_.layers[l].last; ++n) {
      if (!met_[n]) continue;
      const double* mass = layer_mass_[l].data() + mass_offset_[n];
      if (windows_) note_reached(n, mass);
      if (counting && !g_.tallies[g_.nodes[n].tally].empty()) tally(n, mass);
      switch (plan_.way[n]) {
        case NodeWay::end:
          break;
        case NodeWay::settle:
          kernel.settle_mass(settle_job(n, true), mass, mass_groups(n));
          break;
        case NodeWay::general:
          push_general(n, mass);
          break;
        case NodeWay::move:
        case NodeWay::chance: {
          MassJob m{.node = job(n, true), .mass = mass, .groups = mass_groups(n)};
          m.choice_point = plan_.points_map(g_.nodes[n].mass_mask, g_.nodes[n].value_mask, game::none).data();
          m.amounts = amounts_.data();
          event_width_.clear();
          for (uint32_t e = 0; e < g_.nodes[n].edges; ++e)
            event_width_.push_back(counting ? plan_.event_width[g_.edges[g_.nodes[n].first_edge + e].event] : 0);
          m.event_width = event_width_.data();
          Told told{this, n};
          m.context = &told;
          if (counting && g_.nodes[n].telling != 0) lift(n, m);
          m.event = [](void* context, uint32_t edge, double* amount) {
            const Told& t = *static_cast<Told*>(context);
            t.tell(edge, amount, 0, batch_lanes);
          };
          kernel.move_mass(m);
          break;
        }
      }
    }
    layer_mass_[l] = {};
  }
}

}  // namespace casus::solve

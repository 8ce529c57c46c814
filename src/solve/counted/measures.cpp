#include "solve/counted/measures.h"

#include <algorithm>
#include <cmath>

#include "solve/counted/problem.h"

namespace casus::solve {

using game::NodeId;
using game::NodeKind;
using game::none;
using model::MeasureKind;

namespace {

class Count {
 public:
  Count(const game::Game& g, const World& w, std::span<const std::vector<double>> log_sigma,
        std::span<const double> values)
      : g_(g), w_(w), log_sigma_(log_sigma), values_(values), problem_(g, w), crowd_(g.counted->crowd) {
    for (const auto& m : g.source->measures)
      total_.emplace_back(m.kind == MeasureKind::in_round ? static_cast<size_t>(g.horizon) : 1, 0.0);
  }

  Tally run(std::span<const double> start, std::span<double> reach) {
    all(reach);
    const auto& measures = g_.source->measures;
    for (uint32_t m = 0; m < measures.size(); ++m) {
      if (measures[m].kind == MeasureKind::payoff)
        total_[m][0] = start[measures[m].actor];
      else if (measures[m].kind == MeasureKind::ever && crowd_.about[m] == none)
        ever(m);
      else if (measures[m].kind != MeasureKind::at_end && crowd_.about[m] != none && crowd_.as[m] == m)
        one(m);
    }
    for (uint32_t m = 0; m < measures.size(); ++m) total_[m] = total_[crowd_.as[m]];
    return std::move(total_);
  }

 private:
  size_t round_of(uint32_t measure, NodeId n) const { return total_[measure].size() > 1 ? g_.nodes[n].round - 1 : 0; }

  double probability(NodeId n, uint32_t e) {
    const auto& shape = g_.shapes[g_.nodes[n].shape];
    if (shape.kind == NodeKind::chance)
      return w_.slots[g_.probability_tables[g_.edges[g_.nodes[n].first_edge + e].probability]];
    return shape.movers.empty() ? 1 : std::exp(problem_.log_probability(e, log_sigma_[n]));
  }
  void stand_at(NodeId n) {
    if (!g_.shapes[g_.nodes[n].shape].movers.empty()) problem_.set(n, values_);
  }

  // Where play comes, what is tallied there, and what is chosen in each round.
  void all(std::span<double> reach) {
    reach[g_.start().node] = 1;
    for (auto n = static_cast<NodeId>(g_.nodes.size()); n-- > 0;) {
      if (reach[n] == 0) continue;
      const auto& node = g_.nodes[n];
      for (const auto& t : g_.tallies[node.tally]) total_[t.measure][round_of(t.measure, n)] += t.value * reach[n];
      stand_at(n);
      for (uint32_t e = 0; e < node.edges; ++e) {
        const double mass = reach[n] * probability(n, e);
        const auto& edge = g_.edges[node.first_edge + e];
        for (const uint32_t m : g_.events[edge.event])
          if (g_.source->measures[m].kind == MeasureKind::in_round) total_[m][round_of(m, n)] += mass;
        reach[edge.target] += mass;
      }
    }
  }

  bool at_start(uint32_t m) const {
    const auto& events = g_.start().events;
    return std::find(events.begin(), events.end(), m) != events.end();
  }

  // The mass that has not met it yet goes on.
  void ever(uint32_t m) {
    if (at_start(m)) {
      total_[m][0] = 1;
      return;
    }
    std::vector<double> not_yet(g_.nodes.size(), 0.0);
    not_yet[g_.start().node] = 1;
    for (auto n = static_cast<NodeId>(g_.nodes.size()); n-- > 0;) {
      if (not_yet[n] == 0) continue;
      const auto& node = g_.nodes[n];
      stand_at(n);
      for (uint32_t e = 0; e < node.edges; ++e) {
        const double mass = not_yet[n] * probability(n, e);
        const auto& edge = g_.edges[node.first_edge + e];
        const auto& met = g_.events[edge.event];
        (std::find(met.begin(), met.end(), m) != met.end() ? total_[m][0] : not_yet[edge.target]) += mass;
      }
    }
  }

  // The same with one member followed: mass by where that one stands ([node][place], the first place of its class).
  void one(uint32_t m) {
    const bool ever = g_.source->measures[m].kind == MeasureKind::ever;
    if (ever && at_start(m)) {
      total_[m][0] = 1;
      return;
    }
    const auto& counted = *g_.counted;
    std::vector<std::vector<double>> mass(g_.nodes.size());
    const auto at = [&](NodeId n) -> std::vector<double>& {
      if (mass[n].empty()) mass[n].resize(crowd_.size(), 0.0);
      return mass[n];
    };
    at(g_.start().node)[0] = 1;
    for (auto n = static_cast<NodeId>(g_.nodes.size()); n-- > 0;) {
      if (mass[n].empty()) continue;
      const auto& node = g_.nodes[n];
      const auto& shape = g_.shapes[node.shape];
      stand_at(n);
      for (uint32_t e = 0; e < node.edges; ++e) {
        const double p = probability(n, e);
        size_t slot = counted.first_slot[node.first_edge + e];
        for (uint32_t x = counted.first_class[n]; x < counted.first_class[n + 1]; ++x) {
          const auto& alike = counted.classes[x];
          const size_t options = alike.mover == none ? 1 : shape.movers[alike.mover].options.size();
          for (size_t o = 0; o < options; ++o, ++slot) {
            if (counted.place[slot] == none) continue;
            const double share = alike.mover == none ? 1 : problem_.share(e, problem_.offset(alike.mover) + o);
            const double here = mass[n][alike.first] * p * share;
            const auto& met = g_.events[counted.event[slot]];
            const bool now = std::find(met.begin(), met.end(), m) != met.end();
            if (now) total_[m][round_of(m, n)] += here;
            if (!(now && ever)) at(g_.edges[node.first_edge + e].target)[counted.place[slot]] += here;
          }
        }
      }
      std::vector<double>().swap(mass[n]);
    }
  }

  const game::Game& g_;
  const World& w_;
  std::span<const std::vector<double>> log_sigma_;
  std::span<const double> values_;
  CountedProblem problem_;
  const game::Crowd& crowd_;
  Tally total_;
};

}  // namespace

Tally count_measures(const game::Game& g, const World& w, std::span<const std::vector<double>> log_sigma,
                     std::span<const double> values, std::span<const double> start, std::span<double> reach) {
  return Count(g, w, log_sigma, values).run(start, reach);
}

}  // namespace casus::solve

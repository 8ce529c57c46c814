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
      out_.measures.emplace_back((m.kind == MeasureKind::in_round ? static_cast<size_t>(g.horizon) : 1) * g.profiles,
                                 0.0);
    const size_t start = size_t{g.start().node} * g.actors() * g.profiles;
    out_.paid.assign(values.begin() + static_cast<std::ptrdiff_t>(start),
                     values.begin() + static_cast<std::ptrdiff_t>(start + size_t{g.actors()} * g.profiles));
    out_.reach.assign(g.nodes.size(), 0.0);
  }

  CountedPlay run() {
    const auto& measures = g_.source->measures;
    for (uint32_t t = 0; t < g_.profiles; ++t) {
      // What others are paid hangs on the type of the one who is followed, too.
      if (g_.profiles > 1)
        for (uint32_t i = 0; i < g_.actors(); ++i)
          if (crowd_.number(i) == none) out_.paid[size_t{i} * g_.profiles + t] = 0;
      follow(t, none);
      for (uint32_t m = 0; m < measures.size(); ++m)
        if (measures[m].kind == MeasureKind::ever && crowd_.as[m] == m) follow(t, m);
    }
    for (uint32_t m = 0; m < measures.size(); ++m) {
      out_.measures[m] = out_.measures[crowd_.as[m]];
      for (uint32_t t = 0; t < g_.profiles && measures[m].kind == MeasureKind::payoff; ++t)
        out_.measures[m][t] = out_.paid[size_t{measures[m].actor} * g_.profiles + t];
    }
    return std::move(out_);
  }

 private:
  double& total(uint32_t measure, NodeId n, uint32_t type) {
    const bool rounds = out_.measures[measure].size() > g_.profiles;
    return out_.measures[measure][(rounds ? g_.nodes[n].round - 1 : 0) * g_.profiles + type];
  }
  static bool has(const std::vector<uint32_t>& list, uint32_t m) {
    return std::find(list.begin(), list.end(), m) != list.end();
  }

  // One of a type all the way. `ever`: only mass that has not met that measure goes on, and what meets it is told;
  // none: all of it, and all else is told.
  void follow(uint32_t type, uint32_t ever) {
    if (ever != none && has(g_.start().events, ever)) {
      out_.measures[ever][type] = 1;
      return;
    }
    mass_.assign(g_.nodes.size(), {});
    at(g_.start().node)[0] = 1;
    for (auto n = static_cast<NodeId>(g_.nodes.size()); n-- > 0;) {
      if (mass_[n].empty()) continue;
      if (ever == none) arrive(n, type);
      const auto& node = g_.nodes[n];
      if (!g_.shapes[node.shape].movers.empty()) {
        problem_.set(n, values_);
        problem_.play(log_sigma_[n]);
      }
      for (uint32_t e = 0; e < node.edges; ++e) step(n, e, type, ever);
      std::vector<double>().swap(mass_[n]);
    }
  }

  std::vector<double>& at(NodeId n) {
    if (mass_[n].empty()) mass_[n].resize(crowd_.size(), 0.0);
    return mass_[n];
  }

  void arrive(NodeId n, uint32_t type) {
    const auto& node = g_.nodes[n];
    double all = 0;
    for (uint32_t x = g_.counted->first_class[n]; x < g_.counted->first_class[n + 1]; ++x) {
      const auto& alike = g_.counted->classes[x];
      const double here = mass_[n][alike.first];
      for (const auto& t : g_.tallies[alike.tally]) total(t.measure, n, type) += w_.gain(g_, t, type) * here;
      all += here;
    }
    for (const auto& t : g_.tallies[node.tally]) total(t.measure, n, type) += w_.gain(g_, t, type) * all;
    out_.reach[n] += w_.profile_prior[type] * all;
    pay(node.payoff, n, type, all);
  }

  void pay(uint32_t table, NodeId n, uint32_t type, double mass) {
    if (g_.profiles == 1 || table == 0) return;
    for (uint32_t i = 0; i < g_.actors(); ++i)
      if (crowd_.number(i) == none)
        out_.paid[size_t{i} * g_.profiles + type] += mass * std::pow(w_.discount[i], g_.nodes[n].round - 1.0) *
                                                     w_.slots[g_.payoff(table)[size_t{i} * g_.profiles + type]];
  }

  void step(NodeId n, uint32_t e, uint32_t type, uint32_t ever) {
    const auto& node = g_.nodes[n];
    const auto& edge = g_.edges[node.first_edge + e];
    const auto& shape = g_.shapes[node.shape];
    const auto& counted = *g_.counted;
    double p = 1;
    if (shape.kind == NodeKind::chance) p = w_.slots[g_.probability_tables[edge.probability]];
    if (!shape.movers.empty()) p = std::exp(problem_.log_probability(e));
    size_t slot = counted.first_slot[node.first_edge + e];
    for (uint32_t x = counted.first_class[n]; x < counted.first_class[n + 1]; ++x) {
      const auto& alike = counted.classes[x];
      const size_t options = alike.mover == none ? 1 : shape.movers[alike.mover].options.size();
      for (size_t o = 0; o < options; ++o, ++slot) {
        if (counted.place[slot] == none) continue;
        const double share = alike.mover == none ? 1 : problem_.share(e, alike.mover, type, o);
        const double here = mass_[n][alike.first] * p * share;
        const auto &of_all = g_.events[edge.event], &of_one = g_.events[counted.event[slot]];
        if (ever == none) {
          for (const auto* list : {&of_all, &of_one})
            for (const uint32_t m : *list)
              if (g_.source->measures[m].kind == MeasureKind::in_round) total(m, n, type) += here;
          pay(edge.payoff, n, type, here);
        } else if (has(of_all, ever) || has(of_one, ever)) {
          total(ever, n, type) += here;
          continue;
        }
        at(edge.target)[counted.place[slot]] += here;
      }
    }
  }

  const game::Game& g_;
  const World& w_;
  std::span<const std::vector<double>> log_sigma_;
  std::span<const double> values_;
  CountedProblem problem_;
  const game::Crowd& crowd_;
  CountedPlay out_;
  std::vector<std::vector<double>> mass_;  // [node][place]: where the one who is followed stands, first of its class
};

}  // namespace

CountedPlay count_measures(const game::Game& g, const World& w, std::span<const std::vector<double>> log_sigma,
                           std::span<const double> values) {
  return Count(g, w, log_sigma, values).run();
}

}  // namespace casus::solve

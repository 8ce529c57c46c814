#include "verify/unroll.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace casus::verify {

using game::NodeId;
using game::NodeKind;
using game::none;

namespace {

class Unroller {
 public:
  Unroller(const game::Game& g, const solve::World& w, const UnrollOptions& options)
      : g_(g), w_(w), options_(options), builder_(g.source->title, players(), options.node_limit) {}

  UnrollResult run() {
    std::vector<int> at(g_.profiles, builder_.root());
    if (g_.profiles > 1) {
      std::vector<std::string> names;
      std::vector<tree::Number> odds;
      for (uint32_t p = 0; p < g_.profiles; ++p) {
        names.push_back(profile_name(p));
        odds.push_back(tree::number_from(w_.profile_prior[p]));
      }
      const auto first = builder_.expand(builder_.root(), builder_.add_chance_set("types", names, odds));
      if (!first) return refused();
      for (uint32_t p = 0; p < g_.profiles; ++p) at[p] = *first + static_cast<int>(p);
    }
    pending_.assign(g_.profiles, std::vector<double>(builder_.tree().players.size(), 0.0));
    if (!descend(g_.root, at)) return refused();
    return {Unrolled{builder_.finish(), std::move(situations_)}, {}};
  }

 private:
  UnrollResult refused() const {
    return {
        {},
        fmt::format("the tree has more than {} nodes; use fewer rounds or raise --node-limit", options_.node_limit)};
  }

  std::vector<std::string> players() const {
    std::vector<std::string> names;
    for (const auto& a : g_.source->actors) {
      if (!options_.by_round)
        names.push_back(a.name);
      else
        for (int t = 1; t <= g_.horizon; ++t) names.push_back(fmt::format("{} in round {}", a.name, t));
    }
    return names;
  }

  int player(uint32_t actor, uint32_t round) const {
    return options_.by_round ? static_cast<int>(actor * static_cast<uint32_t>(g_.horizon) + round - 1)
                             : static_cast<int>(actor);
  }

  std::string profile_name(uint32_t p) const {
    std::string name;
    for (const auto& x : g_.informed) {
      if (!name.empty()) name += " ";
      name += g_.source->actors[x.actor].types[g_.type_of(p, x.actor)];
    }
    return name;
  }

  // Adds what `table` pays in `round` to what the next tree node of a profile will hold.
  void pay(uint32_t table, uint32_t round, uint32_t profile) {
    const game::Slot* slots = g_.payoff(table);
    for (uint32_t i = 0; i < g_.actors(); ++i) {
      const double amount = w_.slots[slots[size_t{i} * g_.profiles + profile]];
      if (amount == 0) continue;
      if (!options_.by_round) {
        pending_[profile][i] += amount * std::pow(w_.discount[i], round - 1);
        continue;
      }
      for (uint32_t t = 1; t <= std::min(round, static_cast<uint32_t>(g_.horizon)); ++t)
        pending_[profile][static_cast<size_t>(player(i, t))] +=
            w_.precision[i] * amount * std::pow(w_.discount[i], round - t);
    }
  }

  void place_outcomes(const std::vector<int>& at) {
    for (uint32_t p = 0; p < g_.profiles; ++p) {
      auto& amounts = pending_[p];
      if (std::any_of(amounts.begin(), amounts.end(), [](double x) { return x != 0; }))
        builder_.set_outcome(at[p], builder_.add_outcome("", amounts));
      std::fill(amounts.begin(), amounts.end(), 0.0);
    }
  }

  bool descend(NodeId n, const std::vector<int>& at) {
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    switch (shape.kind) {
      case NodeKind::end:
        for (uint32_t p = 0; p < g_.profiles; ++p) pay(node.payoff, node.round, p);
        place_outcomes(at);
        return true;
      case NodeKind::settle:
        for (uint32_t p = 0; p < g_.profiles; ++p) pay(node.payoff, node.round, p);
        return step(node, 0, at);
      case NodeKind::move:
        return node.edges == 1 ? step(node, 0, at) : descend_move(node, shape, at);
      case NodeKind::chance:
        return node.edges == 1 ? step(node, 0, at) : descend_chance(node, shape, at);
    }
    return false;
  }

  bool step(const game::Node& node, uint32_t e, const std::vector<int>& at) {
    const auto& edge = g_.edges[node.first_edge + e];
    for (uint32_t p = 0; p < g_.profiles; ++p) pay(edge.payoff, node.round, p);
    path_.push_back(e);
    const bool done = descend(edge.target, at);
    path_.pop_back();
    return done;
  }

  // Simultaneous movers stand one after the other in the tree; those after the first do not see what came before.
  bool descend_move(const game::Node& node, const game::Shape& shape, const std::vector<int>& at) {
    place_outcomes(at);
    std::vector<std::vector<int>> now{at};  // per joint choice so far, per profile
    for (uint32_t m = 0; m < shape.movers.size(); ++m) {
      const auto& mover = shape.movers[m];
      const auto& decision = g_.source->stages[shape.stage].decisions[mover.decision];
      std::vector<std::string> names;
      for (uint32_t o : mover.options) names.push_back(decision.options[o].name);
      if (names.size() == 1) continue;
      const uint32_t types = g_.types(mover.actor);
      std::vector<int> sets;
      for (uint32_t t = 0; t < types; ++t) {
        const auto& actor = g_.source->actors[mover.actor];
        sets.push_back(builder_.add_info_set(player(mover.actor, node.round),
                                             fmt::format("{}.{}{} #{}", decision.name, node.round,
                                                         types > 1 ? " " + actor.types[t] : "", situations_.size() + 1),
                                             names));
        situations_.push_back({sets.back(), path_, m, t});
      }
      std::vector<std::vector<int>> next;
      for (const auto& nodes : now) {
        std::vector<std::vector<int>> children(names.size(), std::vector<int>(g_.profiles));
        for (uint32_t p = 0; p < g_.profiles; ++p) {
          const auto first = builder_.expand(nodes[p], sets[g_.type_of(p, mover.actor)]);
          if (!first) return false;
          for (size_t o = 0; o < names.size(); ++o) children[o][p] = *first + static_cast<int>(o);
        }
        for (auto& c : children) next.push_back(std::move(c));
      }
      now = std::move(next);
    }
    for (uint32_t e = 0; e < node.edges; ++e)
      if (!step(node, e, now[e])) return false;
    return true;
  }

  bool descend_chance(const game::Node& node, const game::Shape& shape, const std::vector<int>& at) {
    place_outcomes(at);
    const auto& stage = g_.source->stages[shape.stage];
    std::vector<std::string> names;
    for (uint32_t o : shape.outcomes) names.push_back(stage.outcomes[o].name);
    const uint32_t types = shape.informer == none ? 1 : g_.informed[shape.informer].types;
    std::vector<int> sets;
    for (uint32_t t = 0; t < types; ++t) {
      std::vector<tree::Number> odds;
      for (uint32_t e = 0; e < node.edges; ++e)
        odds.push_back(
            tree::number_from(w_.slots[g_.probability_tables[g_.edges[node.first_edge + e].probability + t]]));
      sets.push_back(
          builder_.add_chance_set(fmt::format("{}.{} #{}", stage.name, node.round, ++chances_), names, odds));
    }
    std::vector<std::vector<int>> children(node.edges, std::vector<int>(g_.profiles));
    for (uint32_t p = 0; p < g_.profiles; ++p) {
      const uint32_t t = shape.informer == none ? 0 : g_.type_of(p, g_.informed[shape.informer].actor);
      const auto first = builder_.expand(at[p], sets[t]);
      if (!first) return false;
      for (uint32_t e = 0; e < node.edges; ++e) children[e][p] = *first + static_cast<int>(e);
    }
    for (uint32_t e = 0; e < node.edges; ++e)
      if (!step(node, e, children[e])) return false;
    return true;
  }

  const game::Game& g_;
  const solve::World& w_;
  UnrollOptions options_;
  tree::TreeBuilder builder_;
  std::vector<std::vector<double>> pending_;  // per profile, per player
  std::vector<uint32_t> path_;
  std::vector<Situation> situations_;
  size_t chances_ = 0;
};

}  // namespace

UnrollResult unroll(const game::Game& g, const solve::World& w, const UnrollOptions& options) {
  return Unroller(g, w, options).run();
}

}  // namespace casus::verify

#include "verify/unroll.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

#include "game/profiles.h"
#include "verify/exact_decimals.h"

namespace casus::verify {

using game::NodeId;
using game::NodeKind;
using game::none;

namespace {

constexpr int absent = -1;  // of a profile at a history that its types are bound not to come to

// What the mover of a node does whatever it would like to: of a profile's type that a policy binds; none: it chooses.
uint32_t tie_of(const game::Game& g, const game::Mover& mover, uint32_t profile) {
  return mover.tie(g.type_of(profile, mover.actor));
}

// The nodes of the tree below a node of the game, for one profile of types: a joint choice of simultaneous movers is
// one node after the other, and who is bound has none.
double nodes_below(const game::Game& g, NodeId n, uint32_t profile, std::vector<double>& known) {
  double& count = known[n];
  if (count >= 0) return count;
  const auto& node = g.nodes[n];
  const auto& shape = g.shapes[node.shape];
  double own = 0;
  if (node.edges > 1 && shape.kind == NodeKind::chance) own = node.edges;
  if (node.edges > 1 && shape.kind == NodeKind::move) {
    double joint = 1;
    for (const auto& mover : shape.movers) {
      if (mover.options.size() < 2 || tie_of(g, mover, profile) != none) continue;
      joint *= static_cast<double>(mover.options.size());
      own += joint;
    }
  }
  for (uint32_t e = 0; e < node.edges; ++e)
    if (game::may_take(g, shape, e, profile))
      own += nodes_below(g, g.edges[node.first_edge + e].target, profile, known);
  return known[n] = own;
}

// What payoffs and the precision of the tree mean, for readers of the file.
std::string units(const game::Game& g, const solve::World& w, bool by_round) {
  if (by_round)
    return "Each actor is one player a round; payoffs are the actor's precision times the value in that round. The "
           "logit agent equilibrium of this tree at precision 1 is exactly the case's.";
  std::string precisions;
  for (uint32_t i = 0; i < g.actors(); ++i)
    precisions += fmt::format("{}{} {}", i ? ", " : "", g.source->actors[i].name, w.precision[i]);
  const bool alike = std::all_of(w.precision.begin(), w.precision.end(), [&](double x) { return x == w.precision[0]; });
  const bool patient = std::all_of(w.discount.begin(), w.discount.end(), [](double x) { return x == 1; });
  std::string text = "Payoffs are present values at the start, and a tree has one precision for all players. ";
  if (alike && patient && std::isinf(w.precision[0]))
    return text + "The limit of this tree's logit agent equilibria as precision grows from 0 is the case's answer.";
  if (alike && patient)
    return text + fmt::format("The logit agent equilibrium of this tree at precision {} is exactly the case's.",
                              w.precision[0]);
  text += fmt::format("The case's precisions are: {}", precisions);
  if (!patient) text += "; they are for values as they stand in the round of the choice, and the case discounts";
  return text +
         ". So no one precision of this tree gives the case's choices; casus unroll --by-round writes a tree that "
         "does.";
}

class Unroller {
 public:
  Unroller(const game::Game& g, const solve::World& w, const UnrollOptions& options)
      : g_(g), w_(w), options_(options), builder_(g.source->title, players(), options.node_limit) {}

  UnrollResult run() {
    for (uint32_t i = 0; options_.by_round && i < g_.actors(); ++i)
      if (std::isinf(w_.precision[i]))
        return {{},
                fmt::format("the precision of {} is infinite, and what this tree pays is multiplied by it; give a "
                            "finite one with --set",
                            g_.source->actors[i].name)};
    const double size = tree_size(g_);
    if (size > static_cast<double>(options_.node_limit)) return {{}, too_large(size, options_.node_limit)};
    builder_.set_comment(units(g_, w_, options_.by_round));
    std::vector<int> at(g_.profiles, builder_.root());
    if (g_.profiles > 1) {
      std::vector<std::string> names;
      for (uint32_t p = 0; p < g_.profiles; ++p) names.push_back(profile_name(p));
      const int set = builder_.add_chance_set("types", names, exact_decimals(w_.profile_prior));
      const int first = expand(builder_.root(), set);
      for (uint32_t p = 0; p < g_.profiles; ++p) at[p] = first + static_cast<int>(p);
    }
    pending_.assign(g_.profiles, std::vector<double>(builder_.tree().players.size(), 0.0));
    descend(g_.start().node, at);
    assert(static_cast<double>(builder_.node_count()) == size);
    return {Unrolled{builder_.finish(), std::move(situations_)}, {}};
  }

 private:
  int expand(int node, int set) {
    const auto first = builder_.expand(node, set);
    assert(first);  // the size was compared with the limit before
    return *first;
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
  void pay(uint32_t table, uint32_t round, const std::vector<int>& at) {
    for (uint32_t p = 0; p < g_.profiles; ++p)
      if (at[p] != absent) pay_profile(table, round, p);
  }
  void pay_profile(uint32_t table, uint32_t round, uint32_t profile) {
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

  // Of profiles for which a node of the tree follows; others carry on what they hold.
  template <class Follows>
  void place_outcomes(const std::vector<int>& at, Follows&& follows) {
    for (uint32_t p = 0; p < g_.profiles; ++p) {
      if (at[p] == absent || !follows(p)) continue;
      auto& amounts = pending_[p];
      if (std::any_of(amounts.begin(), amounts.end(), [](double x) { return x != 0; }))
        builder_.set_outcome(at[p], builder_.add_outcome("", amounts));
      std::fill(amounts.begin(), amounts.end(), 0.0);
    }
  }

  void descend(NodeId n, const std::vector<int>& at) {
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    switch (shape.kind) {
      case NodeKind::end:
        pay(node.payoff, node.round, at);
        place_outcomes(at, [](uint32_t) { return true; });
        return;
      case NodeKind::settle:
        pay(node.payoff, node.round, at);
        return step(node, 0, at);
      case NodeKind::move:
        return node.edges == 1 ? step(node, 0, at) : descend_move(node, shape, at);
      case NodeKind::chance:
        return node.edges == 1 ? step(node, 0, at) : descend_chance(node, shape, at);
    }
  }

  void step(const game::Node& node, uint32_t e, const std::vector<int>& at) {
    const auto& edge = g_.edges[node.first_edge + e];
    if (std::all_of(at.begin(), at.end(), [](int n) { return n == absent; })) return;
    pay(edge.payoff, node.round, at);
    path_.push_back(e);
    descend(edge.target, at);
    path_.pop_back();
  }

  // Simultaneous movers stand one after the other in the tree; those after the first do not see what came before. A
  // type that is bound has no node there.
  void descend_move(const game::Node& node, const game::Shape& shape, const std::vector<int>& at) {
    place_outcomes(at, [&](uint32_t p) {
      return std::any_of(shape.movers.begin(), shape.movers.end(),
                         [&](const game::Mover& m) { return m.options.size() > 1 && tie_of(g_, m, p) == none; });
    });
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
        if (mover.tie(t) != none || !is_there(mover.actor, t, at)) {
          sets.push_back(absent);
          continue;
        }
        sets.push_back(builder_.add_info_set(player(mover.actor, node.round),
                                             fmt::format("{}.{}{} #{}", decision.name, node.round,
                                                         types > 1 ? " " + actor.types[t] : "", situations_.size() + 1),
                                             names));
        situations_.push_back({sets.back(), path_, m, t});
      }
      std::vector<std::vector<int>> next;
      for (const auto& nodes : now) {
        std::vector<std::vector<int>> children(names.size(), std::vector<int>(g_.profiles, absent));
        for (uint32_t p = 0; p < g_.profiles; ++p) {
          if (nodes[p] == absent) continue;
          if (const uint32_t tie = tie_of(g_, mover, p); tie != none) {
            children[tie][p] = nodes[p];
            continue;
          }
          const int first = expand(nodes[p], sets[g_.type_of(p, mover.actor)]);
          for (size_t o = 0; o < names.size(); ++o) children[o][p] = first + static_cast<int>(o);
        }
        for (auto& c : children) next.push_back(std::move(c));
      }
      now = std::move(next);
    }
    for (uint32_t e = 0; e < node.edges; ++e) step(node, e, now[e]);
  }

  // Whether some profile with that type of an actor comes to a history.
  bool is_there(uint32_t actor, uint32_t type, const std::vector<int>& at) const {
    for (uint32_t p = 0; p < g_.profiles; ++p)
      if (at[p] != absent && g_.type_of(p, actor) == type) return true;
    return false;
  }

  void descend_chance(const game::Node& node, const game::Shape& shape, const std::vector<int>& at) {
    place_outcomes(at, [](uint32_t) { return true; });
    const auto& stage = g_.source->stages[shape.stage];
    std::vector<std::string> names;
    for (uint32_t o : shape.outcomes) names.push_back(stage.outcomes[o].name);
    const uint32_t types = shape.informer == none ? 1 : g_.informed[shape.informer].types;
    std::vector<int> sets;
    for (uint32_t t = 0; t < types; ++t) {
      std::vector<double> odds;
      for (uint32_t e = 0; e < node.edges; ++e)
        odds.push_back(w_.slots[g_.probability_tables[g_.edges[node.first_edge + e].probability + t]]);
      sets.push_back(builder_.add_chance_set(fmt::format("{}.{} #{}", stage.name, node.round, ++chances_), names,
                                             exact_decimals(odds)));
    }
    std::vector<std::vector<int>> children(node.edges, std::vector<int>(g_.profiles, absent));
    for (uint32_t p = 0; p < g_.profiles; ++p) {
      if (at[p] == absent) continue;
      const uint32_t t = shape.informer == none ? 0 : g_.type_of(p, g_.informed[shape.informer].actor);
      const int first = expand(at[p], sets[t]);
      for (uint32_t e = 0; e < node.edges; ++e) children[e][p] = first + static_cast<int>(e);
    }
    for (uint32_t e = 0; e < node.edges; ++e) step(node, e, children[e]);
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

double tree_size(const game::Game& g) {
  // Alike for all profiles unless some are bound.
  const uint32_t apart = g.binds ? g.profiles : 1;
  double below = 0;
  for (uint32_t p = 0; p < apart; ++p) {
    std::vector<double> known(g.nodes.size(), -1.0);
    below += nodes_below(g, g.start().node, p, known);
  }
  return 1 + g.profiles / apart * below + (g.profiles > 1 ? g.profiles : 0);
}

std::string too_large(double size, size_t limit) {
  return fmt::format("the tree has {} nodes, more than the limit of {}; use fewer rounds or raise --node-limit",
                     size < 1e15 ? fmt::format("{:.0f}", size) : fmt::format("{:.2g}", size), limit);
}

UnrollResult unroll(const game::Game& g, const solve::World& w, const UnrollOptions& options) {
  return Unroller(g, w, options).run();
}

}  // namespace casus::verify

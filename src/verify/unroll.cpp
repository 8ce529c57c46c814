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

// What the mover of a node does whatever it would like to: of a profile's type that a policy binds; none: it chooses.
uint32_t tie_of(const game::Game& g, const game::Mover& mover, uint32_t profile) {
  return mover.tie(g.type_of(profile, mover.actor));
}

// Profiles that may come of one at an edge, each with the slot of its odds: one, unless a type changes.
std::vector<std::pair<uint32_t, game::Slot>> become(const game::Game& g, const game::Edge& edge, uint32_t profile) {
  if (edge.turn == 0) return {{profile, game::zero_slot}};
  std::vector<std::pair<uint32_t, game::Slot>> out;
  game::Turning(g, edge.turn).each(profile, [&](uint32_t then, game::Slot odds) {
    if (!g.program.is_constant(odds) || g.program.constant_value(odds) != 0) out.emplace_back(then, odds);
  });
  return out;
}

// Counts the nodes of the tree below a node of the game, for one profile of types: a joint choice of simultaneous
// movers is one node after the other, who is bound has none, and signals and changes of types are chance.
class TreeCounter {
 public:
  explicit TreeCounter(const game::Game& g) : g_(g), known_(g.profiles) {}

  double below(NodeId n, uint32_t profile) {
    // Alike for all profiles unless some are bound or change.
    auto& known = known_[g_.binds || g_.turning ? profile : 0];
    if (known.empty()) known.assign(g_.nodes.size(), -1.0);
    if (known[n] >= 0) return known[n];
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    double own = 0, joint = 1;
    if (node.edges > 1 && shape.kind == NodeKind::chance) own = node.edges;
    for (const auto& mover : shape.movers) {
      if (mover.options.size() < 2 || tie_of(g_, mover, profile) != none) continue;
      joint *= static_cast<double>(mover.options.size());
      own += joint;
    }
    if (shape.signals() > 1) own += joint * shape.signals();
    for (uint32_t e = 0; e < node.edges; ++e) {
      if (!game::may_take(g_, shape, e, profile)) continue;
      const auto& edge = g_.edges[node.first_edge + e];
      const auto after = become(g_, edge, profile);
      if (after.size() > 1) own += static_cast<double>(after.size());
      for (const auto& [p, odds] : after) own += below(edge.target, p);
    }
    return known_[g_.binds || g_.turning ? profile : 0][n] = own;
  }

 private:
  const game::Game& g_;
  std::vector<std::vector<double>> known_;
};

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
    if (!g_.belief_pays.empty())
      return {{}, "a payoff hangs on what is believed, so that no tree says what is paid at its ends"};
    const double size = tree_size(g_);
    if (size > static_cast<double>(options_.node_limit)) return {{}, too_large(size, options_.node_limit)};
    builder_.set_comment(units(g_, w_, options_.by_round));
    std::vector<Places> at(g_.profiles);
    at[0] = {{builder_.root(), std::vector<double>(builder_.tree().players.size(), 0.0)}};
    if (g_.profiles > 1) {
      std::vector<std::string> names;
      for (uint32_t p = 0; p < g_.profiles; ++p) names.push_back(profile_name(p));
      const int set = builder_.add_chance_set("types", names, exact_decimals(w_.profile_prior));
      const int first = expand(builder_.root(), set);
      const auto nothing = at[0].front().pending;
      for (uint32_t p = 0; p < g_.profiles; ++p) at[p] = {{first + static_cast<int>(p), nothing}};
    }
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

  // A node of the tree that stands for a public history and a profile of types, and what is still to be paid there.
  // More than one where something was done in secret or a type has changed; none where types are bound not to come.
  struct Place {
    int node;
    std::vector<double> pending;  // per player
  };
  using Places = std::vector<Place>;

  // Adds what `table` pays in `round` to what the next tree node will hold.
  void pay(uint32_t table, uint32_t round, std::vector<Places>& at) {
    for (uint32_t p = 0; p < g_.profiles; ++p)
      for (Place& place : at[p]) pay(table, round, p, place);
  }
  void pay(uint32_t table, uint32_t round, uint32_t profile, Place& place) {
    const game::Slot* slots = g_.payoff(table);
    for (uint32_t i = 0; i < g_.actors(); ++i) {
      const double amount = w_.slots[slots[size_t{i} * g_.profiles + profile]];
      if (amount == 0) continue;
      if (!options_.by_round) {
        place.pending[i] += amount * std::pow(w_.discount[i], round - 1);
        continue;
      }
      for (uint32_t t = 1; t <= std::min(round, static_cast<uint32_t>(g_.horizon)); ++t)
        place.pending[static_cast<size_t>(player(i, t))] +=
            w_.precision[i] * amount * std::pow(w_.discount[i], round - t);
    }
  }

  // A node of the tree follows: it holds what is to be paid.
  void place_outcome(Place& place) {
    if (std::any_of(place.pending.begin(), place.pending.end(), [](double x) { return x != 0; }))
      builder_.set_outcome(place.node, builder_.add_outcome("", place.pending));
    std::fill(place.pending.begin(), place.pending.end(), 0.0);
  }

  void descend(NodeId n, std::vector<Places> at) {
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    switch (shape.kind) {
      case NodeKind::end:
        pay(node.payoff, node.round, at);
        for (Places& places : at)
          for (Place& place : places) place_outcome(place);
        return;
      case NodeKind::settle:
        pay(node.payoff, node.round, at);
        return follow_one(node, 0, std::move(at));
      case NodeKind::move:
        return descend_move(node, shape, std::move(at));
      case NodeKind::chance:
        return descend_chance(node, shape, std::move(at));
    }
  }

  // What is seen after edge `first` of a node, and after every `step`th from there on: `now[k]` leads on by the k-th.
  void follow(const game::Node& node, uint32_t first, std::vector<std::vector<Places>> now, uint32_t step = 1) {
    std::vector<Places> next(g_.profiles);
    bool anybody = false;
    for (uint32_t k = 0; k < now.size(); ++k) {
      const auto& edge = g_.edges[node.first_edge + first + k * step];
      pay(edge.payoff, node.round, now[k]);
      for (uint32_t p = 0; p < g_.profiles; ++p)
        for (Place& place : now[k][p]) {
          anybody = true;
          turn(edge, p, std::move(place), next);
        }
    }
    if (!anybody) return;
    path_.push_back(first);
    descend(g_.edges[node.first_edge + first].target, std::move(next));
    path_.pop_back();
  }

  void follow_one(const game::Node& node, uint32_t edge, std::vector<Places> at) {
    std::vector<std::vector<Places>> one;
    one.push_back(std::move(at));
    follow(node, edge, std::move(one));
  }

  // What becomes of types at an edge.
  void turn(const game::Edge& edge, uint32_t profile, Place place, std::vector<Places>& next) {
    const auto after = become(g_, edge, profile);
    if (after.size() == 1) {
      next[after[0].first].push_back(std::move(place));
      return;
    }
    const auto& actor = g_.source->actors[g_.informed[g_.turns[edge.turn].informed].actor];
    std::vector<std::string> names;
    std::vector<double> odds;
    for (const auto& [p, slot] : after) {
      names.push_back(actor.types[g_.type_of(p, g_.informed[g_.turns[edge.turn].informed].actor)]);
      odds.push_back(w_.slots[slot]);
    }
    place_outcome(place);
    const int set =
        builder_.add_chance_set(fmt::format("{} becomes #{}", actor.name, ++chances_), names, exact_decimals(odds));
    const int first = expand(place.node, set);
    for (size_t k = 0; k < after.size(); ++k)
      next[after[k].first].push_back({first + static_cast<int>(k), place.pending});
  }

  // Simultaneous movers stand one after the other in the tree; those after the first do not see what came before, nor
  // does anybody later where the stage is hidden. A type that is bound has no node there.
  void descend_move(const game::Node& node, const game::Shape& shape, std::vector<Places> at) {
    std::vector<std::vector<Places>> now;  // per joint choice so far, per profile
    now.push_back(std::move(at));
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
        if (mover.tie(t) != none || !is_there(mover.actor, t, now)) {
          sets.push_back(-1);
          continue;
        }
        sets.push_back(builder_.add_info_set(player(mover.actor, node.round),
                                             fmt::format("{}.{}{} #{}", decision.name, node.round,
                                                         types > 1 ? " " + actor.types[t] : "", situations_.size() + 1),
                                             names));
        situations_.push_back({sets.back(), path_, m, t});
      }
      std::vector<std::vector<Places>> next;
      for (auto& before : now) {
        std::vector<std::vector<Places>> children(names.size(), std::vector<Places>(g_.profiles));
        for (uint32_t p = 0; p < g_.profiles; ++p)
          for (Place& place : before[p]) {
            if (const uint32_t tie = tie_of(g_, mover, p); tie != none) {
              children[tie][p].push_back(std::move(place));
              continue;
            }
            place_outcome(place);
            const int first = expand(place.node, sets[g_.type_of(p, mover.actor)]);
            for (size_t o = 0; o < names.size(); ++o)
              children[o][p].push_back({first + static_cast<int>(o), place.pending});
          }
        for (auto& c : children) next.push_back(std::move(c));
      }
      now = std::move(next);
    }
    if (!shape.hidden) {
      for (uint32_t e = 0; e < node.edges; ++e) follow_one(node, e, std::move(now[e]));
      return;
    }
    // Per signal, what leads to it.
    std::vector<std::vector<std::vector<Places>>> seen(shape.signals());
    for (uint32_t j = 0; j < now.size(); ++j) {
      auto drawn = draw(node, shape, j * shape.signals(), shape.signals(), std::move(now[j]));
      for (uint32_t s = 0; s < shape.signals(); ++s) seen[s].push_back(std::move(drawn[s]));
    }
    for (uint32_t s = 0; s < shape.signals(); ++s) follow(node, s, std::move(seen[s]), shape.signals());
  }

  // Whether some profile with that type of an actor comes to a history.
  bool is_there(uint32_t actor, uint32_t type, const std::vector<std::vector<Places>>& now) const {
    for (const auto& at : now)
      for (uint32_t p = 0; p < g_.profiles; ++p)
        if (!at[p].empty() && g_.type_of(p, actor) == type) return true;
    return false;
  }

  // Outcomes of chance at so many edges of a node from `first` on, or signals; per edge, per profile.
  std::vector<std::vector<Places>> draw(const game::Node& node, const game::Shape& shape, uint32_t first,
                                        uint32_t edges, std::vector<Places> at) {
    if (edges == 1) {
      std::vector<std::vector<Places>> out;
      out.push_back(std::move(at));
      return out;
    }
    const auto& stage = g_.source->stages[shape.stage];
    std::vector<std::string> names;
    for (uint32_t o : shape.outcomes) names.push_back(stage.outcomes[o].name);
    const uint32_t types = shape.informer == none ? 1 : g_.informed[shape.informer].types;
    std::vector<int> sets;
    for (uint32_t t = 0; t < types; ++t) {
      std::vector<double> odds;
      for (uint32_t e = first; e < first + edges; ++e)
        odds.push_back(w_.slots[g_.probability_tables[g_.edges[node.first_edge + e].probability + t]]);
      sets.push_back(builder_.add_chance_set(fmt::format("{}.{} #{}", stage.name, node.round, ++chances_), names,
                                             exact_decimals(odds)));
    }
    std::vector<std::vector<Places>> out(edges, std::vector<Places>(g_.profiles));
    for (uint32_t p = 0; p < g_.profiles; ++p)
      for (Place& place : at[p]) {
        const uint32_t t = shape.informer == none ? 0 : g_.type_of(p, g_.informed[shape.informer].actor);
        place_outcome(place);
        const int child = expand(place.node, sets[t]);
        for (uint32_t e = 0; e < edges; ++e) out[e][p].push_back({child + static_cast<int>(e), place.pending});
      }
    return out;
  }

  void descend_chance(const game::Node& node, const game::Shape& shape, std::vector<Places> at) {
    auto drawn = draw(node, shape, 0, node.edges, std::move(at));
    for (uint32_t e = 0; e < node.edges; ++e) follow_one(node, e, std::move(drawn[e]));
  }

  const game::Game& g_;
  const solve::World& w_;
  UnrollOptions options_;
  tree::TreeBuilder builder_;
  std::vector<uint32_t> path_;
  std::vector<Situation> situations_;
  size_t chances_ = 0;
};

}  // namespace

double tree_size(const game::Game& g) {
  TreeCounter counter(g);
  double below = 0;
  for (uint32_t p = 0; p < g.profiles; ++p) below += counter.below(g.start().node, p);
  return 1 + below + (g.profiles > 1 ? g.profiles : 0);
}

std::string too_large(double size, size_t limit) {
  return fmt::format("the tree has {} nodes, more than the limit of {}; use fewer rounds or raise --node-limit",
                     size < 1e15 ? fmt::format("{:.0f}", size) : fmt::format("{:.2g}", size), limit);
}

UnrollResult unroll(const game::Game& g, const solve::World& w, const UnrollOptions& options) {
  return Unroller(g, w, options).run();
}

}  // namespace casus::verify

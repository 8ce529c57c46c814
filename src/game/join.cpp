#include "game/join.h"

#include "game/derive.h"
#include "game/intern.h"

namespace casus::game {

namespace {

// Every slot of one program in another, which grows as needed.
std::vector<Slot> carry_over(const Program& from, Program& to) {
  std::vector<Slot> at;
  at.reserve(from.size());
  for (const Instruction& i : from.code()) {
    switch (i.op) {
      case model::Op::constant:
        at.push_back(to.constant(i.value));
        break;
      case model::Op::param:
        at.push_back(to.param(i.index));
        break;
      case model::Op::belief:
        at.push_back(to.belief(i.actor, i.index));
        break;
      default:
        at.push_back(to.apply(i.op, at[i.a], at[i.b], at[i.c]));
    }
  }
  return at;
}

class Joiner {
 public:
  explicit Joiner(Game& to) : to_(to) {
    const size_t row = size_t{to.actors()} * to.profiles;
    to_.payoff_tables.assign(row, zero_slot);
    payoffs_.emplace(std::string(reinterpret_cast<const char*>(to_.payoff_tables.data()), row * sizeof(Slot)), 0);
    to_.events.emplace_back();
    events_.emplace("", 0);
    to_.tallies.emplace_back();
    tallies_.emplace("", 0);
    to_.probability_tables.push_back(zero_slot);
  }

  void add_layer(const Game& from, const std::vector<Slot>& slots, const std::vector<Slot>& beliefs, size_t layer,
                 std::vector<NodeId>& node) {
    for (NodeId n = from.layers[layer].first; n < from.layers[layer].last; ++n) {
      const Node& old = from.nodes[n];
      const Shape& shape = from.shapes[old.shape];
      Node fresh{.shape = intern(shapes_, key_of(shape), [&] { return put(to_.shapes, shape); }),
                 .first_edge = static_cast<uint32_t>(to_.edges.size()),
                 .edges = old.edges,
                 .payoff = payoff(from, old.payoff, slots),
                 .tally = tally(from.tallies[old.tally], beliefs),
                 .round = old.round,
                 .layer = static_cast<uint32_t>(layer)};
      std::string key;
      append(key, fresh.layer);
      append(key, fresh.shape);
      append(key, fresh.payoff);
      append(key, fresh.tally);
      std::vector<Edge> edges;
      for (uint32_t e = old.first_edge; e < old.first_edge + old.edges; ++e) {
        Edge edge = from.edges[e];
        edge.target = node[edge.target];
        edge.payoff = payoff(from, edge.payoff, slots);
        edge.event = event(from.events[edge.event]);
        if (shape.kind == NodeKind::chance)
          edge.probability =
              odds(from, edge.probability, shape.informer == none ? 1 : from.informed[shape.informer].types, slots);
        append(key, edge);
        edges.push_back(edge);
      }
      node[n] = intern(nodes_, key, [&] {
        to_.edges.insert(to_.edges.end(), edges.begin(), edges.end());
        to_.node_state.push_back(from.node_state[n]);
        return put(to_.nodes, fresh);
      });
    }
  }

 private:
  template <class T>
  static uint32_t put(std::vector<T>& list, const T& x) {
    list.push_back(x);
    return static_cast<uint32_t>(list.size() - 1);
  }
  uint32_t payoff(const Game& from, uint32_t table, const std::vector<Slot>& slots) {
    const size_t row = size_t{to_.actors()} * to_.profiles;
    std::string key;
    for (size_t i = 0; i < row; ++i) append(key, slots[from.payoff(table)[i]]);
    return intern(payoffs_, key, [&] {
      for (size_t i = 0; i < row; ++i) to_.payoff_tables.push_back(slots[from.payoff(table)[i]]);
      return static_cast<uint32_t>(to_.payoff_tables.size() / row - 1);
    });
  }
  uint32_t odds(const Game& from, uint32_t first, uint32_t types, const std::vector<Slot>& slots) {
    std::string key;
    for (uint32_t t = 0; t < types; ++t) append(key, slots[from.probability_tables[first + t]]);
    return intern(odds_, key, [&] {
      const auto at = static_cast<uint32_t>(to_.probability_tables.size());
      for (uint32_t t = 0; t < types; ++t) to_.probability_tables.push_back(slots[from.probability_tables[first + t]]);
      return at;
    });
  }
  uint32_t event(const std::vector<uint32_t>& measures) {
    std::string key;
    for (uint32_t m : measures) append(key, m);
    return intern(events_, key, [&] { return put(to_.events, measures); });
  }
  uint32_t tally(std::vector<TallyEntry> list, const std::vector<Slot>& beliefs) {
    std::string key;
    for (TallyEntry& t : list) {
      t.belief_slot = beliefs[t.belief_slot];
      t.lifted = false;  // found anew
      append(key, t.measure);
      append(key, t.value);
      append(key, t.belief_slot);
    }
    return intern(tallies_, key, [&] { return put(to_.tallies, list); });
  }

  Game& to_;
  Known shapes_, payoffs_, odds_, events_, tallies_, nodes_;
};

}  // namespace

std::optional<Joined> join(std::span<const Game* const> games) {
  const Game& first = *games.front();
  Joined out;
  Game& g = out.game;
  g.source = first.source;
  g.policy = first.policy;
  g.horizon = first.horizon;
  g.informed = first.informed;
  g.informed_index = first.informed_index;
  g.axes = first.axes;
  g.profiles = first.profiles;
  g.profile_type = first.profile_type;
  g.layers = first.layers;

  std::vector<std::vector<Slot>> slots, beliefs;
  for (const Game* from : games) {
    slots.push_back(carry_over(from->program, g.program));
    beliefs.push_back(carry_over(from->belief_program, g.belief_program));
    auto carried = [&](const std::vector<Slot>& list) {
      std::vector<Slot> at;
      for (Slot s : list) at.push_back(slots.back()[s]);
      return at;
    };
    std::vector<std::vector<Slot>> prior;
    for (const auto& p : from->prior) prior.push_back(carried(p));
    if (from == &first) {
      g.prior = prior;
      g.precision = carried(from->precision);
      g.discount = carried(from->discount);
    } else if (g.prior != prior || g.precision != carried(from->precision) || g.discount != carried(from->discount)) {
      return std::nullopt;
    }
    out.node.emplace_back(from->nodes.size(), none);
  }
  Joiner joiner(g);
  for (size_t l = g.layers.size(); l-- > 0;) {
    g.layers[l].first = static_cast<NodeId>(g.nodes.size());
    g.layers[l].states = 0;
    for (size_t k = 0; k < games.size(); ++k) {
      joiner.add_layer(*games[k], slots[k], beliefs[k], l, out.node[k]);
      g.layers[l].states += games[k]->layers[l].states;
    }
    g.layers[l].last = static_cast<NodeId>(g.nodes.size());
  }
  for (size_t k = 0; k < games.size(); ++k) {
    g.starts.push_back(games[k]->start());
    g.starts.back().node = out.node[k][games[k]->start().node];
  }
  derive(g);
  return out;
}

std::vector<bool> reachable(const Game& g, const Start& start) {
  std::vector<bool> at(g.nodes.size(), false);
  at[start.node] = true;
  for (NodeId n = start.node + 1; n-- > 0;) {
    if (!at[n]) continue;
    for (uint32_t e = g.nodes[n].first_edge; e < g.nodes[n].first_edge + g.nodes[n].edges; ++e)
      at[g.edges[e].target] = true;
  }
  return at;
}

}  // namespace casus::game

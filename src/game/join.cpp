#include "game/join.h"

#include "game/derive.h"
#include "game/tables.h"

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

std::vector<Slot> carried(std::span<const Slot> list, const std::vector<Slot>& slots) {
  std::vector<Slot> at;
  at.reserve(list.size());
  for (Slot s : list) at.push_back(slots[s]);
  return at;
}

class Joiner {
 public:
  explicit Joiner(Game& to) : to_(to), tables_(to) {}

  // `slots`, `beliefs`: where those of `from` stand; `node`: where its nodes do, filled in for the layer.
  void add_layer(const Game& from, const std::vector<Slot>& slots, const std::vector<Slot>& beliefs, size_t layer,
                 std::vector<NodeId>& node) {
    auto payoff = [&](uint32_t table) {
      return tables_.payoff(carried({from.payoff(table), size_t{from.actors()} * from.profiles}, slots));
    };
    for (NodeId n = from.layers[layer].first; n < from.layers[layer].last; ++n) {
      const Node& old = from.nodes[n];
      const Shape& shape = from.shapes[old.shape];
      auto tally = from.tallies[old.tally];
      for (TallyEntry& t : tally) {
        t.belief_slot = beliefs[t.belief_slot];
        if (t.row != none) t.row = tables_.tally_row(carried({&from.tally_rows[t.row], from.profiles}, slots));
        t.lifted = false;  // found anew
      }
      const Node fresh{.shape = tables_.shape(shape),
                       .first_edge = static_cast<uint32_t>(to_.edges.size()),
                       .edges = old.edges,
                       .payoff = payoff(old.payoff),
                       .tally = tables_.tally(tally),
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
        edge.payoff = payoff(edge.payoff);
        edge.event = tables_.event(from.events[edge.event]);
        if (edge.turn != 0) {
          const Turn& turn = from.turns[edge.turn];
          const size_t types = from.informed[turn.informed].types;
          edge.turn =
              tables_.turn(turn.informed, carried({&from.probability_tables[turn.first], types * types}, slots));
        }
        if (shape.kind == NodeKind::chance || shape.hidden) {
          const size_t types = shape.informer == none ? 1 : from.informed[shape.informer].types;
          edge.probability = tables_.odds(carried({&from.probability_tables[edge.probability], types}, slots));
        }
        append(key, edge);
        edges.push_back(edge);
      }
      const auto [it, is_new] = known_.try_emplace(key, static_cast<NodeId>(to_.nodes.size()));
      node[n] = it->second;
      if (!is_new) continue;
      to_.nodes.push_back(fresh);
      to_.edges.insert(to_.edges.end(), edges.begin(), edges.end());
      to_.node_state.push_back(from.node_state[n]);
    }
  }

 private:
  Game& to_;
  Tables tables_;
  std::unordered_map<std::string, NodeId> known_;
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
  g.related = first.related;
  g.layers = first.layers;

  std::vector<std::vector<Slot>> slots, beliefs;
  for (const Game* from : games) {
    slots.push_back(carry_over(from->program, g.program));
    beliefs.push_back(carry_over(from->belief_program, g.belief_program));
    const auto& here = slots.back();
    std::vector<std::vector<Slot>> prior;
    for (const auto& p : from->prior) prior.push_back(carried(p, here));
    if (from == &first) {
      g.prior = prior;
      g.precision = carried(from->precision, here);
      g.discount = carried(from->discount, here);
    } else if (g.prior != prior || g.precision != carried(from->precision, here) ||
               g.discount != carried(from->discount, here)) {
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

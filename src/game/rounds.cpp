#include "game/rounds.h"

#include <algorithm>

#include "game/derive.h"

namespace casus::game {

namespace {

// The nodes that play may get to in each round.
std::vector<std::vector<bool>> met_by_round(const Game& g, uint32_t rounds) {
  std::vector<std::vector<bool>> met(rounds, std::vector<bool>(g.nodes.size(), false));
  met[0][g.start().node] = true;
  for (uint32_t t = 0; t < rounds; ++t)
    for (auto n = static_cast<NodeId>(g.nodes.size()); n-- > 0;) {
      if (!met[t][n]) continue;
      if (g.endless->again[n] != none && t + 1 < rounds) met[t + 1][g.endless->again[n]] = true;
      for (uint32_t e = g.nodes[n].first_edge; e < g.nodes[n].first_edge + g.nodes[n].edges; ++e)
        met[t][g.edges[e].target] = true;
    }
  return met;
}

}  // namespace

Game so_many_rounds(const Game& g, uint32_t rounds) {
  Game out = g;
  out.endless.reset();
  out.horizon = static_cast<int>(rounds);
  out.stands_for_endless = true;
  out.nodes.clear();
  out.edges.clear();
  out.node_state.clear();
  out.layers.clear();
  out.lifted.clear();
  for (auto& list : out.tallies)
    for (auto& t : list) t.lifted = false;
  const auto met = met_by_round(g, rounds);
  std::vector<NodeId> now(g.nodes.size(), none), later(g.nodes.size(), none);  // of a node in this round, in the next
  // From the last layer to the first, so that children come before their parents.
  const auto layer = [&](uint32_t round, const LayerInfo& of, auto&& wanted, auto&& add) {
    LayerInfo info{round, of.stage, 0, static_cast<NodeId>(out.nodes.size()), 0};
    for (NodeId n = of.first; n < of.last; ++n)
      if (wanted(n)) add(n);
    info.last = static_cast<NodeId>(out.nodes.size());
    info.states = info.last - info.first;
    out.layers.push_back(info);
  };
  const auto copy = [&](NodeId n, uint32_t round) {
    Node node = g.nodes[n];
    node.round = round;
    node.layer = static_cast<uint32_t>(out.layers.size());
    node.value_mask = node.mass_mask = node.telling = 0;
    const uint32_t first = node.first_edge;
    node.first_edge = static_cast<uint32_t>(out.edges.size());
    for (uint32_t e = first; e < first + node.edges; ++e) {
      Edge edge = g.edges[e];
      const NodeId again = g.endless->again[edge.target];
      edge.target = again != none && later[again] != none ? later[again] : now[edge.target];
      out.edges.push_back(edge);
    }
    now[n] = static_cast<NodeId>(out.nodes.size());
    out.nodes.push_back(node);
    out.node_state.push_back(g.node_state[n]);
  };
  const LayerInfo& last = g.layers.back();
  layer(
      rounds + 1, last, [&](NodeId n) { return met[rounds - 1][n]; },
      [&](NodeId n) {
        copy(n, rounds + 1);
        out.nodes.back().payoff = out.nodes.back().tally = 0;
        out.nodes.back().belief_pay = none;
      });
  for (uint32_t t = rounds; t-- > 0;) {
    for (size_t l = g.layers.size() - 1; l-- > 0;)
      layer(
          t + 1, g.layers[l], [&](NodeId n) { return met[t][n]; }, [&](NodeId n) { copy(n, t + 1); });
    later = now;
    std::fill(now.begin(), now.end(), none);
  }
  out.starts.front().node = static_cast<NodeId>(out.nodes.size()) - 1;
  // Layers stand in order of play.
  std::reverse(out.layers.begin(), out.layers.end());
  for (Node& n : out.nodes) n.layer = static_cast<uint32_t>(out.layers.size()) - 1 - n.layer;
  derive(out);
  return out;
}

}  // namespace casus::game

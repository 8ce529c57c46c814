#include "solve/particles/plan.h"

#include <algorithm>

namespace casus::solve {

using game::NodeId;
using game::none;

ParticlePlan::ParticlePlan(const game::Game& g, bool counting)
    : game(g), measures(counting), tracks(g), turns(g.turning != 0) {
  for (const auto& shape : g.shapes) {
    MoverNumbers& numbers = movers.emplace_back();
    for (const auto& m : shape.movers) {
      numbers.offset.push_back(numbers.count);
      for (uint32_t p = 0; p < g.profiles; ++p) numbers.type.push_back(g.type_of(p, m.actor));
      numbers.count += g.types(m.actor) * static_cast<uint32_t>(m.options.size());
    }
    numbers.width = (numbers.count + 3) / 4 * 4;
  }
  for (uint32_t k = 0; k < g.informed.size(); ++k) {
    axis_informed.insert(axis_informed.end(), g.informed[k].types - 1, k);
    for (uint32_t p = 0; p < g.profiles; ++p) type.push_back(static_cast<uint16_t>(g.type_of(p, g.informed[k].actor)));
  }
  recurs_as.assign(g.recurs.size(), nothing);
  if (measures)
    for (uint32_t m = 0; m < g.recurs.size(); ++m)
      if (g.recurs[m]) {
        recurs_as[m] = static_cast<uint16_t>(recurring.size());
        recurring.push_back(m);
      }
  for (const auto& n : g.nodes) mixes.push_back(game::mixes(g, n));
  for (NodeId n = 0; n < g.nodes.size(); ++n) {
    const auto& list = g.tallies[g.nodes[n].tally];
    reading.push_back(lifting(n) || (measures && std::any_of(list.begin(), list.end(),
                                                             [](const auto& t) { return t.by_belief && !t.lifted; })));
  }
  lay_channels();
}

void ParticlePlan::lay_channels() {
  const size_t count = recurring.size(), nodes = game.nodes.size();
  channels.assign(nodes, 1);
  unmet_at_.assign(nodes * count, nothing);
  if (count == 0) return;
  enum : uint8_t { open = 1, met = 2, unmet = 4 };  // may come true from there on; some way there has met it; has not
  std::vector<uint8_t> flags(nodes * count, 0);
  auto makes_true = [&](const game::Edge& edge, size_t k) {
    const auto& events = game.events[edge.event];
    return std::find(events.begin(), events.end(), recurring[k]) != events.end();
  };
  for (const auto& start : game.starts)
    for (size_t k = 0; k < count; ++k) {
      const bool already = std::find(start.events.begin(), start.events.end(), recurring[k]) != start.events.end();
      flags[start.node * count + k] |= already ? met : unmet;
    }
  auto each_edge = [&](NodeId n, auto&& use) {
    const auto& node = game.nodes[n];
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e)
      for (size_t k = 0; k < count; ++k)
        use(flags[n * count + k], flags[game.edges[e].target * count + k], makes_true(game.edges[e], k));
  };
  for (NodeId n = 0; n < nodes; ++n)
    each_edge(n, [](uint8_t& from, uint8_t to, bool event) {
      if (event || (to & open)) from |= open;
    });
  for (auto n = static_cast<NodeId>(nodes); n-- > 0;)
    each_edge(n, [](uint8_t from, uint8_t& to, bool event) {
      to |= from & met;
      if (from & unmet) to |= event ? met : unmet;
    });
  for (NodeId n = 0; n < nodes; ++n)
    for (size_t k = 0; k < count; ++k) {
      const uint8_t is = flags[n * count + k];
      if (is == (open | met | unmet))
        unmet_at_[n * count + k] = channels[n]++;
      else if (is & unmet && !(is & met))
        unmet_at_[n * count + k] = 0;
    }
}

}  // namespace casus::solve

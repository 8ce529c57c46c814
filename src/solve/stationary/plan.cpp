#include "solve/stationary/plan.h"

#include <algorithm>
#include <functional>

namespace casus::solve {

using game::NodeId;
using game::none;

StationaryPlan::StationaryPlan(const game::Game& g) : game(&g), next(g.nodes.size(), none) {
  std::vector<uint32_t> place(g.nodes.size(), none);
  const auto begin = [&](NodeId n) {
    if (place[n] == none) {
      place[n] = static_cast<uint32_t>(begins.size());
      begins.push_back(n);
    }
    return place[n];
  };
  begin(g.start().node);
  for (NodeId n = 0; g.endless && n < g.nodes.size(); ++n)
    if (g.endless->again[n] != none) next[n] = begin(g.endless->again[n]);

  for (const auto& shape : g.shapes) joints.emplace_back(shape);
  decision_of.assign(g.nodes.size(), none);
  first.push_back(0);
  for (NodeId n = 0; n < g.nodes.size(); ++n) {
    first.push_back(first.back() + joint(n).unknowns());
    if (joint(n).choosing() == 0) continue;
    decision_of[n] = static_cast<uint32_t>(decisions.size());
    decisions.push_back(n);
  }

  // Children have smaller numbers than their parents.
  std::vector<bool> seen(g.nodes.size());
  for (const NodeId b : begins) {
    std::fill(seen.begin(), seen.end(), false);
    auto& list = met.emplace_back(1, b);
    for (size_t k = 0; k < list.size(); ++k)
      for (uint32_t e = g.nodes[list[k]].first_edge; e < g.nodes[list[k]].first_edge + g.nodes[list[k]].edges; ++e)
        if (const NodeId target = g.edges[e].target; !seen[target]) {
          seen[target] = true;
          list.push_back(target);
        }
    std::sort(list.begin(), list.end(), std::greater<>());
  }
}

std::vector<double> step_odds(const game::Game& g, const World& w) {
  std::vector<double> out(g.edges.size(), 1.0);
  for (const auto& node : g.nodes) {
    const auto& shape = g.shapes[node.shape];
    if (shape.kind != game::NodeKind::chance && !shape.hidden) continue;
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e)
      out[e] = std::max(w.slots[g.probability_tables[g.edges[e].probability]], 0.0);
  }
  return out;
}

}  // namespace casus::solve

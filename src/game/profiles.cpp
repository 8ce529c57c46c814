#include "game/profiles.h"

namespace casus::game {

bool may_take(const Game& g, const Shape& shape, uint32_t edge, uint32_t profile) {
  edge /= shape.signals();
  for (size_t m = shape.movers.size(); m-- > 0;) {
    const Mover& mover = shape.movers[m];
    const auto options = static_cast<uint32_t>(mover.options.size());
    const uint32_t tie = mover.tie(g.type_of(profile, mover.actor));
    if (tie != none && tie != edge % options) return false;
    edge /= options;
  }
  return true;
}

std::vector<bool> reached_by(const Game& g, uint32_t profile) {
  // What a type that changes may come to later is open.
  std::vector<bool> at(g.nodes.size(), g.turning != 0);
  for (const Start& start : g.starts) at[start.node] = true;
  for (auto n = static_cast<NodeId>(g.nodes.size()); n-- > 0;) {
    if (!at[n]) continue;
    const Node& node = g.nodes[n];
    for (uint32_t e = 0; e < node.edges; ++e)
      if (may_take(g, g.shapes[node.shape], e, profile)) at[g.edges[node.first_edge + e].target] = true;
  }
  return at;
}

}  // namespace casus::game

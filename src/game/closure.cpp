// A game without a last round: one round is laid out from every state in which one may begin, until no new state turns
// up.
#include "game/explore.h"

namespace casus::game {

uint32_t Explorer::rounds() const {
  return case_.endless ? 1 : static_cast<uint32_t>(case_.horizon);
}

bool Explorer::close() {
  const RawLayer& last = layers.back();
  std::vector<int> state;
  while (expand_all() && again.size() < last.nodes.size())
    while (again.size() < last.nodes.size()) {
      codec_.unpack(last.nodes[again.size()].state, state);
      const Place next = locate(1, 0, state);
      again.emplace_back(next.layer, next.position);
    }
  return !diagnostics_.has_errors();
}

}  // namespace casus::game

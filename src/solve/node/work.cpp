#include "solve/node/work.h"

#include <algorithm>
#include <cmath>

#include "solve/belief/stencil.h"

namespace casus::solve {

double work_by_point(const game::Game& g, game::NodeId n) {
  // Values are read at the posterior, between the points of every axis that a choice moves.
  double reads = 1, unknowns = 1;
  const auto& shape = g.shapes[g.nodes[n].shape];
  if (shape.hidden && shape.informer != game::none)
    reads *= std::pow(stencil_points, g.informed[shape.informer].types - 1);
  for (const auto& m : shape.movers) {
    if (m.options.size() < 2) continue;
    if (!shape.hidden) reads *= std::pow(stencil_points, g.types(m.actor) - 1);
    unknowns += static_cast<double>(g.types(m.actor) * m.options.size());
  }
  return std::max(1u, g.nodes[n].edges) * reads * unknowns * g.actors() * g.profiles;
}

}  // namespace casus::solve

#include "solve/solver.h"

#include <cmath>

#include "solve/reference.h"

namespace casus::solve {

std::vector<Outcome> solve_batch(const game::Game& g, std::span<const std::vector<double>> worlds,
                                 const SolveOptions& options) {
  std::vector<Outcome> out;
  for (const auto& params : worlds) {
    WorldResult w = evaluate_world(g, params);
    if (!w.value)
      out.push_back({{}, std::move(w.error)});
    else
      out.push_back({Reference(g, *w.value, options).solve(), {}});
  }
  return out;
}

double memory_estimate(const game::Game& g, const SolveOptions& options) {
  double doubles = 0;
  for (const auto& n : g.nodes) {
    double points = 1;
    for (uint32_t k = 0; k < g.informed.size(); ++k)
      if (n.value_mask >> k & 1) points *= std::pow(options.points, g.informed[k].types - 1);
    double unknowns = 0;
    for (const auto& m : g.shapes[n.shape].movers) unknowns += static_cast<double>(m.options.size()) * g.types(m.actor);
    doubles += points * (g.actors() * g.profiles + 2 * unknowns);
  }
  return 8 * doubles + 200.0 * static_cast<double>(g.nodes.size());
}

}  // namespace casus::solve

#include "solve/solver.h"

#include <algorithm>
#include <cmath>

#include "solve/batch.h"
#include "solve/reference.h"

namespace casus::solve {

std::vector<Outcome> solve_batch(const game::Game& g, std::span<const std::vector<double>> worlds,
                                 const SolveOptions& options) {
  std::vector<Outcome> out(worlds.size());
  std::vector<World> numbers;
  std::vector<size_t> place;
  for (size_t w = 0; w < worlds.size(); ++w) {
    WorldResult r = evaluate_world(g, worlds[w]);
    if (r.value) {
      numbers.push_back(std::move(*r.value));
      place.push_back(w);
    } else {
      out[w].error = std::move(r.error);
    }
  }
  if (options.selection == Selection::global || !Batch::takes(g)) {
    for (size_t i = 0; i < numbers.size(); ++i) out[place[i]].solution = Reference(g, numbers[i], options).solve();
    return out;
  }
  for (size_t first = 0; first < numbers.size(); first += batch_lanes) {
    std::array<const World*, batch_lanes> lanes;
    for (size_t l = 0; l < batch_lanes; ++l) lanes[l] = &numbers[std::min(first + l, numbers.size() - 1)];
    auto solutions = Batch(g, lanes, options).solve();
    for (size_t l = 0; l < batch_lanes && first + l < numbers.size(); ++l)
      out[place[first + l]].solution = std::move(solutions[l]);
  }
  return out;
}

double memory_estimate(const game::Game& g, const SolveOptions& options) {
  // Choices are kept for the whole game, values for about one round of layers.
  double choices = 0, most_values = 0;
  std::vector<double> values(static_cast<size_t>(g.horizon) + 2, 0.0);
  for (const auto& n : g.nodes) {
    double points = 1;
    for (uint32_t k = 0; k < g.informed.size(); ++k)
      if (n.value_mask >> k & 1) points *= std::pow(options.points, g.informed[k].types - 1);
    if (!g.shapes[n.shape].movers.empty()) choices += points * 3 * n.edges;
    values[n.round] += points * g.actors() * g.profiles;
    most_values = std::max(most_values, values[n.round]);
  }
  return sizeof(double) * static_cast<double>(batch_lanes) * (choices + 2 * most_values) +
         200.0 * static_cast<double>(g.nodes.size());
}

}  // namespace casus::solve

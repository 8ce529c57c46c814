// What solving on grids holds at most, added up as it is laid out.
#include <algorithm>
#include <cmath>
#include <map>

#include "solve/batch/batch.h"
#include "solve/batch/work.h"

namespace casus::solve {

namespace {

// Doubles that values take at most, when those that nobody reads again make room for others of the
// same size: as the backward pass asks its arena for them.
double most_values(const BatchPlan& plan, uint32_t points) {
  const game::Game& g = plan.game;
  struct Pieces {
    double now = 0, most = 0;
  };
  std::map<double, Pieces> pieces;
  std::vector<uint32_t> readers = plan.readers;
  const auto size = [&](game::NodeId n) {
    return points_of(g, g.nodes[n].value_mask, points) * static_cast<double>(plan.worlds * plan.value_width[n]);
  };
  for (game::NodeId n = 0; n < g.nodes.size(); ++n) {
    Pieces& of_size = pieces[size(n)];
    of_size.most = std::max(of_size.most, ++of_size.now);
    for (uint32_t e = g.nodes[n].first_edge; e < g.nodes[n].first_edge + g.nodes[n].edges; ++e)
      if (--readers[g.edges[e].target] == 0) --pieces[size(g.edges[e].target)].now;
  }
  double out = 0;
  for (const auto& [doubles, of_size] : pieces) out += doubles * of_size.most;
  return out;
}

// Of eight worlds side by side, or one.
double batch_memory(const game::Game& whole, const SolveOptions& options) {
  const game::Held held(whole, options.held);
  const game::Game& g = held.game();
  const uint32_t points = std::max(options.points, least_points);
  const size_t together = worlds_together(g, options);
  const auto worlds = static_cast<double>(together);
  const BatchPlan plan(g, least_points, together);  // widths do not depend on the points
  double choices = 0, first_values = 0, rows = 0;
  for (game::NodeId n = 0; n < g.nodes.size(); ++n) {
    const double at = points_of(g, g.nodes[n].value_mask, points);
    choices += at * plan.choice_width[n] * worlds;
    first_values += at * plan.value_width[n];
    rows = std::max(rows, joint_planes(g, g.nodes[n], points, together));
    if (plan.way[n] == NodeWay::settle) {
      const auto child = g.edges[g.nodes[n].first_edge].target;
      rows = std::max(rows, 2 * at * worlds * plan.value_width[child]);
    }
  }
  double weights = 0;
  for (const auto& [mask, left_out] : plan.weighed) weights += points_of(g, mask, points) * worlds * g.profiles;
  // Of every node: certificates and views, layouts and places of both grids.
  const double of_nodes = static_cast<double>(g.nodes.size()) * (worlds * (sizeof(Certificate) + 40) + 400);
  // Play that is followed and judged is known only then: about a third more in the cases tried.
  constexpr double with_play = 4.0 / 3;
  return with_play * sizeof(double) *
             (choices + most_values(plan, points) + first_values + choices / worlds + rows + weights) +
         of_nodes;
}

// Of one world by itself, every node's values and choices.
double reference_memory(const game::Game& whole, const SolveOptions& options) {
  const game::Held held(whole, options.held);
  const game::Game& g = held.game();
  const uint32_t points = std::max(options.points, least_points);
  double out = 0;
  for (const auto& n : g.nodes) {
    double unknowns = 0;
    for (const auto& m : g.shapes[n.shape].movers) unknowns += g.types(m.actor) * static_cast<double>(m.options.size());
    out += points_of(g, n.value_mask, points) * (g.actors() * static_cast<double>(g.profiles) + 3 * unknowns);
  }
  return sizeof(double) * out + static_cast<double>(g.nodes.size() * (sizeof(Certificate) + 400));
}

}  // namespace

double grid_memory_estimate(const game::Game& g, const SolveOptions& options) {
  // Choices are kept for the whole game, values for about one round of layers.
  double choices = 0, most_values = 0;
  std::vector<double> values(static_cast<size_t>(g.horizon) + 2, 0.0);
  for (game::NodeId id = 0; id < g.nodes.size(); ++id) {
    const auto& n = g.nodes[id];
    const double points = points_of(g, id, options);
    if (!g.shapes[n.shape].movers.empty()) choices += points * 3 * n.edges;
    values[n.round] += points * g.actors() * g.profiles;
    most_values = std::max(most_values, values[n.round]);
  }
  return sizeof(double) * static_cast<double>(batch_lanes) * (choices + 2 * most_values) +
         200.0 * static_cast<double>(g.nodes.size());
}

size_t worlds_together(const game::Game& g, const SolveOptions& options) {
  constexpr double most_bytes = 1e9;
  return options.alone || options.points < usual_points || grid_memory_estimate(g, options) > most_bytes ? 1
                                                                                                         : batch_lanes;
}

double grid_memory(const game::Game& g, const SolveOptions& options) {
  return in_batches(g, options) ? batch_memory(g, options) : reference_memory(g, options);
}

}  // namespace casus::solve

#include "solve/batch/work.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "solve/batch/batch.h"
#include "solve/node/work.h"

namespace casus::solve {

bool in_batches(const game::Game& g, const SolveOptions& options) {
  return options.selection == Selection::recursive && options.caution == 1 && Batch::takes(g);
}

double points_of(const game::Game& g, uint32_t mask, uint32_t points) {
  double out = 1;
  for (uint32_t k = 0; k < g.informed.size(); ++k)
    if (mask >> k & 1) out *= std::pow(points, g.informed[k].types - 1);
  return out;
}

double points_of(const game::Game& g, game::NodeId n, const SolveOptions& options) {
  return points_of(g, g.nodes[n].value_mask & ~options.held, options.points);
}

double work_of_kernels(const game::Game& g, game::NodeId n, uint32_t channels) {
  return static_cast<double>(std::max(1u, g.nodes[n].edges)) * std::max(4u, channels);
}

Work pass_work(const game::Game& g, uint32_t points, size_t worlds, const SolveOptions& options) {
  Work out;
  std::optional<BatchPlan> plan;  // ways and widths do not depend on the points
  const game::Held held(g, options.held);
  if (in_batches(g, options)) plan.emplace(held.game(), least_points);
  const size_t together = worlds_together(g, options);
  const size_t whole = (worlds + together - 1) / together;
  const auto batches = static_cast<double>(whole);
  for (game::NodeId n = 0; n < g.nodes.size(); ++n) {
    const double at = points_of(g, g.nodes[n].value_mask & ~options.held, points);
    if (plan && plan->way[n] == NodeWay::joint)
      out.joint.units += at * batches * work_by_point(g, n);
    else if (plan && plan->way[n] != NodeWay::general)
      out.kernels.units += at * batches * work_of_kernels(g, n, plan->value_width[n]);
    else
      out.by_point.units += at * static_cast<double>(worlds) * work_by_point(g, n);
  }
  if (options.selection == Selection::global) out.by_point.units *= options.rungs;
  return out;
}

double seconds_of(const Work& all, const Work& done) {
  // Usual seconds of a unit. Only what they are to each other matters, and only where one kind has not been met.
  struct Usual {
    const Work::Kind &all, &done;
    double unit;
  };
  const Usual kinds[] = {
      {all.kernels, done.kernels, 1.5e-8}, {all.joint, done.joint, 1e-10}, {all.by_point, done.by_point, 2e-9}};
  double usually = 0, met = 0, out = 0;
  for (const Usual& k : kinds) {
    usually += k.unit * k.done.units;
    met += k.done.seconds;
  }
  const double here = usually > 0 ? met / usually : 1;
  for (const Usual& k : kinds) out += k.all.units * (k.done.units > 0 ? k.done.seconds / k.done.units : k.unit * here);
  return out;
}

}  // namespace casus::solve

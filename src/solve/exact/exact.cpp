#include "solve/exact/exact.h"

#include <algorithm>
#include <cmath>

#include "base/stop.h"
#include "solve/exact/equilibrium.h"
#include "solve/exact/others.h"

namespace casus::solve {

Certificate exact_certificate(const SweepPlan& plan, const World& w, const BranchRecord& record,
                              const Counted& counted) {
  Certificate c;
  c.method = Method::exact;
  c.judged = true;
  c.payoff_range = w.payoff_range;
  const double stakes = w.payoff_range > 0 ? w.payoff_range : 1;
  c.residual = counted.anywhere.residual;
  c.distance = counted.likely.distance;
  c.regret = counted.likely.regret / stakes;
  c.best_reply = counted.likely.best_reply / stakes;
  c.distance_anywhere = counted.anywhere.distance;
  c.regret_anywhere = counted.anywhere.regret / stakes;
  c.nodes = plan.histories.decisions;
  c.folds = static_cast<uint64_t>(record.folds);
  c.crossings = static_cast<uint64_t>(record.crossings);
  c.left_at = record.left_at;
  c.ended_at = record.ended_at;
  c.gain_at_end = counted.gain_in_limit / stakes;
  c.failed = record.solved ? 0 : 1;
  return c;
}

namespace {

// Whether a world that is asked for alone is walked by itself: where few histories are, eight places cost hardly more
// than one.
bool by_itself(const SweepPlan& plan, const SolveOptions& options) {
  constexpr size_t few = 5'000;
  return options.alone && plan.history.size() > few;
}

}  // namespace

double histories_memory(const SweepPlan& plan, const SolveOptions& options) {
  // The branch, and the search for other equilibria beside it.
  return sizeof(double) * (plan.doubles(by_itself(plan, options) ? 1 : sweep_lanes) + plan.doubles(sweep_lanes));
}

ExactAnswer solve_exactly(std::shared_ptr<const SweepPlan> plan, std::span<const World* const> worlds,
                          const SolveOptions& options, bool keep, BranchLimits limits) {
  const bool one = worlds.size() == 1 && by_itself(*plan, options);
  ExactAnswer out;
  out.solutions.resize(worlds.size());
  ExactBranch branch(*plan, worlds, one ? 1 : sweep_lanes, keep);
  if (!limits.stop) limits.stop = options.stop;
  if (!limits.done) limits.done = options.work;
  if (!limits.meter) limits.meter = options.meter;
  limits.caution = std::max(limits.caution, options.caution);
  if (!branch.follow(limits)) throw base::Stopped();
  std::vector<std::vector<double>> values;
  for (size_t w = 0; w < worlds.size(); ++w) values.push_back(branch.start_values(w));
  const auto counted = count(*plan, branch.job(), worlds, branch.lanes(), values);
  for (size_t w = 0; w < worlds.size(); ++w) {
    Solution& s = out.solutions[w];
    s.certificate = exact_certificate(*plan, *worlds[w], branch.record(w), counted[w]);
    finish(plan->game, *worlds[w], std::move(values[w]), counted[w].measures, counted[w].measures, s);
  }
  if (options.others.starts > 0 && !worlds.empty() && branch.record(0).solved && !worlds[0]->has_limit()) {
    std::vector<double> z(plan->unknowns);
    for (size_t u = 0; u < z.size(); ++u) z[u] = branch.job().z[u * branch.lanes()];
    out.solutions[0].others = find_others(plan, *worlds[0], z, options.others, keep, limits.stop);
  }
  if (keep && !worlds.empty())
    out.first = exact_equilibrium(std::move(plan), *worlds[0], branch.job(), branch.lanes(), 0);
  return out;
}

}  // namespace casus::solve

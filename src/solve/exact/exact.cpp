#include "solve/exact/exact.h"

#include <algorithm>
#include <cmath>

#include "base/stop.h"
#include "solve/exact/others.h"
#include "solve/node/problem.h"

namespace casus::solve {

namespace {

class ExactEquilibrium : public Equilibrium {
 public:
  ExactEquilibrium(std::shared_ptr<const SweepPlan> plan, const World& w, const SweepJob& job, size_t lanes)
      : plan_(std::move(plan)), prior_{w.prior_log_odds, std::vector<int>(w.prior_log_odds.size(), -1)} {
    for (size_t i = 0; i < plan_->chances; ++i) {
      log_sigma_.push_back(job.log_sigma[i * lanes]);
      value_.push_back(job.option_value[i * lanes]);
    }
  }
  std::unique_ptr<Walk> walk(const game::Game& g, const World& w, const SolveOptions& options) const override;
  Belief prior() const override { return prior_; }

  const SweepPlan& plan() const { return *plan_; }
  // Of a mover at a history, [type][option].
  std::span<const double> log_sigma(const SweepHistory& h, const SweepMover& m) const { return part(log_sigma_, h, m); }
  std::span<const double> value(const SweepHistory& h, const SweepMover& m) const { return part(value_, h, m); }

 private:
  static std::span<const double> part(const std::vector<double>& all, const SweepHistory& h, const SweepMover& m) {
    return std::span(all).subspan(size_t{h.chance} + m.chance, size_t{m.types} * m.options);
  }
  std::shared_ptr<const SweepPlan> plan_;
  Belief prior_;
  std::vector<double> log_sigma_, value_;  // [chance]
};

class ExactWalk : public Walk {
 public:
  ExactWalk(const game::Game& g, const World& w, const ExactEquilibrium& solved, uint32_t history, Belief belief)
      : g_(g), w_(w), solved_(solved), problem_(g, w, {}) {
    arrive(history, std::move(belief));
  }
  const Situation& here() const override { return here_; }
  void take(uint32_t edge) override {
    std::vector<double> log_sigma;
    for (const auto& m : here_.movers) log_sigma.insert(log_sigma.end(), m.log_sigma.begin(), m.log_sigma.end());
    problem_.set(here_.node, here_.belief);
    Belief after = problem_.posterior(edge, log_sigma);
    arrive(solved_.plan().histories.child[solved_.plan().history[history_].first_child + edge], std::move(after));
  }
  std::unique_ptr<Walk> copy() const override {
    return std::make_unique<ExactWalk>(g_, w_, solved_, history_, here_.belief);
  }

 private:
  void arrive(uint32_t history, Belief belief) {
    history_ = history;
    const SweepHistory& h = solved_.plan().history[history];
    const SweepNode& n = solved_.plan().tables.node[h.node];
    here_ = {.node = h.node, .belief = std::move(belief), .movers = {}};
    for (uint32_t m = 0; m < n.movers; ++m) {
      const SweepMover& mover = solved_.plan().tables.mover[n.first_mover + m];
      const auto log_sigma = solved_.log_sigma(h, mover), value = solved_.value(h, mover);
      here_.movers.push_back(
          {mover.types, mover.options, {log_sigma.begin(), log_sigma.end()}, {value.begin(), value.end()}});
    }
  }

  const game::Game& g_;
  const World& w_;
  const ExactEquilibrium& solved_;
  NodeProblem problem_;  // for posteriors only
  uint32_t history_ = 0;
  Situation here_;
};

std::unique_ptr<Walk> ExactEquilibrium::walk(const game::Game& g, const World& w, const SolveOptions&) const {
  return std::make_unique<ExactWalk>(g, w, *this, 0, prior_);
}

}  // namespace

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
    out.solutions[0].others = find_others(*plan, *worlds[0], z, options.others, limits.stop);
  }
  if (keep && !worlds.empty())
    out.first = std::make_unique<ExactEquilibrium>(std::move(plan), *worlds[0], branch.job(), branch.lanes());
  return out;
}

}  // namespace casus::solve

#include "solve/exact/equilibrium.h"

#include <vector>

#include "solve/node/problem.h"

namespace casus::solve {

namespace {

class ExactEquilibrium : public Equilibrium {
 public:
  ExactEquilibrium(std::shared_ptr<const SweepPlan> plan, const World& w, const SweepJob& job, size_t lanes,
                   size_t lane)
      : plan_(std::move(plan)), prior_{w.prior_log_odds, std::vector<int>(w.prior_log_odds.size(), -1)} {
    for (size_t i = 0; i < plan_->chances; ++i) {
      log_sigma_.push_back(job.log_sigma[i * lanes + lane]);
      value_.push_back(job.option_value[i * lanes + lane]);
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

std::unique_ptr<Equilibrium> exact_equilibrium(std::shared_ptr<const SweepPlan> plan, const World& w,
                                               const SweepJob& job, size_t lanes, size_t lane) {
  return std::make_unique<ExactEquilibrium>(std::move(plan), w, job, lanes, lane);
}

}  // namespace casus::solve

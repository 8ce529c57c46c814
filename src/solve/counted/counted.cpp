#include "solve/counted/counted.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/stop.h"
#include "solve/belief/window.h"
#include "solve/counted/measures.h"
#include "solve/counted/problem.h"
#include "solve/meter.h"
#include "solve/regrets.h"

namespace casus::solve {

using game::NodeId;
using game::none;

namespace {

// A node's choice that is held to another fixed point than the principal one.
struct Elsewhere {
  NodeId node = none;
  NodeAnswer answer;
};

// What everybody does, and what that is worth.
struct Choices {
  std::vector<std::vector<double>> log_sigma;  // per node, as CountedProblem has the unknowns
  std::vector<double> values;                  // [node][actor][profile]
  Certificate counts;
};

Choices backward(const game::Game& g, const World& w, const SolveOptions& options, const Elsewhere& elsewhere) {
  Choices out{.log_sigma = std::vector<std::vector<double>>(g.nodes.size()),
              .values = std::vector<double>(g.nodes.size() * g.actors() * g.profiles, 0.0),
              .counts = {}};
  CountedProblem problem(g, w);
  for (NodeId n = 0; n < g.nodes.size(); ++n) {
    base::stop_if(options.stop);
    problem.set(n, out.values);
    NodeAnswer answer;
    if (problem.unknowns() > 0) {
      answer = n == elsewhere.node ? elsewhere.answer : problem.solve(options.tolerance, options.caution);
      auto& c = out.counts;
      c.nodes += g.shapes[g.nodes[n].shape].decides();
      c.traced += answer.fell_back;
      c.folds += static_cast<uint64_t>(answer.folds);
      c.crossings += static_cast<uint64_t>(answer.crossings);
      c.unstable += answer.unstable;
      c.failed += !answer.converged;
      c.residual = std::max(c.residual, answer.residual);
      out.log_sigma[n] = answer.log_sigma;
    }
    const size_t row = size_t{g.actors()} * g.profiles;
    problem.node_values(answer.log_sigma, std::span(out.values).subspan(n * row, row));
    Meter::add(options.meter, 1);
  }
  return out;
}

// How far every choice is from the reply to what truly follows; `reach`: the probability of every node.
void judge(const game::Game& g, const World& w, const Choices& choices, std::span<const double> reach, Certificate& c) {
  Regrets anywhere, likely;
  CountedProblem problem(g, w);
  std::vector<double> worth;
  for (NodeId n = 0; n < g.nodes.size(); ++n) {
    const auto& movers = g.shapes[g.nodes[n].shape].movers;
    if (movers.empty() || reach[n] == 0) continue;
    problem.set(n, choices.values);
    worth.resize(problem.unknowns());
    problem.option_values(choices.log_sigma[n], worth);
    for (size_t m = 0; m < movers.size(); ++m) {
      if (movers[m].options.size() < 2) continue;
      const auto options = static_cast<uint32_t>(movers[m].options.size());
      for (uint32_t t = 0; t < problem.mover_types(m); ++t) {
        const size_t first = problem.offset(m) + size_t{t} * options;
        const double lambda = w.precision[movers[m].actor], per = lambda > 0 ? 1 / lambda : 0;
        const ReplyGap gap = reply_gap(
            options, [&](uint32_t o) { return choices.log_sigma[n][first + o]; },
            [&](uint32_t o) { return lambda * worth[first + o]; });
        const auto note = [&](Regrets& r) {
          r.distance = std::max(r.distance, gap.distance);
          r.regret = std::max(r.regret, gap.divergence * per);
          r.best_reply = std::max(r.best_reply, gap.best * per);
        };
        note(anywhere);
        if (reach[n] >= likely_reach) note(likely);
      }
    }
  }
  const double stakes = w.payoff_range > 0 ? w.payoff_range : 1;
  c.distance = likely.distance;
  c.regret = likely.regret / stakes;
  c.best_reply = likely.best_reply / stakes;
  c.distance_anywhere = anywhere.distance;
  c.regret_anywhere = anywhere.regret / stakes;
}

Solution conclude(const game::Game& g, const World& w, const Choices& choices, std::vector<double>* reached) {
  Solution s;
  s.certificate = choices.counts;
  s.certificate.method = Method::exact;
  s.certificate.judged = true;
  s.certificate.payoff_range = w.payoff_range;
  CountedPlay play = count_measures(g, w, choices.log_sigma, choices.values);
  judge(g, w, choices, play.reach, s.certificate);
  finish(g, w, std::move(play.paid), play.measures, play.measures, s);
  if (reached) *reached = std::move(play.reach);
  return s;
}

class CountedEquilibrium : public Equilibrium {
 public:
  CountedEquilibrium(const World& w, Choices choices)
      : prior_{w.prior_log_odds, std::vector<int>(w.prior_log_odds.size(), -1)}, choices_(std::move(choices)) {}
  std::unique_ptr<Walk> walk(const game::Game& g, const World& w, const SolveOptions& options) const override;
  Belief prior() const override { return prior_; }
  const Choices& choices() const { return choices_; }

 private:
  Belief prior_;
  Choices choices_;
};

class CountedWalk : public Walk {
 public:
  CountedWalk(const game::Game& g, const World& w, const CountedEquilibrium& solved, NodeId node)
      : g_(g), w_(w), solved_(solved), problem_(g, w) {
    arrive(node);
  }
  const Situation& here() const override { return here_; }
  void take(uint32_t edge) override { arrive(g_.edges[g_.nodes[here_.node].first_edge + edge].target); }
  std::unique_ptr<Walk> copy() const override { return std::make_unique<CountedWalk>(g_, w_, solved_, here_.node); }

 private:
  void arrive(NodeId node) {
    here_ = {.node = node, .belief = solved_.prior(), .movers = {}};
    const auto& movers = g_.shapes[g_.nodes[node].shape].movers;
    if (movers.empty()) return;
    problem_.set(node, solved_.choices().values);
    const auto& log_sigma = solved_.choices().log_sigma[node];
    std::vector<double> worth(problem_.unknowns());
    problem_.option_values(log_sigma, worth);
    for (size_t m = 0; m < movers.size(); ++m) {
      auto& mover = here_.movers.emplace_back();
      mover.types = problem_.mover_types(m);
      mover.options = static_cast<uint32_t>(movers[m].options.size());
      for (size_t u = problem_.offset(m); u < problem_.offset(m + 1); ++u) {
        mover.log_sigma.push_back(log_sigma[u]);
        mover.value.push_back(worth[u]);
      }
    }
  }

  const game::Game& g_;
  const World& w_;
  const CountedEquilibrium& solved_;
  CountedProblem problem_;
  Situation here_;
};

std::unique_ptr<Walk> CountedEquilibrium::walk(const game::Game& g, const World& w, const SolveOptions&) const {
  return std::make_unique<CountedWalk>(g, w, *this, g.start().node);
}

void look_for_others(const game::Game& g, const World& w, const SolveOptions& options, const Choices& choices,
                     std::span<const double> reach, bool keep, OtherEquilibria& out) {
  constexpr size_t most_decisions = 16, most_found = 16;
  out.looked = true;
  std::vector<NodeId> decisions;
  CountedProblem problem(g, w);
  for (NodeId n = 0; n < g.nodes.size(); ++n) {
    if (reach[n] < likely_reach || g.shapes[g.nodes[n].shape].movers.empty()) continue;
    problem.set(n, choices.values);
    if (problem.coupled()) decisions.push_back(n);
  }
  std::stable_sort(decisions.begin(), decisions.end(), [&](NodeId a, NodeId b) { return reach[a] > reach[b]; });
  if (decisions.size() > most_decisions) decisions.resize(most_decisions);
  if (!decisions.empty()) out.starts = options.others.starts;
  for (const NodeId n : decisions) {
    problem.set(n, choices.values);
    NodeAnswer here;
    here.log_sigma = choices.log_sigma[n];
    for (auto& answer : problem.others(here, options.others.starts, options.others.seed, options.tolerance)) {
      base::stop_if(options.stop);
      if (out.found.size() >= most_found) return;
      Choices there = backward(g, w, options, {n, std::move(answer)});
      out.found.push_back(conclude(g, w, there, nullptr));
      if (keep) out.kept.push_back(std::make_shared<CountedEquilibrium>(w, std::move(there)));
    }
  }
}

}  // namespace

CountedAnswer solve_counted(const game::Game& g, const World& w, const SolveOptions& options, bool keep) {
  CountedAnswer out;
  Meter::expect(options.meter, g.nodes.size());
  Choices choices = backward(g, w, options, {});
  std::vector<double> reach;
  out.solution = conclude(g, w, choices, &reach);
  if (options.others.starts > 0) look_for_others(g, w, options, choices, reach, keep, out.solution.others);
  if (keep) out.equilibrium = std::make_unique<CountedEquilibrium>(w, std::move(choices));
  return out;
}

}  // namespace casus::solve

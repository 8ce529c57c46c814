#include "solve/stationary/stationary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "base/stop.h"
#include "solve/meter.h"
#include "solve/regrets.h"
#include "solve/stationary/backward.h"
#include "solve/stationary/find.h"
#include "solve/stationary/measures.h"

namespace casus::solve {

using game::NodeId;
using game::none;

namespace {

// Every choice beside the logit reply to what truly follows, wherever play may get.
void judge_stationary(const Strategies& game, Certificate& c) {
  const auto& plan = game.plan();
  const auto reached = stationary_reach(game);
  Regrets all;
  for (const NodeId n : plan.decisions) {
    if (!reached[n]) continue;
    const Joint& joint = plan.joint(n);
    for (size_t m = 0; m < joint.movers(); ++m) {
      if (joint.options(m) < 2) continue;
      const size_t first = plan.first[n] + joint.first(m);
      const double lambda = game.precision(first);
      add_gap(reply_gap(
                  joint.options(m), [&](uint32_t o) { return game.log_sigma()[first + o]; },
                  [&](uint32_t o) { return lambda * game.option_values()[first + o]; }),
              lambda, all);
      // Log-odds may differ from precision times worth by the same for all options.
      double low = std::numeric_limits<double>::infinity(), high = -low;
      for (uint32_t o = 0; lambda > 0 && o < joint.options(m); ++o) {
        const double off = game.log_sigma()[first + o] / lambda - game.option_values()[first + o];
        low = std::min(low, off);
        high = std::max(high, off);
      }
      if (lambda > 0) c.residual = std::max(c.residual, (high - low) / 2);
    }
    ++c.nodes;
  }
  const double stakes = game.world().payoff_range > 0 ? game.world().payoff_range : 1;
  c.judged = true;
  c.distance = c.distance_anywhere = all.distance;
  c.regret = c.regret_anywhere = all.regret / stakes;
  c.best_reply = all.best_reply / stakes;
}

std::vector<double> start_values(const Strategies& game) {
  const auto& g = *game.plan().game;
  std::vector<double> out;
  for (uint32_t i = 0; i < g.actors(); ++i) out.push_back(game.value(g.start().node, i));
  return out;
}

Solution conclude_stationary(Strategies& game, const StationaryAnswer& answer, const SolveOptions& options) {
  const auto& g = *game.plan().game;
  const World& w = game.world();
  game.set(answer.y);
  Solution s;
  Certificate& c = s.certificate;
  c.method = Method::exact;
  c.compared = false;
  c.payoff_range = w.payoff_range;
  judge_stationary(game, c);
  c.traced = answer.followed ? c.nodes : 0;
  c.rounds = answer.rounds;
  c.folds = answer.folds;
  c.crossings = answer.crossings;
  c.unstable = answer.unstable ? c.nodes : 0;
  const Tally told = stationary_measures(game, options.stop);
  auto values = start_values(game);

  // What everybody's reply would make of them.
  std::vector<double> reply(game.option_values().begin(), game.option_values().end());
  for (size_t u = 0; u < reply.size(); ++u) reply[u] *= game.precision(u);
  game.set(reply);
  const Tally replied = stationary_measures(game, options.stop);
  const double stakes = w.payoff_range > 0 ? w.payoff_range : 1;
  for (size_t m = 0; m < told.size(); ++m) {
    const auto kind = g.source->measures[m].kind;
    const bool rounds = kind == model::MeasureKind::awaited || kind == model::MeasureKind::lasting;
    for (size_t k = 0; k < told[m].size(); ++k) {
      // Numbers of rounds are compared as parts of them.
      const double unit = kind == model::MeasureKind::payoff ? stakes : rounds ? std::max(1.0, told[m][k]) : 1;
      c.effect = std::max(c.effect, std::fabs(told[m][k] - replied[m][k]) / unit);
    }
  }
  for (uint32_t i = 0; i < g.actors(); ++i)
    c.effect = std::max(c.effect, std::fabs(values[i] - game.value(g.start().node, i)) / stakes);
  game.set(answer.y);
  finish(g, w, std::move(values), told, told, s);
  return s;
}

// Choices and what options are worth, by which a walk goes.
class StationaryEquilibrium : public Equilibrium {
 public:
  StationaryEquilibrium(const Strategies& game)
      : prior_{game.world().prior_log_odds, std::vector<int>(game.world().prior_log_odds.size(), -1)},
        first_(game.plan().first),
        log_sigma_(game.log_sigma().begin(), game.log_sigma().end()),
        worth_(game.option_values().begin(), game.option_values().end()) {}
  std::unique_ptr<Walk> walk(const game::Game& g, const World& w, const SolveOptions& options) const override;
  Belief prior() const override { return prior_; }
  size_t first(NodeId n) const { return first_[n]; }
  double log_sigma(size_t unknown) const { return log_sigma_[unknown]; }
  double worth(size_t unknown) const { return worth_[unknown]; }

 private:
  Belief prior_;
  std::vector<size_t> first_;
  std::vector<double> log_sigma_, worth_;
};

// Round after round, as many as are told.
class StationaryWalk : public Walk {
 public:
  StationaryWalk(const game::Game& g, const StationaryEquilibrium& solved, NodeId node, uint32_t round)
      : g_(g), solved_(solved) {
    arrive(node, round);
  }
  const Situation& here() const override { return here_; }
  void take(uint32_t edge) override {
    NodeId node = g_.edges[g_.nodes[here_.node].first_edge + edge].target;
    uint32_t round = here_.round;
    if (const NodeId again = g_.endless ? g_.endless->again[node] : none;
        again != none && round++ < static_cast<uint32_t>(g_.horizon))
      node = again;
    arrive(node, g_.endless ? round : 0);
  }
  std::unique_ptr<Walk> copy() const override {
    return std::make_unique<StationaryWalk>(g_, solved_, here_.node, here_.round);
  }

 private:
  void arrive(NodeId node, uint32_t round) {
    here_ = {.node = node, .belief = solved_.prior(), .movers = {}, .round = round};
    size_t u = solved_.first(node);
    for (const auto& m : g_.shapes[g_.nodes[node].shape].movers) {
      auto& mover = here_.movers.emplace_back();
      mover.options = static_cast<uint32_t>(m.options.size());
      for (size_t o = 0; o < m.options.size(); ++o, ++u) {
        mover.log_sigma.push_back(m.options.size() == 1 ? 0 : solved_.log_sigma(u));
        mover.value.push_back(solved_.worth(u));
      }
    }
  }
  const game::Game& g_;
  const StationaryEquilibrium& solved_;
  Situation here_;
};

std::unique_ptr<Walk> StationaryEquilibrium::walk(const game::Game& g, const World&, const SolveOptions&) const {
  return std::make_unique<StationaryWalk>(g, *this, g.start().node, g.endless ? 1 : 0);
}

// From the whole game's branch, from replies to pure and to random strategies: Newton's method, and what differs.
void look_for_other_stationary(Strategies& game, const StationaryAnswer& answer, const SolveOptions& options, bool keep,
                               OtherEquilibria& out) {
  constexpr size_t most_found = 16;
  constexpr double same = 1e-6;  // in probability
  const auto& plan = game.plan();
  out.looked = true;
  if (plan.decisions.empty() || plan.unknowns() > most_stationary_unknowns) return;
  // Newton's method from one start costs the cube of the unknowns.
  constexpr double work = 4e9;
  const double cube = std::pow(static_cast<double>(plan.unknowns()), 3);
  const auto starts =
      static_cast<uint32_t>(std::min<double>(options.others.starts, std::max(1.0, std::floor(work / cube))));
  out.starts = starts;
  std::vector<std::vector<double>> known;
  const auto sigma_at = [&](const std::vector<double>& y) {
    game.set(y);
    return std::vector<double>(game.sigma().begin(), game.sigma().end());
  };
  known.push_back(sigma_at(answer.y));
  const auto note = [&](const StationaryAnswer& found) {
    const auto sigma = sigma_at(found.y);
    for (const auto& other : known) {
      double most = 0;
      for (size_t u = 0; u < sigma.size(); ++u) most = std::max(most, std::fabs(sigma[u] - other[u]));
      if (most < same) return;
    }
    known.push_back(sigma);
    out.found.push_back(conclude_stationary(game, found, options));
    if (out.found.back().certificate.distance > same)
      out.found.pop_back();
    else if (keep)
      out.kept.push_back(std::make_shared<StationaryEquilibrium>(game));
  };
  const StationaryOptions how{Selection::global, options.tolerance, options.caution, options.stop};
  if (!answer.followed)
    if (auto branch = find_stationary(game, how)) note(std::move(*branch));
  for (uint32_t k = 0; k < starts && out.found.size() < most_found; ++k) {
    base::stop_if(options.stop);
    // Strategies anywhere between even and pure, and some steps of replies that follow half way.
    StationaryAnswer found;
    found.y.resize(plan.unknowns());
    const double spread = 2 << (k % 4 * 2);
    for (size_t u = 0; u < found.y.size(); ++u)
      found.y[u] = spread * (2 * base::random_unit(options.others.seed, k, u) - 1);
    for (int step = 0; step < 4; ++step) {
      game.set(found.y);
      for (size_t u = 0; u < found.y.size(); ++u)
        found.y[u] = 0.5 * (found.y[u] + game.precision(u) * game.option_values()[u]);
    }
    if (polish(game, game.fixed_point(), found.y, options.tolerance, found)) note(std::move(found));
  }
  game.set(answer.y);
}

}  // namespace

StationarySolved solve_stationary(const game::Game& g, const World& w, const SolveOptions& options, bool keep) {
  constexpr size_t most_begins = 3000;
  StationarySolved out;
  const StationaryPlan plan(g);
  if (plan.begins.size() > most_begins) {
    out.error = fmt::format(
        "without a last round a round may begin in {} states, and linear systems of that size take too long; at most "
        "{} "
        "can be had: use smaller domains or narrower guards",
        plan.begins.size(), most_begins);
    return out;
  }
  Meter::expect(options.meter, 2);
  Strategies game(plan, w, options.stop);
  const auto answer = find_stationary(game, {options.selection, options.tolerance, options.caution, options.stop});
  Meter::add(options.meter, 1);
  if (!answer) {
    out.error =
        "no stationary equilibrium was found: backward induction over ever longer horizons settles on nothing, and the "
        "branch from precision 0 could not be followed; give a lower precision";
    return out;
  }
  out.solution = conclude_stationary(game, *answer, options);
  if (keep) out.equilibrium = std::make_unique<StationaryEquilibrium>(game);
  if (options.others.starts > 0) look_for_other_stationary(game, *answer, options, keep, out.solution->others);
  Meter::add(options.meter, 1);
  return out;
}

StationarySolved solve_round_by_round(const game::Game& g, const World& w, const SolveOptions& options, bool keep) {
  StationarySolved out;
  const StationaryPlan plan(g);
  Backward backward(plan, w, options.tolerance, options.stop);
  backward.step();
  if (backward.failed()) {
    out.error = "its equilibrium could not be followed up to the precision asked for; try a lower one";
    return out;
  }
  StationaryAnswer answer;
  answer.y = backward.y();
  Strategies game(plan, w, options.stop);
  out.solution = conclude_stationary(game, answer, options);
  if (keep) out.equilibrium = std::make_unique<StationaryEquilibrium>(game);
  return out;
}

}  // namespace casus::solve

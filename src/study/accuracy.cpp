#include "study/accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/memory.h"
#include "base/stop.h"
#include "base/thread_pool.h"
#include "solve/batch/work.h"
#include "solve/solver.h"
#include "study/inspect.h"

namespace casus::study {

void Lack::add(const solve::Certificate& c, std::span<const solve::Sway> sway, double accuracy, bool alone) {
  if (!c.judged || c.method != solve::Method::grid) return;
  const double choices = alone ? 1 / (choice_per_measure * accuracy) : 0;
  measures = std::max({measures, c.effect / accuracy, c.regret_anywhere / wrong_regret});
  all = std::max({all, measures, c.distance * choices});
  if (sway.empty()) return;
  held.resize(sway.size());
  double drift = c.drift;
  for (const auto& s : sway) drift = std::max(drift, s.drift);
  for (size_t k = 0; k < sway.size(); ++k) {
    const double part = drift > 0 ? sway[k].drift / drift : 0;
    held[k] = std::max({held[k], part * c.effect / accuracy, sway[k].distance * choices});
  }
}

void Lack::add(const Lack& other) {
  measures = std::max(measures, other.measures);
  all = std::max(all, other.all);
  held.resize(std::max(held.size(), other.held.size()));
  for (size_t k = 0; k < other.held.size(); ++k) held[k] = std::max(held[k], other.held[k]);
}

std::string shortfall(const solve::Certificate& c, double accuracy, bool strict) {
  if (c.method == solve::Method::exact && c.failed > 0)
    return "its equilibrium could not be followed up to the precision asked for; try a lower one";
  // Where choices were judged it is known whether what was not found matters.
  if (!c.judged && c.failed > 0 && c.residual > wrong_regret * c.payoff_range)
    return fmt::format("at {} nodes no equilibrium was found (what is chosen is off by up to {:.2g} of the stakes)",
                       c.failed, c.residual / c.payoff_range);
  if (!c.judged || c.method == solve::Method::exact) return {};
  if ((strict && c.distance > std::min(wrong_measure * choice_per_measure * accuracy, wrong_choice)) ||
      c.effect > (strict ? accuracy : wrong_measure * accuracy))
    return fmt::format(
        "the belief grid is too coarse for it (choices are up to {:.2g} off the reply to what truly follows, measures "
        "would change by up to {:.2g} if everybody replied); take more --points, or allow more with --accuracy",
        c.distance, c.effect);
  if (c.regret_anywhere > wrong_regret)
    return fmt::format(
        "the belief grid is too coarse for it (where play hardly goes, somebody's choice loses {:.2g} % of the stakes "
        "against the reply to what truly follows, and what is threatened there may rule what is done before); take "
        "more --points",
        100 * c.regret_anywhere);
  return {};
}

namespace {

// Points less than which will not do, from how far an answer is off with so many. In the cases tried a point more took
// off from 35 to 60 % of the error; the most of it, so as not to leap further than is needed.
uint32_t enough_points(uint32_t points, double excess) {
  constexpr double per_point = 0.9;
  const double more = std::log(std::max(excess, 1.0)) / per_point;
  return more < ladder.back() ? points + static_cast<uint32_t>(more) : ladder.back();
}

// Estimated seconds of one world on grids of the usual size, under the policy that takes longest of those whose games
// leave three axes of belief or more open.
double dearest(const std::vector<Compared>& policies, solve::SolveOptions options) {
  constexpr uint32_t axes = 3;
  options.alone = true;
  double most = 0;
  for (const auto& p : policies) {
    uint32_t open = 0;
    for (uint32_t k = 0; k < p.game.informed.size(); ++k)
      if (!(options.held >> k & 1)) open += p.game.informed[k].types - 1;
    if (p.on_grids() && open >= axes)
      most = std::max(most, solve::seconds_of(solve::pass_work(p.game, default_points, 1, options), {}));
  }
  return most;
}

// Where learning is mild the coarsest grid will do, at a tenth of the cost, and where it is not the attempt costs a
// tenth.
uint32_t first_points(const std::vector<Compared>& policies, const solve::SolveOptions& options) {
  constexpr double dear = 0.05;
  return dearest(policies, options) > dear ? solve::least_points : default_points;
}

// Beliefs that may be held: one about a type that changes is not the prior, whoever chooses what.
uint32_t holdable(const std::vector<Compared>& policies) {
  auto out = static_cast<uint32_t>((uint64_t{1} << policies.front().game.informed.size()) - 1);
  for (const auto& p : policies) out &= ~p.game.turning;
  return out;
}

}  // namespace

Resolution resolution(const solve::SolveOptions& options) {
  return {options.points, options.held};
}

void resolve(solve::SolveOptions& options, const Resolution& by) {
  options.points = by.points;
  options.held = by.held;
}

Resolution first_resolution(const std::vector<Compared>& policies, const solve::SolveOptions& options) {
  const uint32_t all = holdable(policies);
  constexpr double dear = 0.02;
  if (all != 0 && options.selection == solve::Selection::recursive && dearest(policies, options) > dear)
    return {default_points, all};
  return {options.points == default_points ? first_points(policies, options) : options.points, 0};
}

namespace {

// Beliefs to be held still, where the others are let go.
uint32_t held_still(const Plan& plan, const Resolution& than, const Lack& lack, double before) {
  if (than.held == 0 || lack.held.empty()) return 0;
  // Beliefs add up, so that one that comes to less than all may be too much, too. Beside one that comes to much more,
  // the others are told better once that one is let go.
  constexpr double matters = 0.5, beside = 0.01, helps = 0.6;
  const double most = *std::max_element(lack.held.begin(), lack.held.end());
  // More points did not help, or there is no grid yet: what is held must be why, whatever it seems to come to.
  const bool must = before > 0 ? lack.all > helps * before : than.held == holdable(plan.policies);
  const double least = std::max(must ? std::min(matters, most / 2) : matters, beside * most);
  uint32_t held = than.held;
  for (size_t k = 0; k < lack.held.size(); ++k)
    if (lack.held[k] >= least) held &= ~(1u << k);
  return held;
}

}  // namespace

std::optional<Resolution> finer(const Plan& plan, const Resolution& than, const Lack& lack, double before) {
  Resolution out{0, held_still(plan, than, lack, before)};
  solve::SolveOptions options = plan.options.solve;
  options.held = out.held;
  if (out.held != than.held) {
    out.points = first_points(plan.policies, options);
    if (before > 0) out.points = std::max(out.points, than.points);
  } else {
    const auto next = std::upper_bound(ladder.begin(), ladder.end(), enough_points(than.points, lack.all));
    if (next == ladder.end()) return std::nullopt;
    out.points = *next;
  }
  resolve(options, out);
  if (lack.measures <= 1 && fixed_points(plan, options) > most_for_choices) return std::nullopt;
  return out;
}

std::vector<std::string> held_names(const Plan& plan, uint32_t held) {
  std::vector<std::string> out;
  const auto& informed = plan.policies.front().game.informed;
  for (uint32_t k = 0; k < informed.size(); ++k)
    if (held >> k & 1) out.push_back(plan.source->actors[informed[k].actor].name);
  return out;
}

std::shared_ptr<const SolvedWorld> solve_accurately(const Plan& plan, uint32_t place, const std::vector<double>& params,
                                                    solve::SolveOptions options, unsigned threads, double most) {
  std::shared_ptr<const SolvedWorld> best;
  double least = 0, before = 0;
  const game::Game& g = plan.policies[place].game;
  for (;;) {
    auto found = solve_world(plan, place, params, options, threads);
    Lack lack;
    lack.add(found->result().certificate, found->sway(), plan.options.accuracy, options.alone);
    if (!best || lack.all < least) {
      best = std::move(found);
      least = lack.all;
    }
    const Resolution by = resolution(options);
    const auto next = lack.all > 1 ? finer(plan, by, lack, before) : std::nullopt;
    if (!next) return best;
    before = next->held == by.held ? lack.all : 0;
    resolve(options, *next);
    if (fixed_points(g, options) > most ||
        solve::memory_estimate(plan.policies[place].prepared(), options) > base::physical_memory() / 2)
      return best;
  }
}

namespace {

// What some of a study's worlds lack because beliefs are held: whose belief matters differs from world to world more
// than how many points it takes. They may be some way further off than the median one. Nothing if it was stopped.
std::optional<Lack> lack_beside(const Plan& plan, const MedianControl& control) {
  constexpr uint64_t worlds = 16;
  constexpr double leeway = 3;
  const uint64_t count = std::min(worlds, plan.worlds), groups = plan.groups.size();
  std::vector<Lack> found(count * groups);
  static const std::atomic<bool> never{false};
  const auto& stop = control.stop ? *control.stop : never;
  try {
    base::for_each_index(found.size(), control.threads, stop, [&](uint64_t k) {
      solve::SolveOptions options = plan.options.solve;
      options.stop = control.stop;
      const auto params = plan.world(k / groups);
      for (const auto& of_policy : solve_group(plan.policies, plan.groups[k % groups], {&params, 1}, options, false))
        if (const auto& s = of_policy.outcomes.front().solution)
          found[k].add(s->certificate, s->sway, leeway * plan.options.accuracy, false);
    });
  } catch (const base::Stopped&) {
    return std::nullopt;
  }
  if (stop) return std::nullopt;
  Lack out;
  for (const Lack& l : found) out.add(l);
  out.all = out.measures = out.held.empty() ? 0 : *std::max_element(out.held.begin(), out.held.end());
  return out;
}

}  // namespace

std::optional<Median> solve_accurately(Plan& plan, const MedianControl& control, double most) {
  std::optional<Median> best;
  Resolution best_by;
  double least = 0, before = 0;
  const Resolution asked = resolution(plan.options.solve);
  for (;;) {
    auto found = solve_median(plan, control);
    if (!found) {  // a coarser answer was not what was asked for
      resolve(plan.options.solve, asked);
      return std::nullopt;
    }
    Lack lack;
    for (const auto& p : found->policies)
      lack.add(p.result.certificate, p.sway, plan.options.accuracy, plan.options.solve.alone);
    if (plan.options.refine && plan.options.solve.held != 0 && plan.worlds > 1 && lack.all <= 1) {
      const auto beside = lack_beside(plan, control);
      if (!beside) {
        resolve(plan.options.solve, asked);
        return std::nullopt;
      }
      if (beside->all > 1) lack.add(*beside);
    }
    if (!best || lack.all < least) {
      best = std::move(found);
      best_by = resolution(plan.options.solve);
      least = lack.all;
    }
    if (!plan.options.refine || lack.all <= 1) break;
    const Resolution by = resolution(plan.options.solve);
    const auto next = finer(plan, by, lack, before);
    if (!next) break;
    before = next->held == by.held ? lack.all : 0;
    resolve(plan.options.solve, *next);
    if (!too_large(plan, control.threads).empty() || fixed_points(plan, plan.options.solve) > most) break;
  }
  resolve(plan.options.solve, best_by);
  return best;
}

}  // namespace casus::study

#include "solve/stationary/find.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/random.h"
#include "solve/node/problem.h"
#include "solve/stationary/alike.h"
#include "solve/stationary/backward.h"

namespace casus::solve {

namespace {

std::vector<double> values_of(const Strategies& game) {
  const auto& plan = game.plan();
  std::vector<double> out;
  for (const game::NodeId b : plan.begins)
    for (uint32_t i = 0; i < plan.game->actors(); ++i) out.push_back(game.value(b, i));
  return out;
}

double furthest(std::span<const double> a, std::span<const double> b) {
  double most = 0;
  for (size_t k = 0; k < a.size(); ++k) most = std::max(most, std::fabs(a[k] - b[k]));
  return most;
}

// What is left of a small push at the values after a round of backward induction more, in the long run: the spectral
// radius of that step, by its powers. `values`: of the equilibrium. What is equal there stays so: a symmetry of the
// game is one of every horizon.
double pull_of(const StationaryPlan& plan, const World& w, const StationaryOptions& options,
               const std::vector<double>& values, const std::vector<double>& y) {
  constexpr int rounds = 60, counted = 30;
  constexpr double share = 1e-6, rounding = 1e-9;
  double size = w.payoff_range > 0 ? w.payoff_range : 1;
  for (const double v : values) size = std::max(size, std::fabs(v));
  const double small = share * size;
  std::vector<double> push(values.size()), at(values.size());
  for (size_t k = 0; k < push.size(); ++k) push[k] = base::random_unit(1, k, 0) - 0.5;
  const auto kinds = equal_values(values, rounding * size);
  level(push, kinds);
  Backward backward(plan, w, options.tolerance, options.stop);
  backward.place(values, y, true);
  backward.step();
  double log_growth = 0;
  for (int k = 0; k < rounds; ++k) {
    double most = 0;
    for (const double x : push) most = std::max(most, std::fabs(x));
    if (most == 0) return 0;
    if (k >= rounds - counted) log_growth += k > 0 ? std::log(most) : 0;
    for (size_t j = 0; j < push.size(); ++j) at[j] = values[j] + small * (push[j] /= most);
    backward.place(at, y, false);
    backward.step();
    for (size_t j = 0; j < push.size(); ++j) push[j] = (backward.values()[j] - values[j]) / small;
    level(push, kinds);
  }
  return std::exp(log_growth / counted);
}

// Backward induction until what it tends to is known: Newton's method finds an equilibrium of the whole game nearby, at
// which every decision is on its own branch, and to which a round more leads back.
std::optional<StationaryAnswer> by_backward_induction(Strategies& game, const StationaryOptions& options) {
  constexpr double near = 0.1;   // in probability: Newton's method may move no choice by more
  constexpr double same = 1e-6;  // the same choice, found along its own branch
  constexpr uint32_t first_look = 8;
  const auto& plan = game.plan();
  const World& w = game.world();
  const bool whole = plan.unknowns() <= most_stationary_unknowns;
  double discount = 0;
  for (const double d : w.discount) discount = std::max(discount, d * (1 - w.ends));
  // Enough for values to settle to a part in ten thousand, or to the last digit where there is no Newton's method.
  const double wanted = (whole ? 10 : 36) / std::max(1 - discount, 1e-6);
  const double affordable = 2e8 / static_cast<double>(plan.game->edges.size() + 1);
  const auto most = static_cast<uint32_t>(std::clamp(wanted, 200.0, std::max(200.0, affordable)));
  const FixedPoint all = game.fixed_point(), point = whole ? keep_alike(all, find_alike(all)) : all;
  Backward backward(plan, w, options.tolerance, options.stop);
  for (uint32_t look = first_look; backward.rounds() < most;) {
    backward.step();
    if (!whole || backward.rounds() < look) continue;
    look += std::max(first_look, look / 2);
    StationaryAnswer answer;
    answer.rounds = backward.rounds();
    answer.y = backward.y();
    game.set(backward.y());
    const std::vector<double> before(game.sigma().begin(), game.sigma().end());
    if (!polish(game, point, answer.y, options.tolerance, answer)) continue;
    if (furthest(before, game.sigma()) > near) continue;
    const std::vector<double> sigma(game.sigma().begin(), game.sigma().end()), values = values_of(game);
    Backward alone(plan, w, options.tolerance, options.stop);
    alone.place(values, answer.y, true);
    alone.step();
    if (alone.failed()) continue;
    game.set(alone.y());
    if (furthest(sigma, game.sigma()) > same) continue;
    answer.pull = pull_of(plan, w, options, values, answer.y);
    if (answer.pull >= 1) continue;
    game.set(answer.y);
    return answer;
  }
  if (whole || backward.failed() || !(backward.change() < same)) return std::nullopt;
  StationaryAnswer answer;
  answer.rounds = backward.rounds();
  answer.y = backward.y();
  game.set(answer.y);
  return answer;
}

std::optional<StationaryAnswer> along_the_branch(Strategies& game, const StationaryOptions& options) {
  const auto& plan = game.plan();
  if (plan.unknowns() > most_stationary_unknowns) return std::nullopt;
  const World& w = game.world();
  StationaryAnswer answer;
  answer.followed = true;
  answer.y.assign(plan.unknowns(), 0.0);
  double unit = 0;
  for (const double lambda : w.precision) unit = std::max(unit, lambda * w.payoff_range);
  NodeAnswer found;
  const FixedPoint all = game.fixed_point(), point = keep_alike(all, find_alike(all));
  if (!point.trace(answer.y, unit, options.caution, found)) return std::nullopt;
  answer.folds = static_cast<uint64_t>(found.folds);
  answer.crossings = static_cast<uint64_t>(found.crossings);
  game.set(answer.y);
  const std::vector<double> before(game.sigma().begin(), game.sigma().end());
  constexpr double near_end = 0.01;  // Newton's method may move no probability by more
  if (!polish(game, point, answer.y, options.tolerance, answer) || furthest(before, game.sigma()) > near_end)
    return std::nullopt;
  return answer;
}

}  // namespace

bool polish(Strategies& game, const FixedPoint& point, std::vector<double>& y, double tolerance,
            StationaryAnswer& answer) {
  NodeAnswer found;
  std::vector<double> at = y;
  if (!at.empty() && !point.newton(at, tolerance, found)) return false;
  y = std::move(at);
  answer.unstable = found.unstable;
  game.set(y);
  return true;
}

std::optional<StationaryAnswer> find_stationary(Strategies& game, const StationaryOptions& options) {
  if (options.selection == Selection::recursive)
    if (auto answer = by_backward_induction(game, options)) return answer;
  return along_the_branch(game, options);
}

}  // namespace casus::solve

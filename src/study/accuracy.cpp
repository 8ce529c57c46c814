#include "study/accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "study/inspect.h"

namespace casus::study {

double excess(const solve::Certificate& c, double accuracy, bool alone) {
  const double choices = alone ? c.distance / (choice_per_measure * accuracy) : 0;
  return std::max({c.effect / accuracy, choices, c.regret_anywhere / wrong_regret});
}

std::string shortfall(const solve::Certificate& c, double accuracy, bool strict) {
  if (c.method == solve::Method::exact && c.failed > 0)
    return "its equilibrium could not be followed up to the precision asked for; try a lower one";
  // Where choices were judged it is known whether what was not found matters.
  if (!c.judged && c.failed > 0 && c.residual > wrong_regret * c.payoff_range)
    return fmt::format("at {} nodes no equilibrium was found (what is chosen is off by up to {:.2g} of the stakes)",
                       c.failed, c.residual / c.payoff_range);
  if (!c.judged || c.method == solve::Method::exact) return {};
  if ((strict && c.distance > choice_per_measure * accuracy) ||
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

}  // namespace

std::optional<Median> solve_accurately(Plan& plan, const MedianControl& control, double most) {
  std::optional<Median> best;
  uint32_t best_points = 0;
  double least = 0;
  const uint32_t asked = plan.options.solve.points;
  for (;;) {
    auto found = solve_median(plan, control);
    if (!found) {  // a coarser answer was not what was asked for
      plan.options.solve.points = asked;
      return std::nullopt;
    }
    double worst = 0;
    for (const auto& p : found->policies)
      if (p.result.certificate.judged && p.result.certificate.method == solve::Method::grid)
        worst = std::max(worst, excess(p.result.certificate, plan.options.accuracy, plan.options.solve.alone));
    if (!best || worst < least) {
      best = std::move(found);
      best_points = plan.options.solve.points;
      least = worst;
    }
    const auto finer = std::upper_bound(ladder.begin(), ladder.end(), enough_points(plan.options.solve.points, worst));
    if (!plan.options.refine || worst <= 1 || finer == ladder.end()) break;
    plan.options.solve.points = *finer;
    if (!too_large(plan, control.threads).empty() || fixed_points(plan) > most) break;
  }
  plan.options.solve.points = best_points;
  return best;
}

}  // namespace casus::study

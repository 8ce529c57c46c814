// Infinite precision: the limit of the principal branch as precision grows, read off where the branch is followed far
// enough that a choice costs nobody anything worth speaking of.
//
// Whoever chooses among K options at precision lambda loses at most W((K - 1) / e) / lambda against the best of them,
// W being Lambert's function (the loss of a logit reply, at the worst differences of values). So the precision at which
// nobody can lose more than a given part of the stakes is known beforehand; what is lost there is then measured.
#pragma once
#include "solve/exact/sweep_plan.h"

namespace casus::solve {

// Of the stakes (the range of payments): the most that a choice in the limit may be worth less than the best option.
// Rounding errors grow with precision, the more so the more choices hang on each other, so the limit is approached in
// steps: the first must be reached, the others as far as numbers allow.
inline constexpr double limit_gains[] = {1e-4, 1e-5, 1e-6};

// The precision at which actors of infinite precision lose at most `gain` of the stakes.
double limit_precision(const SweepPlan& plan, const World& w, double gain);

// One stretch of a branch: an actor's precision at share t, from 0 to 1, is `from + slope * t`.
struct Stretch {
  std::vector<double> from, slope;  // per actor
  double begin = 0;                 // the share at which it begins
  double most = 0;                  // the largest slope
  bool limit = false;               // at its end the limit is found to one of `limit_gains`
};
// The stretches of a world's branch, one after another. All precisions rise together from 0, in proportion; where some
// are finite and others not, the infinite ones rise with the largest finite one until that is reached, and then alone.
std::vector<Stretch> stretches(const SweepPlan& plan, const World& w);

}  // namespace casus::solve

// What play comes to on a graph of histories: in, everybody's choices there; out, per world, measures given each
// profile of types, and how good the choices are.
//
// Mass goes forwards by exact beliefs, so the laws hold to rounding: it is never negative, nothing is lost, and what is
// believed is on average the prior.
#pragma once
#include "solve/belief/window.h"
#include "solve/exact/sweep_plan.h"
#include "solve/regrets.h"

namespace casus::solve {

struct Counted {
  Tally measures;
  // Of actors whose precision is infinite, at every history: the most that the best option is worth more than the
  // choice, in payoff.
  double gain_in_limit = 0;
  Regrets anywhere, likely;  // `likely`: where the mover's type gets with a probability of at least likely_reach
};

// `job`: what a sweep at these choices left, `precision` what it stood at. `values`: the start's, [actor][profile].
std::vector<Counted> count(const SweepPlan& plan, const SweepJob& job, std::span<const World* const> worlds,
                           size_t lanes, std::span<const std::vector<double>> values);

}  // namespace casus::solve

// What play comes to on a graph of histories: in, everybody's choices there; out, per world, measures given each
// profile of types, and how good the choices are.
//
// Mass goes forwards by exact beliefs, so the laws hold to rounding: it is never negative, nothing is lost, and what is
// believed is on average the prior.
#pragma once
#include "solve/sweep_plan.h"
#include "solve/window.h"

namespace casus::solve {

// Of the histories where somebody may choose differently; regrets are of one type at one history.
struct Regrets {
  double residual = 0;     // largest difference of a choice's log-odds from the reply's / precision, in payoff
  double distance = 0;     // largest distance of a choice from the logit reply to what follows, in probability
  double regret = 0;       // most that is lost against that reply, in payoff: KL divergence / precision
  double best_reply = 0;   // most that the best option is worth more than the choice, in payoff
  uint64_t decisions = 0;  // types at histories
};

struct Counted {
  Tally measures;
  // Of actors whose precision is infinite, at every history: the most that the best option is worth more than the
  // choice, in payoff.
  double gain_in_limit = 0;
  Regrets anywhere, likely;  // `likely`: where the mover's type gets with a probability of at least likely_reach
};
inline constexpr double likely_reach = 1e-3;

// `job`: what a sweep at these choices left, `precision` what it stood at. `values`: the start's, [actor][profile].
std::vector<Counted> count(const SweepPlan& plan, const SweepJob& job, std::span<const World* const> worlds,
                           size_t lanes, std::span<const std::vector<double>> values);

}  // namespace casus::solve

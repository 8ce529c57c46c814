// Other equilibria of small games: in, a game unfolded into its histories, one world and everybody's choices in one
// equilibrium; out, others at the same precision. What is not found may be there all the same.
//
// Eight starts are worked on side by side, all in the same world: strategies that are pure or nearly so, alike for all
// or different by type, by actor, by kind of decision or at every history, so that several decisions can move together.
// From there choices follow the logit dynamics in implicit steps, or Newton's method, which also ends at equilibria
// that the dynamics leave. Half-ways between two that were found are starts as well: a third one often lies there.
#pragma once
#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "solve/exact/sweep_plan.h"
#include "solve/solution.h"

namespace casus::solve {

// `z`: log-odds of the equilibrium that is known, as the plan has the unknowns. Two equilibria are the same if all
// choices that a type gets to with a probability of 0.001 or more, in either, agree to 1e-6: what differs only where
// hardly anybody gets does not count. `keep`: what is found can be walked through.
OtherEquilibria find_others(const std::shared_ptr<const SweepPlan>& plan, const World& w, std::span<const double> z,
                            const OthersSearch& search, bool keep, const std::atomic<bool>* stop = nullptr);

}  // namespace casus::solve

// An equilibrium of a game on its graph of histories, to be walked through: in, what sweeps found; out, everybody's
// choices and what they are worth at every history.
#pragma once
#include <memory>

#include "solve/exact/sweep_plan.h"
#include "solve/walk/equilibrium.h"

namespace casus::solve {

// Of one of a job's `lanes` worlds, copied from the job's choices and its `option_value`, which must be there.
std::unique_ptr<Equilibrium> exact_equilibrium(std::shared_ptr<const SweepPlan> plan, const World& w,
                                               const SweepJob& job, size_t lanes, size_t lane);

}  // namespace casus::solve

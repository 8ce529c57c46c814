// Small games solved without belief grids: in, a game unfolded into its histories and some worlds; out, their solutions
// on the principal branch of the whole game, with exact beliefs, and how good they are.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "solve/exact/branch.h"
#include "solve/exact/count.h"
#include "solve/walk/equilibrium.h"

namespace casus::solve {

struct ExactAnswer {
  std::vector<Solution> solutions;     // per world
  std::unique_ptr<Equilibrium> first;  // the first world's, if it is kept
};

Certificate exact_certificate(const SweepPlan& plan, const World& w, const BranchRecord& record,
                              const Counted& counted);

// Bytes that this holds at most.
double histories_memory(const SweepPlan& plan, const SolveOptions& options);

// At most eight worlds. `keep`: the first can be walked through. Once it is told to stop: throws base::Stopped.
ExactAnswer solve_exactly(std::shared_ptr<const SweepPlan> plan, std::span<const World* const> worlds,
                          const SolveOptions& options, bool keep, BranchLimits limits = {});

}  // namespace casus::solve

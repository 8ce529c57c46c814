#include "solve/judge/grid_others.h"

#include <algorithm>

#include "base/stop.h"

namespace casus::solve {

OtherEquilibria search_decisions(const game::Game& g, const World& w, const Continuation& next,
                                 std::span<const LikelyDecision> decisions, const OthersSearch& search,
                                 double tolerance, const std::atomic<bool>* stop) {
  constexpr uint32_t starts = 16;  // enough for all pure choices of four types with two options
  OtherEquilibria out;
  out.looked = true;
  out.starts = starts;
  NodeProblem problem(g, w, next);
  for (const LikelyDecision& d : decisions) {
    if (out.decisions.searched == search.decisions) break;
    base::stop_if(stop);
    problem.set(d.node, d.belief);
    if (!problem.coupled()) continue;
    // Choices say as much as scaled values do: a constant for all options of a type changes nothing.
    const NodeAnswer first = problem.solve(d.log_sigma, tolerance);
    if (!first.converged) continue;
    const auto others = problem.others(first, {.starts = starts, .seed = search.seed}, tolerance);
    ++out.decisions.searched;
    out.decisions.several += !others.empty();
    out.decisions.most = std::max(out.decisions.most, static_cast<uint32_t>(1 + others.size()));
  }
  return out;
}

}  // namespace casus::solve

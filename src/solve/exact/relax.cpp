// How a world is led on where its branch cannot be followed, and what stands where nothing leads on.
#include <algorithm>
#include <cmath>

#include "solve/exact/branch.h"

namespace casus::solve {

namespace {

constexpr double longest_relaxing = 2;  // log-odds that one step of the dynamics may move
constexpr int most_relaxing = 300;      // steps of the dynamics before they are given up
constexpr double first_rung = 1.1;      // how much the precision rises from one rung to the next
constexpr double longest_rung = 2.5;    // the same towards a limit, while choices come to rest soon
constexpr int soon = 8;                 // steps of the dynamics

}  // namespace

// The precision is raised in rungs, and on each everybody's choices drift to an equilibrium by the logit dynamics,
// dz/ds = reply - z, in implicit steps of growing length.
void ExactBranch::leave(size_t w) {
  Lane& lane = lane_[w];
  if (lane.kept) return settle(w);
  lane.left = lane.t * lane.stretches[lane.stretch].most;
  lane.rung = first_rung;
  for (uint32_t u = 0; u < plan_.unknowns; ++u) at(z_, u, lanes_, w) = at(point_, u, lanes_, w);
  lane.phase = Phase::relaxing;
  climb(w);
}

void ExactBranch::climb(size_t w) {
  Lane& lane = lane_[w];
  // From 0 on by something; the way to a limit is long, and the same something a larger part of it.
  lane.tried = std::min(1.0, lane.rung * lane.t + (lane.endless ? std::min(1e-2, 0.1 / lane.unit) : 1e-2));
  lane.corrections = 0;
  damping_.data()[w] = 1;
  // Far up, log-odds grow with the precision.
  for (uint32_t u = 0; lane.kept && u < plan_.unknowns; ++u)
    at(z_, u, lanes_, w) += (lane.tried - lane.t) * at(step_[along_precision], u, lanes_, w);
}

void ExactBranch::relax(size_t w) {
  Lane& lane = lane_[w];
  double& damping = damping_.data()[w];
  double size = 0, most = 1;
  for (uint32_t u = 0; u < plan_.unknowns; ++u) {
    size = std::max(size, std::fabs(at(step_[to_solution], u, lanes_, w)));
    most = std::max(most, std::fabs(at(z_, u, lanes_, w)));
  }
  const double residual = job_.worst[w];
  if (!std::isfinite(size) || ++lane.corrections > most_relaxing) {
    damping = 0;
    if (lane.kept) return settle(w);
    lane.phase = Phase::done;
    return;
  }
  // Too long a step would be drawn to an equilibrium that the dynamics leave.
  if (job_.turned[w] < 0) {
    damping *= 4;
    return;
  }
  for (uint32_t u = 0; u < plan_.unknowns; ++u) {
    double& z = at(z_, u, lanes_, w);
    const double longest = lane.endless ? std::max(longest_relaxing, 0.1 * std::fabs(z)) : longest_relaxing;
    z += std::clamp(at(step_[to_solution], u, lanes_, w), -longest, longest);
  }
  if (size <= 1e3 * exact * most && residual <= rounded_residual(most)) {
    lane.t = lane.tried;
    if (lane.endless) lane.rung = lane.corrections <= soon ? std::min(longest_rung, 2 * lane.rung - 1) : first_rung;
    if (lane.t < 1 || end_stretch(w)) return climb(w);
    damping = 0;
    return;
  }
  // Steps grow as the residual falls (switched evolution relaxation, Mulder & van Leer 1985).
  damping = std::min(residual, 10.0);
}

// The end of a stretch, at a solution. Whether another follows, which is begun; otherwise the world is done.
bool ExactBranch::end_stretch(size_t w) {
  Lane& lane = lane_[w];
  lane.t = 1;
  if (lane.endless && lane.stretches[lane.stretch].limit) {
    if (!lane.kept) lane.kept_sweeps = sweeps_;
    lane.kept = true;
    lane.kept_stretch = lane.stretch;
    lane.kept_steps = lane.record.steps;
    for (uint32_t u = 0; u < plan_.unknowns; ++u) at(kept_, u, lanes_, w) = at(z_, u, lanes_, w);
  }
  if (lane.stretch + 1 < lane.stretches.size()) {
    enter(w, lane.stretch + 1);
    return true;
  }
  lane.record.solved = true;
  lane.phase = Phase::done;
  return false;
}

// Rounding errors grow with the square of the precision and more: where they let the limit be followed no farther, what
// was found before stands.
void ExactBranch::settle(size_t w) {
  Lane& lane = lane_[w];
  for (uint32_t u = 0; u < plan_.unknowns; ++u) at(z_, u, lanes_, w) = at(kept_, u, lanes_, w);
  enter(w, lane.kept_stretch);
  lane.t = lane.tried = 1;
  damping_.data()[w] = 0;
  lane.record.solved = true;
  lane.phase = Phase::done;
}

}  // namespace casus::solve

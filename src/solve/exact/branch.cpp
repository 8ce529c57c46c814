#include "solve/exact/branch.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "solve/meter.h"
#include "solve/work.h"

namespace casus::solve {

namespace {

// Of a step's corrections, in log-odds: the largest first one, what the next may be of it, and where it is good enough.
constexpr double largest_correction = 0.3, contraction = 0.3, good_correction = 1e-2, wanted_correction = 0.05;
constexpr int most_corrections = 6;
// Of a residual, in log-odds: where one more correction is good enough on the way, and where it is at the end. At a
// high precision a small correction may move replies far: what others learn from it, times the precision, times it
// again.
constexpr double good_residual = 0.1, exact_residual = 1e-6;
constexpr double least_cosine = 0.9;    // between the tangents at both ends of a step
constexpr double most_change = 0.5;     // of the push's response in a step: as much as that it doubles
constexpr double response_error = 0.1;  // relative, of that response: a correction times how near a singular point is
constexpr double share_of_way = 0.8;    // of the way to where a singular point seems to lie
constexpr double shortest_step = 1e-8;  // nearer, branches meet
constexpr int most_refining = 300;      // steps from one limit to a better one, and sweeps beyond those for the first

}  // namespace

ExactBranch::ExactBranch(const SweepPlan& plan, std::span<const World* const> worlds, const SweepKernels& kernels,
                         bool values)
    : plan_(plan),
      lanes_(kernels.lanes),
      worlds_(worlds.size()),
      kernels_(kernels),
      numbers_(plan, worlds, lanes_),
      lane_(lanes_) {
  auto room = [&](size_t places) { return Block(std::max<size_t>(places, 1) * lanes_, true); };
  for (Block* b : {&z_, &point_, &tangent_, &turn_, &pushed_, &residual_}) *b = room(plan.unknowns);
  for (Block& b : step_) b = room(plan.unknowns);
  log_sigma_ = room(plan.chances);
  if (values) option_value_ = room(plan.chances);
  if (std::any_of(worlds.begin(), worlds.end(), [](const World* w) { return w->has_limit(); }))
    kept_ = room(plan.unknowns);
  belief_ = room(plan.beliefs);
  moved_ = room(size_t{plan.beliefs} * sweep_directions);
  response_ = room(plan.responses);
  values_ = room(plan.held);
  scratch_ = room(plan.scratch);
  precision_ = room(plan.game.actors());
  precision_from_ = room(plan.game.actors());
  precision_slope_ = room(plan.game.actors());
  damping_ = room(1);
  found_ = room(2);
  root_ = room(size_t{plan.game.actors()} * plan.game.profiles);
  for (size_t w = 0; w < lanes_; ++w) {
    const World& world = *worlds[std::min(w, worlds_ - 1)];
    lane_[w].range = world.payoff_range;
    lane_[w].endless = world.has_limit();
    lane_[w].stretches = stretches(plan, world);
    enter(w, plan.unknowns == 0 ? lane_[w].stretches.size() - 1 : 0);
    if (w >= worlds_) lane_[w].phase = Phase::done;
  }
  job_ = {.game = plan.tables,
          .worlds = numbers_.view(),
          .history = plan.history.data(),
          .child = plan.histories.child.data(),
          .histories = static_cast<uint32_t>(plan.history.size()),
          .z = z_.data(),
          .log_sigma = log_sigma_.data(),
          .belief = belief_.data(),
          .residual = residual_.data(),
          .option_value = values ? option_value_.data() : nullptr,
          .response = response_.data(),
          .values = values_.data(),
          .moved = moved_.data(),
          .scratch = scratch_.data(),
          .damping = damping_.data(),
          .worst = found_.data(),
          .turned = found_.data() + lanes_,
          .root = root_.data()};
  for (size_t d = 0; d < sweep_directions; ++d) job_.step[d] = step_[d].data();
  job_.worlds.precision = precision_.data();
  job_.worlds.precision_slope = precision_slope_.data();
}

void ExactBranch::enter(size_t w, size_t stretch) {
  Lane& lane = lane_[w];
  const Stretch& s = lane.stretches[stretch];
  lane.stretch = stretch;
  lane.unit = std::max(s.most * lane.range, 1e-300);
  lane.t = lane.tried = s.begin;
  for (uint32_t i = 0; i < plan_.game.actors(); ++i) {
    at(precision_from_, i, lanes_, w) = s.from[i];
    at(precision_slope_, i, lanes_, w) = s.slope[i];
  }
}

void ExactBranch::sweep() {
  for (size_t w = 0; w < lanes_; ++w)
    for (uint32_t i = 0; i < plan_.game.actors(); ++i)
      at(precision_, i, lanes_, w) =
          at(precision_from_, i, lanes_, w) + at(precision_slope_, i, lanes_, w) * lane_[w].tried;
  kernels_.forward(job_);
  kernels_.backward(job_);
  kernels_.directions(job_);
  ++sweeps_;
}

bool ExactBranch::follow(const BranchLimits& limits) {
  limits_ = limits;
  end_with(job_, limits.stop);
  if (plan_.unknowns == 0)
    for (Lane& lane : lane_) {
      lane.tried = lane.t = 1;
      lane.record.solved = true;
      lane.phase = Phase::done;
    }
  const uint64_t units = plan_.history.size() * 1000;
  uint64_t reached = 0;
  Meter::expect(limits.meter, units);
  while (std::any_of(lane_.begin(), lane_.end(), [](const Lane& l) { return l.phase != Phase::done; })) {
    if (limits.stop && *limits.stop) return false;
    const auto begin = std::chrono::steady_clock::now();
    sweep();
    if (limits.stop && *limits.stop) return false;
    if (limits.done) limits.done->sweeps.add(1, begin);
    for (size_t w = 0; w < lanes_; ++w)
      if (lane_[w].phase != Phase::done) go_on(w);
    double share = 1;
    for (const Lane& l : lane_)
      if (l.phase != Phase::done) share = std::min(share, l.t);
    const auto now = static_cast<uint64_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(units));
    if (now > reached) Meter::add(limits.meter, now - reached);
    reached = std::max(reached, now);
  }
  Meter::add(limits.meter, units - reached);
  for (size_t w = worlds_; w < lanes_; ++w) lane_[w].tried = 1;
  for (Lane& lane : lane_) {
    const double ended = lane.t * lane.stretches[lane.stretch].most;
    if (lane.endless) lane.record.ended_at = ended;
    if (lane.left >= 0)
      lane.record.left_at = lane.left / std::max(lane.endless ? ended : lane.stretches[0].most, 1e-300);
  }
  sweep();
  return !(limits.stop && *limits.stop);
}

void ExactBranch::go_on(size_t w) {
  Lane& lane = lane_[w];
  // On the way from a limit that is found to a better one a turn is due to rounding, and so are many steps.
  const bool slow =
      lane.record.steps > lane.kept_steps + most_refining || sweeps_ > 2 * lane.kept_sweeps + most_refining;
  if (lane.kept && (slow || spent(0.5))) return settle(w);
  if (spent(1)) {
    lane.phase = Phase::done;
    return;
  }
  if (spent(0.5) && lane.phase != Phase::relaxing) return leave(w);
  switch (lane.phase) {
    case Phase::correcting:
      return lane.begun ? correct(w) : begin(w);
    case Phase::arriving:
      return arrive(w);
    case Phase::relaxing:
      return relax(w);
    case Phase::done:
      return;
  }
}

ExactBranch::Look ExactBranch::look(size_t w) const {
  const double per = 1 / lane_[w].unit;
  Look out;
  double push_along = 0;
  out.way = 1;
  for (uint32_t u = 0; u < plan_.unknowns; ++u) {
    const double a = at(step_[to_solution], u, lanes_, w), b = at(step_[along_precision], u, lanes_, w) * per;
    const double v = at(tangent_, u, lanes_, w);
    out.along_a += v * a;
    out.along_b += v * b;
    out.way += b * b;
    push_along += b * at(step_[against_push], u, lanes_, w);
  }
  out.back = per * push_along / out.way;
  double moved = 0;
  for (uint32_t u = 0; u < plan_.unknowns; ++u) {
    const double r = response(u, w, out.back);
    out.near = std::max(out.near, std::fabs(r));
    moved = std::max(moved, std::fabs(r - at(pushed_, u, lanes_, w)));
  }
  if (moved > 0) out.change = moved / std::max(out.near, lane_[w].near);  // else nothing is unknown, or nothing moves
  return out;
}

double ExactBranch::response(uint32_t u, size_t w, double back) const {
  return at(step_[against_push], u, lanes_, w) - back * at(step_[along_precision], u, lanes_, w);
}

// At a point that is a solution: the tangent, and a first short step.
void ExactBranch::begin(size_t w) {
  Lane& lane = lane_[w];
  const Look seen = look(w);
  const double length = std::sqrt(seen.way), per = 1 / (lane.unit * length);
  if (!std::isfinite(length)) return leave(w);
  lane.begun = true;
  lane.slope = 1 / length;
  lane.slope_turn = 0;
  lane.near = seen.near;
  lane.parity = job_.turned[w];
  double most = lane.slope;
  for (uint32_t u = 0; u < plan_.unknowns; ++u) {
    at(point_, u, lanes_, w) = at(z_, u, lanes_, w);
    at(turn_, u, lanes_, w) = 0;
    at(pushed_, u, lanes_, w) = response(u, w, seen.back);
    most = std::max(most, std::fabs(at(tangent_, u, lanes_, w) = at(step_[along_precision], u, lanes_, w) * per));
  }
  lane.length = lane.last_length = 0.25 / most;
  predict(w);
}

void ExactBranch::predict(size_t w) {
  Lane& lane = lane_[w];
  lane.corrections = 0;
  double h = lane.length;
  lane.phase = Phase::correcting;
  lane.tried = lane.t + h * (lane.slope + 0.5 * h * lane.slope_turn) / lane.unit;
  if (lane.tried >= 1) {
    // Along the parabola to where it gets there first.
    const double need = (1 - lane.t) * lane.unit, half = 0.5 * lane.slope_turn;
    const double root = lane.slope * lane.slope + 4 * half * need;
    if (root > 0) h = std::min(h, 2 * need / (lane.slope + std::sqrt(root)));
    lane.tried = 1;
    lane.phase = Phase::arriving;
  }
  lane.last_length = h;
  for (uint32_t u = 0; u < plan_.unknowns; ++u)
    at(z_, u, lanes_, w) =
        at(point_, u, lanes_, w) + h * (at(tangent_, u, lanes_, w) + 0.5 * h * at(turn_, u, lanes_, w));
}

// Whether the end of a step may be believed: the way has not turned too far, no branch has been crossed unseen and no
// singular point come up to too fast.
bool ExactBranch::may_stand(size_t w, const Look& seen, double slope) const {
  const Lane& lane = lane_[w];
  if (!(seen.near < 1e300)) return false;
  if (lane.leaping || lane.last_length <= shortest_step) return true;
  if (std::fabs(seen.along_b + lane.slope) <
      (1 - (1 - least_cosine) / (limits_.caution * limits_.caution)) * std::sqrt(seen.way))
    return false;
  if (job_.turned[w] * (slope > 0 ? 1 : -1) != lane.parity) return false;
  return seen.change <= most_change / limits_.caution;
}

void ExactBranch::correct(size_t w) {
  Lane& lane = lane_[w];
  const Look seen = look(w);
  const double per = 1 / lane.unit, by = -seen.along_a / (seen.along_b + lane.slope);
  double size = std::fabs(by);
  for (uint32_t u = 0; u < plan_.unknowns; ++u)
    size = std::max(
        size, std::fabs(at(step_[to_solution], u, lanes_, w) + by * per * at(step_[along_precision], u, lanes_, w)));
  if (!(size <= largest_correction / limits_.caution)) return reject(w);
  if (lane.corrections > 0 && size > contraction * lane.before && size > exact) return reject(w);
  for (uint32_t u = 0; u < plan_.unknowns; ++u)
    at(z_, u, lanes_, w) += at(step_[to_solution], u, lanes_, w) + by * per * at(step_[along_precision], u, lanes_, w);
  lane.tried += by * per;
  if (lane.corrections == 0) lane.first = size;
  lane.before = size;
  // What is left after a correction grows with its square and with how near a singular point is, and so does the
  // error of the response with the correction.
  if (size <= good_correction && size * seen.near <= response_error && job_.worst[w] <= good_residual)
    return accept(w, seen);
  if (++lane.corrections == most_corrections) reject(w);
}

void ExactBranch::accept(size_t w, const Look& seen) {
  Lane& lane = lane_[w];
  const double along = seen.along_b + lane.slope, sign = along < 0 ? -1 : 1, length = std::sqrt(seen.way);
  const double slope = sign / length, per = sign / (length * lane.unit), h = lane.last_length;
  if (!may_stand(w, seen, slope)) return reject(w);
  if (lane.tried < 0) return leave(w);
  const double cosine = std::fabs(along) / length;
  ++lane.record.steps;
  lane.record.folds += (slope > 0) != (lane.slope > 0);
  const double parity = job_.turned[w] * (slope > 0 ? 1 : -1);
  if (parity != lane.parity && !lane.leaping) ++lane.record.crossings;
  lane.parity = parity;
  lane.t = lane.tried;
  lane.slope_turn = (slope - lane.slope) / h;
  lane.slope = slope;
  for (uint32_t u = 0; u < plan_.unknowns; ++u) {
    const double v = at(step_[along_precision], u, lanes_, w) * per;
    at(turn_, u, lanes_, w) = (v - at(tangent_, u, lanes_, w)) / h;
    at(tangent_, u, lanes_, w) = v;
    at(point_, u, lanes_, w) = at(z_, u, lanes_, w);
    at(pushed_, u, lanes_, w) = response(u, w, seen.back);
  }
  double grow = std::clamp(
      std::cbrt(wanted_correction / (limits_.caution * limits_.caution * limits_.caution) / std::max(lane.first, 1e-9)),
      0.4, 2.5);
  if (cosine < 0.97) grow = std::min(grow, 1.0);
  lane.length = h * grow;
  // A singular point ahead: never more than a share of the way to it, and across it in one leap where it is one.
  const double before = 1 / lane.near, now = 1 / seen.near;
  lane.near = seen.near;
  const bool leapt = lane.leaping;
  lane.leaping = false;
  if (now < before && !leapt) {
    const double way = now * h / (before - now);
    lane.length = std::min(lane.length, share_of_way / limits_.caution * way);
    if (lane.length < shortest_step) {
      ++lane.record.crossings;
      lane.leaping = true;
      lane.length = std::max(4 * way, 4 * shortest_step);
    }
  }
  predict(w);
}

void ExactBranch::reject(size_t w) {
  Lane& lane = lane_[w];
  lane.length = 0.5 * std::min(lane.length, lane.last_length);
  lane.leaping = false;
  if (lane.length < 0.01 * shortest_step) return leave(w);
  predict(w);
}

// At the world's own precision: Newton's method.
void ExactBranch::arrive(size_t w) {
  Lane& lane = lane_[w];
  double size = 0, most = 1;
  for (uint32_t u = 0; u < plan_.unknowns; ++u) {
    size = std::max(size, std::fabs(at(step_[to_solution], u, lanes_, w)));
    most = std::max(most, std::fabs(at(z_, u, lanes_, w)));
  }
  if (!(size <= largest_correction / limits_.caution)) return reject(w);
  const double residual = job_.worst[w];
  const bool rounding = size <= 1e3 * exact * most && residual <= rounded_residual(most);
  if (lane.corrections > 0 && size > contraction * lane.before && !rounding) return reject(w);
  if (lane.corrections == 0) {
    const Look seen = look(w);
    if (!may_stand(w, seen, 1)) return reject(w);
  }
  for (uint32_t u = 0; u < plan_.unknowns; ++u) at(z_, u, lanes_, w) += at(step_[to_solution], u, lanes_, w);
  const bool falling = lane.corrections == 0 || size <= 0.5 * lane.before || residual <= 0.5 * lane.residual_before;
  const bool stuck = rounding && !falling;
  lane.before = size;
  lane.residual_before = residual;
  if ((size <= exact * most && residual <= exact_residual) || stuck) {
    if (end_stretch(w)) {
      lane.begun = false;
      lane.phase = Phase::correcting;
    }
    return;
  }
  if (++lane.corrections == 3 * most_corrections) reject(w);
}

bool ExactBranch::spent(double share) const {
  return static_cast<double>(sweeps_) * static_cast<double>(plan_.history.size()) > share * limits_.work;
}

std::vector<double> ExactBranch::start_values(size_t world) const {
  std::vector<double> out(size_t{plan_.game.actors()} * plan_.game.profiles);
  for (size_t r = 0; r < out.size(); ++r) out[r] = root_.data()[r * lanes_ + world];
  return out;
}

}  // namespace casus::solve

#include "solve/node/tracer.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "solve/node/equations.h"

namespace casus::solve {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Of a step's corrections, in log-odds: the largest first one, what the next may be of it, and where it is good enough.
constexpr double largest_correction = 0.3, contraction = 0.3, good_correction = 1e-2, wanted_correction = 0.05;
constexpr double response_error = 0.05;  // relative: a correction times how near a singular point is
constexpr int most_corrections = 8;
constexpr double least_cosine = 0.9;    // between the tangents at both ends of a step
constexpr double most_change = 0.5;     // of the responses in a step: as much as that they double
constexpr double kink = 1e-3;           // step times how near a singular point is
constexpr double share_of_way = 0.8;    // of the way to where a singular point seems to lie
constexpr double shortest_step = 1e-8;  // nearer, branches meet
constexpr double leap = 30;             // length of a leap across, to that of the way there
constexpr double longest_leap = 300;    // to the first one tried
constexpr int most_steps = 4000;

}  // namespace

NodeTracer::NodeTracer(Reply reply, std::span<const Index> rows, NodeEquations& equations, const TracerLimits& limits)
    : reply_(std::move(reply)),
      rows_(rows.begin(), rows.end()),
      limits_(limits),
      n_(rows.back()),
      equations_(equations) {
  slopes_.resize(equations_.slopes());
  g_.resize(n_);
  std::mt19937 random(1);
  push_.setZero(n_ + 1, pushes);
  for (Index k = 0; k < pushes; ++k)
    for (Index i = 0; i < n_; ++i) push_(i, k) = random() / 4294967296.0 - 0.5;
  for (size_t r = 0; r + 1 < rows_.size(); ++r) {
    auto part = push_.middleRows(rows_[r], rows_[r + 1] - rows_[r]);
    part.rowwise() -= part.colwise().mean().eval();
  }
}

// Replies, the matrix of the conditions bordered with the last tangent, and all that its factors are asked for: the
// correction across the tangent, the new tangent and the responses.
void NodeTracer::evaluate(const VectorXd& x) {
  const double t = x[n_] / limits_.unit;
  reply_(x.head(n_), g_, slopes_);
  ++evaluations_;
  level_.resize(static_cast<Index>(rows_.size()) - 1);
  for (size_t r = 0; r + 1 < rows_.size(); ++r) {
    const Index first = rows_[r], count = rows_[r + 1] - first;
    level_[static_cast<Index>(r)] = g_.segment(first, count).mean();
    g_.segment(first, count).array() -= level_[static_cast<Index>(r)];
  }
  beside_ = -g_ / limits_.unit;
  equations_.factor_bordered({slopes_.data(), static_cast<size_t>(slopes_.size())}, t, beside_, tangent_);
  sign_ = equations_.sign();
  solved_.setZero(n_ + 1, 2 + pushes);
  solved_.col(0).head(n_) = x.head(n_) - t * g_;
  solved_(n_, 1) = 1;
  solved_.rightCols(pushes) = push_;
  equations_.solve(solved_);
  new_tangent_ = solved_.col(1).normalized();
  turned_ = tangent_.dot(new_tangent_);
  new_response_ = solved_.rightCols(pushes);
  new_response_ -= new_tangent_ * (new_tangent_.transpose() * new_response_).eval();
}

// Rounding errors of a correction.
double NodeTracer::noise() const {
  return 1e-11 + 4e-16 * (limits_.unit + point_.cwiseAbs().maxCoeff()) * nearness(new_response_);
}

double NodeTracer::nearness(const MatrixXd& response) const {
  return response.cwiseAbs().maxCoeff();
}

// Newton's method across the tangent or, to arrive, at t = 1.
bool NodeTracer::correct(VectorXd& x, bool arriving) {
  double before = 0;
  for (int i = 0; i < most_corrections; ++i) {
    evaluate(x);
    VectorXd by = solved_.col(0);
    if (arriving) by -= (by[n_] / solved_(n_, 1)) * solved_.col(1);
    const double size = by.cwiseAbs().maxCoeff();
    if (i == 0) {
      first_ = size;
      if (!(size <= largest_correction / limits_.caution)) return false;
    } else if (!(size <= contraction * before || size <= noise())) {
      return false;
    }
    x -= by;
    if (arriving) x[n_] = limits_.unit;
    if (size <= noise() || (size <= good_correction && size * nearness(new_response_) <= response_error)) return true;
    before = size;
  }
  return false;
}

// Whether the branch turns round beyond the end and comes back within a step: by the cubic through both ends of the
// step and their tangents.
bool NodeTracer::turns_beyond_the_end(double end, double length) const {
  const double first = tangent_[n_], last = new_tangent_[n_];
  if (!(first > 0 && last < 0)) return false;
  const double t = first / (first - last), u = 1 - t;
  const double peak =
      point_[n_] * u * u * (1 + 2 * t) + end * t * t * (1 + 2 * u) + length * t * u * (first * u - last * t);
  return peak > limits_.unit;
}

// Whether the end of a step may be believed: it has not turned too far, and no other branch has been crossed unseen or
// come up to too fast.
bool NodeTracer::may_stand(const VectorXd& x, double length) {
  const double c = limits_.caution;
  if (!solved_.allFinite()) return false;
  if (leaping_) return turned_ > 0.98 && first_ <= std::max(0.1 * length, noise());
  if (sign_ != orientation_) return false;
  // Values read between grid points have kinks: there the branch turns and responses jump in a step as short as this,
  // in which no singular point can come up.
  if (std::max(near_, nearness(new_response_)) * length <= kink) return true;
  if (turned_ < 1 - (1 - least_cosine) / (c * c)) return false;
  for (Index k = 0; k < pushes; ++k) {
    const auto now = new_response_.col(k), before = response_.col(k);
    const double size = std::max(now.cwiseAbs().maxCoeff(), before.cwiseAbs().maxCoeff());
    if ((now - before).cwiseAbs().maxCoeff() > most_change / c * size) return false;
  }
  return length <= shortest_step || !turns_beyond_the_end(x[n_], length);
}

void NodeTracer::accept(const VectorXd& x, double length) {
  const double c = limits_.caution;
  folds_ += new_tangent_[n_] * tangent_[n_] < 0;
  crossings_ += leaping_;
  turn_ = leaping_ ? VectorXd::Zero(n_ + 1).eval() : ((new_tangent_ - tangent_) / length).eval();
  point_ = x;
  orientation_ = sign_;
  tangent_ = new_tangent_;
  response_ = new_response_;
  double grow = std::clamp(std::cbrt(wanted_correction / (c * c * c) / std::max(first_, 1e-9)), 0.4, 2.5);
  if (turned_ < 0.97) grow = std::min(grow, 1.0);
  length_ = length * grow;
  const double before = 1 / near_, now = 1 / nearness(response_);
  near_ = nearness(response_);
  const bool leapt = leaping_;
  leaping_ = turning_ = false;
  refused_ = 0;
  if (leapt || !(now < before)) return;
  const double way = now * length / (before - now);
  length_ = std::min(length_, share_of_way / c * way);
  if (length_ >= shortest_step) return;
  leaping_ = true;
  length_ = leap * std::max(way, shortest_step);
}

// Where the determinant changes its sign at a kink the branch comes back on the kink's other side.
bool NodeTracer::folds_at_a_kink(double length) const {
  return !leaping_ && !turning_ && sign_ != orientation_ &&
         std::max(near_, nearness(new_response_)) * length <= kink / 4;
}

void NodeTracer::turn_round(double length) {
  folds_ += tangent_[n_] * new_tangent_[n_] > 0;
  tangent_ = -new_tangent_;
  turn_.setZero();
  response_ = new_response_;
  near_ = nearness(response_);
  length_ = 2 * length;
  turning_ = true;
}

// The last point was judged with the matrix of a point close by. Before a step from it is refused it is judged with its
// own.
void NodeTracer::look_again() {
  evaluate(point_);
  crossings_ += sign_ != orientation_;
  orientation_ = sign_;
  tangent_ = new_tangent_;
  response_ = new_response_;
  near_ = nearness(response_);
}

// After a step that was not believed: a shorter one, until it is so short that branches must meet here, and then leaps
// across, until one goes straight on.
bool NodeTracer::shorten(double length) {
  if (leaping_) {
    length_ = 3 * length;
    return length_ <= longest_leap * leap * shortest_step;
  }
  if (turning_) {  // the kink is not behind it yet
    length_ = 3 * length;
    return near_ * length_ <= 100 * kink;
  }
  length_ = 0.4 * length;
  if (++refused_ > 2 && length_ > 0.5 * kink / near_) length_ = 0.5 * kink / near_;
  if (length_ < shortest_step) {
    leaping_ = true;
    length_ = leap * shortest_step;
  }
  return true;
}

bool NodeTracer::run(VectorXd& y) {
  const double end = limits_.unit;
  point_.setZero(n_ + 1);
  turn_.setZero(n_ + 1);
  tangent_.setZero(n_ + 1);
  tangent_[n_] = 1;
  evaluate(point_);
  tangent_ = new_tangent_;
  response_ = new_response_;
  orientation_ = sign_;
  near_ = nearness(response_);
  length_ = 0.25 / tangent_.cwiseAbs().maxCoeff();
  VectorXd x;
  bool again = false;  // the last point has been looked at again
  for (int step = 0; step < most_steps; ++step) {
    double h = length_;
    bool arriving = point_[n_] + h * (tangent_[n_] + 0.5 * h * turn_[n_]) >= end;
    if (arriving) {  // along the parabola to where it gets there first
      const double need = end - point_[n_], root = tangent_[n_] * tangent_[n_] + 2 * turn_[n_] * need;
      if (root > 0) h = std::min(h, 2 * need / (tangent_[n_] + std::sqrt(root)));
    }
    x = point_ + h * (tangent_ + 0.5 * h * turn_);
    if (arriving) x[n_] = end;
    const bool found = correct(x, arriving), stands = found && may_stand(x, h) && (arriving || x[n_] < end);
    if (stands && arriving) {
      crossings_ += leaping_;
      y = x.head(n_);
      for (size_t r = 0; r + 1 < rows_.size(); ++r)
        y.segment(rows_[r], rows_[r + 1] - rows_[r]).array() += level_[static_cast<Index>(r)];
      return true;
    }
    if (stands && x[n_] < 0) return false;
    if (stands) {
      accept(x, h);
      again = false;
      continue;
    }
    if (found && folds_at_a_kink(h)) {
      turn_round(h);
      again = true;
      continue;
    }
    if (found && !again) look_again();
    again = again || found;
    if (!shorten(h)) return false;
  }
  return false;
}

}  // namespace casus::solve

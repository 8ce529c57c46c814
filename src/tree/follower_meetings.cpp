// How the follower sees that another branch is near, so that it is not taken for the one it follows.
//
// Where branches meet, or all but touch, the matrix of the conditions bordered with the tangent is singular, or all
// but. Its inverse is applied to pushes at all unknowns at once, which have no symmetry that the game might have: the
// responses grow as the smallest singular value falls, and turn round where it passes 0, also where two eigenvalues
// pass 0 at once and the determinant's sign sees nothing. (At a fold this matrix is as regular as anywhere.)
#include <algorithm>
#include <cmath>
#include <random>

#include "tree/follower.h"

namespace casus::tree {

namespace {
constexpr double kLeastTurn = 0.9;      // cosine of the angle between successive tangents
constexpr double kMostChange = 0.5;     // of the responses in a step: as much as that they double
constexpr double kDoubt = 0.05;         // of the predictor's error times the responses: beyond it they are checked
constexpr double kMostError = 0.2;      // of the responses, relative
constexpr double kShareOfWay = 0.8;     // of the way to where a singular point seems to lie
constexpr double kShortestStep = 1e-8;  // nearer, branches meet
constexpr double kLeap = 30;            // length of a leap across, to that of the way there
constexpr double kLongestLeap = 300;    // to the first one tried
}  // namespace

void Follower::draw_pushes() {
  std::mt19937 random(1);
  for (Vector& push : push_) {
    push.assign(g.action_count, 0.0);
    for (double& p : push) p = random() / 4294967296.0 - 0.5;
  }
}

// Far up rounding errors of the log-odds are all that shorter steps would follow.
double Follower::shortest_step() const {
  return std::max(kShortestStep, 10 * noise());
}

void Follower::load_push(int k, Vector& out) const {
  out.assign(g.action_count, 0.0);
  for (int h : implicit_agents) {
    const int r = g.first_action[h] + sweep.reference[h];
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) out[a] = push_[k][a] - push_[k][r];
  }
}

// How far each push moves the point, across the branch, by the factors of the point predicted for it. Where that point
// was not as near as singular points may be, the exact Jacobian tells how far off that is.
void Follower::respond() {
  response_error_ = 0;
  double near = 0;
  for (int k = 0; k < push_count; ++k) {
    load_push(k, remainder_);
    jacobian->solve(sweep, remainder_, new_response_[k]);
    new_response_lambda_[k] = across(new_response_[k]);
    near = std::max(near, largest_spread(new_response_[k]));
  }
  if (first_step_ > noise() && first_step_ * near > kDoubt)
    for (int k = 0; k < push_count; ++k) correct_response(k);
}

// Takes out of a response by the factors at hand what of it is along the branch; returns its precision.
double Follower::across(Vector& response) const {
  const double s = dot(new_tangent_, response) / (dot(new_tangent_, along_) - weight_ * weight_ * new_tangent_lambda_);
  for (size_t a = 0; a < response.size(); ++a) response[a] -= s * along_[a];
  return s;
}

void Follower::correct_response(int k) {
  Vector& response = new_response_[k];
  sweep.derivative(response, new_response_lambda_[k], lambda, work_);
  load_push(k, remainder_);
  for (size_t a = 0; a < work_.size(); ++a) work_[a] = remainder_[a] - work_[a];
  jacobian->solve(sweep, work_, extra_);
  new_response_lambda_[k] += across(extra_);
  for (size_t a = 0; a < response.size(); ++a) response[a] += extra_[a];
  response_error_ = std::max(response_error_, largest_spread(extra_) / largest_spread(response));
}

// The most that log-odds of an agent differ by, whatever they are measured against.
double Follower::largest_spread(const Vector& a) const {
  double most = 0;
  for (int h : implicit_agents) {
    const auto [low, high] = std::minmax_element(a.begin() + g.first_action[h], a.begin() + g.first_action[h + 1]);
    most = std::max(most, *high - *low);
  }
  return most;
}

Follower::Look Follower::look() {
  Look seen;
  seen.turn = metric(new_tangent_, new_tangent_lambda_, tangent_, tangent_lambda_);
  seen.orientation = orientation(new_tangent_, new_tangent_lambda_);
  respond();
  for (int k = 0; k < push_count; ++k) {
    for (int a : implicit) work_[a] = new_response_[k][a] - response_[k][a];
    const double size = std::max(largest_spread(new_response_[k]), largest_spread(response_[k]));
    seen.change = std::max(seen.change, largest_spread(work_) / size);
  }
  return seen;
}

// The last point was judged with the matrix of the point predicted for it. Before a step from it is refused it is
// judged with its own, or even the shortest step might not end at a point like it.
void Follower::look_again() {
  evaluate();
  factor();
  find_along();
  first_step_ = 0;
  find_tangent();
  tangent_ = new_tangent_;
  tangent_lambda_ = new_tangent_lambda_;
  respond();
  accept_responses();
  const double own = orientation(tangent_, tangent_lambda_);
  if (own != orientation_) ++statistics.bifurcations;
  orientation_ = own;
}

double Follower::orientation(const Vector& t, double t_lambda) const {
  const double border = weight_ * weight_ * t_lambda - dot(t, along_);
  return border > 0 ? jacobian->lu().determinant_sign() : -jacobian->lu().determinant_sign();
}

// Whether the end of a step may be believed: it has not turned too far, and no other branch has been crossed unseen or
// come up to too fast.
bool Follower::may_stand(const Look& seen) const {
  const double c = options.caution;
  const bool smooth = seen.turn >= 1 - (1 - kLeastTurn) / (c * c) || (seen.turn > 0.2 && first_step_ < 0.01 / (c * c));
  return smooth && seen.orientation == orientation_ && seen.change <= kMostChange / c &&
         response_error_ <= kMostError / c;
}

// Whether a leap over a point where branches meet has ended on the one that goes straight on.
bool Follower::went_straight(const Look& seen, double h) const {
  return seen.turn > 0.98 && first_step_ <= std::max(0.1 * h, 100 * noise());
}

// Whether the branch turns round beyond the target and comes back within a step: it must be stopped where it has the
// target's precision first. By the cubic through both ends, `h` apart, and their tangents.
bool Follower::target_is_passed(double from, double h, double target) const {
  const double first = tangent_lambda_, last = new_tangent_lambda_;
  if (!(first > 0 && last < 0)) return false;
  const double t = first / (first - last), u = 1 - t;
  const double peak = from * u * u * (1 + 2 * t) + lambda * t * t * (1 + 2 * u) + h * t * u * (first * u - last * t);
  return peak > target;
}

// After a step that was not believed: a shorter one, until it is so short that branches must meet here, and then leaps
// across, until one goes straight on.
bool Follower::retry_with_another_step(double h) {
  if (leaping_) {
    if (3 * h <= step_) return false;  // the target is in the way
    step_ = 3 * h;
    return step_ <= kLongestLeap * kLeap * shortest_step();
  }
  step_ = 0.35 * h;
  if (step_ < shortest_step()) {
    leaping_ = true;
    step_ = kLeap * shortest_step();
  }
  return true;
}

// The new point's responses become the last one's, across the branch in the metric of the steps from there.
void Follower::accept_responses() {
  response_.swap(new_response_);
  near_ = 0;
  for (int k = 0; k < push_count; ++k) {
    const double along = metric(response_[k], new_response_lambda_[k], tangent_, tangent_lambda_);
    for (int a : implicit) response_[k][a] -= along * tangent_[a];
    near_ = std::max(near_, largest_spread(response_[k]));
  }
}

// Never more than a share of the way to where a singular point seems to lie, and across it in one leap where it is one.
void Follower::bound_by_meeting(double near_before) {
  if (!(near_ > near_before) || near_before <= 0) return;
  const double now = 1 / near_, way = now * gap_ / (1 / near_before - now);
  step_ = std::min(step_, kShareOfWay / options.caution * way);
  if (step_ >= shortest_step()) return;
  leaping_ = true;
  step_ = kLeap * std::max(way, shortest_step());
}

}  // namespace casus::tree

#include "tree/follower.h"

#include <algorithm>
#include <cmath>

namespace casus::tree {

namespace {
constexpr double kRate = 0.1;       // aimed-at ratio of the second corrector step to the first
constexpr double kWorstRate = 0.3;  // beyond it a step is taken again, shorter
constexpr double kFirst = 0.3;      // aimed-at size of the first corrector step, in log-odds
constexpr double kWorstFirst = 1;
constexpr double kError = 0.05;  // aimed-at relative error of the responses
}  // namespace

Follower::Follower(const Layout& layout, BranchOptions o)
    : g(layout),
      options(o),
      sweep(layout),
      odds(layout.action_count, 0.0),
      work_(layout.action_count),
      column_(layout.action_count),
      started_(std::chrono::steady_clock::now()) {
  for (int h = 0; h < g.agent_count; ++h)
    if (!g.is_explicit[h] && g.actions_of(h) > 1) {
      implicit_agents.push_back(h);
      for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) implicit.push_back(a);
      free_count += g.actions_of(h) - 1;
    }
  sweep.evaluate(odds, 0);
  if (implicit.empty()) return;
  too_large = Jacobian::pair_count(layout) > options.max_pairs;
  if (!too_large) jacobian.emplace(layout);
}

// The same whatever action log-odds are measured against: half the squares of differences to the agent's mean would be
// the square of one log-odds for two actions.
double Follower::dot(const Vector& a, const Vector& b) const {
  double sum = 0;
  for (int h : implicit_agents) {
    const int begin = g.first_action[h], end = g.first_action[h + 1];
    double product = 0, sum_a = 0, sum_b = 0;
    for (int k = begin; k < end; ++k) {
      product += a[k] * b[k];
      sum_a += a[k];
      sum_b += b[k];
    }
    sum += product - sum_a * sum_b / (end - begin);
  }
  return 2 * sum / free_count;
}

// The mean square of the log-odds and the square of the relative change of the precision.
double Follower::metric(const Vector& a, double a_lambda, const Vector& b, double b_lambda) const {
  return dot(a, b) + weight_ * weight_ * a_lambda * b_lambda;
}

double Follower::size_of(const Vector& change) const {
  double most = 0;
  for (int k : implicit) {
    const double size = std::abs(change[k]) / (1 + 1e-3 * std::abs(odds[k]));
    if (!(size <= most)) most = size;  // a NaN is passed on
  }
  return most;
}

// Rounding errors of the log-odds: of the values, times the precision, and of beliefs, which are differences of
// log-odds as large as the precision itself, times the precision again.
double Follower::noise() const {
  double most = 0;
  for (int k : implicit) most = std::max(most, std::abs(odds[k]));
  return std::min(1e-4, 1e-10 + 1e-15 * lambda + 2e-17 * lambda * most);
}

void Follower::evaluate() {
  sweep.evaluate(odds, lambda);
  ++statistics.evaluations;
}

void Follower::factor() {
  jacobian->assemble(sweep, lambda);
  jacobian->factor();
  ++statistics.factorisations;
}

bool Follower::out_of_budget(BranchEnd& end) const {
  end = BranchEnd::reached;
  if (statistics.steps + statistics.rejected >= options.max_steps) end = BranchEnd::too_many_steps;
  if (options.max_seconds > 0 &&
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count() > options.max_seconds)
    end = BranchEnd::out_of_time;
  if (options.stop && *options.stop) end = BranchEnd::interrupted;
  return end != BranchEnd::reached;
}

void Follower::start() {
  for (int h = 0; h < g.agent_count; ++h) {
    const int begin = g.first_action[h], r = begin + sweep.reference[h];
    for (int a = begin; a < g.first_action[h + 1]; ++a) work_[a] = sweep.q[a] - sweep.q[r];
  }
  new_tangent_ = work_;
  new_tangent_lambda_ = 1;
  normalise_new_tangent();
  tangent_ = new_tangent_;
  tangent_lambda_ = new_tangent_lambda_;
  step_ = 0.5 / std::max(1e-3, tangent_lambda_);
  draw_pushes();
  for (int k = 0; k < push_count; ++k) load_push(k, new_response_[k]);  // the matrix is the identity
  accept_responses();
  running = true;
}

// Newton's corrector with the matrix of the first point, in the plane through it orthogonal to the tangent or at fixed
// precision. Returns the ratio of the second step to the first, or nothing when it does not converge.
std::optional<double> Follower::correct(bool fixed) {
  double first = 0, last = 0, rate = 0;
  const double floor = noise();
  for (int round = 0; round < 12; ++round) {
    evaluate();
    if (round == 0) {
      factor();
      find_along();
    }
    sweep.residual(odds, lambda, work_);
    double shift = 0;
    solve_bordered(fixed, correction_, shift);
    const double size = size_of(correction_);
    if (!std::isfinite(size) || !std::isfinite(shift) || lambda - shift <= 0) return std::nullopt;
    for (int k : implicit) odds[k] -= correction_[k];
    lambda -= shift;
    if (round == 0) {
      first = size;
      if (size > kWorstFirst / options.caution) return std::nullopt;
    } else {
      if (round == 1) rate = first > 100 * floor ? size / first : 0.0;
      if (size > 0.5 * last) {
        if (size < 100 * floor) break;
        return std::nullopt;
      }
    }
    last = size;
    if (size < 10 * floor) break;
  }
  if (last > 1000 * floor) return std::nullopt;
  first_step_ = first;
  evaluate();
  return rate;
}

void Follower::polish() {
  double best = -1;
  Vector kept;
  for (int round = 0; round < 6; ++round) {
    evaluate();
    sweep.residual(odds, lambda, work_);
    const double size = size_of(work_);
    if (best >= 0 && !(size < 0.5 * best)) {
      if (!(size <= best)) odds = kept;
      break;
    }
    best = size;
    kept = odds;
    if (round == 0) factor();
    jacobian->solve(sweep, work_, correction_);
    for (int k : implicit) odds[k] -= correction_[k];
  }
  evaluate();
}

// Measures log-odds against the likeliest action of each agent, in all vectors of the history.
void Follower::change_references() {
  for (int h = 0; h < g.agent_count; ++h) {
    const int begin = g.first_action[h], end = g.first_action[h + 1];
    int best = begin;
    for (int a = begin + 1; a < end; ++a)
      if (odds[a] > odds[best]) best = a;
    if (odds[best] < 0.7) continue;
    sweep.reference[h] = best - begin;
    for (Vector* v : {&odds, &tangent_, &old_odds_, &old_tangent_, &response_[0], &response_[1]}) {
      if (v->empty()) continue;
      const double shift = (*v)[best];
      for (int a = begin; a < end; ++a) (*v)[a] -= shift;
    }
  }
}

// After the metric has changed: the old tangent's length and the distance to the old point in the new one.
void Follower::rescale_history() {
  const double norm = 1 / std::sqrt(metric(old_tangent_, old_tangent_lambda_, old_tangent_, old_tangent_lambda_));
  for (double& t : old_tangent_) t *= norm;
  old_tangent_lambda_ *= norm;
  Vector apart(odds.size());
  for (int k : implicit) apart[k] = odds[k] - old_odds_[k];
  gap_ = std::sqrt(metric(apart, lambda - old_lambda_, apart, lambda - old_lambda_));
}

// The point at distance h: along the tangent (kind 0), or with the second (1) or the second and third derivative (2)
// that the last two points and tangents imply.
void Follower::extrapolate(int kind, double h, Vector& z, double& l) const {
  z = odds;
  l = lambda + h * tangent_lambda_;
  for (int k : implicit) z[k] += h * tangent_[k];
  if (kind == 0 || old_tangent_.empty()) return;
  auto extra = [&](double x0, double t0, double x1, double t1) {
    if (kind == 1) return (t1 - t0) / (2 * gap_) * h * h;
    const double a = (x0 - x1 + t1 * gap_) / (gap_ * gap_), b = (t0 - t1) / gap_;
    return h * h * ((3 * a + b) + h / gap_ * (b + 2 * a));
  };
  for (int k : implicit) z[k] += extra(old_odds_[k], old_tangent_[k], odds[k], tangent_[k]);
  l += extra(old_lambda_, old_tangent_lambda_, lambda, tangent_lambda_);
}

BranchEnd Follower::advance(double target) {
  if (!running) start();
  const Vector saved = odds;
  const double saved_lambda = lambda, shortest = shortest_step();
  Vector predicted;
  bool again = false;  // the last point has been looked at again
  for (int attempt = 0; attempt < 100; ++attempt) {
    double h = step_, next = 0;
    extrapolate(predictor_, h, predicted, next);
    for (int cut = 0; cut < 100 && !(next > 0); ++cut) extrapolate(predictor_, h *= 0.5, predicted, next);
    const bool fixed = next >= target;
    if (fixed) {
      // The branch reaches the target within this step: find where, and correct at that very precision.
      double low = 0, high = h;
      for (int halving = 0; halving < 60; ++halving) {
        h = 0.5 * (low + high);
        extrapolate(predictor_, h, predicted, next);
        (next < target ? low : high) = h;
      }
      next = target;
    }
    odds = predicted;
    lambda = next;
    bool unlike = false;  // the last point
    auto rate = correct(fixed);
    if (rate && lambda > target) {
      // The corrector went past the target: back to it.
      const double first = first_step_;
      lambda = target;
      rate = correct(true);
      first_step_ = std::max(first, first_step_);
    }
    if (rate && *rate <= kWorstRate / options.caution && find_tangent()) {
      const Look seen = look();
      const bool stands = leaping_ ? went_straight(seen, h) : may_stand(seen);
      unlike = !stands;
      if (stands && !(h > shortest && target_is_passed(saved_lambda, h, target))) {
        if (leaping_ && !may_stand(seen)) ++statistics.bifurcations;
        orientation_ = seen.orientation;
        accept(saved, saved_lambda, h, *rate);
        return BranchEnd::reached;
      }
    }
    ++statistics.rejected;
    odds = saved;
    lambda = saved_lambda;
    if (unlike && !again) look_again();
    again = again || unlike;
    if (attempt > 2) predictor_ = 0;
    if (!retry_with_another_step(h)) break;
  }
  leaping_ = false;
  evaluate();
  return BranchEnd::stalled;
}

void Follower::accept(const Vector& saved, double saved_lambda, double h, double rate) {
  // Which of the three predictors would have been best? Asked from the old point, whose history is still in place.
  const Vector reached = odds;
  const double reached_lambda = lambda;
  odds = saved;
  lambda = saved_lambda;
  double least = -1;
  int best = 0;
  Vector guess;
  double ignored = 0;
  for (int kind = 0; kind < 3; ++kind) {
    extrapolate(kind, h, guess, ignored);
    double error = 0;
    for (int k : implicit) error = std::max(error, std::abs(guess[k] - reached[k]) / (1 + 1e-3 * std::abs(reached[k])));
    if (least >= 0 && !(error < least)) continue;
    least = error;
    best = kind;
  }
  odds = reached;
  lambda = reached_lambda;
  old_odds_ = saved;
  old_tangent_ = tangent_;
  old_lambda_ = saved_lambda;
  old_tangent_lambda_ = tangent_lambda_;
  weight_ = 1 / (1 + lambda);
  normalise_new_tangent();
  tangent_ = new_tangent_;
  tangent_lambda_ = new_tangent_lambda_;
  if (tangent_lambda_ * old_tangent_lambda_ < 0) ++statistics.folds;
  rescale_history();
  predictor_ = best;
  const double left = leaping_ ? 0 : near_;
  accept_responses();
  const int power = predictor_ + 2;  // of the step, with which errors of the predictor grow
  const double less = std::pow(options.caution, power);
  const double by_rate = kRate / (less * std::max(rate, 1e-4 / less));
  const double by_size = std::max(kFirst / less, 100 * noise()) / std::max(first_step_, 1e-4 / less);
  const double by_error = kError / (less * std::max(response_error_, 1e-4 / less));
  step_ = gap_ * std::clamp(std::pow(std::min({by_rate, by_size, by_error}), 1.0 / power), 0.4, 4.0);
  leaping_ = false;
  bound_by_meeting(left);
  change_references();
  ++statistics.steps;
}

}  // namespace casus::tree

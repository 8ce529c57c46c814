#include "solve/stationary/backward.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/stop.h"
#include "solve/node/fixed_point.h"
#include "solve/stationary/alike.h"

namespace casus::solve {

using game::NodeId;
using game::NodeKind;
using game::none;

std::vector<size_t> equal_values(std::span<const double> values, double tolerance) {
  std::vector<size_t> order(values.size()), kind(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  for (size_t k = 0; k < order.size(); ++k)
    kind[order[k]] = k > 0 && values[order[k]] - values[order[k - 1]] <= tolerance ? kind[order[k - 1]] : order[k];
  return kind;
}

void level(std::span<double> values, std::span<const size_t> kinds) {
  std::vector<double> sum(values.size(), 0.0), count(values.size(), 0.0);
  for (size_t k = 0; k < values.size(); ++k) {
    sum[kinds[k]] += values[k];
    ++count[kinds[k]];
  }
  for (size_t k = 0; k < values.size(); ++k)
    if (count[kinds[k]] > 1) values[k] = sum[kinds[k]] / count[kinds[k]];
}

Backward::Backward(const StationaryPlan& plan, const World& w, double tolerance, const std::atomic<bool>* stop)
    : plan_(plan), g_(*plan.game), w_(w), tolerance_(tolerance), stop_(stop), actors_(g_.actors()) {
  begins_.assign(plan.begins.size() * actors_, 0.0);
  values_.assign(g_.nodes.size() * actors_, 0.0);
  y_.assign(plan.unknowns(), 0.0);
  sigma_.assign(plan.unknowns(), 0.0);
  odds_ = step_odds(g_, w);
  joint_.resize(actors_);
  traced_.resize(g_.nodes.size());
  alike_.resize(g_.nodes.size());
}

void Backward::place(std::span<const double> values, std::span<const double> y, bool anew) {
  begins_.assign(values.begin(), values.end());
  y_.assign(y.begin(), y.end());
  for (auto& at : traced_)
    if (anew) at.clear();
}

void Backward::step() {
  before_ = sigma_;
  failed_ = false;
  for (NodeId n = 0; n < g_.nodes.size(); ++n) {
    if ((n & 1023) == 0) base::stop_if(stop_);
    const auto& node = g_.nodes[n];
    const bool settles = g_.shapes[node.shape].kind == NodeKind::settle;
    const uint32_t ways = plan_.ways(n), choices = node.edges > 0 ? node.edges / ways : 0;
    for (uint32_t i = 0; i < actors_; ++i) {
      joint_[i].assign(choices, 0.0);
      for (uint32_t e = 0; e < node.edges; ++e) {
        const auto& edge = g_.edges[node.first_edge + e];
        const double discount = settles ? w_.discount[i] : 1;
        joint_[i][e / ways] += odds_[node.first_edge + e] * (w_.slots[g_.payoff(edge.payoff)[i]] +
                                                             discount * values_[size_t{edge.target} * actors_ + i]);
      }
    }
    if (plan_.joint(n).movers() > 0) decide(n);
    const auto sigma = std::span<const double>(sigma_).subspan(plan_.first[n], plan_.joint(n).unknowns());
    for (uint32_t i = 0; i < actors_; ++i) {
      double& here = values_[size_t{n} * actors_ + i];
      here = w_.slots[g_.payoff(node.payoff)[i]];
      if (plan_.next[n] != none) here = w_.ends * here + (1 - w_.ends) * begins_[size_t{plan_.next[n]} * actors_ + i];
      for (uint32_t c = 0; c < choices; ++c) here += plan_.joint(n).probability(c, sigma) * joint_[i][c];
    }
    if (n + 1 == g_.nodes.size() || g_.nodes[n + 1].layer != node.layer)
      make_equal(std::span(values_).subspan(size_t{g_.layers[node.layer].first} * actors_,
                                            size_t{n + 1 - g_.layers[node.layer].first} * actors_));
  }
  for (size_t b = 0; b < plan_.begins.size(); ++b)
    for (uint32_t i = 0; i < actors_; ++i) begins_[b * actors_ + i] = values_[size_t{plan_.begins[b]} * actors_ + i];
  make_equal(begins_);
  change_ = 0;
  for (size_t u = 0; u < sigma_.size(); ++u) change_ = std::max(change_, std::fabs(sigma_[u] - before_[u]));
  ++rounds_;
}

void Backward::make_equal(std::span<double> values) {
  constexpr double rounding = 1e-13;
  double size = w_.payoff_range;
  for (const double x : values) size = std::max(size, std::fabs(x));
  level(values, equal_values(values, rounding * size));
}

void Backward::decide(NodeId n) {
  constexpr double near = 0.05;  // log-odds by which replies may have moved since a branch was followed
  const Joint& joint = plan_.joint(n);
  const auto& movers = g_.shapes[g_.nodes[n].shape].movers;
  const size_t first = plan_.first[n], size = joint.unknowns();
  const auto y = std::span(y_).subspan(first, size), sigma = std::span(sigma_).subspan(first, size);
  const auto of = [&](size_t m) { return std::span<const double>(joint_[movers[m].actor]); };
  const auto reply = [&](std::span<const double> at, std::span<double> out, std::span<double> jacobian) {
    std::vector<double> p(size), slopes;
    choices_of(joint, at, p, {});
    for (size_t m = 0; m < joint.movers(); ++m) {
      const double lambda = w_.precision[movers[m].actor];
      const uint32_t own = joint.options(m);
      const auto mine = out.subspan(joint.first(m), own);
      joint.worth(p, of(m), m, mine);
      for (double& x : mine) x *= lambda;
      if (jacobian.empty()) continue;
      slopes.resize(size * own);
      joint.slopes(p, of(m), m, slopes);
      for (size_t u = 0; u < size; ++u)
        for (uint32_t a = 0; a < own; ++a) jacobian[u * size + joint.first(m) + a] = lambda * slopes[u * own + a];
    }
  };
  if (joint.choosing() < 2) {
    std::vector<double> from(y.begin(), y.end());
    reply(from, y, {});
    choices_of(joint, y, sigma, {});
    return;
  }
  // Several choose at once: Newton's method goes on from one round to the next while little has moved, and now and then
  // the branch is followed anew.
  FixedPoint point{.reply = reply, .rows = {}};
  for (size_t m = 0; m < joint.movers(); ++m) point.rows.push_back(static_cast<std::ptrdiff_t>(joint.first(m)));
  point.rows.push_back(static_cast<std::ptrdiff_t>(size));
  std::vector<double> now;  // what joint choices are worth beside each other, in log-odds
  double most = 0;
  for (size_t m = 0; m < joint.movers(); ++m) {
    double mean = 0;
    for (const double x : of(m)) mean += x / static_cast<double>(of(m).size());
    for (const double x : of(m)) now.push_back(w_.precision[movers[m].actor] * (x - mean));
    most = std::max(most, w_.precision[movers[m].actor]);
  }
  double moved = traced_[n].empty() ? near : 0;
  for (size_t k = 0; k < traced_[n].size(); ++k) moved = std::max(moved, std::fabs(now[k] - traced_[n][k]));
  // Those whom a symmetry makes alike choose alike, as long as it is one.
  constexpr double same = 1e-9;
  NodeAnswer answer;
  bool done = false;
  std::vector<double> at(y.begin(), y.end());
  if (moved < near)
    done = keep_alike(point, alike_[n]).newton(at, tolerance_, answer) && !answer.unstable &&
           off_reply(point, at) <= same * std::max(1.0, most * w_.payoff_range);
  if (!done) {
    std::vector<double> traced(size, 0.0);
    NodeAnswer anew;
    auto alike = find_alike(point);
    const FixedPoint kept = keep_alike(point, alike);
    if (kept.trace(traced, most * std::max(w_.payoff_range, 1e-300), 1, anew) &&
        kept.newton(traced, tolerance_, anew)) {
      at = traced;
      traced_[n] = std::move(now);
      alike_[n] = std::move(alike);
    } else {
      at.assign(y.begin(), y.end());
      failed_ |= !point.newton(at, tolerance_, answer);
    }
  }
  std::copy(at.begin(), at.end(), y.begin());
  choices_of(joint, y, sigma, {});
}

}  // namespace casus::solve

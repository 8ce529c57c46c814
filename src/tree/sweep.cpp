#include "tree/sweep.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace casus::tree {

Sweep::Sweep(const Layout& layout)
    : reference(layout.agent_count, 0),
      log_prob(layout.action_count),
      prob(layout.action_count),
      log_reach(layout.node_count),
      log_set_reach(layout.agent_count),
      belief(layout.node_count, 0.0),
      value(layout.payoff.size()),
      q(layout.action_count),
      layout_(&layout),
      d_log_prob_(layout.action_count),
      d_log_reach_(layout.node_count),
      d_value_(layout.payoff.size()) {}

void Sweep::strategies(int h, const std::vector<double>& odds) {
  const int begin = layout_->first_action[h], end = layout_->first_action[h + 1];
  int top = begin;
  for (int a = begin + 1; a < end; ++a)
    if (odds[a] > odds[top]) top = a;
  double rest = 0;
  for (int a = begin; a < end; ++a) {
    prob[a] = a == top ? 1.0 : std::exp(odds[a] - odds[top]);
    if (a != top) rest += prob[a];
  }
  // log1p keeps the digits of a probability close to 1.
  const double log_sum = std::log1p(rest);
  for (int a = begin; a < end; ++a) {
    log_prob[a] = odds[a] - odds[top] - log_sum;
    prob[a] /= 1 + rest;
  }
}

void Sweep::forward() {
  const Layout& g = *layout_;
  log_reach[0] = 0;
  for (int n = 1; n < g.node_count; ++n) {
    const int p = g.parent[n];
    const int h = g.agent[p];
    log_reach[n] = log_reach[p] + (h >= 0 ? log_prob[g.first_action[h] + n - g.first_child[p]] : g.log_chance[n]);
  }
  for (int h = 0; h < g.agent_count; ++h) {
    const int begin = g.member_start[h], end = g.member_start[h + 1];
    if (end - begin == 1) {
      belief[g.members[begin]] = 1;
      log_set_reach[h] = log_reach[g.members[begin]];
      continue;
    }
    double top = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int m = begin; m < end; ++m) top = std::max(top, log_reach[g.members[m]]);
    for (int m = begin; m < end; ++m) sum += belief[g.members[m]] = std::exp(log_reach[g.members[m]] - top);
    for (int m = begin; m < end; ++m) belief[g.members[m]] /= sum;
    log_set_reach[h] = top + std::log(sum);
  }
}

void Sweep::action_values(int h) {
  const Layout& g = *layout_;
  const int count = g.actions_of(h), i = g.player[h], players = g.player_count;
  double* out = q.data() + g.first_action[h];
  for (int a = 0; a < count; ++a) out[a] = 0;
  for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) {
    const int n = g.members[m];
    const double* child = value.data() + static_cast<size_t>(g.first_child[n]) * players + i;
    const double weight = belief[n];
    for (int a = 0; a < count; ++a) out[a] += weight * child[static_cast<size_t>(a) * players];
  }
}

void Sweep::evaluate(std::vector<double>& odds, double precision) {
  const Layout& g = *layout_;
  const int players = g.player_count;
  bool any_explicit = false;
  for (int h = 0; h < g.agent_count; ++h) {
    strategies(h, odds);
    any_explicit = any_explicit || (g.is_explicit[h] && g.actions_of(h) > 1);
  }
  // Explicit agents' beliefs do not depend on strategies, so they are right even from stale replies.
  forward();
  for (int item : g.backward_order) {
    if (item < 0) {
      const int h = -1 - item;
      if (g.actions_of(h) == 1) continue;
      action_values(h);
      const int first = g.first_action[h];
      for (int a = 0; a < g.actions_of(h); ++a) odds[first + a] = precision * (q[first + a] - q[first + reference[h]]);
      strategies(h, odds);
      continue;
    }
    const int n = item;
    double* v = value.data() + static_cast<size_t>(n) * players;
    const double* own = g.payoff.data() + static_cast<size_t>(n) * players;
    for (int i = 0; i < players; ++i) v[i] = own[i];
    const int h = g.agent[n], first = g.first_child[n];
    for (int a = 0; a < g.child_count[n]; ++a) {
      const double weight = h >= 0 ? prob[g.first_action[h] + a] : g.chance[first + a];
      const double* child = value.data() + static_cast<size_t>(first + a) * players;
      for (int i = 0; i < players; ++i) v[i] += weight * child[i];
    }
  }
  if (any_explicit) forward();
  for (int h = 0; h < g.agent_count; ++h) action_values(h);
}

void Sweep::residual(const std::vector<double>& odds, double precision, std::vector<double>& out) const {
  const Layout& g = *layout_;
  out.resize(g.action_count);
  for (int h = 0; h < g.agent_count; ++h) {
    const int first = g.first_action[h], r = first + reference[h];
    for (int a = first; a < g.first_action[h + 1]; ++a)
      out[a] = g.is_explicit[h] ? 0.0 : odds[a] - precision * (q[a] - q[r]);
  }
}

void Sweep::derivative(const std::vector<double>& direction, double precision_slope, double precision,
                       std::vector<double>& out) {
  const Layout& g = *layout_;
  const int players = g.player_count;
  for (int h = 0; h < g.agent_count; ++h) {
    double mean = 0;
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) mean += prob[a] * direction[a];
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) d_log_prob_[a] = direction[a] - mean;
  }
  d_log_reach_[0] = 0;
  for (int n = 1; n < g.node_count; ++n) {
    const int p = g.parent[n], h = g.agent[p];
    d_log_reach_[n] = d_log_reach_[p] + (h >= 0 ? d_log_prob_[g.first_action[h] + n - g.first_child[p]] : 0.0);
  }
  for (int n = g.node_count - 1; n >= 0; --n) {
    double* dv = d_value_.data() + static_cast<size_t>(n) * players;
    for (int i = 0; i < players; ++i) dv[i] = 0;
    const int h = g.agent[n], first = g.first_child[n];
    for (int a = 0; a < g.child_count[n]; ++a) {
      const size_t at = static_cast<size_t>(first + a) * players;
      const double weight = h >= 0 ? prob[g.first_action[h] + a] : g.chance[first + a];
      const double change = h >= 0 ? weight * d_log_prob_[g.first_action[h] + a] : 0.0;
      for (int i = 0; i < players; ++i) dv[i] += weight * d_value_[at + i] + change * value[at + i];
    }
  }
  out.resize(g.action_count);
  for (int h = 0; h < g.agent_count; ++h) {
    const int first = g.first_action[h], count = g.actions_of(h), i = g.player[h];
    for (int a = 0; a < count; ++a) out[first + a] = 0;
    double mean = 0;
    for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m)
      mean += belief[g.members[m]] * d_log_reach_[g.members[m]];
    for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) {
      const int n = g.members[m];
      const double shift = g.belief_sources[h].empty() ? 0.0 : d_log_reach_[n] - mean;
      for (int a = 0; a < count; ++a) {
        const size_t at = static_cast<size_t>(g.first_child[n] + a) * players + i;
        out[first + a] += belief[n] * (shift * (value[at] - q[first + a]) + d_value_[at]);
      }
    }
    const int r = first + reference[h];
    const double d_reference = out[r];
    for (int a = first; a < first + count; ++a)
      out[a] = direction[a] - precision * (out[a] - d_reference) - precision_slope * (q[a] - q[r]);
  }
}

}  // namespace casus::tree

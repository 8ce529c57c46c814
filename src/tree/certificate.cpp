#include "tree/certificate.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace casus::tree {

namespace {

// The probability of the move into node n, from its parent.
double move_probability(const Layout& g, const std::vector<double>& prob, int n) {
  const int p = g.parent[n];
  return g.agent[p] >= 0 ? prob[g.first_action[g.agent[p]] + n - g.first_child[p]] : g.chance[n];
}

std::vector<double> reach_probabilities(const Layout& g, const std::vector<double>& prob) {
  std::vector<double> reach(g.node_count, 1.0);
  for (int n = 1; n < g.node_count; ++n) reach[n] = reach[g.parent[n]] * move_probability(g, prob, n);
  return reach;
}

// What player i gets at most (scaled) by choosing its actions anew, against the others' strategies: each of its
// information sets takes the action with the largest sum over its nodes, weighted with the others' reach.
double best_reply_value(const Layout& g, const std::vector<double>& prob, int i) {
  std::vector<char> own(g.agent_count);
  for (int h = 0; h < g.agent_count; ++h) own[h] = g.player[h] == i;
  std::vector<double> reach(g.node_count, 1.0);  // by the others and chance
  for (int n = 1; n < g.node_count; ++n) {
    const int h = g.agent[g.parent[n]];
    reach[n] = reach[g.parent[n]] * (h >= 0 && own[h] ? 1.0 : move_probability(g, prob, n));
  }
  std::vector<std::vector<int>> nodes(g.agent_count);
  for (int n = 0; n < g.node_count; ++n)
    if (g.agent[n] >= 0 && own[g.agent[n]]) nodes[g.agent[n]].push_back(n);
  std::vector<int> choice(g.agent_count, 0);
  std::vector<double> value(g.node_count, 0.0);  // times reach
  for (int item : g.order_backward(own)) {
    if (item < 0) {
      const int h = -1 - item;
      double best = -std::numeric_limits<double>::infinity();
      for (int a = 0; a < g.actions_of(h); ++a) {
        double sum = 0;
        for (int n : nodes[h]) sum += value[g.first_child[n] + a];
        if (sum > best) {
          best = sum;
          choice[h] = a;
        }
      }
      continue;
    }
    const int n = item, h = g.agent[n];
    value[n] = reach[n] * g.payoff[static_cast<size_t>(n) * g.player_count + i];
    if (h >= 0 && own[h]) {
      value[n] += value[g.first_child[n] + choice[h]];
    } else {
      for (int a = 0; a < g.child_count[n]; ++a) value[n] += value[g.first_child[n] + a];
    }
  }
  return value[0];
}

}  // namespace

double Certificate::largest_agent_gain() const {
  return agent_gain.empty() ? 0 : std::max(0.0, *std::max_element(agent_gain.begin(), agent_gain.end()));
}

double Certificate::largest_strategy_gain() const {
  double most = 0;
  for (const auto& gain : strategy_gain)
    if (gain) most = std::max(most, *gain);
  return most;
}

double Certificate::relative_gain() const {
  return std::max(largest_agent_gain(), largest_strategy_gain()) / range;
}

Certificate certify(const Layout& g, const Recall& recall, const Assessment& assessment) {
  Certificate out;
  const int players = g.player_count;
  out.range = g.scale;
  std::vector<double> value(g.payoff);
  for (int n = g.node_count - 1; n > 0; --n) {
    const double p = move_probability(g, assessment.prob, n);
    if (p == 0) continue;
    for (int i = 0; i < players; ++i)
      value[static_cast<size_t>(g.parent[n]) * players + i] += p * value[static_cast<size_t>(n) * players + i];
  }
  for (int i = 0; i < players; ++i) out.value.push_back(value[i] * g.scale);

  out.agent_gain.assign(players, 0.0);
  const auto reach = reach_probabilities(g, assessment.prob);
  double worst = -1;
  for (int h = 0; h < g.agent_count; ++h) {
    const int i = g.player[h];
    double best = -std::numeric_limits<double>::infinity(), mean = 0, total = 0;
    for (int a = 0; a < g.actions_of(h); ++a) {
      double q = 0;
      for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) {
        const int n = g.members[m];
        q += assessment.belief[n] * value[static_cast<size_t>(g.first_child[n] + a) * players + i];
      }
      best = std::max(best, q);
      mean += assessment.prob[g.first_action[h] + a] * q;
    }
    const double gain = (best - mean) * g.scale;
    out.agent_gain[i] = std::max(out.agent_gain[i], gain);
    if (gain > worst) {
      worst = gain;
      out.worst_agent = h;
    }
    for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) total += reach[g.members[m]];
    if (total > 1e-250)
      for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) {
        const int n = g.members[m];
        out.belief_error = std::max(out.belief_error, std::abs(assessment.belief[n] - reach[n] / total));
      }
  }
  for (int i = 0; i < players; ++i) {
    if (recall.perfect[i])
      out.strategy_gain.push_back((best_reply_value(g, assessment.prob, i) - value[i]) * g.scale);
    else
      out.strategy_gain.push_back(std::nullopt);
  }
  return out;
}

void complete_beliefs(const Layout& g, Assessment& assessment, const std::vector<double>& fallback) {
  const auto reach = reach_probabilities(g, assessment.prob);
  assessment.belief.assign(g.node_count, 0.0);
  for (int h = 0; h < g.agent_count; ++h) {
    double total = 0;
    for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) total += reach[g.members[m]];
    for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) {
      const int n = g.members[m];
      assessment.belief[n] = total > 0 ? reach[n] / total : fallback[n];
    }
  }
}

}  // namespace casus::tree

#include "tree/zero_sum.h"

#include <ClpSimplex.hpp>
#include <CoinPackedMatrix.hpp>
#include <algorithm>
#include <cmath>

namespace casus::tree {

namespace {

// The payoffs summed to every node, by node and player.
std::vector<double> path_sums(const Layout& g) {
  std::vector<double> sum(g.payoff);
  for (int n = 1; n < g.node_count; ++n)
    for (int i = 0; i < g.player_count; ++i)
      sum[static_cast<size_t>(n) * g.player_count + i] += sum[static_cast<size_t>(g.parent[n]) * g.player_count + i];
  return sum;
}

// A player's sequences: 0 is the empty one, then one for each action of each of its agents.
struct Sequences {
  std::vector<int> of_action;  // by action; 0 if not this player's
  std::vector<int> agents;     // this player's, in the order in which they are met
  std::vector<int> before;     // by agent: the sequence that leads to it
  std::vector<int> at_node;    // by node: this player's sequence on the way
  int count = 1;
};

Sequences sequences_of(const Layout& g, int player) {
  Sequences s;
  s.of_action.assign(g.action_count, 0);
  s.before.assign(g.agent_count, -1);
  s.at_node.assign(g.node_count, 0);
  for (int n = 0; n < g.node_count; ++n) {
    if (n > 0) {
      const int p = g.parent[n], h = g.agent[p];
      s.at_node[n] =
          h >= 0 && g.player[h] == player ? s.of_action[g.first_action[h] + n - g.first_child[p]] : s.at_node[p];
    }
    const int h = g.agent[n];
    if (h < 0 || g.player[h] != player || s.before[h] >= 0) continue;
    s.before[h] = s.at_node[n];
    s.agents.push_back(h);
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) s.of_action[a] = s.count++;
  }
  return s;
}

void add_behaviour(const Layout& g, const Sequences& s, const double* plan, std::vector<double>& prob) {
  for (int h : s.agents) {
    double total = 0;
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a)
      total += prob[a] = std::max(0.0, plan[s.of_action[a]]);
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a)
      prob[a] = total > 1e-12 ? prob[a] / total : 1.0 / g.actions_of(h);
  }
}

}  // namespace

bool is_zero_sum(const Layout& g, const Recall& recall) {
  if (g.player_count != 2 || !recall.all_perfect) return false;
  const auto sum = path_sums(g);
  double least = INFINITY, most = -INFINITY;
  for (int n = 0; n < g.node_count; ++n) {
    if (g.first_child[n] >= 0) continue;
    least = std::min(least, sum[2 * static_cast<size_t>(n)] + sum[2 * static_cast<size_t>(n) + 1]);
    most = std::max(most, sum[2 * static_cast<size_t>(n)] + sum[2 * static_cast<size_t>(n) + 1]);
  }
  return most - least <= 1e-12;
}

std::optional<ZeroSumSolution> solve_zero_sum(const Layout& g, const Recall& recall) {
  if (!is_zero_sum(g, recall)) return std::nullopt;
  const Sequences x = sequences_of(g, 0), y = sequences_of(g, 1);
  const auto sum = path_sums(g);
  // Columns: the first player's plan x >= 0, then one free variable q for the start and each of the second player's
  // information sets. Rows: x is a plan; and for each sequence of the second player, what its information set is worth
  // to the first player is at most what the sequence pays it and what the information sets after it are worth.
  const int q = x.count, columns = x.count + 1 + static_cast<int>(y.agents.size());
  const int plan_rows = 1 + static_cast<int>(x.agents.size()), rows = plan_rows + y.count;
  std::vector<int> row, column;
  std::vector<double> entry;
  auto add = [&](int r, int c, double value) {
    row.push_back(r);
    column.push_back(c);
    entry.push_back(value);
  };
  add(0, 0, 1);
  for (size_t k = 0; k < x.agents.size(); ++k) {
    const int h = x.agents[k], r = 1 + static_cast<int>(k);
    add(r, x.before[h], -1);
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) add(r, x.of_action[a], 1);
  }
  add(plan_rows, q, 1);
  for (size_t k = 0; k < y.agents.size(); ++k) {
    const int h = y.agents[k], variable = q + 1 + static_cast<int>(k);
    add(plan_rows + y.before[h], variable, -1);
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a) add(plan_rows + y.of_action[a], variable, 1);
  }
  std::vector<double> chance(g.node_count, 1.0);
  for (int n = 0; n < g.node_count; ++n) {
    if (n > 0) chance[n] = chance[g.parent[n]] * (g.agent[g.parent[n]] >= 0 ? 1.0 : g.chance[n]);
    const double pays = chance[n] * sum[2 * static_cast<size_t>(n)];
    if (g.first_child[n] < 0 && pays != 0) add(plan_rows + y.at_node[n], x.at_node[n], -pays);
  }
  // Entries of one place are added up by the matrix.
  CoinPackedMatrix matrix(true, row.data(), column.data(), entry.data(), static_cast<CoinBigIndex>(entry.size()));
  matrix.setDimensions(rows, columns);
  std::vector<double> lower(columns, 0.0), upper(columns, COIN_DBL_MAX), objective(columns, 0.0);
  for (int c = q; c < columns; ++c) lower[c] = -COIN_DBL_MAX;
  objective[q] = 1;
  std::vector<double> row_lower(rows, 0.0), row_upper(rows, 0.0);
  row_lower[0] = row_upper[0] = 1;
  for (int r = plan_rows; r < rows; ++r) row_lower[r] = -COIN_DBL_MAX;
  ClpSimplex lp;
  lp.setLogLevel(0);
  lp.loadProblem(matrix, lower.data(), upper.data(), objective.data(), row_lower.data(), row_upper.data());
  lp.setOptimizationDirection(-1);
  lp.setPerturbation(100);  // none: small programmes are to be exact
  lp.setPrimalTolerance(1e-10);
  lp.setDualTolerance(1e-10);
  lp.dual();
  if (lp.status() != 0) return std::nullopt;

  ZeroSumSolution out;
  out.assessment.prob.assign(g.action_count, 0.0);
  add_behaviour(g, x, lp.primalColumnSolution(), out.assessment.prob);
  // The second player's plan is the price of its rows; the sign depends on the direction of optimisation.
  std::vector<double> plan(lp.dualRowSolution() + plan_rows, lp.dualRowSolution() + rows);
  if (plan[0] < 0)
    for (double& p : plan) p = -p;
  add_behaviour(g, y, plan.data(), out.assessment.prob);
  std::vector<double> uniform(g.node_count, 0.0);
  for (int h = 0; h < g.agent_count; ++h)
    for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m)
      uniform[g.members[m]] = 1.0 / (g.member_start[h + 1] - g.member_start[h]);
  complete_beliefs(g, out.assessment, uniform);
  // The programme's own objective carries its tolerances; the strategies are vertices and do not.
  out.value = certify(g, recall, out.assessment).value[0];
  return out;
}

}  // namespace casus::tree

#include "tree/pure.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

namespace casus::tree {

std::optional<BackwardInduction> backward_induction(const Layout& g, const Recall& recall) {
  if (!recall.perfect_information) return std::nullopt;
  BackwardInduction out;
  out.assessment.prob.assign(g.action_count, 0.0);
  std::vector<double> value(g.payoff);
  const int players = g.player_count;
  for (int n = g.node_count - 1; n >= 0; --n) {
    if (g.first_child[n] < 0) continue;
    const int h = g.agent[n];
    auto at = [&](int a, int i) { return value[static_cast<size_t>(g.first_child[n] + a) * players + i]; };
    int best = 0;
    if (h >= 0) {
      for (int a = 1; a < g.child_count[n]; ++a) {
        if (at(a, g.player[h]) == at(best, g.player[h])) out.tied = true;
        if (at(a, g.player[h]) > at(best, g.player[h])) best = a;
      }
      out.assessment.prob[g.first_action[h] + best] = 1;
    }
    for (int i = 0; i < players; ++i) {
      double& sum = value[static_cast<size_t>(n) * players + i];
      if (h >= 0)
        sum += at(best, i);
      else
        for (int a = 0; a < g.child_count[n]; ++a) sum += g.chance[g.first_child[n] + a] * at(a, i);
    }
  }
  complete_beliefs(g, out.assessment, std::vector<double>(g.node_count, 1.0));
  return out;
}

size_t ReducedForm::cells() const {
  size_t product = 1;
  for (const auto& list : strategies) product *= list.size();
  return product;
}

namespace {

// Whether player i's moves on the way to node n are those of the strategy.
bool leads_to(const Layout& g, const std::vector<int>& strategy, int i, int n) {
  for (; g.parent[n] >= 0; n = g.parent[n]) {
    const int h = g.agent[g.parent[n]];
    if (h >= 0 && g.player[h] == i && strategy[h] != n - g.first_child[g.parent[n]]) return false;
  }
  return true;
}

}  // namespace

std::optional<ReducedForm> reduced_form(const Layout& g, size_t most_cells) {
  ReducedForm form;
  size_t cells = 1;
  std::vector<std::vector<int>> nodes(g.agent_count);
  std::vector<int> agents;
  for (int n = 0; n < g.node_count; ++n) {
    if (g.agent[n] < 0) continue;
    if (nodes[g.agent[n]].empty()) agents.push_back(g.agent[n]);
    nodes[g.agent[n]].push_back(n);
  }
  // By depth of the first node, so that an agent comes after those of its player that lead to it.
  for (int i = 0; i < g.player_count; ++i) {
    std::vector<std::vector<int>> list{std::vector<int>(g.agent_count, -1)};
    for (int h : agents) {
      if (g.player[h] != i) continue;
      std::vector<std::vector<int>> next;
      for (auto& strategy : list) {
        const bool reached =
            std::any_of(nodes[h].begin(), nodes[h].end(), [&](int n) { return leads_to(g, strategy, i, n); });
        if (!reached) {
          next.push_back(std::move(strategy));
          continue;
        }
        for (int a = 0; a < g.actions_of(h); ++a) {
          next.push_back(strategy);
          next.back()[h] = a;
        }
        if (next.size() > most_cells) return std::nullopt;
      }
      list = std::move(next);
    }
    cells *= list.size();
    if (cells > most_cells) return std::nullopt;
    form.strategies.push_back(std::move(list));
  }
  form.payoffs.assign(cells * g.player_count, 0.0);
  std::vector<double> chance(g.node_count, 1.0), sum(g.payoff);
  std::vector<std::vector<size_t>> fitting(g.player_count);
  for (int n = 0; n < g.node_count; ++n) {
    if (n > 0) {
      const int p = g.parent[n];
      chance[n] = chance[p] * (g.agent[p] >= 0 ? 1.0 : g.chance[n]);
      for (int i = 0; i < g.player_count; ++i)
        sum[static_cast<size_t>(n) * g.player_count + i] += sum[static_cast<size_t>(p) * g.player_count + i];
    }
    if (g.first_child[n] >= 0 || chance[n] == 0) continue;
    // The contingencies that lead to this end: products of the players' fitting strategies.
    std::vector<size_t> which{0};
    size_t stride = 1;
    for (int i = 0; i < g.player_count; ++i) {
      std::vector<size_t> more;
      for (size_t s = 0; s < form.strategies[i].size(); ++s)
        if (leads_to(g, form.strategies[i][s], i, n))
          for (size_t c : which) more.push_back(c + s * stride);
      stride *= form.strategies[i].size();
      which = std::move(more);
    }
    for (size_t c : which)
      for (int i = 0; i < g.player_count; ++i)
        form.payoffs[c * g.player_count + i] += chance[n] * sum[static_cast<size_t>(n) * g.player_count + i];
  }
  return form;
}

namespace {

// The most that a player gains by leaving a contingency alone; `stride` is the distance between its own strategies.
double gain_at(const ReducedForm& form, size_t cell, size_t player, size_t stride) {
  const size_t players = form.strategies.size(), count = form.strategies[player].size();
  const size_t first = cell - cell / stride % count * stride;
  double best = form.payoffs[cell * players + player];
  for (size_t s = 0; s < count; ++s) best = std::max(best, form.payoffs[(first + s * stride) * players + player]);
  return best - form.payoffs[cell * players + player];
}

}  // namespace

std::vector<MixedProfile> pure_equilibria(const ReducedForm& form, double tolerance) {
  std::vector<MixedProfile> out;
  const size_t players = form.strategies.size();
  for (size_t cell = 0; cell < form.cells(); ++cell) {
    bool stable = true;
    size_t stride = 1;
    MixedProfile profile;
    for (size_t i = 0; i < players; ++i) {
      const size_t count = form.strategies[i].size();
      stable = stable && gain_at(form, cell, i, stride) <= tolerance;
      profile.emplace_back(count, 0.0);
      profile.back()[cell / stride % count] = 1;
      stride *= count;
    }
    if (stable) out.push_back(std::move(profile));
  }
  return out;
}

double pure_gain(const ReducedForm& form, const MixedProfile& profile, int player) {
  size_t cell = 0, stride = 1, own = 1;
  for (size_t i = 0; i < profile.size(); ++i) {
    const auto chosen = std::find(profile[i].begin(), profile[i].end(), 1.0) - profile[i].begin();
    cell += static_cast<size_t>(chosen) * stride;
    if (static_cast<int>(i) == player) own = stride;
    stride *= profile[i].size();
  }
  return gain_at(form, cell, static_cast<size_t>(player), own);
}

std::optional<std::vector<MixedProfile>> support_enumeration(const ReducedForm& form, double most_pairs) {
  if (form.strategies.size() != 2) return std::nullopt;
  const int rows = static_cast<int>(form.strategies[0].size()), columns = static_cast<int>(form.strategies[1].size());
  if (rows > 24 || columns > 24 || std::ldexp(1.0, rows + columns) > most_pairs) return std::nullopt;
  auto payoff = [&](int player, int r, int c) {
    return form.payoffs[2 * (static_cast<size_t>(c) * rows + r) + player];
  };
  auto members = [](unsigned mask) {
    std::vector<int> list;
    for (int k = 0; mask >> k; ++k)
      if (mask >> k & 1) list.push_back(k);
    return list;
  };
  // The mix over `own` that makes the other player indifferent over `others`; empty if there is none with all weights
  // positive, or if another strategy of the other player would be better.
  auto mix = [&](const std::vector<int>& own, const std::vector<int>& others, int other_count,
                 auto&& other_payoff) -> std::vector<double> {
    const int k = static_cast<int>(own.size());
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(k + 1, k + 1);
    Eigen::VectorXd b = Eigen::VectorXd::Zero(k + 1);
    for (int e = 0; e < k; ++e) {
      for (int m = 0; m < k; ++m) a(e, m) = other_payoff(own[m], others[e]);
      a(e, k) = -1;
    }
    for (int m = 0; m < k; ++m) a(k, m) = 1;
    b(k) = 1;
    const Eigen::FullPivLU<Eigen::MatrixXd> lu(a);
    if (!lu.isInvertible()) return {};
    const Eigen::VectorXd x = lu.solve(b);
    for (int m = 0; m < k; ++m)
      if (!(x(m) > 1e-12)) return {};
    for (int o = 0; o < other_count; ++o) {
      double value = 0;
      for (int m = 0; m < k; ++m) value += x(m) * other_payoff(own[m], o);
      if (value > x(k) + 1e-10) return {};
    }
    return {x.data(), x.data() + k};
  };
  std::vector<MixedProfile> out;
  for (unsigned r = 1; r < 1u << rows; ++r) {
    const auto own = members(r);
    for (unsigned c = 1; c < 1u << columns; ++c) {
      if (__builtin_popcount(c) != __builtin_popcount(r)) continue;
      const auto others = members(c);
      const auto x = mix(own, others, columns, [&](int mine, int theirs) { return payoff(1, mine, theirs); });
      if (x.empty()) continue;
      const auto y = mix(others, own, rows, [&](int mine, int theirs) { return payoff(0, theirs, mine); });
      if (y.empty()) continue;
      MixedProfile profile{std::vector<double>(rows, 0.0), std::vector<double>(columns, 0.0)};
      for (size_t m = 0; m < own.size(); ++m) profile[0][own[m]] = x[m];
      for (size_t m = 0; m < others.size(); ++m) profile[1][others[m]] = y[m];
      out.push_back(std::move(profile));
    }
  }
  return out;
}

Assessment behaviour_of(const Layout& g, const ReducedForm& form, const MixedProfile& profile) {
  Assessment out;
  out.prob.assign(g.action_count, 0.0);
  for (int h = 0; h < g.agent_count; ++h) {
    double total = 0;
    const auto& list = form.strategies[g.player[h]];
    for (size_t s = 0; s < list.size(); ++s) {
      if (list[s][h] < 0) continue;
      out.prob[g.first_action[h] + list[s][h]] += profile[g.player[h]][s];
      total += profile[g.player[h]][s];
    }
    for (int a = g.first_action[h]; a < g.first_action[h + 1]; ++a)
      out.prob[a] = total > 0 ? out.prob[a] / total : 1.0 / g.actions_of(h);
  }
  std::vector<double> uniform(g.node_count, 0.0);
  for (int h = 0; h < g.agent_count; ++h)
    for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m)
      uniform[g.members[m]] = 1.0 / (g.member_start[h + 1] - g.member_start[h]);
  complete_beliefs(g, out, uniform);
  return out;
}

}  // namespace casus::tree

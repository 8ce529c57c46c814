#include "tree/jacobian.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace casus::tree {

double Jacobian::pair_count(const Layout& layout) {
  std::vector<int> depth(layout.node_count, 0);
  double pairs = 0;
  for (int n = 0; n < layout.node_count; ++n) {
    const int p = layout.parent[n];
    if (p >= 0) depth[n] = depth[p] + (layout.agent[p] >= 0 && layout.child_count[p] > 1);
    if (layout.agent[n] >= 0 && layout.child_count[n] > 1) pairs += depth[n];
  }
  return pairs;
}

Jacobian::Jacobian(const Layout& layout) : layout_(&layout) {
  const Layout& g = layout;
  variable_of_agent_.assign(g.agent_count, -1);
  for (int h = 0; h < g.agent_count; ++h) {
    if (g.actions_of(h) < 2 || g.member_start[h] == g.member_start[h + 1]) continue;
    variable_of_agent_[h] = static_cast<int>(agent_of_variable_.size());
    agent_of_variable_.push_back(h);
    pattern_.size.push_back(g.actions_of(h) - 1);
  }
  const int variables = static_cast<int>(agent_of_variable_.size());
  auto is_variable = [&](int n) { return g.agent[n] >= 0 && variable_of_agent_[g.agent[n]] >= 0; };

  std::unordered_map<uint64_t, int> block_of;
  auto block = [&](int row, int column) {
    const uint64_t key = static_cast<uint64_t>(row) * variables + column;
    const auto [it, fresh] = block_of.emplace(key, static_cast<int>(pattern_.blocks.size()));
    if (fresh) {
      pattern_.blocks.push_back({row, column, pattern_.value_count});
      pattern_.value_count += static_cast<size_t>(pattern_.size[row]) * pattern_.size[column];
    }
    return it->second;
  };
  for (int v = 0; v < variables; ++v) block(v, v);

  pair_start_.push_back(0);
  std::vector<int> depth(g.node_count, 0);
  for (int n = 0; n < g.node_count; ++n) {
    if (n > 0) depth[n] = depth[g.parent[n]] + 1;
    if (is_variable(n)) {
      const int h = g.agent[n], row = variable_of_agent_[h];
      bool reached = true;  // no zero-probability chance move between the ancestor and n
      for (int child = n; g.parent[child] >= 0; child = g.parent[child]) {
        const int p = g.parent[child];
        reached = reached && g.chance[child] > 0;
        if (!is_variable(p)) continue;
        Pair pair{p, child - g.first_child[p], -1, -1};
        const int column = variable_of_agent_[g.agent[p]];
        const auto& sources = g.belief_sources[h];
        if (g.active[n] && std::binary_search(sources.begin(), sources.end(), g.agent[p]))
          pair.belief_block = block(row, column);
        if (reached && g.active[p]) pair.value_block = block(column, row);
        if (pair.belief_block >= 0 || pair.value_block >= 0) pairs_.push_back(pair);
      }
    }
    pair_start_.push_back(pairs_.size());
  }
  values_.resize(pattern_.value_count);

  // Deepest agents first: what a node's front passes on is then what its public past is coupled with.
  std::vector<int> order(variables), deepest(variables, 0);
  for (int n = 0; n < g.node_count; ++n)
    if (is_variable(n))
      deepest[variable_of_agent_[g.agent[n]]] = std::max(deepest[variable_of_agent_[g.agent[n]]], depth[n]);
  for (int v = 0; v < variables; ++v) order[v] = v;
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return deepest[a] > deepest[b]; });
  lu_.analyse(pattern_, order);
}

void Jacobian::assemble(const Sweep& sweep, double precision) {
  const Layout& g = *layout_;
  const int players = g.player_count;
  std::fill(values_.begin(), values_.end(), 0.0);
  for (size_t v = 0; v < agent_of_variable_.size(); ++v) {
    const int size = pattern_.size[v];
    for (int k = 0; k < size; ++k) values_[pattern_.blocks[v].offset + static_cast<size_t>(k) * size + k] = 1;
  }
  std::vector<double> advantage, gain;
  for (int n = 0; n < g.node_count; ++n) {
    const size_t begin = pair_start_[n], end = pair_start_[n + 1];
    if (begin == end) continue;
    const int h = g.agent[n], count = g.child_count[n], first = g.first_action[h], r = sweep.reference[h];
    const double* child = sweep.value.data() + static_cast<size_t>(g.first_child[n]) * players;
    // advantage[i][c]: what moving the log-odds of action c here adds to player i's value of the node.
    advantage.assign(static_cast<size_t>(players) * (count - 1), 0.0);
    for (int i = 0; i < players; ++i) {
      double mean = 0;
      for (int a = 0; a < count; ++a) mean += sweep.prob[first + a] * child[a * players + i];
      for (int a = 0, k = 0; a < count; ++a)
        if (a != r)
          advantage[i * (count - 1) + k++] = precision * sweep.prob[first + a] * (child[a * players + i] - mean);
    }
    // gain[a]: what more belief in this node adds to the value of a against the reference.
    gain.resize(count - 1);
    const int own = g.player[h];
    const double at_reference = child[r * players + own] - sweep.q[first + r];
    for (int a = 0, k = 0; a < count; ++a)
      if (a != r)
        gain[k++] = precision * sweep.belief[n] * (child[a * players + own] - sweep.q[first + a] - at_reference);

    int lower = n;
    double reach = 1;  // from the ancestor to n, its own action included
    for (size_t at = begin; at < end; ++at) {
      const Pair& pair = pairs_[at];
      while (lower != pair.ancestor) {
        const int p = g.parent[lower];
        reach *= g.agent[p] >= 0 ? sweep.prob[g.first_action[g.agent[p]] + lower - g.first_child[p]] : g.chance[lower];
        lower = p;
      }
      const int other = g.agent[pair.ancestor];
      const int other_first = g.first_action[other], other_count = g.actions_of(other);
      const int other_r = sweep.reference[other];
      if (pair.belief_block >= 0) {
        double* out = values_.data() + pattern_.blocks[pair.belief_block].offset;
        for (int a = 0; a < count - 1; ++a)
          for (int c = 0; c < other_count; ++c)
            if (c != other_r) *out++ -= gain[a] * ((c == pair.action) - sweep.prob[other_first + c]);
      }
      if (pair.value_block >= 0) {
        // `reach` holds the probability of the action at the ancestor, which its value given that action must not have.
        const double taken = sweep.prob[other_first + pair.action];
        double below = taken > 0 ? reach / taken : 0;
        if (taken <= 0 || below <= 0)
          below =
              std::exp(sweep.log_reach[n] - sweep.log_reach[pair.ancestor] - sweep.log_prob[other_first + pair.action]);
        const double weight = sweep.belief[pair.ancestor] * below;
        const double* add = advantage.data() + static_cast<size_t>(g.player[other]) * (count - 1);
        double* out = values_.data() + pattern_.blocks[pair.value_block].offset;
        for (int a = 0; a < other_count; ++a) {
          if (a == other_r) continue;
          const double sign = a == pair.action ? -weight : pair.action == other_r ? weight : 0.0;
          for (int c = 0; c < count - 1; ++c) out[c] += sign * add[c];
          out += count - 1;
        }
      }
    }
  }
}

void Jacobian::shift_diagonal(double amount) {
  for (size_t v = 0; v < agent_of_variable_.size(); ++v) {
    if (layout_->is_explicit[agent_of_variable_[v]]) continue;
    const int size = pattern_.size[v];
    for (int k = 0; k < size; ++k) values_[pattern_.blocks[v].offset + static_cast<size_t>(k) * size + k] += amount;
  }
}

void Jacobian::solve(const Sweep& sweep, const std::vector<double>& rhs, std::vector<double>& x) {
  const Layout& g = *layout_;
  scratch_.resize(lu_.scalar_count());
  for (size_t v = 0; v < agent_of_variable_.size(); ++v) {
    const int h = agent_of_variable_[v];
    int k = lu_.scalar_start()[v];
    for (int a = 0; a < g.actions_of(h); ++a)
      if (a != sweep.reference[h]) scratch_[k++] = rhs[g.first_action[h] + a];
  }
  lu_.solve(scratch_);
  x.assign(g.action_count, 0.0);
  for (size_t v = 0; v < agent_of_variable_.size(); ++v) {
    const int h = agent_of_variable_[v];
    int k = lu_.scalar_start()[v];
    for (int a = 0; a < g.actions_of(h); ++a)
      if (a != sweep.reference[h]) x[g.first_action[h] + a] = scratch_[k++];
  }
}

void Jacobian::multiply(const Sweep& sweep, const std::vector<double>& x, std::vector<double>& out) const {
  const Layout& g = *layout_;
  out.assign(g.action_count, 0.0);
  for (const auto& block : pattern_.blocks) {
    const int row = agent_of_variable_[block.row], column = agent_of_variable_[block.column];
    const double* value = values_.data() + block.offset;
    for (int a = 0; a < g.actions_of(row); ++a) {
      if (a == sweep.reference[row]) continue;
      for (int c = 0; c < g.actions_of(column); ++c)
        if (c != sweep.reference[column]) out[g.first_action[row] + a] += *value++ * x[g.first_action[column] + c];
    }
  }
}

}  // namespace casus::tree

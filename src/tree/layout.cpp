#include "tree/layout.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace casus::tree {

Layout::Layout(const Tree& tree) {
  node_count = static_cast<int>(tree.nodes.size());
  player_count = tree.player_count();
  agent_of_set.assign(tree.info_sets.size(), -1);
  first_action.push_back(0);
  for (size_t s = 0; s < tree.info_sets.size(); ++s) {
    const InfoSet& set = tree.info_sets[s];
    if (set.player < 0) continue;
    agent_of_set[s] = agent_count++;
    player.push_back(set.player);
    info_set.push_back(static_cast<int>(s));
    first_action.push_back(first_action.back() + set.action_count);
  }
  action_count = first_action.back();

  parent.resize(node_count);
  first_child.resize(node_count);
  child_count.resize(node_count);
  agent.assign(node_count, -1);
  chance.assign(node_count, 1.0);
  log_chance.assign(node_count, 0.0);
  payoff.assign(static_cast<size_t>(node_count) * player_count, 0.0);
  std::vector<int> zeros(node_count, 0);  // zero-probability chance moves on the way
  std::vector<double> sum(payoff.size(), 0.0);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> least(player_count, infinity), most(player_count, -infinity);
  for (int n = 0; n < node_count; ++n) {
    const Node& node = tree.nodes[n];
    parent[n] = node.parent;
    first_child[n] = node.first_child;
    child_count[n] = tree.action_count(n);
    if (node.info_set >= 0) agent[n] = agent_of_set[node.info_set];
    if (n > 0) {
      zeros[n] = zeros[node.parent];
      const InfoSet& above = tree.info_sets[tree.nodes[node.parent].info_set];
      if (above.player < 0) {
        chance[n] = tree.actions[above.first_action + tree.action_into(n)].probability.value;
        if (chance[n] > 0)
          log_chance[n] = std::log(chance[n]);
        else
          ++zeros[n];
      }
    }
    for (int i = 0; i < player_count; ++i) {
      const size_t at = static_cast<size_t>(n) * player_count + i;
      if (node.outcome >= 0) payoff[at] = tree.outcomes[node.outcome].payoffs[i].value;
      sum[at] = payoff[at] + (n > 0 ? sum[static_cast<size_t>(node.parent) * player_count + i] : 0.0);
      if (node.info_set < 0) {
        least[i] = std::min(least[i], sum[at]);
        most[i] = std::max(most[i], sum[at]);
      }
    }
  }
  scale = 0;
  for (int i = 0; i < player_count; ++i) {
    payoff_range.push_back(most[i] - least[i]);
    scale = std::max(scale, payoff_range[i]);
  }
  if (!(scale > 0)) scale = 1;
  for (double& value : payoff) value /= scale;

  active.assign(node_count, 0);
  member_start.push_back(0);
  for (int h = 0; h < agent_count; ++h) {
    const auto& nodes = tree.info_sets[info_set[h]].nodes;
    int fewest = std::numeric_limits<int>::max();
    for (int n : nodes) fewest = std::min(fewest, zeros[n]);
    for (int n : nodes) {
      if (zeros[n] != fewest) continue;
      active[n] = 1;
      members.push_back(n);
    }
    member_start.push_back(static_cast<int>(members.size()));
  }
  find_belief_sources();
  find_loops();
  backward_order = order_backward(is_explicit);
}

void Layout::find_belief_sources() {
  auto moves = [&](int n) { return agent[n] >= 0 && child_count[n] > 1; };
  // Sums of random 64-bit words stand for multisets of actions: unequal ones coincide with a chance of 2^-64 a pair.
  auto word = [](uint64_t k) {
    k += 0x9E3779B97F4A7C15ull;
    k = (k ^ (k >> 30)) * 0xBF58476D1CE4E5B9ull;
    k = (k ^ (k >> 27)) * 0x94D049BB133111EBull;
    return k ^ (k >> 31);
  };
  belief_sources.resize(agent_count);
  std::vector<uint64_t> past(node_count, 0);  // all actions of players on the way to a node
  for (int n = 1; n < node_count; ++n) {
    const int p = parent[n];
    past[n] = past[p] + (moves(p) ? word(first_action[agent[p]] + n - first_child[p]) : 0);
  }
  // The agents of whose actions more or others lie on the way to one node than to another. What both ways share is left
  // out, so that a member costs its distance from the one before it and not its depth.
  std::vector<std::pair<int, uint64_t>>
      taken;  // (agent above, its action: added for one node, taken off for the other)
  auto compare = [&](int one, int other, std::vector<int>& sources) {
    taken.clear();
    while (one != other) {
      // A parent has a smaller number than its children, so the larger of the two is not above the other.
      int& n = one > other ? one : other;
      const int p = parent[n];
      if (moves(p)) taken.emplace_back(agent[p], one > other ? word(n - first_child[p]) : 0 - word(n - first_child[p]));
      n = p;
    }
    std::sort(taken.begin(), taken.end());
    for (size_t k = 0; k < taken.size();) {
      const int h = taken[k].first;
      uint64_t sum = 0;
      for (; k < taken.size() && taken[k].first == h; ++k) sum += taken[k].second;
      if (sum != 0) sources.push_back(h);
    }
  };
  for (int h = 0; h < agent_count; ++h) {
    const int begin = member_start[h], end = member_start[h + 1];
    if (end - begin < 2 || actions_of(h) < 2) continue;
    bool same_past = true, same_payoffs = true;
    for (int m = begin; m < end; ++m) {
      same_past = same_past && past[members[m]] == past[members[begin]];
      for (int a = 0; a < actions_of(h) && same_payoffs; ++a) {
        const int child = first_child[members[m]] + a;
        const auto like = static_cast<size_t>(first_child[members[begin]] + a) * player_count + player[h];
        same_payoffs =
            first_child[child] < 0 && payoff[static_cast<size_t>(child) * player_count + player[h]] == payoff[like];
      }
    }
    if (same_past || same_payoffs) continue;
    auto& sources = belief_sources[h];
    for (int m = begin + 1; m < end; ++m) {
      if (past[members[m]] != past[members[m - 1]]) compare(members[m], members[m - 1], sources);
      if (m + 1 < end && sources.size() < 2 * static_cast<size_t>(agent_count)) continue;
      std::sort(sources.begin(), sources.end());
      sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
    }
  }
}

void Layout::find_loops() {
  // Edges to what an agent depends on: the next movers below (those further down follow through them) and the sources
  // of its belief. Tarjan's algorithm with an explicit stack finds the loops.
  std::vector<std::vector<int>> edges = belief_sources;
  std::vector<int> mover_above(node_count, -1);
  for (int n = 1; n < node_count; ++n) {
    const int p = parent[n];
    mover_above[n] = agent[p] >= 0 && child_count[p] > 1 ? agent[p] : mover_above[p];
    if (agent[n] >= 0 && child_count[n] > 1 && mover_above[n] >= 0) edges[mover_above[n]].push_back(agent[n]);
  }
  for (auto& list : edges) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  is_explicit.assign(agent_count, 0);
  std::vector<int> index(agent_count, -1), low(agent_count, 0), stack;
  std::vector<char> on_stack(agent_count, 0);
  int next = 0;
  for (int start = 0; start < agent_count; ++start) {
    if (index[start] >= 0) continue;
    std::vector<std::pair<int, size_t>> path{{start, 0}};
    while (!path.empty()) {
      const int h = path.back().first;
      if (path.back().second == 0 && index[h] < 0) {
        index[h] = low[h] = next++;
        stack.push_back(h);
        on_stack[h] = 1;
      }
      if (path.back().second < edges[h].size()) {
        const int to = edges[h][path.back().second++];
        if (index[to] < 0)
          path.emplace_back(to, 0);
        else if (on_stack[to])
          low[h] = std::min(low[h], index[to]);
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back().first] = std::min(low[path.back().first], low[h]);
      if (low[h] != index[h]) continue;
      const bool alone = stack.back() == h && !std::binary_search(edges[h].begin(), edges[h].end(), h);
      is_explicit[h] = alone && belief_sources[h].empty();
      while (on_stack[h]) {
        on_stack[stack.back()] = 0;
        stack.pop_back();
      }
    }
  }
}

std::vector<int> Layout::order_backward(const std::vector<char>& marked) const {
  // A node waits for its children and, where its agent is marked, for the agent's choice; the choice waits for the
  // children of all the agent's nodes.
  std::vector<std::vector<int>> all_nodes(agent_count);
  for (int n = 0; n < node_count; ++n)
    if (agent[n] >= 0) all_nodes[agent[n]].push_back(n);
  std::vector<int> wait_node(node_count, 0), wait_agent(agent_count, 0), ready, order;
  auto waits = [&](int n) { return agent[n] >= 0 && marked[agent[n]] && child_count[n] > 1; };
  for (int n = 0; n < node_count; ++n) {
    wait_node[n] = child_count[n] + waits(n);
    if (waits(n)) wait_agent[agent[n]] += child_count[n];
    if (wait_node[n] == 0) ready.push_back(n);
  }
  while (!ready.empty()) {
    const int item = ready.back();
    ready.pop_back();
    order.push_back(item);
    if (item < 0) {
      for (int n : all_nodes[-1 - item])
        if (--wait_node[n] == 0) ready.push_back(n);
      continue;
    }
    const int p = parent[item];
    if (p < 0) continue;
    if (--wait_node[p] == 0) ready.push_back(p);
    if (waits(p) && --wait_agent[agent[p]] == 0) ready.push_back(-1 - agent[p]);
  }
  return order;
}

}  // namespace casus::tree

#include "tree/part_tree.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace casus::tree {

PartialProfile::PartialProfile(const Layout& g, const std::vector<double>& log_prob)
    : layout(&g), prob(g.action_count), settled(g.agent_count, 0), value(g.payoff), nodes(g.agent_count) {
  for (int a = 0; a < g.action_count; ++a) prob[a] = std::exp(log_prob[a]);
  for (int n = 0; n < g.node_count; ++n)
    if (g.agent[n] >= 0) nodes[g.agent[n]].push_back(n);
  const auto players = static_cast<size_t>(g.player_count);
  for (int n = g.node_count - 1; n > 0; --n)
    for (size_t i = 0; i < players; ++i) value[g.parent[n] * players + i] += move(n) * value[n * players + i];
}

double PartialProfile::move(int n) const {
  const Layout& g = *layout;
  const int p = g.parent[n], h = g.agent[p];
  return h >= 0 ? prob[g.first_action[h] + n - g.first_child[p]] : g.chance[n];
}

void PartialProfile::update_values(const std::vector<int>& agents) {
  const Layout& g = *layout;
  const auto players = static_cast<size_t>(g.player_count);
  std::set<int, std::greater<>> changed;  // children before parents
  for (int h : agents)
    for (int node : nodes[h])
      for (int n = node; n >= 0 && changed.insert(n).second;) n = g.parent[n];
  for (int n : changed)
    for (size_t i = 0; i < players; ++i) {
      double& v = value[n * players + i] = g.payoff[n * players + i];
      for (int c = g.first_child[n]; c < g.first_child[n] + g.child_count[n]; ++c)
        v += move(c) * value[c * players + i];
    }
}

// Whether the move into `child` is one that its mover is settled never to make.
bool PartTree::zero_step(int child) const {
  const int p = g.parent[child], h = g.agent[p];
  return h >= 0 && profile_.settled[h] && profile_.prob[g.first_action[h] + child - g.first_child[p]] == 0;
}

// The first open agent outside the part on the way to the node, behind whose choices there is nothing to see; or -1.
int PartTree::hiding(int node) const {
  int found = -1;
  for (int n = g.parent[node]; n >= 0; n = g.parent[n])
    if (g.agent[n] >= 0 && !profile_.settled[g.agent[n]] && !in_part_[g.agent[n]]) found = g.agent[n];
  return found;
}

// Marks the part's nodes, the way to them, and all nodes of those who must deviate on the way, whose beliefs count.
void PartTree::mark(const std::vector<int>& agents) {
  wanted_.assign(g.node_count, 0);
  entrances_.resize(g.agent_count);
  auto steps = [&](int node) {
    int count = 0;
    for (int n = node; n > 0; n = g.parent[n]) count += zero_step(n) || g.chance[n] == 0;
    return count;
  };
  std::vector<int> open = agents, level, fresh;
  std::vector<char> seen(g.agent_count, 0);
  bool first = true;
  while (!open.empty()) {
    for (int h : open) {
      const int begin = g.member_start[h], count = g.member_start[h + 1] - begin;
      level.resize(count);
      for (int m = 0; m < count; ++m) level[m] = steps(g.members[begin + m]);
      const int least = *std::min_element(level.begin(), level.end());
      for (int m = 0; m < count; ++m) {
        const int node = g.members[begin + m], by = hiding(node);
        if (by < 0)
          for (int n = node; n >= 0 && !wanted_[n]; n = g.parent[n]) {
            wanted_[n] = 1;
            fresh.push_back(n);
          }
        else if (first && level[m] == least)
          hidden_by.push_back(by);
      }
    }
    first = false;
    open.clear();
    for (int n : fresh) {
      if (n == 0 || !zero_step(n)) continue;
      const int p = g.parent[n], h = g.agent[p], k = n - g.first_child[p];
      if (std::find(entrances_[h].begin(), entrances_[h].end(), k) == entrances_[h].end()) entrances_[h].push_back(k);
      if (!seen[h]) {
        seen[h] = 1;
        open.push_back(h);
      }
    }
    fresh.clear();
  }
  std::sort(hidden_by.begin(), hidden_by.end());
  hidden_by.erase(std::unique(hidden_by.begin(), hidden_by.end()), hidden_by.end());
}

PartTree::PartTree(const PartialProfile& profile, const std::vector<int>& agents)
    : profile_(profile), g(*profile.layout), in_part_(g.agent_count, 0) {
  for (int h : agents) in_part_[h] = 1;
  mark(agents);
  if (!hidden_by.empty()) return;

  const auto players = static_cast<size_t>(g.player_count);
  TreeBuilder builder("", std::vector<std::string>(players), std::numeric_limits<int>::max());
  std::vector<int> set_of(g.agent_count, -1);
  std::vector<char> used(g.agent_count, 0);
  auto names = [](size_t count) { return std::vector<std::string>(count); };
  auto number = [](double value) { return Number{value, {}}; };
  auto pay = [&](int node, const std::vector<double>& paid) {
    if (std::all_of(paid.begin(), paid.end(), [](double value) { return value == 0; })) return;
    std::vector<Number> payoffs;
    payoffs.reserve(paid.size());
    for (double value : paid) payoffs.push_back(number(value));
    builder.set_outcome(node, builder.add_outcome("", std::move(payoffs)));
  };
  auto expand = [&](int node, int set) {
    const int first = *builder.expand(node, set);
    original.resize(builder.node_count(), -1);
    outside_.resize(builder.node_count(), -1);
    return first;
  };
  original.assign(1, -1);
  outside_.assign(1, -1);

  std::vector<Task> tasks;
  tasks.push_back({builder.root(), 0, false, std::vector<double>(players, 0.0)});
  while (!tasks.empty()) {
    Task task = std::move(tasks.back());
    tasks.pop_back();
    const int n = task.from, h = g.agent[n], first = g.first_child[n];
    const bool closed = h >= 0 && !profile.settled[h] && !in_part_[h];
    if (!task.stay && (!wanted_[n] || first < 0 || closed)) {
      for (size_t i = 0; i < players; ++i) task.paid[i] += profile.value[n * players + i];
      pay(task.node, task.paid);
      if (closed) outside_[task.node] = h;
      continue;
    }
    if (!task.stay)
      for (size_t i = 0; i < players; ++i) task.paid[i] += g.payoff[n * players + i];
    const std::vector<double> nothing(players, 0.0);
    if (h >= 0 && in_part_[h]) {
      if (set_of[h] < 0) {
        set_of[h] = builder.add_info_set(g.player[h], "", names(g.actions_of(h)));
        choices.resize(set_of[h] + 1);
        choices[set_of[h]] = {h, true};
      }
      pay(task.node, task.paid);
      const int child = expand(task.node, set_of[h]);
      original[task.node] = n;
      for (int a = 0; a < g.actions_of(h); ++a) tasks.push_back({child + a, first + a, false, nothing});
      continue;
    }
    if (h >= 0 && !used[h]) {
      used[h] = 1;
      relied_on.push_back(h);
    }
    if (h >= 0 && !task.stay && !entrances_[h].empty()) {
      const auto& ways = entrances_[h];
      if (set_of[h] < 0) {
        set_of[h] = builder.add_info_set(g.player[h], "", names(ways.size() + 1));
        choices.resize(set_of[h] + 1);
        choices[set_of[h]] = {h, false};
      }
      pay(task.node, task.paid);
      const int child = expand(task.node, set_of[h]);
      tasks.push_back({child, n, true, nothing});
      for (size_t k = 0; k < ways.size(); ++k)
        tasks.push_back({child + 1 + static_cast<int>(k), first + ways[k], false, nothing});
      continue;
    }
    // Moves by chance or as settled: those that have a probability, or that chance might make after all.
    std::vector<int> steps;
    std::vector<Number> odds;
    bool any_wanted = false;
    for (int a = 0; a < g.child_count[n]; ++a) {
      const double p = h >= 0 ? profile.prob[g.first_action[h] + a] : g.chance[first + a];
      if (p == 0 && (h >= 0 || !wanted_[first + a])) continue;
      steps.push_back(first + a);
      odds.push_back(number(p));
      any_wanted = any_wanted || wanted_[first + a];
    }
    if (!any_wanted) {
      for (size_t k = 0; k < steps.size(); ++k)
        for (size_t i = 0; i < players; ++i) task.paid[i] += odds[k].value * profile.value[steps[k] * players + i];
      pay(task.node, task.paid);
    } else if (steps.size() == 1) {
      tasks.push_back({task.node, steps[0], false, std::move(task.paid)});
    } else {
      const int set = builder.add_chance_set("", names(steps.size()), odds);
      choices.resize(set + 1);
      pay(task.node, task.paid);
      const int child = expand(task.node, set);
      for (size_t k = 0; k < steps.size(); ++k)
        tasks.push_back({child + static_cast<int>(k), steps[k], false, nothing});
    }
  }
  tree = builder.finish();
}

std::vector<int> PartTree::reached_outside(const Layout& small, const Assessment& limit) const {
  std::vector<int> out;
  std::vector<char> reached(small.node_count, 0);
  for (int n = 0; n < small.node_count; ++n) {
    const int p = small.parent[n], h = small.agent[n];
    if (p >= 0 && reached[p]) {
      const int above = small.agent[p], k = n - small.first_child[p];
      const bool enters = above >= 0 && k > 0 && !choices[small.info_set[above]].whole;
      reached[n] = enters || (above >= 0 ? limit.prob[small.first_action[above] + k] : small.chance[n]) > 0;
    }
    if (h >= 0 && limit.belief[n] > 0) reached[n] = 1;
    if (reached[n] && outside_[n] >= 0) out.push_back(outside_[n]);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace casus::tree

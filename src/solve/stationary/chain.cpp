#include "solve/stationary/chain.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/stop.h"

namespace casus::solve {

Hit hitting(OpenChain c, size_t from, const std::atomic<bool>* stop) {
  const size_t n = c.states;
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::swap(order[0], order[from]);
  // In the place of a step to a state that has been eliminated stands how often that is gone through.
  const auto at = [&](size_t i, size_t j) -> double& { return c.step[order[i] * n + order[j]]; };
  std::vector<double> out(n);
  for (size_t k = n; k-- > 0;) {
    base::stop_if(stop);
    out[k] = c.hit[order[k]] + c.lost[order[k]];
    for (size_t j = 0; j < k; ++j) out[k] += at(k, j);
    for (size_t i = 0; i < k; ++i) {
      double& into = at(i, k);
      if (into == 0) continue;
      if (out[k] == 0) {  // who gets there stays: it is never met
        c.lost[order[i]] += std::exchange(into, 0.0);
        continue;
      }
      into /= out[k];
      for (size_t j = 0; j < k; ++j) at(i, j) += into * at(k, j);
      c.hit[order[i]] += into * c.hit[order[k]];
      c.lost[order[i]] += into * c.lost[order[k]];
    }
  }
  // Each step counts by the chance that it is ever met from there.
  std::vector<double> met(n, 0.0), rounds(n);
  for (size_t k = 0; k < n; ++k) {
    if (out[k] == 0) continue;
    met[k] = c.hit[order[k]];
    for (size_t j = 0; j < k; ++j) met[k] += at(k, j) * met[j];
    met[k] /= out[k];
  }
  rounds = met;
  for (size_t k = n; k-- > 1;)
    for (size_t i = 0; i < k; ++i) rounds[i] += at(i, k) * rounds[k];
  return {met[0], out[0] == 0 ? 0 : rounds[0] / out[0]};
}

namespace {

// Classes of states that lead to each other, by two searches (Kosaraju): per state its class; a class stands before
// those it leads to.
std::vector<size_t> communicating(const std::vector<double>& step, size_t n) {
  std::vector<size_t> done, next(n, 0), path, of(n, n);
  std::vector<bool> seen(n, false);
  for (size_t root = 0; root < n; ++root) {
    if (seen[root]) continue;
    seen[root] = true;
    path.assign(1, root);
    while (!path.empty()) {
      const size_t i = path.back();
      size_t& j = next[i];
      while (j < n && (seen[j] || step[i * n + j] == 0)) ++j;
      if (j < n) {
        seen[j] = true;
        path.push_back(j);
      } else {
        done.push_back(i);
        path.pop_back();
      }
    }
  }
  size_t classes = 0;
  for (size_t k = n; k-- > 0;) {
    if (of[done[k]] < n) continue;
    of[done[k]] = classes;
    path.assign(1, done[k]);
    while (!path.empty()) {
      const size_t j = path.back();
      path.pop_back();
      for (size_t i = 0; i < n; ++i)
        if (of[i] == n && step[i * n + j] > 0) {
          of[i] = classes;
          path.push_back(i);
        }
    }
    ++classes;
  }
  return of;
}

// The stationary distribution of states that lead to each other and nowhere else.
std::vector<double> settled(const std::vector<double>& step, size_t n, const std::vector<size_t>& states,
                            const std::atomic<bool>* stop) {
  const size_t size = states.size();
  std::vector<double> p(size * size);
  for (size_t i = 0; i < size; ++i)
    for (size_t j = 0; j < size; ++j) p[i * size + j] = step[states[i] * n + states[j]];
  for (size_t k = size; k-- > 1;) {
    base::stop_if(stop);
    double out = 0;
    for (size_t j = 0; j < k; ++j) out += p[k * size + j];
    for (size_t i = 0; i < k; ++i) {
      const double by = p[i * size + k] /= out;
      if (by == 0) continue;
      for (size_t j = 0; j < k; ++j) p[i * size + j] += by * p[k * size + j];
    }
  }
  std::vector<double> share(size, 0.0);
  share[0] = 1;
  double sum = 1;
  for (size_t k = 1; k < size; ++k) {
    for (size_t i = 0; i < k; ++i) share[k] += share[i] * p[i * size + k];
    sum += share[k];
  }
  for (double& x : share) x /= sum;
  return share;
}

}  // namespace

std::vector<double> long_run(const std::vector<double>& step, size_t n, size_t from, const std::atomic<bool>* stop) {
  const auto of = communicating(step, n);
  const size_t classes = *std::max_element(of.begin(), of.end()) + 1;
  std::vector<std::vector<size_t>> members(classes);
  std::vector<bool> closed(classes, true);
  for (size_t i = 0; i < n; ++i) {
    members[of[i]].push_back(i);
    for (size_t j = 0; j < n; ++j)
      if (step[i * n + j] > 0 && of[j] != of[i]) closed[of[i]] = false;
  }
  std::vector<double> out(n, 0.0);
  for (size_t k = 0; k < classes; ++k) {
    if (!closed[k]) continue;
    double weight = of[from] == k ? 1 : 0;
    if (!closed[of[from]]) {
      OpenChain chain{n, step, std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
      for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j)
          if (closed[of[j]]) {
            const double there = std::exchange(chain.step[i * n + j], 0.0);
            (of[j] == k ? chain.hit : chain.lost)[i] += there;
          }
      weight = hitting(std::move(chain), from, stop).probability;
    }
    if (weight == 0) continue;
    const auto share = settled(step, n, members[k], stop);
    for (size_t i = 0; i < members[k].size(); ++i) out[members[k][i]] += weight * share[i];
  }
  return out;
}

}  // namespace casus::solve

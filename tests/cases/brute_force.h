// The logit agent quantal response equilibrium of an explicit tree by damped replies: slow, simple and independent of
// the solver. Good for small trees at low precision, where replies converge.
#pragma once
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace casus::test {

class BruteForce {
 public:
  // A leaf; payoffs per player.
  int leaf(std::vector<double> payoffs) {
    nodes_.push_back({-1, 0, {}, std::move(payoffs)});
    return static_cast<int>(nodes_.size()) - 1;
  }
  // A decision of `player` at the information set `name`.
  int decision(int player, const std::string& name, std::vector<int> children) {
    const auto [at, fresh] = sets_.emplace(name, static_cast<int>(sigma_.size()));
    if (fresh) sigma_.emplace_back(children.size(), 1.0 / static_cast<double>(children.size()));
    nodes_.push_back({at->second, player, std::move(children), {}});
    return static_cast<int>(nodes_.size()) - 1;
  }
  // One draw of everybody's types.
  void root(double probability, int node) { roots_.push_back({probability, node}); }

  // Damped replies until nothing changes; returns the last change.
  double solve(double precision, int sweeps = 20000) {
    double change = 1;
    for (int k = 0; k < sweeps && change > 1e-13; ++k) {
      gain_.assign(sigma_.size(), {});
      weight_.assign(sigma_.size(), 0);
      for (size_t s = 0; s < sigma_.size(); ++s) gain_[s].assign(sigma_[s].size(), 0);
      for (const auto& [probability, node] : roots_) visit(node, probability);
      change = 0;
      for (size_t s = 0; s < sigma_.size(); ++s) {
        double total = 0;
        std::vector<double> reply;
        for (double g : gain_[s]) total += reply.emplace_back(std::exp(precision * g / weight_[s]));
        for (size_t a = 0; a < reply.size(); ++a) {
          const double step = 0.5 * (reply[a] / total - sigma_[s][a]);
          sigma_[s][a] += step;
          change = std::max(change, std::abs(step));
        }
      }
    }
    return change;
  }
  double probability(const std::string& set, size_t action) const {
    return sigma_[static_cast<size_t>(sets_.at(set))][action];
  }

 private:
  struct Node {
    int set;
    int player;
    std::vector<int> children;
    std::vector<double> payoffs;
  };
  // Everybody's values below a node that is reached with probability `reach`. In an agent form every information set
  // decides alone, so its gains are weighed by the whole chance of getting there.
  std::vector<double> visit(int id, double reach) {
    const Node& node = nodes_[static_cast<size_t>(id)];
    if (node.set < 0) return node.payoffs;
    const auto set = static_cast<size_t>(node.set);
    std::vector<double> value;
    for (size_t a = 0; a < node.children.size(); ++a) {
      const std::vector<double> below = visit(node.children[a], reach * sigma_[set][a]);
      gain_[set][a] += reach * below[static_cast<size_t>(node.player)];
      if (value.empty()) value.assign(below.size(), 0);
      for (size_t i = 0; i < below.size(); ++i) value[i] += sigma_[set][a] * below[i];
    }
    weight_[set] += reach;
    return value;
  }

  std::vector<Node> nodes_;
  std::map<std::string, int> sets_;
  std::vector<std::vector<double>> sigma_, gain_;
  std::vector<double> weight_;
  std::vector<std::pair<double, int>> roots_;
};

}  // namespace casus::test

#include "solve/stationary/strategies.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/stop.h"

namespace casus::solve {

using game::NodeId;
using game::NodeKind;
using game::none;

// The factors of I - discount x kernel, for each discount that somebody has.
struct Strategies::Solver {
  std::map<double, Eigen::PartialPivLU<Eigen::MatrixXd>> by_discount;
};

Strategies::~Strategies() = default;

Strategies::Strategies(const StationaryPlan& plan, const World& w, const std::atomic<bool>* stop)
    : plan_(plan), g_(*plan.game), w_(w), stop_(stop), actors_(g_.actors()), solver_(std::make_unique<Solver>()) {
  const size_t unknowns = plan.unknowns();
  lambda_.resize(unknowns);
  sigma_.resize(unknowns);
  log_sigma_.resize(unknowns);
  worth_.resize(unknowns);
  values_.resize(g_.nodes.size() * actors_);
  edge_probability_.resize(g_.edges.size());
  odds_ = step_odds(g_, w);
  first_joint_.push_back(0);
  for (NodeId n = 0; n < g_.nodes.size(); ++n) {
    const uint32_t edges = g_.nodes[n].edges;
    first_joint_.push_back(first_joint_.back() + (edges > 0 ? edges / plan.ways(n) : 0));
    const auto& movers = g_.shapes[g_.nodes[n].shape].movers;
    for (size_t m = 0; m < movers.size(); ++m)
      for (uint32_t o = 0; o < plan.joint(n).options(m); ++o)
        lambda_[plan.first[n] + plan.joint(n).first(m) + o] = w.precision[movers[m].actor];
  }
  joint_probability_.resize(first_joint_.back());
  joint_.assign(actors_, std::vector<double>(first_joint_.back()));
}

void Strategies::set(std::span<const double> y) {
  for (NodeId n = 0; n < g_.nodes.size(); ++n) {
    const auto& node = g_.nodes[n];
    const Joint& joint = plan_.joint(n);
    const size_t first = plan_.first[n], size = joint.unknowns();
    choices_of(joint, y.subspan(first, size), std::span(sigma_).subspan(first, size),
               std::span(log_sigma_).subspan(first, size));
    const uint32_t ways = plan_.ways(n);
    for (uint32_t e = node.first_edge, c = 0; e < node.first_edge + node.edges; ++c) {
      const double p = joint_probability_[first_joint_[n] + c] =
          joint.probability(c, std::span(sigma_).subspan(first, size));
      for (uint32_t k = 0; k < ways; ++k, ++e) edge_probability_[e] = odds_[e] * p;
    }
  }
  find_rounds();
  find_values();
  find_worth();
}

double Strategies::edge_value(NodeId n, uint32_t edge, uint32_t actor) const {
  const auto& e = g_.edges[g_.nodes[n].first_edge + edge];
  const double discount = g_.shapes[g_.nodes[n].shape].kind == NodeKind::settle ? w_.discount[actor] : 1;
  return w_.slots[g_.payoff(e.payoff)[actor]] + discount * value(e.target, actor);
}

// What a node is worth by what follows it; of an end node, by the beginning that follows, if the game goes on.
void Strategies::fill(NodeId n, uint32_t actor) {
  const auto& node = g_.nodes[n];
  double& here = values_[size_t{n} * actors_ + actor];
  const double paid = w_.slots[g_.payoff(node.payoff)[actor]];
  if (plan_.next[n] != none) {
    here = w_.ends * paid + (1 - w_.ends) * here;
    return;
  }
  here = paid;
  const uint32_t ways = plan_.ways(n);
  size_t c = first_joint_[n];
  for (uint32_t e = 0; e < node.edges; ++c) {
    double worth = 0;
    for (uint32_t k = 0; k < ways; ++k, ++e) worth += odds_[node.first_edge + e] * edge_value(n, e, actor);
    joint_[actor][c] = worth;
    here += joint_probability_[c] * worth;
  }
}

// Steps of a round from every beginning, and what is expected to be paid on the way, discounted to its beginning.
void Strategies::find_rounds() {
  const size_t count = plan_.begins.size();
  kernel_.assign(count * count, 0.0);
  paid_.assign(count * actors_, 0.0);
  std::vector<double> mass(g_.nodes.size(), 0.0);
  for (size_t b = 0; b < count; ++b) {
    base::stop_if(stop_);
    mass[plan_.begins[b]] = 1;
    for (const NodeId n : plan_.met[b]) {
      const double here = std::exchange(mass[n], 0.0);
      if (here == 0) continue;
      const auto& node = g_.nodes[n];
      const bool ends = plan_.next[n] != none;
      for (uint32_t i = 0; i < actors_; ++i)
        paid_[b * actors_ + i] += here * (ends ? w_.ends * w_.discount[i] : 1) * w_.slots[g_.payoff(node.payoff)[i]];
      if (ends) kernel_[b * count + plan_.next[n]] += here;
      for (uint32_t e = 0; e < node.edges; ++e) {
        const auto& edge = g_.edges[node.first_edge + e];
        const double step = here * edge_probability_[node.first_edge + e];
        if (step == 0) continue;
        mass[edge.target] += step;
        for (uint32_t i = 0; i < actors_; ++i) paid_[b * actors_ + i] += step * w_.slots[g_.payoff(edge.payoff)[i]];
      }
    }
  }
}

void Strategies::find_values() {
  const auto count = static_cast<Eigen::Index>(plan_.begins.size());
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Rows> kernel(kernel_.data(), count, count);
  solver_->by_discount.clear();
  std::vector<double> begins(plan_.begins.size() * actors_);
  for (uint32_t i = 0; i < actors_; ++i) {
    auto [it, fresh] = solver_->by_discount.try_emplace(factor(i));
    if (fresh) it->second.compute(Eigen::MatrixXd::Identity(count, count) - factor(i) * kernel);
    Eigen::VectorXd paid(count);
    for (Eigen::Index b = 0; b < count; ++b) paid[b] = paid_[static_cast<size_t>(b) * actors_ + i];
    const Eigen::VectorXd value = it->second.solve(paid);
    for (Eigen::Index b = 0; b < count; ++b) begins[static_cast<size_t>(b) * actors_ + i] = value[b];
  }
  for (NodeId n = 0; n < g_.nodes.size(); ++n)
    for (uint32_t i = 0; i < actors_; ++i) {
      if (plan_.next[n] != none) values_[size_t{n} * actors_ + i] = begins[size_t{plan_.next[n]} * actors_ + i];
      fill(n, i);
    }
}

void Strategies::find_worth() {
  for (const NodeId n : plan_.decisions) {
    const Joint& joint = plan_.joint(n);
    const auto& movers = g_.shapes[g_.nodes[n].shape].movers;
    const auto sigma = std::span<const double>(sigma_).subspan(plan_.first[n], joint.unknowns());
    for (size_t m = 0; m < joint.movers(); ++m)
      joint.worth(sigma, joint_values(n, movers[m].actor), m,
                  std::span(worth_).subspan(plan_.first[n] + joint.first(m), joint.options(m)));
  }
}

FixedPoint Strategies::fixed_point() {
  FixedPoint out{.reply = [this](std::span<const double> y, std::span<double> g,
                                 std::span<double> jacobian) { reply(y, g, jacobian); },
                 .rows = {}};
  for (NodeId n = 0; n < g_.nodes.size(); ++n)
    for (size_t m = 0; m < plan_.joint(n).movers(); ++m)
      out.rows.push_back(static_cast<std::ptrdiff_t>(plan_.first[n] + plan_.joint(n).first(m)));
  out.rows.push_back(static_cast<std::ptrdiff_t>(plan_.unknowns()));
  return out;
}

void Strategies::reply(std::span<const double> y, std::span<double> out, std::span<double> jacobian) {
  base::stop_if(stop_);
  set(y);
  for (size_t u = 0; u < out.size(); ++u) out[u] = lambda_[u] * worth_[u];
  if (!jacobian.empty()) derivative(jacobian);
}

// Expected visits to every decision from every node on, each weighed by the discount between: [node][decision].
void Strategies::find_visits(double discount, std::vector<double>& visits) const {
  const auto count = static_cast<Eigen::Index>(plan_.begins.size());
  const size_t width = plan_.decisions.size();
  const double kept = 1 - w_.ends;
  visits.assign(g_.nodes.size() * width, 0.0);
  if (width == 0) return;  // nobody has a choice
  const auto sweep = [&] {
    for (NodeId n = 0; n < g_.nodes.size(); ++n) {
      const auto& node = g_.nodes[n];
      if (plan_.next[n] != none) continue;
      double* here = visits.data() + size_t{n} * width;
      std::fill_n(here, width, 0.0);
      const double by = g_.shapes[node.shape].kind == NodeKind::settle ? discount : 1;
      for (uint32_t e = 0; e < node.edges; ++e) {
        const double p = by * edge_probability_[node.first_edge + e];
        const double* there = visits.data() + size_t{g_.edges[node.first_edge + e].target} * width;
        for (size_t d = 0; d < width; ++d) here[d] += p * there[d];
      }
      if (plan_.decision_of[n] != none) here[plan_.decision_of[n]] += 1;
    }
  };
  sweep();  // within a round
  Eigen::MatrixXd within(count, static_cast<Eigen::Index>(width));
  for (Eigen::Index b = 0; b < count; ++b)
    for (size_t d = 0; d < width; ++d)
      within(b, static_cast<Eigen::Index>(d)) = visits[size_t{plan_.begins[static_cast<size_t>(b)]} * width + d];
  const Eigen::MatrixXd all = solver_->by_discount.at(discount * kept).solve(within);
  for (NodeId n = 0; n < g_.nodes.size(); ++n)
    if (plan_.next[n] != none)
      for (size_t d = 0; d < width; ++d)
        visits[size_t{n} * width + d] = kept * all(plan_.next[n], static_cast<Eigen::Index>(d));
  sweep();
}

// An unknown moves the choice at its decision, hence what that is worth to everybody, hence, by as often as play gets
// there, what an option anywhere is worth; and what is worth beside others' choices made at once.
void Strategies::derivative(std::span<double> out) const {
  const size_t unknowns = plan_.unknowns(), width = plan_.decisions.size();
  Eigen::Map<Eigen::MatrixXd> jacobian(out.data(), static_cast<Eigen::Index>(unknowns),
                                       static_cast<Eigen::Index>(unknowns));
  jacobian.setZero();
  std::map<double, std::vector<double>> visits;
  std::vector<double> moved(unknowns), gained, sight(width);
  for (uint32_t i = 0; i < actors_; ++i) {
    base::stop_if(stop_);
    auto [it, fresh] = visits.try_emplace(w_.discount[i]);
    if (fresh) find_visits(w_.discount[i], it->second);
    // How what a decision is worth to this actor moves with its unknowns.
    for (const NodeId n : plan_.decisions) {
      const Joint& joint = plan_.joint(n);
      const auto& node = g_.nodes[n];
      const auto sigma = std::span<const double>(sigma_).subspan(plan_.first[n], joint.unknowns());
      const double mean = value(n, i) - w_.slots[g_.payoff(node.payoff)[i]];
      for (size_t m = 0; m < joint.movers(); ++m) {
        const auto here = std::span(moved).subspan(plan_.first[n] + joint.first(m), joint.options(m));
        joint.worth(sigma, joint_values(n, i), m, here);
        for (uint32_t o = 0; o < joint.options(m); ++o) here[o] = sigma[joint.first(m) + o] * (here[o] - mean);
      }
    }
    for (const NodeId n : plan_.decisions) {
      const Joint& joint = plan_.joint(n);
      const auto& node = g_.nodes[n];
      const auto& movers = g_.shapes[node.shape].movers;
      const auto sigma = std::span<const double>(sigma_).subspan(plan_.first[n], joint.unknowns());
      for (size_t m = 0; m < joint.movers(); ++m) {
        if (movers[m].actor != i || joint.options(m) < 2) continue;
        const uint32_t own = joint.options(m), ways = plan_.ways(n);
        const size_t first = plan_.first[n] + joint.first(m);
        const double lambda = lambda_[first];
        gained.resize(joint.unknowns() * own);
        joint.slopes(sigma, joint_values(n, i), m, gained);
        for (size_t u = 0; u < joint.unknowns(); ++u)
          for (uint32_t a = 0; a < own; ++a)
            jacobian(static_cast<Eigen::Index>(first + a), static_cast<Eigen::Index>(plan_.first[n] + u)) +=
                lambda * gained[u * own + a];
        // Given each own option, the visits to every decision from here on: the mean over what others do.
        std::vector<double> through(own * width, 0.0), chance(own);
        for (size_t d = 0; d < width; ++d) {
          std::vector<double> there(first_joint_[n + 1] - first_joint_[n], 0.0);
          for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e)
            there[(e - node.first_edge) / ways] += odds_[e] * it->second[size_t{g_.edges[e].target} * width + d];
          joint.worth(sigma, there, m, chance);
          for (uint32_t a = 0; a < own; ++a) through[a * width + d] = chance[a];
        }
        for (size_t d = 0; d < width; ++d) {
          const NodeId at = plan_.decisions[d];
          for (uint32_t a = 0; a < own; ++a) {
            const double by = lambda * through[a * width + d];
            if (by == 0) continue;
            for (size_t u = plan_.first[at]; u < plan_.first[at + 1]; ++u)
              jacobian(static_cast<Eigen::Index>(first + a), static_cast<Eigen::Index>(u)) += by * moved[u];
          }
        }
      }
    }
  }
}

}  // namespace casus::solve

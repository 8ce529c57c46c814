// Stationary strategies and what they are worth: in, everybody's log-odds at every decision; out, exact values (a
// linear system), what every option is worth, and the logit reply of the whole game with its derivative.
#pragma once
#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "solve/node/fixed_point.h"
#include "solve/stationary/plan.h"
#include "solve/world.h"

namespace casus::solve {

class Strategies {
 public:
  Strategies(const StationaryPlan& plan, const World& w, const std::atomic<bool>* stop);
  ~Strategies();

  // From here on what follows is of these log-odds.
  void set(std::span<const double> y);

  const StationaryPlan& plan() const { return plan_; }
  const World& world() const { return w_; }
  std::span<const double> sigma() const { return sigma_; }          // per unknown
  std::span<const double> log_sigma() const { return log_sigma_; }  // the same
  std::span<const double> option_values() const { return worth_; }  // the same: to who chooses
  double value(game::NodeId n, uint32_t actor) const { return values_[size_t{n} * actors_ + actor]; }
  double probability(game::NodeId n, uint32_t edge) const { return edge_probability_[g_.nodes[n].first_edge + edge]; }
  double precision(size_t unknown) const { return lambda_[unknown]; }
  // Of a round from one beginning to the next: the probability of every step, [from * beginnings + to]. Where the game
  // may end after a round that is not counted in.
  const std::vector<double>& kernel() const { return kernel_; }

  // The reply to them, precision times what options are worth; and its derivative in every unknown.
  FixedPoint fixed_point();

 private:
  struct Solver;
  void reply(std::span<const double> y, std::span<double> out, std::span<double> jacobian);
  void find_rounds();
  void find_values();
  void find_worth();
  void find_visits(double discount, std::vector<double>& visits) const;
  void derivative(std::span<double> out) const;
  double factor(uint32_t actor) const { return w_.discount[actor] * (1 - w_.ends); }
  // What a step is worth to an actor, by what its target is.
  double edge_value(game::NodeId n, uint32_t edge, uint32_t actor) const;
  void fill(game::NodeId n, uint32_t actor);
  // What a node's joint choices are worth to an actor.
  std::span<const double> joint_values(game::NodeId n, uint32_t actor) const {
    return std::span(joint_[actor]).subspan(first_joint_[n], first_joint_[n + 1] - first_joint_[n]);
  }

  const StationaryPlan& plan_;
  const game::Game& g_;
  const World& w_;
  const std::atomic<bool>* stop_;
  uint32_t actors_;
  std::vector<double> lambda_, sigma_, log_sigma_, worth_, values_, kernel_, paid_, edge_probability_;
  std::vector<double> odds_;                // per step: step_odds
  std::vector<size_t> first_joint_;         // per node: its first joint choice, and one past the last
  std::vector<double> joint_probability_;   // per joint choice
  std::vector<std::vector<double>> joint_;  // per actor: what every joint choice is worth
  std::unique_ptr<Solver> solver_;
};

}  // namespace casus::solve

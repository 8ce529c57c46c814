// The equilibrium at a node of a game that counts its crowd: in, what follows is worth; out, how each of those who are
// alike chooses. All who stand together choose with the same probabilities, each for itself: the equilibrium is
// symmetric.
//
// One of n alike who takes option a meets the others as a multinomial of n - 1 draws. An edge, a share c of the n over
// the options, has probability P(c) = n! / prod c! prod sigma^c; given that one takes a it has P(c) c_a / (n sigma_a).
#pragma once
#include <span>
#include <vector>

#include "solve/node/problem.h"
#include "solve/world.h"

namespace casus::solve {

class CountedProblem {
 public:
  CountedProblem(const game::Game& g, const World& w);

  // `values`: of every node that follows, [node][actor].
  void set(game::NodeId node, std::span<const double> values);
  // One for every mover's option: mover m's stand from offset(m).
  size_t unknowns() const { return offset_.back(); }
  size_t offset(size_t mover) const { return offset_[mover]; }
  bool coupled() const { return coupled_; }  // whether some choice bears on another that is made at once

  // The principal branch's.
  NodeAnswer solve(double tolerance, double caution);
  // All others found: every change of sign where one unknown log-odds is left, else from many starts.
  std::vector<NodeAnswer> others(const NodeAnswer& first, uint32_t starts, uint64_t seed, double tolerance);

  // What an option is worth to one who takes it, as the unknowns.
  void option_values(std::span<const double> log_sigma, std::span<double> out);
  // log P(edge), from 0.
  double log_probability(uint32_t edge, std::span<const double> log_sigma) const;
  // How many take an option (number of the unknown) at an edge; divided by all alike.
  double share(uint32_t edge, size_t unknown) const { return count_[edge * unknowns() + unknown] / alike_[unknown]; }
  // Everybody's worth there.
  void node_values(std::span<const double> log_sigma, std::span<double> out);

 private:
  void reply(std::span<const double> y, std::span<double> out, std::span<double> jacobian);
  void log_softmax(std::span<const double> y, std::vector<double>& log_sigma) const;
  FixedPoint fixed_point();
  void finish(std::span<const double> y, NodeAnswer& answer);

  const game::Game& g_;
  const World& w_;
  std::vector<double> log_factorial_;
  game::NodeId node_ = 0;
  std::span<const double> values_;
  std::vector<size_t> offset_;          // per mover, and one past the last
  std::vector<double> lambda_, alike_;  // per unknown
  std::vector<double> count_, worth_;   // [edge][unknown]; worth to one who did that, 0 where nobody did
  std::vector<double> ways_;            // per edge: log of the multinomial coefficients
  std::vector<double> log_sigma_, sigma_, by_log_sigma_;
  bool coupled_ = false;
};

}  // namespace casus::solve

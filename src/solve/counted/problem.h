// The equilibrium at a node of a game that counts its crowd: in, what follows is worth; out, how each of those who are
// alike chooses. All who stand together choose with the same probabilities given their type, each for itself: the
// equilibrium is symmetric.
//
// One of n alike who takes option a meets the others as a multinomial of n - 1 draws, each with probability p(a) =
// sum_t prior(t) sigma(a | t). An edge, a share c of the n over the options, has probability P(c) = n! / prod c! prod
// p^c; given that one takes a it has P(c) c_a / (n p(a)).
#pragma once
#include <span>
#include <vector>

#include "solve/node/problem.h"
#include "solve/world.h"

namespace casus::solve {

class CountedProblem {
 public:
  CountedProblem(const game::Game& g, const World& w);

  // `values`: of every node that follows, [node][actor][profile].
  void set(game::NodeId node, std::span<const double> values);
  // One for every mover's type and option: mover m's for option o of type t stands at offset(m) + t * options + o.
  size_t unknowns() const { return offset_.back(); }
  size_t offset(size_t mover) const { return offset_[mover]; }
  uint32_t mover_types(size_t mover) const { return mover_[mover].types; }
  bool coupled() const { return coupled_; }  // whether some choice bears on another that is made at once

  // The principal branch's.
  NodeAnswer solve(double tolerance, double caution);
  // All others found: every one where all who choose are alike and have two options, else from many starts.
  std::vector<NodeAnswer> others(const NodeAnswer& first, uint32_t starts, uint64_t seed, double tolerance);

  // What an option is worth to one who takes it, as the unknowns.
  void option_values(std::span<const double> log_sigma, std::span<double> out);
  // Everybody's worth there, [actor][profile].
  void node_values(std::span<const double> log_sigma, std::span<double> out);

  // For what follows: the probability of every edge under those choices.
  void play(std::span<const double> log_sigma);
  double log_probability(uint32_t edge) const;
  // Of an edge at which one of a mover's actors, of a type, takes an option: its share of them, and how much likelier
  // that option is to it than to any.
  double share(uint32_t edge, size_t mover, uint32_t type, size_t option) const;

 private:
  struct MoverPlace {
    size_t act = 0;  // of its first option among all movers' options
    uint32_t options = 1, types = 1;
    double alike = 1, lambda = 0;
  };
  void reply(std::span<const double> y, std::span<double> out, std::span<double> jacobian);
  void find_worth(uint32_t edge, size_t mover, size_t option, uint32_t before, uint32_t after);
  std::vector<double> log_softmax(std::span<const double> y) const;
  std::vector<std::vector<double>> find_roots();
  FixedPoint fixed_point();
  double scale() const;
  void finish(std::span<const double> y, NodeAnswer& answer);

  const game::Game& g_;
  const World& w_;
  uint32_t types_;  // of a member: the game's profiles
  std::vector<double> log_factorial_;
  game::NodeId node_ = 0;
  std::span<const double> values_;
  std::vector<MoverPlace> mover_;
  std::vector<size_t> offset_;  // per mover, and one past the last
  size_t acts_ = 0;
  std::vector<double> count_;  // [edge][act]: how many do it
  std::vector<double> worth_;  // [edge][act][type]: to one who did it, 0 where nobody did
  std::vector<double> ways_;   // per edge: log of the multinomial coefficients
  std::vector<double> log_sigma_, log_p_, per_;
  std::vector<double> by_log_p_;  // of a reply, [unknown][act]
  bool coupled_ = false;
};

}  // namespace casus::solve

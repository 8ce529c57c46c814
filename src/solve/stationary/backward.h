// Backward induction: in, a game without private types and a world; out, what everybody does, each decision on its
// branch from precision 0. Without a last round: over ever longer horizons, with so many rounds to go.
//
// Values that are equal but for rounding are made equal after every stage. Else, where a game has a symmetry and its
// symmetric equilibrium repels whatever lies beside it, rounding errors would grow until they choose another.
#pragma once
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "solve/node/problem.h"
#include "solve/stationary/plan.h"

namespace casus::solve {

// Sorts places into kinds of values that are equal but for so much; per place the first of its kind.
std::vector<size_t> equal_values(std::span<const double> values, double tolerance);
// Puts the mean of its kind in every place.
void level(std::span<double> values, std::span<const size_t> kinds);

class Backward {
 public:
  // With no rounds to go nobody is paid anything.
  Backward(const StationaryPlan& plan, const World& w, double tolerance, const std::atomic<bool>* stop);

  // One round more; all of a game with a last one.
  void step();
  const std::vector<double>& y() const { return y_; }            // log-odds of the last one, per unknown
  const std::vector<double>& values() const { return begins_; }  // [beginning][actor]
  double change() const { return change_; }                      // largest of any choice's probability in the last step
  uint32_t rounds() const { return rounds_; }
  bool failed() const { return failed_; }  // at some decision no fixed point was found in the last step

  // Goes on from these values and choices instead. `anew`: the branches of all decisions are followed once more.
  void place(std::span<const double> values, std::span<const double> y, bool anew);

 private:
  void decide(game::NodeId n);
  void make_equal(std::span<double> values);

  const StationaryPlan& plan_;
  const game::Game& g_;
  const World& w_;
  double tolerance_;
  const std::atomic<bool>* stop_;
  uint32_t actors_;
  std::vector<double> odds_;  // per step: step_odds
  std::vector<double> begins_, values_, y_, sigma_, before_;
  std::vector<std::vector<double>> joint_;   // per actor: what the joint choices at one node are worth
  std::vector<std::vector<double>> traced_;  // per decision of several: what they were worth when it was followed
  std::vector<std::vector<size_t>> alike_;   // the same: unknowns that a symmetry makes alike
  double change_ = 1;
  uint32_t rounds_ = 0;
  bool failed_ = false;
};

}  // namespace casus::solve

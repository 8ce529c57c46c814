// The reference solver: one world, plain doubles, one node after the other. In, a compiled game and a world; out, the
// logit agent quantal response equilibrium in Markov strategies on a belief grid (McKelvey & Palfrey 1998). Written to
// be right; the batched solver is tested against it.
#pragma once
#include <vector>

#include "solve/grid.h"
#include "solve/node_problem.h"
#include "solve/solution.h"
#include "solve/world.h"

namespace casus::solve {

// An equilibrium on a grid: what a walk through the game reads.
struct Field {
  std::vector<Grid> grids;                     // per round; one more for the end
  std::vector<Layout> layouts;                 // per node: of its value mask
  std::vector<std::vector<double>> values;     // per node: [point][actor][profile]
  std::vector<std::vector<double>> y;          // per node: [point][unknown], scaled option values
  std::vector<std::vector<double>> log_sigma;  // per node: [point][unknown]
};

// What the forward pass over a field finds.
struct Tally {
  std::vector<std::vector<double>> measures;  // per measure: [round index][profile]
  // Per round and axis: lowest and highest log-odds reached with more than SolveOptions::reach.
  std::vector<std::vector<std::pair<double, double>>> reached;
};

class Reference {
 public:
  Reference(const game::Game& g, const World& w, const SolveOptions& options);

  // Solves; the field of the finest grid stays readable.
  Solution solve();
  const Field& field() const { return field_; }
  Continuation continuation() const { return {views_, field_.layouts, field_.grids}; }
  // The starting belief.
  Belief prior() const;

 private:
  void lay_grids(uint32_t points, const std::vector<std::vector<std::pair<double, double>>>& range);
  std::vector<std::vector<std::pair<double, double>>> widest() const;
  void backward(Certificate& certificate);
  void sweep(double precision_scale, bool warm, Certificate& certificate);
  Tally forward() const;
  void finish(const Tally& fine, const Tally& coarse, Solution& out) const;

  const game::Game& g_;
  const World& w_;
  SolveOptions options_;
  Field field_;
  std::vector<NodeValues> views_;  // of field_.values
};

// Values of the belief program at a belief.
std::vector<double> run_beliefs(const game::Game& g, const Belief& at);

}  // namespace casus::solve

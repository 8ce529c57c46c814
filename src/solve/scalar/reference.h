// The reference solver: one world, plain doubles, one node after the other. In, a compiled game and a world; out, the
// logit agent quantal response equilibrium in Markov strategies on a belief grid (McKelvey & Palfrey 1998). Written to
// be right; the batched solver is tested against it.
#pragma once
#include <vector>
#include "game/derive.h"

#include "solve/belief/grid.h"
#include "solve/belief/window.h"
#include "solve/particles/particles.h"
#include "solve/solution.h"
#include "solve/walk/grid_equilibrium.h"
#include "solve/world.h"

namespace casus::solve {

// An equilibrium on a grid: what a walk through the game reads.
struct Field {
  std::vector<Grid> grids;                     // per round; one more for the end
  std::vector<Layout> layouts;                 // per node: of its value mask
  std::vector<std::vector<double>> values;     // per node: [point][actor][profile], padded to a multiple of 4
  std::vector<std::vector<double>> y;          // per node: [point][unknown], scaled option values
  std::vector<std::vector<double>> log_sigma;  // per node: [point][unknown]
};

class Reference : public GridEquilibrium {
 public:
  Reference(const game::Game& g, const World& w, const SolveOptions& options);

  // From now on looks for other fixed points at every node, and takes those that `search` picks.
  void look_for_others(const NodeSearch& search) { search_ = search; }
  const SearchCount& found() const { return found_; }

  // Solves; the finest grid stays to be walked through.
  Solution solve() { return std::move(solve_all().front()); }
  // One solution for each start of the game, on windows that serve a lottery over them.
  std::vector<Solution> solve_all();
  Continuation continuation() const override { return {views_, field_.layouts, field_.grids}; }
  GridChoices played(game::NodeId n) const override {
    return {field_.y[n].data(), field_.y[n].size() / field_.layouts[n].points};
  }
  Belief prior() const override;

 private:
  void lay_field(uint32_t points, const Ranges& ranges);
  void backward();
  void sweep(double precision_scale, bool warm);
  // Of a node's fixed point and the others found, the one to take.
  NodeAnswer picked(NodeProblem& problem, game::NodeId node, NodeAnswer answer);
  // How far beliefs reach when play begins at a start drawn by lot.
  Windows find_windows(uint32_t points, uint32_t coarse_size);
  Windows windows_of(const game::Game& g) const;
  std::vector<GridChoices> choices(std::vector<std::vector<double>>& rows) const;
  // What play from a start comes to.
  Tally count(const game::Start& start, uint32_t as) const;
  // Doubles from one point's values to the next: padded, as rows are read.
  size_t row() const { return (size_t{g_.actors()} * g_.profiles + 3) / 4 * 4; }
  std::vector<double> start_values(const game::Start& start) const;  // [actor][profile]

  const game::Game& whole_;
  const game::Held held_;
  const game::Game& g_;  // with some beliefs held
  const World& w_;
  SolveOptions options_;
  NodeSearch search_;
  SearchCount found_;
  bool last_grid_ = false;
  std::vector<Certificate> certificate_;  // per node
  Field field_;
  std::vector<NodeValues> views_;   // of field_.values
  std::vector<uint32_t> actor_at_;  // where an actor's values stand in a row of them
};

}  // namespace casus::solve

// What all sweeps over one graph of histories share: in, a compiled game and its histories; out, plain arrays for the
// kernels, and where everything of a history stands.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "solve/belief/paid.h"
#include "solve/exact/histories.h"
#include "solve/exact/sweep.h"
#include "solve/lanes/block.h"
#include "solve/world.h"

namespace casus::solve {

class SweepPlan {
 public:
  SweepPlan(const game::Game& g, Histories histories);
  SweepPlan(const SweepPlan&) = delete;
  SweepPlan& operator=(const SweepPlan&) = delete;

  const game::Game& game;
  const Histories histories;
  SweepGame tables;                   // into the arrays below
  std::vector<SweepHistory> history;  // places in lanes
  uint32_t unknowns = 0, chances = 0, beliefs = 0, responses = 0;
  uint32_t held = 0;  // room for values with derivatives, those of a history given back when nobody reads them again
  uint32_t scratch = 0;
  size_t deciding = 0;  // histories with unknowns

  // Doubles that a sweep of so many worlds works in, roughly.
  double doubles(size_t lanes) const;

 private:
  void lay_out_types();
  void lay_out_nodes();
  void lay_out_edge(const game::Node& node, const SweepNode& n, const game::Edge& edge, uint32_t number);
  uint32_t at_edges(const SweepNode& n) const;
  void lay_out_histories();
  void hold_values();

  std::vector<uint32_t> types_, type_at_, of_actor_, axis_informed_, axis_type_, axis_, bound_;
  std::vector<uint8_t> type_of_;
  std::vector<SweepNode> node_;
  std::vector<SweepMover> mover_;
  std::vector<SweepEdge> edge_;
  std::vector<SweepBelief> belief_;
};

// The numbers of some worlds side by side, as the kernels read them; places without a world repeat the last.
class SweepNumbers {
 public:
  SweepNumbers(const SweepPlan& plan, std::span<const World* const> worlds, size_t lanes);
  const SweepWorlds& view() const { return view_; }

 private:
  Block pay_, odds_, shift_, discount_, prior_, prior_log_odds_, together_, barred_;
  std::unique_ptr<const BeliefPayments> payments_;
  SweepWorlds view_;
};

}  // namespace casus::solve

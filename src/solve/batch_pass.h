// One pass of the batched solver over a game on one set of grids: backwards for values and choices, forwards for
// measures.
#pragma once
#include "solve/batch.h"
#include "solve/belief_lanes.h"
#include "solve/node_problem.h"

namespace casus::solve {

struct Batch::Pass {
  Pass(const game::Game& game, std::array<const World*, batch_lanes> worlds, const SolveOptions& options,
       BatchPlan& plan, const std::array<Ranges, batch_lanes>& ranges, Room& room);

  // `judged`: keeps what the certificate says of every node. `first`: also keeps the first world's values.
  void backward(bool judged, KeptField* first = nullptr);
  // What play from each start comes to, as many as are pushed together, from `first` on; `met`: per start, the nodes
  // where it comes.
  std::vector<std::array<Tally, batch_lanes>> forward(size_t first, std::span<const std::vector<bool>> met);
  // The windows that play leaves with the given probabilities, from a start drawn by lot.
  std::array<Windows, batch_lanes> find_windows(double leave_coarse, double leave_fine);

  // Of the nodes where `met`, once they are judged.
  std::array<Certificate, batch_lanes> certificate(const std::vector<bool>& met) const;
  std::vector<double> values(size_t start, size_t world) const { return start_values_[start][world]; }

 private:
  struct AxisTable {
    alignas(64) double low[batch_lanes], inverse_step[batch_lanes];
    Block log_odds;  // [point][8]
  };
  struct SettleTable {
    std::vector<uint32_t> first;  // [point][8]
    Block weight;                 // [point][stencil_points][8]
    Block dense;                  // [point][axis points][8], if these are few
  };
  // Lifted measures at nodes that tell of one actor's type.
  struct Lift {
    BeliefLanes lanes;
    std::map<uint32_t, std::vector<double>> at_points;  // this round's, per mask of mass: [point][moved][8]
  };

  void prepare_numbers();
  void prepare_round(uint32_t round);
  Block dense_weights(const SettleTable& table) const;
  const double* beliefs_about(uint32_t informed, const Layout& place, uint32_t point) const;
  AxisView axis_view(uint32_t round, uint32_t axis) const;
  const double* weights(uint32_t mask, uint32_t excluded);
  const double* pays(uint32_t table) const {
    return table ? pay_.data() + size_t{table} * batch_lanes * plan_.channels : nullptr;
  }
  // A job for node n on its value layout (or, for masses, its mass layout), its edges in edge_.
  NodeJob job(game::NodeId n, bool mass);
  SettleJob settle_job(game::NodeId n, bool mass);
  void solve_general(game::NodeId n);
  Certificate& certificate_of(game::NodeId n, size_t world) { return certificates_[world][judged_ ? n : 0]; }
  void keep_start_values(const game::Start& start, std::array<std::vector<double>, batch_lanes>& to) const;
  // Puts `share` of all mass at a start. Mass and what is counted of it have a place for each start that is pushed.
  void begin(uint32_t place, const game::Start& start, double share);
  void push();  // along all edges, layer by layer
  void find_mass(game::NodeId n);
  void find_events(game::NodeId n);
  void push_steps(game::NodeId n);
  void count_events(game::NodeId n);
  // What comes after a node has been solved: what is asked of it is kept, and room that nobody reads again given back.
  void solved(game::NodeId n, KeptField* first);
  void release(game::NodeId n);
  void push_general(game::NodeId n);
  void tally(game::NodeId n, uint32_t start);
  // What steps of a round changed of a lifted measure, given the types: [8][pattern].
  double* gained(uint32_t start, size_t lifted, uint32_t round) {
    return &gained_[((start * g_.lifted.size() + lifted) * g_.horizon + round - 1) * batch_lanes * plan_.pattern];
  }
  // What has been counted of a measure, in a round if it has a value for each: [8][profile].
  double* counted(uint32_t start, uint32_t measure, uint32_t round) {
    const auto& measures = g_.source->measures;
    const bool by_round = measures[measure].kind == model::MeasureKind::in_round;
    const size_t row = (start * measures.size() + measure) * g_.horizon + (by_round ? round - 1 : 0);
    return &counted_[row * batch_lanes * g_.profiles];
  }
  BeliefLanes::Beliefs beliefs_at(game::NodeId n, uint32_t point) const;
  const double* lifted_at_points(game::NodeId n, Lift& l);
  void expect_change(game::NodeId n, const MassJob& job, Lift& l, double* to);
  void lift(game::NodeId n, const MassJob& job);
  void add_gained(uint32_t start, size_t world, Tally& to);
  // What has been counted of the mass from a start of the game, whose place among those pushed is `place`.
  Tally tally_of(uint32_t place, size_t start, size_t world);
  void note_reached(game::NodeId n, const double* mass);
  double* choices(game::NodeId n) const { return room_.choices.data() + plan_.choice_at[n]; }
  void set_met(std::vector<uint32_t> met);
  double* mass_at(game::NodeId n, uint32_t start);
  MassGroups mass_groups(game::NodeId n) const;
  size_t most_points() const;  // of any node
  Belief belief(const Layout& place, uint32_t round, uint32_t point, size_t world) const;
  void rescue(game::NodeId n, uint32_t point, uint32_t failed, double* z);

  const game::Game& g_;
  std::array<const World*, batch_lanes> worlds_;
  const SolveOptions& options_;
  BatchPlan& plan_;
  std::array<std::vector<Grid>, batch_lanes> grids_;
  std::vector<std::vector<AxisTable>> axes_;  // [round - 1][axis]
  std::vector<Block> type_probability_;       // this round's: [informed]: [combination][type][8]
  std::vector<Block> type_prior_;             // [informed]: [type][8]
  Block pay_, odds_, discount_, precision_;
  Block prior_;  // log-odds, [axis][8]
  Block shift_;  // chance: log ratio of each slot's successor to it, [slot][8]
  std::map<std::pair<uint32_t, uint32_t>, Block> weights_;  // this round's
  std::vector<SettleTable> settle_;                         // this round's: per axis
  uint32_t round_ = 0;

  Room& room_;
  std::vector<double*> values_at_;  // per node; null: not now
  std::vector<uint32_t> readers_;   // per node: edges to it from nodes that are not solved yet
  std::vector<double*> mass_;       // per node and start that comes there; null: not now
  std::vector<size_t> mass_first_;  // per node: the first of these
  Block scratch_, amounts_;
  std::array<Block, 2> settle_scratch_;
  std::vector<uint8_t> own_type_;  // [informed + 1][profile]
  std::array<std::vector<NodeValues>, batch_lanes> views_;
  std::vector<EdgeView> edge_;
  std::vector<EdgeEvent> event_;  // of a node's edges
  std::vector<double> passed_;    // what has flown along those that make something true: [edge][start][8][width]
  bool judged_ = false;
  std::array<std::vector<Certificate>, batch_lanes> certificates_;          // per node, or one of them all
  std::vector<std::array<std::vector<double>, batch_lanes>> start_values_;  // per start: [actor][profile]
  std::vector<uint32_t> met_;                            // per node: bit s is set if play from start s comes there
  std::vector<uint32_t> begun_;                          // the same: bit s is set once some of its mass has come
  std::vector<const double*> mass_from_;                 // at a node that is pushed: per start that comes there
  std::vector<double*> mass_to_;                         // [edge][start]
  std::vector<uint32_t> starts_here_;                    // their numbers
  std::array<Windows, batch_lanes>* windows_ = nullptr;  // to be found; null: not now
  double leave_coarse_ = 0, leave_fine_ = 0;
  std::vector<double> along_, along_one_;  // mass by point of an axis, [axis][point][8], and of one axis and world
  std::vector<double> window_weight_;      // [8][profile]
  std::vector<double> all_mass_;           // at a node, [8][profile]
  std::vector<Lift> lifts_;                // [informed]
  std::vector<double> change_;             // at a node: expect_change
  std::vector<double> gained_;             // [start][lifted][round][8][pattern]
  std::vector<double> counted_;            // [start][measure][round][8][profile]
};

}  // namespace casus::solve

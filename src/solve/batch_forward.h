// The batched forward pass: in, a solved backward pass; out, what play comes to, pushed as in forward.cpp, eight worlds
// at once and several starts of play at once.
#pragma once
#include "solve/batch_backward.h"
#include "solve/belief_lanes.h"

namespace casus::solve {

class Batch::Forward {
 public:
  // Mass is put in pieces of `arena`.
  Forward(const Backward& solved, Arena& arena);

  // What play comes to from each of `count` starts, at most most_starts_together, from `first` on; `met`: per start of
  // the game, the nodes where it comes.
  Tallies tallies(size_t first, size_t count, std::span<const std::vector<bool>> met);
  // The windows that play leaves with the given probabilities, from a start drawn by lot.
  std::array<Windows, batch_lanes> windows(double leave_coarse, double leave_fine);

 private:
  // Lifted measures at nodes that tell of one actor's type.
  struct Lift {
    BeliefLanes lanes;
    std::map<uint32_t, std::vector<double>> at_points;  // this round's, per mask of mass: [point][moved][8]
  };

  // Mass: batch_forward.cpp.
  void set_met(std::vector<uint32_t> met);
  double* mass_at(game::NodeId n, uint32_t start);
  // Puts `share` of all mass at a start. Mass and what is counted of it have a place for each start that is pushed.
  void begin(uint32_t place, const game::Start& start, double share);
  void push();  // along all edges, layer by layer
  void push_node(game::NodeId n);
  void find_mass(game::NodeId n);
  MassGroups mass_groups(game::NodeId n) const;
  void push_steps(game::NodeId n);
  void push_general(game::NodeId n);
  void note_reached(game::NodeId n, const double* mass);

  // What is counted: batch_count.cpp.
  void find_events(game::NodeId n);
  void count_events(game::NodeId n);
  void tally(game::NodeId n, uint32_t start);  // the start's number in starts_here_
  // What steps of a round changed of a lifted measure, given the types: [8][pattern].
  double* gained(uint32_t start, size_t lifted, uint32_t round);
  // What has been counted of a measure, in a round if it has a value for each: [8][profile].
  double* counted(uint32_t start, uint32_t measure, uint32_t round);
  BeliefLanes::Beliefs beliefs_at(game::NodeId n, uint32_t point) const;
  const double* lifted_at_points(game::NodeId n, Lift& l);
  void expect_change(game::NodeId n, const MassJob& job, Lift& l, double* to);
  void lift(game::NodeId n, const MassJob& job);
  void add_gained(uint32_t start, size_t world, Tally& to);
  // What has been counted of the mass from a start of the game, whose place among those pushed is `place`.
  Tally tally_of(uint32_t place, size_t start, size_t world);

  const Numbers& in_;
  const Backward& solved_;
  Arena& arena_;
  Round round_;
  std::vector<uint32_t> met_;         // per node: bit s is set if play from start s comes there
  std::vector<size_t> mass_first_;    // per node: the first of its places in mass_
  std::vector<double*> mass_;         // per node and start that comes there; null: not now
  Block amounts_;                     // what flows along an edge
  std::array<Block, 2> settle_room_;  // Round::settle_job

  // At the node that is pushed.
  std::vector<uint32_t> starts_here_;     // the starts that come there
  std::vector<const double*> mass_from_;  // per such start
  std::vector<double*> mass_to_;          // [edge][start]
  std::vector<EdgeView> edge_;
  std::vector<EdgeEvent> event_;  // of its edges
  std::vector<double> passed_;    // what has flown along those that make something true: [edge][start][8][width]
  std::vector<double> all_mass_;  // [8][profile]
  std::vector<double> change_;    // expect_change

  std::array<Windows, batch_lanes>* windows_ = nullptr;  // to be found; null: not now
  double leave_coarse_ = 0, leave_fine_ = 0;
  std::vector<double> along_, along_one_;  // mass by point of an axis, [axis][point][8], and of one axis and world
  std::vector<double> window_weight_;      // [8][profile]

  std::vector<Lift> lifts_;      // [informed]
  std::vector<double> gained_;   // [start][lifted][round][8][pattern]
  std::vector<double> counted_;  // [start][measure][round][8][profile]
};

}  // namespace casus::solve

// A node for eight particles side by side: in, what they believe; out, what is chosen there, how likely each edge is
// and how far it moves beliefs.
#pragma once
#include "solve/lanes/row_reader.h"
#include "solve/particles/particles.h"

namespace casus::solve {

class ParticleNode {
 public:
  static constexpr size_t side = batch_lanes;

  ParticleNode(const ParticlePlan& plan, const World& w, const GridField& field);

  // From now on: at this node.
  void enter(game::NodeId n);
  // Beliefs of up to eight records; those that are missing repeat the last.
  void load(const double* records, size_t record, size_t together);
  // Logit replies to option values read between grid points.
  void choose();
  // Finds share and shift of an edge (from 0); whether it can happen. Where several edges lead to what is seen the
  // share is the edge's and the shift that of all of them.
  bool find_edge(uint32_t e);

  const double* log_odds() const { return log_odds_.data(); }  // [axis][8]
  // [mover][type][option][8], as MoverNumbers has them.
  const double* log_sigma() const { return log_sigma_.data(); }
  const double* sigma() const { return sigma_.data(); }
  double* share() { return share_.data(); }                       // of an edge: probability, [profile][8]
  const double* const* shift() const { return shifted_.data(); }  // per axis [8], or null: not at all

 private:
  void act(uint32_t joint, uint32_t mixed, bool seen);
  // The same where what is believed is made of several edges or a type changes (particles/mix.cpp).
  bool find_mixing_edge(uint32_t e);
  void mix(uint32_t e, uint32_t informed);
  double odds(const game::Edge& edge, uint32_t type_of_informer) const {
    return w_.slots[g_.probability_tables[edge.probability + type_of_informer]];
  }
  template <class By>
  void move(uint32_t axis, By&& by) {
    double* to = shift_.data() + axis * side;
    for (size_t i = 0; i < side; ++i) to[i] = by(i);
    shifted_[axis] = to;
  }

  const ParticlePlan& plan_;
  const game::Game& g_;
  const World& w_;
  const GridField& field_;
  game::NodeId node_ = 0;
  bool mixes_ = false;  // it does
  RowReader reader_;
  Block log_odds_, q_, log_sigma_, sigma_, share_, shift_;
  std::vector<const double*> shifted_;
  // What is believed of an actor after what is seen, log-odds [type][8]; per thing seen, where it is known by now.
  std::vector<std::vector<double>> mixed_;
  std::vector<uint32_t> terms_;           // of that: the type after each
  std::vector<double> log_terms_, sums_;  // [term][8]; [type][8]
};

}  // namespace casus::solve

// What is believed at eight particles and after an edge of theirs: in, log-odds and choices; out, probabilities of
// types and what the game's belief program makes of them.
#pragma once
#include "solve/lanes/block.h"
#include "solve/particles/node.h"

namespace casus::solve {

// Where an actor's types stand among those of all informed actors.
inline size_t place_of(const game::Game& g, const game::Informed& x) {
  return size_t{x.first_axis} + static_cast<size_t>(&x - g.informed.data());
}

class ParticleBeliefs {
 public:
  ParticleBeliefs(const ParticlePlan& plan, const World& w);

  // log_odds: [axis][8].
  void find_before(const double* log_odds);
  // After an edge (from 0) of a node, by Bayes' rule from what find_before found; sigma as ParticleNode has it.
  void find_after(game::NodeId n, uint32_t edge, const double* sigma);
  // After an edge whose log-odds are known: [axis][8], and how far they move as ParticleNode has it.
  void find_after(const double* log_odds, const double* const* shift);
  // Values of the belief program, [slot][8].
  const double* before() const { return slots_before_.data(); }
  const double* after() const { return slots_after_.data(); }

 private:
  void find_types(const game::Informed& x, const double* log_odds, double* out);
  void run(const Block& types, Block& slots);
  double* types_of(const game::Informed& x, const Block& types) const;

  const ParticlePlan& plan_;
  const game::Game& g_;
  const World& w_;
  size_t types_;  // of all informed actors
  Block odds_, ignored_, type_, after_type_, joint_, slots_before_, slots_after_;
};

}  // namespace casus::solve

// Joins particles at a node: in, records as ParticleShape has them; out, fewer of them, those of like beliefs in one.
#pragma once
#include <vector>

#include "solve/lanes/block.h"
#include "solve/lanes/particle_kernel.h"
#include "solve/lanes/pile.h"
#include "solve/particles/particles.h"

namespace casus::solve {

class ParticlePool {
 public:
  ParticlePool(const ParticlePlan& plan, const World& w, const Pooling& pooling);
  // Joins particles whose beliefs fall into one cell; the lighter a particle is, the larger is its cell. They believe
  // what all of their mass says.
  void join(game::NodeId n, const ParticleShape& shape, Pile& all);

 private:
  void believe(game::NodeId n, const ParticleShape& shape, Pile& all);
  // Prior of each track on which the actor has this type; 0 for the others.
  const double* prior_of(const game::Informed& x, uint32_t type) const;

  const ParticlePlan& plan_;
  const game::Game& g_;
  Pooling pooling_;
  uint32_t tracks_;
  std::vector<double> window_weight_, prior_of_type_;
  std::vector<ParticleCell> table_;
  std::vector<uint8_t> joined_, tells_apart_;
  std::vector<double*> changed_;
  uint32_t stamp_ = 0;
  Block sums_;
  size_t sums_doubles_ = 0;
};

}  // namespace casus::solve

// Mass that goes along an edge where types change or several edges lead to what is seen: in, particles and the edge's
// probability; out, records of what it leads to.
#pragma once
#include <vector>

#include "solve/lanes/particle_kernel.h"
#include "solve/particles/node.h"

namespace casus::solve {

class TrackMass {
 public:
  static constexpr size_t side = ParticleNode::side;

  TrackMass(const ParticlePlan& plan, const World& w);

  // Probabilities [profile][8] by track; themselves where no type changes.
  const double* by_track(const double* share) { return plan_.turns ? spread(share) : share; }
  // Begins records: with beliefs, and no mass. `channels`, `out` as in PushJob, here and below; all else of it is read.
  static void begin(const PushJob& j);
  // Adds the mass that goes along an edge, with what becomes of types there.
  void add(const PushJob& j, uint32_t turn);
  // Rows of mass count given the types at the start, [profile].
  void count(const double* mass, double by, double* to) const {
    if (!plan_.turns) {
      for (uint32_t p = 0; p < plan_.game.profiles; ++p) to[p] += by * mass[p];
      return;
    }
    for (uint32_t i = 0; i < plan_.tracks.size(); ++i) to[plan_.tracks.first(i)] += by * mass[i];
  }
  // By track: how likely it is that everybody was so at the start.
  const std::vector<double>& prior() const { return prior_; }
  // The same if types told nothing of each other: beliefs by what is seen of each actor come of it.
  const std::vector<double>& by_itself() const { return by_itself_; }

 private:
  const double* spread(const double* share);

  const ParticlePlan& plan_;
  const World& w_;
  std::vector<double> prior_, by_itself_, share_;
};

}  // namespace casus::solve

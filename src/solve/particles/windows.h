// Windows found by particles: in, the particles of a node; out, windows as wide as they reach.
#pragma once
#include <utility>
#include <vector>

#include "solve/belief/window.h"
#include "solve/lanes/particle_kernel.h"
#include "solve/lanes/pile.h"
#include "solve/particles/plan.h"

namespace casus::solve {

class WindowSearch {
 public:
  // Makes the windows of `w` the prior alone. With these probabilities beliefs may leave them to either side.
  WindowSearch(const ParticlePlan& plan, const World& w, Windows& windows, double leave_coarse, double leave_fine);

  // Forgets particles that no window asks for.
  void drop_slight(Pile& all, const ParticleShape& shape) const;
  // Widens the windows of a node's round to what its particles reach.
  void note(game::NodeId n, const Pile& all, const ParticleShape& shape);

 private:
  double weight_of(const double* mass) const;

  const ParticlePlan& plan_;
  const game::Game& g_;
  Windows& windows_;
  double leave_[2];                                 // of the coarser grid and of the finer one
  std::vector<double> weight_;                      // per track
  std::vector<std::pair<double, double>> reached_;  // log-odds and weight
};

// Rounds that play hardly ever comes to have no window but the prior; where a type may have changed by then, that is no
// likelier than anything else, and they take that of the round before.
void follow_turns(const game::Game& g, Ranges& ranges);

// Widens what was found on a grid as the grid's own errors ask for.
void widen(std::span<const Grid> grids, uint32_t points, Ranges& ranges);

}  // namespace casus::solve

// Everybody's payments as particles meet them: in, particles and steps; out, discounted totals given each profile of
// types. Only where payoffs hang on beliefs: elsewhere values are smooth in beliefs, and are read from the grid.
#pragma once
#include <vector>

#include "solve/particles/tracks.h"

namespace casus::solve {

class ParticlePayments {
 public:
  ParticlePayments(const ParticlePlan& plan, const World& w);
  bool any() const { return !total_.empty(); }
  void clear() { std::fill(total_.begin(), total_.end(), 0.0); }
  // What a node pays the particles (records of so many doubles, `axes` log-odds and then mass by track first).
  void at_node(game::NodeId n, const double* records, size_t record, size_t together, const TrackMass& mass);
  // What an edge pays those who take it; `share`: probability by track, [track][8].
  void along(game::NodeId n, const game::Edge& edge, const double* records, size_t record, size_t together,
             const double* share, const TrackMass& mass);
  // [actor][profile]
  const std::vector<double>& total() const { return total_; }

 private:
  void pay(game::NodeId n, const double* amounts, const double* met, const TrackMass& mass);

  const game::Game& g_;
  const World& w_;
  size_t tracks_;
  const ParticlePlan& plan_;
  std::vector<double> total_, rows_, met_, here_;
};

}  // namespace casus::solve

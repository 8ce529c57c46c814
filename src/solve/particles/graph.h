// Play on belief grids as a graph of particles (particles.h): in, a world's choices on its grids; out, every particle
// with the particles that it leads to.
#pragma once
#include <vector>

#include "solve/lanes/pile.h"
#include "solve/particles/node.h"
#include "solve/particles/tracks.h"

namespace casus::solve {

class ParticleGraph {
 public:
  // Particles as likely as `least` are to be looked at, types counting as for windows, and what one decision leads to
  // from them. Those as likely as `whole` are joined only where they believe the same. What would take more than `most`
  // doubles is given up (too_large), and of no use.
  ParticleGraph(const ParticlePlan& plan, const World& w, const GridField& field, const game::Start& start,
                double least, double whole, const Pooling& pooling, size_t most,
                const std::atomic<bool>* stop = nullptr);

  bool too_large() const { return too_large_; }

  size_t particles() const { return particles_; }
  // Those of a node are numbered from first(n) on.
  size_t first(game::NodeId n) const { return nodes_[n].first; }
  uint32_t count(game::NodeId n) const { return nodes_[n].count; }
  const double* log_odds(size_t particle) const { return record_[particle]; }      // per axis
  const double* mass(size_t particle) const { return record_[particle] + axes_; }  // by track
  bool looked_at(size_t particle) const { return looked_[particle]; }
  bool joined(size_t particle) const { return several_[particle]; }  // of several that came
  // How likely it is that everybody was at the start as on a track.
  const std::vector<double>& prior() const { return track_mass_.prior(); }
  // Of edge e of the i-th particle of a node: its probability given each profile, if it can happen.
  const double* share(game::NodeId n, uint32_t i, uint32_t e) const {
    return nodes_[n].share.data() + (size_t{i} * g_.nodes[n].edges + e) * profiles_;
  }
  // The particle that it leads to, the same for all edges after which the same is seen; nowhere: it cannot happen.
  static constexpr size_t nowhere = SIZE_MAX;
  size_t child(game::NodeId n, uint32_t i, uint32_t e) const;
  // Of the probability that anybody decides, the part where particles are looked at.
  double seen() const { return decisions_ > 0 ? seen_ / decisions_ : 1; }

  static bool decides(const game::Game& g, game::NodeId n);

 private:
  // What comes to a node: the i-th record that came is part of its particle place[i].
  struct Node {
    Pile waiting;
    std::vector<uint8_t> near;  // per record that came: one decision from a likely particle
    std::vector<uint32_t> place;
    Block records, share;  // [particle][axes, tracks]; [particle][edge][profile]
    size_t first = 0, edge = 0;
    uint32_t count = 0;
  };

  void visit(game::NodeId n);
  void pool(game::NodeId n);
  void believe(game::NodeId n, double* record);
  void push(game::NodeId n, uint32_t e, const double* records, size_t together, PushJob& j);

  const ParticlePlan& plan_;
  const game::Game& g_;
  const World& w_;
  double least_, whole_;
  Pooling pooling_;
  uint32_t profiles_, tracks_, axes_;
  TrackMass track_mass_;
  ParticleShape shape_;
  ParticleNode here_;
  std::vector<Node> nodes_;
  bool too_large_ = false;
  size_t particles_ = 0, doubles_ = 0;
  std::vector<const double*> record_;  // per particle
  std::vector<uint8_t> looked_, several_;
  std::vector<uint32_t> child_;  // per edge: record at its target
  std::vector<double> window_weight_, of_type_;
  std::vector<uint8_t> forgotten_, tells_apart_, joined_;
  std::vector<ParticleCell> table_;
  uint32_t stamp_ = 0;
  double decisions_ = 0, seen_ = 0;
};

}  // namespace casus::solve

// What would change if everybody replied: in, a graph of particles and by how much replies differ from choices; out, by
// how much measures would.
#pragma once
#include <vector>

#include "solve/particles/graph.h"

namespace casus::solve {

// Probabilities of edges under replies minus those under choices, where particles were looked at.
class ReplyShares {
 public:
  explicit ReplyShares(size_t particles) : at_(particles, SIZE_MAX) {}
  // Room for a particle's, [edge][profile].
  double* add(size_t particle, size_t doubles) {
    at_[particle] = change_.size();
    change_.resize(change_.size() + doubles);
    return change_.data() + at_[particle];
  }
  const double* of(size_t particle) const {
    return at_[particle] == SIZE_MAX ? nullptr : change_.data() + at_[particle];
  }

 private:
  std::vector<size_t> at_;
  std::vector<double> change_;
};

// To first order. Not of measures that read beliefs or may come true more than once, which are told not to change:
// payoffs tell of what they hang on, whatever a case measures.
struct ReplyEffect {
  double most = 0;  // of any measure and anybody's expected payoff, over all types, payments in units of the stakes
  std::vector<std::vector<double>> measures;  // per measure [round index][profile]
};
ReplyEffect reply_effect(const game::Game& g, const World& w, const ParticleGraph& graph, const ReplyShares& replies,
                         double stakes);

}  // namespace casus::solve

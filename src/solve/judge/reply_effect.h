// What would change if everybody replied: in, a graph of particles and by how much replies differ from choices; out, by
// how much measures would.
#pragma once
#include <algorithm>
#include <vector>

#include "solve/lanes/block.h"
#include "solve/particles/graph.h"

namespace casus::solve {

// Probabilities of edges under replies minus those under choices, where particles were looked at.
class ReplyShares {
 public:
  explicit ReplyShares(size_t particles) : at_(particles, nullptr) {}
  // Room for a particle's, [edge][profile].
  double* add(size_t particle, size_t doubles) {
    constexpr size_t together = size_t{1} << 17;
    if (doubles > left_) {
      left_ = std::max(doubles, together);
      rooms_.emplace_back(left_);
      next_ = rooms_.back().data();
    }
    double* const out = next_;
    next_ += doubles;
    left_ -= doubles;
    at_[particle] = out;
    return out;
  }
  const double* of(size_t particle) const { return at_[particle]; }

 private:
  std::vector<const double*> at_;
  std::vector<Block> rooms_;
  double* next_ = nullptr;
  size_t left_ = 0;
};

// Of the signal after a hidden edge, given a profile; 1 where there is none.
inline double signal_odds(const ParticlePlan& plan, const World& w, const game::Shape& shape, const game::Edge& edge,
                          uint32_t profile) {
  if (!shape.hidden) return 1;
  const uint32_t t = shape.informer == game::none ? 0 : plan.type[shape.informer * plan.game.profiles + profile];
  return w.slots[plan.game.probability_tables[edge.probability + t]];
}

// By how much replies change the probability of every edge of a node given each profile, into change [edge][profile]:
// `sigma` of, and `reply`, by mover, type and option.
template <class Sigma>
void reply_changes(const ParticlePlan& plan, const World& w, game::NodeId n, Sigma&& sigma, const double* reply,
                   double* change) {
  const game::Game& g = plan.game;
  const auto& node = g.nodes[n];
  const auto& shape = g.shapes[node.shape];
  const auto& movers = shape.movers;
  const MoverNumbers& numbers = plan.movers[node.shape];
  for (uint32_t e = 0; e < node.edges; ++e)
    for (uint32_t p = 0; p < g.profiles; ++p) {
      double chosen = 1, replied = 1;
      uint32_t rest = e / shape.signals();
      for (size_t m = movers.size(); m-- > 0;) {
        const auto options = static_cast<uint32_t>(movers[m].options.size());
        const size_t at = size_t{numbers.offset[m]} + numbers.type[m * g.profiles + p] * options + rest % options;
        rest /= options;
        if (options < 2) continue;
        chosen *= sigma(at);
        replied *= reply[at];
      }
      change[e * g.profiles + p] = (replied - chosen) * signal_odds(plan, w, shape, g.edges[node.first_edge + e], p);
    }
}

// To first order. Not of measures that read beliefs or may come true more than once, which are told not to change:
// payoffs tell of what they hang on, whatever a case measures.
struct ReplyEffect {
  double most = 0;  // of any measure and anybody's expected payoff, over all types, payments in units of the stakes
  std::vector<std::vector<double>> measures;  // per measure [round index][profile]
};
ReplyEffect reply_effect(const ParticlePlan& plan, const World& w, const ParticleGraph& graph,
                         const ReplyShares& replies, double stakes);

}  // namespace casus::solve

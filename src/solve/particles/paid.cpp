#include "solve/particles/paid.h"

#include <algorithm>
#include <cmath>

#include "solve/belief/paid.h"

namespace casus::solve {

ParticlePayments::ParticlePayments(const ParticlePlan& plan, const World& w)
    : g_(plan.game), w_(w), tracks_(plan.tracks.size()), plan_(plan) {
  if (g_.belief_pays.empty()) return;
  total_.assign(size_t{g_.actors()} * g_.profiles, 0.0);
  rows_.resize(total_.size());
  met_.resize(tracks_);
  here_.resize(tracks_);
}

// Amounts [actor][profile as they are now] to so much mass by track.
void ParticlePayments::pay(game::NodeId n, const double* amounts, const double* met, const TrackMass& mass) {
  for (uint32_t i = 0; i < g_.actors(); ++i) {
    const double* of = amounts + size_t{i} * g_.profiles;
    for (uint32_t k = 0; k < tracks_; ++k) here_[k] = of[plan_.tracks.now(k)] * met[k];
    mass.count(here_.data(), std::pow(w_.discount[i], g_.nodes[n].round - 1), total_.data() + size_t{i} * g_.profiles);
  }
}

void ParticlePayments::at_node(game::NodeId n, const double* records, size_t record, size_t together,
                               const TrackMass& mass) {
  const auto& node = g_.nodes[n];
  if (node.payoff == 0 && node.belief_pay == game::none) return;
  const game::Slot* slots = g_.payoff(node.payoff);
  for (size_t l = 0; l < together; ++l) {
    const double* at = records + l * record;
    for (size_t r = 0; r < rows_.size(); ++r) rows_[r] = w_.slots[slots[r]];
    add_belief_pay(g_, w_, n, at, 1, rows_.data());
    pay(n, rows_.data(), at + g_.axes, mass);
  }
}

void ParticlePayments::along(game::NodeId n, const game::Edge& edge, const double* records, size_t record,
                             size_t together, const double* share, const TrackMass& mass) {
  if (edge.payoff == 0) return;
  const game::Slot* slots = g_.payoff(edge.payoff);
  for (size_t r = 0; r < rows_.size(); ++r) rows_[r] = w_.slots[slots[r]];
  std::fill(met_.begin(), met_.end(), 0.0);
  for (size_t l = 0; l < together; ++l)
    for (uint32_t k = 0; k < tracks_; ++k)
      met_[k] += records[l * record + g_.axes + k] * share[k * TrackMass::side + l];
  pay(n, rows_.data(), met_.data(), mass);
}

}  // namespace casus::solve

// Particles where several edges lead to what is seen, or a type changes: how likely an edge is, and what is believed
// afterwards (node/turn.cpp has the same for one belief, with its slopes).
#include <algorithm>
#include <cmath>

#include "solve/particles/node.h"

namespace casus::solve {

using game::NodeKind;
using game::none;

bool ParticleNode::find_mixing_edge(uint32_t e) {
  const auto& node = g_.nodes[node_];
  const auto& shape = g_.shapes[node.shape];
  const auto& edge = g_.edges[node.first_edge + e];
  double* share = share_.data();
  std::fill(shifted_.begin(), shifted_.end(), nullptr);
  std::fill_n(share, g_.profiles * side, 1.0);
  const bool has_odds = shape.kind == NodeKind::chance || shape.hidden;
  bool any = !has_odds;
  for (uint32_t p = 0; has_odds && p < g_.profiles; ++p) {
    const double at = odds(edge, shape.informer == none ? 0 : plan_.type[shape.informer * g_.profiles + p]);
    std::fill_n(share + p * side, side, at);
    any |= at != 0;
  }
  if (!any) return false;
  const uint32_t mixed = shape.hidden ? shape.informer : edge.turn == 0 ? none : g_.turns[edge.turn].informed;
  act(e / shape.signals(), mixed, !shape.hidden);
  if (shape.kind == NodeKind::chance && shape.informer != none && shape.informer != mixed) {
    const auto& x = g_.informed[shape.informer];
    const double base = std::log(std::max(odds(edge, 0), 0.0));
    for (uint32_t t = 1; t < x.types; ++t) {
      const double log_of = std::log(std::max(odds(edge, t), 0.0));
      if (!(log_of == base)) move(x.first_axis + t - 1, [&](size_t) { return log_of - base; });
    }
  }
  if (mixed == none) return true;
  auto& after = mixed_[e % plan_.seen_at(node_)];
  if (after.empty()) mix(e, mixed);
  const auto& x = g_.informed[mixed];
  for (uint32_t t = 1; t < x.types; ++t) {
    const size_t axis = x.first_axis + t - 1;
    move(static_cast<uint32_t>(axis),
         [&](size_t i) { return after[t * side + i] - log_odds_.data()[axis * side + i]; });
  }
  return true;
}

// By Bayes' rule over every edge after which the same is seen, and every type that may have become another; each type
// summed by itself, since of what types are bound not to do beliefs hang on how seldom it is.
void ParticleNode::mix(uint32_t e, uint32_t k) {
  constexpr double never = -1e300, certain = 5e4;
  const auto& node = g_.nodes[node_];
  const auto& shape = g_.shapes[node.shape];
  const auto& x = g_.informed[k];
  const MoverNumbers& numbers = plan_.movers[node.shape];
  const uint32_t first = e % plan_.seen_at(node_);
  terms_.clear();
  log_terms_.clear();
  for (uint32_t at = first; at < node.edges; at += plan_.seen_at(node_)) {
    const auto& edge = g_.edges[node.first_edge + at];
    const game::Slot* becomes = edge.turn == 0 ? nullptr : g_.probability_tables.data() + g_.turns[edge.turn].first;
    for (uint32_t t = 0; t < x.types; ++t) {
      double log_of[side] = {};
      if (t > 0) std::copy_n(log_odds_.data() + (x.first_axis + t - 1) * side, side, log_of);
      uint32_t rest = at / shape.signals();
      for (size_t m = shape.movers.size(); m-- > 0;) {
        const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
        const uint32_t o = rest % options;
        rest /= options;
        const bool own = g_.informed_index[shape.movers[m].actor] == k;
        if (options < 2 || (!own && !shape.hidden)) continue;
        const double* log_sigma = log_sigma_.data() + (size_t{numbers.offset[m]} + (own ? t : 0) * options + o) * side;
        for (size_t i = 0; i < side; ++i) log_of[i] += log_sigma[i];
      }
      const double by = shape.informer == k ? odds(edge, t) : shape.hidden ? odds(edge, 0) : 1;
      for (uint32_t u = 0; u < x.types; ++u) {
        const double p = by * (becomes ? w_.slots[becomes[t * x.types + u]] : static_cast<double>(t == u));
        if (!(p > 0)) continue;
        terms_.push_back(u);
        for (size_t i = 0; i < side; ++i) log_terms_.push_back(log_of[i] + std::log(p));
      }
    }
  }
  std::vector<double>& after = mixed_[first];
  after.assign(size_t{x.types} * side, never);
  sums_.assign(size_t{x.types} * side, 0.0);
  for (size_t n = 0; n < terms_.size(); ++n)
    for (size_t i = 0; i < side; ++i)
      after[terms_[n] * side + i] = std::max(after[terms_[n] * side + i], log_terms_[n * side + i]);
  for (size_t n = 0; n < terms_.size(); ++n)
    for (size_t i = 0; i < side; ++i)
      sums_[terms_[n] * side + i] += std::exp(log_terms_[n * side + i] - after[terms_[n] * side + i]);
  for (size_t i = 0; i < side; ++i) {
    double most = never;
    for (uint32_t u = 0; u < x.types; ++u) {
      double& log_of = after[u * side + i];
      if (sums_[u * side + i] > 0) log_of += std::log(sums_[u * side + i]);
      most = std::max(most, log_of);
    }
    // A type that cannot be keeps a vanishing weight, so that log-odds stay finite, with room for what follows.
    for (uint32_t u = 0; u < x.types; ++u) after[u * side + i] = std::max(after[u * side + i], most - certain);
    for (uint32_t u = x.types; u-- > 0;) after[u * side + i] -= after[i];
  }
}

}  // namespace casus::solve

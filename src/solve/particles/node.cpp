#include "solve/particles/node.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

using game::NodeKind;
using game::none;

ParticleNode::ParticleNode(const ParticlePlan& plan, const World& w, const GridField& field)
    : plan_(plan), g_(plan.game), w_(w), field_(field), reader_(g_), shifted_(g_.axes) {
  const size_t axes = std::max(g_.axes, 1u);
  log_odds_ = Block(axes * side);
  shift_ = Block(axes * side);
  share_ = Block(std::max(g_.profiles, 4u) * side, true);
  uint32_t width = 1;
  for (const auto& m : plan_.movers) width = std::max(width, m.width);
  for (Block* b : {&q_, &log_sigma_, &sigma_}) *b = Block(width * side, true);
}

void ParticleNode::enter(game::NodeId n) {
  node_ = n;
  mixes_ = plan_.mixes[n] != 0;
  if (mixes_) mixed_.assign(plan_.seen_at(n), {});
  if (plan_.movers[g_.nodes[n].shape].count > 0)
    reader_.lay_out(field_.layouts[n], field_.grids[g_.nodes[n].round - 1]);
}

void ParticleNode::load(const double* records, size_t record, size_t together) {
  for (uint32_t a = 0; a < g_.axes; ++a)
    for (size_t i = 0; i < side; ++i) log_odds_.data()[a * side + i] = records[std::min(i, together - 1) * record + a];
  if (mixes_)
    for (auto& known : mixed_) known.clear();
}

void ParticleNode::choose() {
  const auto& shape = g_.shapes[g_.nodes[node_].shape];
  const MoverNumbers& numbers = plan_.movers[g_.nodes[node_].shape];
  const GridChoices& choices = field_.choices[node_];
  reader_.locate(log_odds_.data());
  reader_.read(choices.first, choices.per_point, numbers.width, q_.data());
  if (field_.corrections && field_.corrections->any(node_))
    for (size_t i = 0; i < side; ++i) field_.corrections->correct(node_, log_odds_.data() + i, q_.data() + i, side);
  for (size_t m = 0; m < shape.movers.size(); ++m) {
    const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
    for (uint32_t t = 0; t < g_.types(shape.movers[m].actor); ++t) {
      const size_t first = size_t{numbers.offset[m] + t * options} * side;
      kernels().choose(options, q_.data() + first, log_sigma_.data() + first, sigma_.data() + first);
    }
  }
}

bool ParticleNode::find_edge(uint32_t e) {
  if (mixes_) return find_mixing_edge(e);
  const auto& node = g_.nodes[node_];
  const auto& shape = g_.shapes[node.shape];
  double* share = share_.data();
  std::fill(shifted_.begin(), shifted_.end(), nullptr);
  if (shape.kind == NodeKind::chance) {
    const game::Slot* slots = g_.probability_tables.data() + g_.edges[node.first_edge + e].probability;
    bool any = false;
    for (uint32_t p = 0; p < g_.profiles; ++p) {
      const uint32_t t = shape.informer == none ? 0 : plan_.type[shape.informer * g_.profiles + p];
      std::fill_n(share + p * side, side, w_.slots[slots[t]]);
      any |= w_.slots[slots[t]] != 0;
    }
    if (shape.informer == none || !any) return any;
    const auto& x = g_.informed[shape.informer];
    const double base = std::log(std::max(w_.slots[slots[0]], 0.0));
    for (uint32_t t = 1; t < x.types; ++t) {
      const double odds = std::log(std::max(w_.slots[slots[t]], 0.0));
      if (!(odds == base)) move(x.first_axis + t - 1, [&](size_t) { return odds - base; });
    }
    return true;
  }
  std::fill_n(share, g_.profiles * side, 1.0);
  act(e, none, true);
  return true;
}

// Multiplies shares by the probabilities of a joint choice, and moves beliefs by it where it is seen, but for the one
// about `mixed`.
void ParticleNode::act(uint32_t joint, uint32_t mixed, bool seen) {
  const auto& node = g_.nodes[node_];
  const auto& shape = g_.shapes[node.shape];
  const MoverNumbers& numbers = plan_.movers[node.shape];
  double* share = share_.data();
  for (size_t m = shape.movers.size(); m-- > 0;) {
    const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
    const size_t first = size_t{numbers.offset[m] + joint % options} * side, next_type = size_t{options} * side;
    joint /= options;
    if (options < 2) continue;
    const double *sigma = sigma_.data() + first, *log_sigma = log_sigma_.data() + first;
    const uint32_t* type = numbers.type.data() + m * g_.profiles;
    for (uint32_t p = 0; p < g_.profiles; ++p)
      for (size_t i = 0; i < side; ++i) share[p * side + i] *= sigma[type[p] * next_type + i];
    const uint32_t k = g_.informed_index[shape.movers[m].actor];
    if (k == none || k == mixed || !seen) continue;
    for (uint32_t t = 1; t < g_.informed[k].types; ++t)
      move(g_.informed[k].first_axis + t - 1, [&](size_t i) { return log_sigma[t * next_type + i] - log_sigma[i]; });
  }
}

}  // namespace casus::solve

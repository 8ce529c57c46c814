#include "solve/particles/beliefs.h"

#include <algorithm>
#include <cmath>

#include "solve/belief/beliefs.h"
#include "solve/lanes/kernel.h"

namespace casus::solve {

using game::NodeKind;
using game::none;

namespace {
constexpr size_t side = ParticleNode::side;
constexpr double most_log_odds = 1e5;
}  // namespace

ParticleBeliefs::ParticleBeliefs(const ParticlePlan& plan, const World& w)
    : plan_(plan), g_(plan.game), w_(w), types_(g_.axes + g_.informed.size()) {
  uint32_t most_types = 1;
  for (const auto& x : g_.informed) most_types = std::max(most_types, x.types);
  for (Block* b : {&odds_, &ignored_}) *b = Block(most_types * side);
  for (Block* b : {&type_, &after_type_, &joint_}) *b = Block(std::max<size_t>(types_, 1) * side);
  for (Block* b : {&slots_before_, &slots_after_}) *b = Block(std::max<size_t>(g_.belief_program.size(), 1) * side);
}

double* ParticleBeliefs::types_of(const game::Informed& x, const Block& types) const {
  return types.data() + place_of(g_, x) * side;
}

// What measures make of beliefs by what was seen of each actor alone.
void ParticleBeliefs::run(const Block& types, Block& slots) {
  if (g_.related.empty()) {
    run_belief_program(g_, types.data(), side, slots.data());
    return;
  }
  std::copy_n(types.data(), types_ * side, joint_.data());
  std::vector<double> weight(g_.profiles);
  for (size_t i = 0; i < side; ++i) {
    double sum = 0;
    for (uint32_t p = 0; p < g_.profiles; ++p) {
      weight[p] = std::exp(w_.together[p]);
      for (const auto& x : g_.informed) weight[p] *= types_of(x, types)[g_.type_of(p, x.actor) * side + i];
      sum += weight[p];
    }
    if (!(sum > 0)) continue;  // what cannot be seen
    for (size_t t = 0; t < types_; ++t) joint_.data()[t * side + i] = 0;
    for (uint32_t p = 0; p < g_.profiles; ++p)
      for (const auto& x : g_.informed) types_of(x, joint_)[g_.type_of(p, x.actor) * side + i] += weight[p] / sum;
  }
  run_belief_program(g_, joint_.data(), side, slots.data());
}

void ParticleBeliefs::find_before(const double* log_odds) {
  for (const auto& x : g_.informed) find_types(x, log_odds + x.first_axis * side, types_of(x, type_));
  run(type_, slots_before_);
}

void ParticleBeliefs::find_types(const game::Informed& x, const double* log_odds, double* out) {
  std::fill_n(odds_.data(), side, 0.0);
  std::copy_n(log_odds, (x.types - 1) * side, odds_.data() + side);
  kernels().choose(x.types, odds_.data(), ignored_.data(), out);
}

void ParticleBeliefs::find_after(const double* log_odds, const double* const* shift) {
  std::vector<double> after(log_odds, log_odds + g_.axes * side);
  for (uint32_t a = 0; a < g_.axes; ++a)
    for (size_t i = 0; shift[a] && i < side; ++i)
      after[a * side + i] = std::clamp(after[a * side + i] + shift[a][i], -most_log_odds, most_log_odds);
  for (const auto& x : g_.informed) find_types(x, after.data() + x.first_axis * side, types_of(x, after_type_));
  run(after_type_, slots_after_);
}

void ParticleBeliefs::find_after(game::NodeId n, uint32_t edge, const double* sigma) {
  const auto& node = g_.nodes[n];
  const auto& shape = g_.shapes[node.shape];
  const MoverNumbers& numbers = plan_.movers[node.shape];
  std::copy_n(type_.data(), types_ * side, after_type_.data());
  auto bayes = [&](uint32_t k, auto&& likelihood) {
    const auto& x = g_.informed[k];
    double* to = types_of(x, after_type_);
    constexpr double least = 1e-300;  // what hardly ever happens weighs nothing
    double share[side], sum[side] = {};
    for (uint32_t t = 0; t < x.types; ++t)
      for (size_t i = 0; i < side; ++i) sum[i] += to[t * side + i] * likelihood(t, i);
    for (size_t i = 0; i < side; ++i) share[i] = 1 / std::max(sum[i], least);
    for (uint32_t t = 0; t < x.types; ++t)
      for (size_t i = 0; i < side; ++i)
        to[t * side + i] = sum[i] > least ? to[t * side + i] * likelihood(t, i) * share[i] : to[t * side + i];
  };
  if (shape.kind == NodeKind::chance && shape.informer != none) {
    const game::Slot* slots = g_.probability_tables.data() + g_.edges[node.first_edge + edge].probability;
    bayes(shape.informer, [&](uint32_t t, size_t) { return w_.slots[slots[t]]; });
  }
  uint32_t rest = edge;
  for (size_t m = shape.movers.size(); m-- > 0;) {
    const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
    const uint32_t o = rest % options, k = g_.informed_index[shape.movers[m].actor];
    rest /= options;
    if (options > 1 && k != none)
      bayes(k, [&](uint32_t t, size_t i) { return sigma[(numbers.offset[m] + t * options + o) * side + i]; });
  }
  run(after_type_, slots_after_);
}

}  // namespace casus::solve

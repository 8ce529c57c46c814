#include "solve/particles/pool.h"

#include <algorithm>
#include <cmath>

#include "solve/lanes/kernel.h"
#include "solve/particles/beliefs.h"
#include "solve/particles/node.h"
#include "solve/particles/tracks.h"

namespace casus::solve {

namespace {
constexpr size_t logs_at_once = ParticleNode::side;
}

ParticlePool::ParticlePool(const ParticlePlan& plan, const World& w, const Pooling& pooling)
    : plan_(plan), g_(plan.game), pooling_(pooling), tracks_(plan.tracks.size()) {
  tells_apart_.resize(g_.axes);
  prior_of_type_.assign((size_t{g_.axes} + g_.informed.size()) * tracks_, 0.0);
  const TrackMass mass(plan, w);
  for (const auto& x : g_.informed)
    for (uint32_t i = 0; i < tracks_; ++i)
      prior_of_type_[(place_of(g_, x) + g_.type_of(plan_.tracks.now(i), x.actor)) * tracks_ + i] = mass.by_itself()[i];
  for (uint32_t i = 0; i < tracks_; ++i) window_weight_.push_back(window_weight(w, plan_.tracks.first(i)));
}

const double* ParticlePool::prior_of(const game::Informed& x, uint32_t type) const {
  return prior_of_type_.data() + (place_of(g_, x) + type) * tracks_;
}

void ParticlePool::join(game::NodeId n, const ParticleShape& shape, Pile& all) {
  const size_t record = shape.record(), count = all.size() / record;
  for (uint32_t a = 0; a < g_.axes; ++a) tells_apart_[a] = plan_.read_at(n, a);
  if (count <= pooling_.few) return;
  size_t slots = 16;
  while (slots < 2 * count) slots *= 2;
  if (table_.size() < slots) table_.assign(slots, {});
  if (joined_.size() < count) joined_.resize(2 * count);
  const uint32_t kept = kernels().pool({.shape = shape,
                                        .records = all.data(),
                                        .count = static_cast<uint32_t>(count),
                                        .read = tells_apart_.data(),
                                        .weight = window_weight_.data(),
                                        .per_cell = 1 / pooling_.cell,
                                        .per_slight = pooling_.cell * pooling_.cell / pooling_.slight,
                                        .table = table_.data(),
                                        .mask = slots - 1,
                                        .stamp = ++stamp_,
                                        .joined = joined_.data()});
  all.cut(kept * record);
  believe(n, shape, all);
}

// What the mass of particles that were joined says of everybody whom their node reads.
void ParticlePool::believe(game::NodeId n, const ParticleShape& shape, Pile& all) {
  const size_t record = shape.record(), count = all.size() / record;
  changed_.clear();
  for (size_t i = 0; i < count; ++i)
    if (joined_[i]) changed_.push_back(all.data() + i * record);
  if (changed_.empty()) return;
  constexpr double least = 1e-290;  // below, its first history's belief says more
  for (uint32_t k = 0; k < g_.informed.size(); ++k) {
    const auto& x = g_.informed[k];
    if (!(g_.nodes[n].mass_mask >> k & 1)) continue;
    const size_t eights = (changed_.size() * x.types + logs_at_once - 1) / logs_at_once;
    if (sums_doubles_ < eights * logs_at_once) {
      sums_doubles_ = 2 * eights * logs_at_once;
      sums_ = Block(sums_doubles_);
    }
    double* sum = sums_.data();
    for (const double* of : changed_)
      for (uint32_t t = 0; t < x.types; ++t) {
        const double* prior = prior_of(x, t);
        double of_type = 0;
        for (uint32_t i = 0; i < tracks_; ++i) of_type += prior[i] * of[g_.axes + i];
        *sum++ = std::max(of_type, least);
      }
    std::fill(sum, sums_.data() + eights * logs_at_once, 1.0);
    kernels().logs(static_cast<uint32_t>(eights), sums_.data(), sums_.data());
    const double none_left = std::log(least) + 1e-9;
    const double* log_of = sums_.data();
    for (double* to : changed_) {
      if (!(log_of[0] > none_left)) believe_without_first(x.types, log_of, none_left, to + x.first_axis);
      for (uint32_t t = 1; t < x.types; ++t)
        if (log_of[0] > none_left && log_of[t] > none_left) to[x.first_axis + t - 1] = log_of[t] - log_of[0];
      log_of += x.types;
    }
  }
}

}  // namespace casus::solve

#include "solve/play/reply.h"

#include <algorithm>
#include <cmath>

#include "solve/belief/beliefs.h"
#include "solve/lanes/kernel.h"

namespace casus::solve {

using game::none;

ReplySystem::ReplySystem(const ParticlePlan& plan, const World& w) : plan_(plan), g_(plan.game), w_(w) {
  weight_.resize(g_.profiles);
  for (auto* x : {&others_, &weighed_, &expected_}) x->resize(g_.profiles);
  is_.assign(g_.profiles, 1.0);
  for (uint32_t k = 0; k < g_.informed.size(); ++k)
    for (uint32_t t = 0; t < g_.informed[k].types; ++t)
      for (uint32_t p = 0; p < g_.profiles; ++p) is_.push_back(plan.type[size_t{k} * g_.profiles + p] == t ? 1 : 0);
  tilted_.resize(size_t{g_.axes} * g_.profiles);
}

void ReplySystem::set(game::NodeId n, const double* log_odds, const double* log_sigma, std::span<const EdgeWorth> edges,
                      std::span<const uint32_t> axes) {
  shape_ = &g_.shapes[g_.nodes[n].shape];
  numbers_ = &plan_.movers[g_.nodes[n].shape];
  axes_ = axes;
  unknowns_ = numbers_->count;
  width_ = unknowns_ + 1 + axes.size();
  const size_t movers = shape_->movers.size();
  option_.resize(movers);
  told_.clear();
  for (uint32_t m = 0; m < movers; ++m) {
    const uint32_t k = g_.informed_index[shape_->movers[m].actor];
    for (uint32_t t = 1; k != none && options(m) > 1 && t < g_.informed[k].types; ++t)
      told_.push_back({g_.informed[k].first_axis + t - 1, m, t});
  }
  sigma_.resize(unknowns_);
  for (uint32_t c = 0; c < unknowns_; ++c) sigma_[c] = std::exp(log_sigma[c]);
  value_.assign(unknowns_, 0.0);
  by_axis_.assign(axes.size() * unknowns_, 0.0);
  by_log_sigma_.assign(size_t{unknowns_} * unknowns_, 0.0);
  for (size_t m = 0; m < movers; ++m) {
    if (!shape_->movers[m].chooses()) continue;
    find_weights(g_.informed_index[shape_->movers[m].actor], log_odds);
    for (uint32_t e = 0; e < edges.size(); ++e)
      if (edges[e].value) add_edge(e, m, edges[e]);
  }
  lay_out(log_sigma);
}

// How likely each profile is in the eyes of a mover, but for its own type, and how that moves with beliefs.
void ReplySystem::find_weights(uint32_t own, const double* log_odds) {
  if (!g_.related.empty()) {
    weigh_profiles(g_, w_, log_odds, 1, own, weight_);
    for (size_t a = 0; a < axes_.size(); ++a) tilt(a, own);
    return;
  }
  std::fill(weight_.begin(), weight_.end(), 1.0);
  types_.clear();
  for (uint32_t k = 0; k < g_.informed.size(); ++k) {
    const auto& x = g_.informed[k];
    const size_t first = types_.size();
    double top = 0, sum = 0;
    for (uint32_t t = 1; t < x.types; ++t) top = std::max(top, log_odds[x.first_axis + t - 1]);
    for (uint32_t t = 0; t < x.types; ++t)
      sum += types_.emplace_back(std::exp((t > 0 ? log_odds[x.first_axis + t - 1] : 0) - top));
    for (size_t t = first; t < types_.size(); ++t) types_[t] /= sum;
    if (k == own) continue;
    const uint16_t* type = plan_.type.data() + size_t{k} * g_.profiles;
    for (uint32_t p = 0; p < g_.profiles; ++p) weight_[p] *= types_[first + type[p]];
  }
  for (size_t a = 0; a < axes_.size(); ++a) {
    const uint32_t k = plan_.axis_informed[axes_[a]], first = g_.informed[k].first_axis, t = axes_[a] - first + 1;
    const uint16_t* type = plan_.type.data() + size_t{k} * g_.profiles;
    const double of = types_[first + k + t];
    double* to = tilted_.data() + a * g_.profiles;
    for (uint32_t p = 0; p < g_.profiles; ++p) to[p] = k == own ? 0 : weight_[p] * ((type[p] == t ? 1 : 0) - of);
  }
}

// How weights move with an axis where types tell of each other: by how the type's share, given the mover's own, does.
void ReplySystem::tilt(size_t axis, uint32_t own) {
  const uint32_t k = plan_.axis_informed[axes_[axis]], t = axes_[axis] - g_.informed[k].first_axis + 1;
  const uint16_t* type = plan_.type.data() + size_t{k} * g_.profiles;
  const uint16_t* mine = own == none ? nullptr : plan_.type.data() + size_t{own} * g_.profiles;
  std::vector<double> share(own == none ? 1 : g_.informed[own].types, 0.0);
  const auto given = [&](uint32_t p) -> double& { return share[mine ? mine[p] : 0]; };
  for (uint32_t p = 0; p < g_.profiles; ++p)
    if (type[p] == t) given(p) += weight_[p];
  double* to = tilted_.data() + axis * g_.profiles;
  for (uint32_t p = 0; p < g_.profiles; ++p) to[p] = k == own ? 0 : weight_[p] * ((type[p] == t ? 1 : 0) - given(p));
}

// What an edge says of a mover's options.
void ReplySystem::add_edge(uint32_t e, size_t mover, const EdgeWorth& edge) {
  const uint32_t profiles = g_.profiles, actor = shape_->movers[mover].actor, types = g_.types(actor);
  for (size_t m = shape_->movers.size(); m-- > 0; e /= options(m)) option_[m] = e % options(m);
  const auto place = [&](size_t m, uint32_t type) { return numbers_->offset[m] + type * options(m) + option_[m]; };
  const uint32_t* own = numbers_->type.data() + mover * profiles;
  std::fill(others_.begin(), others_.end(), 1.0);
  for (size_t m = 0; m < shape_->movers.size(); ++m) {
    const uint32_t* type = numbers_->type.data() + m * profiles;
    for (uint32_t p = 0; m != mover && p < profiles; ++p) others_[p] *= sigma_[place(m, type[p])];
  }
  const double* value = edge.value + size_t{actor} * profiles;
  const auto slope = [&](uint32_t axis) {
    const uint32_t at = edge.axis_place[axis];
    return at == none ? nullptr : edge.slope + (size_t{at} * g_.actors() + actor) * profiles;
  };
  for (uint32_t p = 0; p < profiles; ++p) {
    weighed_[p] = weight_[p] * others_[p];
    expected_[p] = others_[p] * value[p];
  }
  sum_.resize(types);
  TypeSumsJob sums{.profiles = profiles, .types = types, .is = is(actor), .out = sum_.data()};
  sums.a = weight_.data();
  sums.b = expected_.data();
  kernels().type_sums(sums);
  for (uint32_t t = 0; t < types; ++t) value_[place(mover, t)] += sum_[t];
  for (size_t a = 0; a < axes_.size(); ++a) {
    sums.a = tilted_.data() + a * profiles;
    sums.b = expected_.data();
    sums.c = (sums.d = slope(axes_[a])) ? weighed_.data() : nullptr;
    kernels().type_sums(sums);
    for (uint32_t t = 0; t < types; ++t) by_axis_[a * unknowns_ + place(mover, t)] += sum_[t];
  }
  for (const Told& x : told_) {
    const double* moved = slope(x.axis);
    if (!moved) continue;
    sums.a = weighed_.data();
    sums.b = moved;
    sums.c = nullptr;
    kernels().type_sums(sums);
    for (uint32_t t = 0; t < types; ++t) {
      double* row = by_log_sigma_.data() + size_t{place(mover, t)} * unknowns_;
      row[place(x.mover, x.type)] += sum_[t];
      row[place(x.mover, 0)] -= sum_[t];
    }
  }
  for (size_t m = 0; m < shape_->movers.size(); ++m) {
    if (m == mover || options(m) < 2) continue;
    const uint32_t* type = numbers_->type.data() + m * profiles;
    for (uint32_t p = 0; p < profiles; ++p)
      by_log_sigma_[size_t{place(mover, own[p])} * unknowns_ + place(m, type[p])] += weight_[p] * others_[p] * value[p];
  }
}

// (I - J) step = reply - choice, and beside it what a move of every belief adds to the reply; in y = log sigma but for
// a constant of each type.
void ReplySystem::lay_out(const double* log_sigma) {
  system_.assign(unknowns_ * width_, 0.0);
  for (size_t m = 0; m < shape_->movers.size(); ++m) {
    const double lambda = scale_ * w_.precision[shape_->movers[m].actor];
    for (uint32_t row = numbers_->offset[m]; row < numbers_->offset[m] + g_.types(shape_->movers[m].actor) * options(m);
         ++row) {
      double* to = system_.data() + row * width_;
      const double* by = by_log_sigma_.data() + size_t{row} * unknowns_;
      for (size_t j = 0; j < shape_->movers.size(); ++j)
        for (uint32_t t = 0; t < g_.types(shape_->movers[j].actor); ++t) {
          const uint32_t first = numbers_->offset[j] + t * options(j);
          double total = 0;
          for (uint32_t o = first; o < first + options(j); ++o) total += by[o];
          for (uint32_t o = first; o < first + options(j); ++o) to[o] = -lambda * (by[o] - sigma_[o] * total);
        }
      to[row] += 1;
      if (!shape_->movers[m].chooses()) continue;
      to[unknowns_] = lambda * value_[row] - log_sigma[row];
      for (size_t a = 0; a < axes_.size(); ++a) to[unknowns_ + 1 + a] = lambda * by_axis_[a * unknowns_ + row];
    }
  }
}

bool ReplySystem::solve() {
  plain_ = system_;
  const bool found = eliminate();
  if (!found) system_ = plain_;
  return found;
}

// By Gauss and Jordan with partial pivoting; whether the solution is to be believed.
bool ReplySystem::eliminate() {
  // The determinant falls from 1 towards 0 as a reply comes to raise itself, and is negative beyond a turning point:
  // choices would be said to move ten times as far as replies do, or against them.
  constexpr double least = 0.1;
  double determinant = 1;
  for (uint32_t c = 0; c < unknowns_; ++c) {
    uint32_t pivot = c;
    for (uint32_t r = c + 1; r < unknowns_; ++r)
      if (std::fabs(system_[r * width_ + c]) > std::fabs(system_[pivot * width_ + c])) pivot = r;
    double* row = system_.data() + c * width_;
    if (pivot != c) {
      std::swap_ranges(row, row + width_, system_.data() + pivot * width_);
      determinant = -determinant;
    }
    determinant *= row[c];
    if (row[c] == 0) return false;
    const double inverse = 1 / row[c];
    for (size_t k = c; k < width_; ++k) row[k] *= inverse;
    for (uint32_t r = 0; r < unknowns_; ++r) {
      double* other = system_.data() + r * width_;
      const double by = other[c];
      if (r == c || by == 0) continue;
      for (size_t k = c; k < width_; ++k) other[k] -= by * row[k];
    }
  }
  return determinant > least;
}

}  // namespace casus::solve

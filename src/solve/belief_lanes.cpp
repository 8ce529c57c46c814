#include "solve/belief_lanes.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

namespace {

// The probability of a type, without forming a number near 1 and taking it away again.
void believe(const game::Informed& x, uint32_t type, const std::array<const double*, most_fast_axes>& log_odds,
             double* to) {
  alignas(64) double sum[batch_lanes] = {}, ratio[batch_lanes];
  auto at = [&](uint32_t t, size_t w) { return t == 0 ? 0 : log_odds[x.first_axis + t - 1][w]; };
  if (x.types == 2) {
    for (size_t w = 0; w < batch_lanes; ++w) ratio[w] = type == 1 ? at(1, w) : -at(1, w);
    kernels().logistic(ratio, sum);
    std::copy_n(sum, batch_lanes, to);
    return;
  }
  for (uint32_t t = 0; t < x.types; ++t) {
    for (size_t w = 0; w < batch_lanes; ++w) ratio[w] = at(t, w) - at(type, w);
    if (t != type) kernels().exponentials(ratio, ratio);
    for (size_t w = 0; w < batch_lanes; ++w) sum[w] += t == type ? 1 : ratio[w];
  }
  for (size_t w = 0; w < batch_lanes; ++w) to[w] = 1 / sum[w];
}

}  // namespace

BeliefLanes::BeliefLanes(const game::Game& g, uint32_t informed)
    : g_(g), slots_(g.belief_program.size() * batch_lanes) {
  const auto& code = g.belief_program.code();
  std::vector<bool> needed(code.size(), false);
  for (uint32_t i = 0; i < g.lifted.size(); ++i) {
    if (!(g.lifted[i].reads >> informed & 1)) continue;
    moved_.push_back(i);
    reads_ |= g.lifted[i].reads;
    needed[g.lifted[i].slot] = true;
  }
  for (size_t s = code.size(); s-- > 0;)
    if (needed[s] && code[s].op != model::Op::constant && code[s].op != model::Op::belief)
      needed[code[s].a] = needed[code[s].b] = needed[code[s].c] = true;
  for (game::Slot s = 0; s < code.size(); ++s) {
    if (!needed[s]) continue;
    if (code[s].op == model::Op::constant)
      std::fill_n(&slots_[s * batch_lanes], batch_lanes, code[s].value);
    else
      needed_.push_back(s);
  }
}

void BeliefLanes::values(const std::array<const double*, most_fast_axes>& log_odds, double* out) const {
  for (const game::Slot s : needed_) {
    const auto& i = g_.belief_program.code()[s];
    double* to = &slots_[s * batch_lanes];
    if (i.op == model::Op::belief) {
      believe(g_.informed[g_.informed_index[i.actor]], i.index, log_odds, to);
      continue;
    }
    const double* a = &slots_[i.a * batch_lanes];
    const double* b = &slots_[i.b * batch_lanes];
    const double* c = &slots_[i.c * batch_lanes];
    switch (i.op) {
      case model::Op::mul:
        for (size_t w = 0; w < batch_lanes; ++w) to[w] = a[w] * b[w];
        break;
      case model::Op::sub:
        for (size_t w = 0; w < batch_lanes; ++w) to[w] = a[w] - b[w];
        break;
      default:
        for (size_t w = 0; w < batch_lanes; ++w) to[w] = model::apply(i.op, a[w], b[w], c[w]);
    }
  }
  for (const uint32_t i : moved_) {
    __builtin_memcpy(out, &slots_[g_.lifted[i].slot * batch_lanes], batch_lanes * sizeof(double));
    out += batch_lanes;
  }
}

}  // namespace casus::solve

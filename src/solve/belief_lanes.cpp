#include "solve/belief_lanes.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

BeliefLanes::BeliefLanes(const game::Game& g, uint32_t informed)
    : g_(g), slots_(g.belief_program.size() * batch_lanes) {
  const auto& code = g.belief_program.code();
  std::vector<bool> needed(code.size(), false);
  for (uint32_t i = 0; i < g.lifted.size(); ++i) {
    if (!(g.lifted[i].reads >> informed & 1)) continue;
    moved_.push_back(i);
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
      const auto& x = g_.informed[g_.informed_index[i.actor]];
      // Without forming a number near 1 and taking it away again.
      alignas(64) double sum[batch_lanes] = {}, ratio[batch_lanes];
      for (uint32_t t = 0; t < x.types; ++t) {
        for (size_t w = 0; w < batch_lanes; ++w) {
          const double here = t == 0 ? 0 : log_odds[x.first_axis + t - 1][w];
          const double asked = i.index == 0 ? 0 : log_odds[x.first_axis + i.index - 1][w];
          ratio[w] = here - asked;
        }
        if (t != i.index) kernels().exponentials(ratio, ratio);
        for (size_t w = 0; w < batch_lanes; ++w) sum[w] += t == i.index ? 1 : ratio[w];
      }
      for (size_t w = 0; w < batch_lanes; ++w) to[w] = 1 / sum[w];
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
  for (size_t i = 0; i < moved_.size(); ++i)
    std::copy_n(&slots_[g_.lifted[moved_[i]].slot * batch_lanes], batch_lanes, out + i * batch_lanes);
}

}  // namespace casus::solve

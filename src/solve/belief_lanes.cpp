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

void BeliefLanes::values(const Beliefs& beliefs, double* out) const {
  for (const game::Slot s : needed_) {
    const auto& i = g_.belief_program.code()[s];
    double* to = &slots_[s * batch_lanes];
    if (i.op == model::Op::belief) {
      std::copy_n(beliefs[g_.informed_index[i.actor]] + size_t{i.index} * batch_lanes, batch_lanes, to);
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

#include "game/belief_pay.h"

namespace casus::game {

void add_belief_pay(const Game& g, const BeliefPay& pay, std::span<const double> slots, std::span<const double> types,
                    double* rows, size_t stride) {
  const auto& code = pay.program.code();
  std::vector<double> value(code.size());
  for (size_t s = 0; s < code.size(); ++s) {
    const Instruction& i = code[s];
    switch (i.op) {
      case model::Op::constant:
        value[s] = i.value;
        break;
      case model::Op::param:
        value[s] = slots[i.index];
        break;
      case model::Op::belief: {
        const uint32_t k = g.informed_index[i.actor];
        value[s] = types[size_t{g.informed[k].first_axis} + k + i.index];
        break;
      }
      default:
        value[s] = model::apply(i.op, value[i.a], value[i.b], value[i.c]);
    }
  }
  for (const auto& [actor, by_profile] : pay.paid)
    for (uint32_t p = 0; p < g.profiles; ++p) rows[(size_t{actor} * g.profiles + p) * stride] += value[by_profile[p]];
}

}  // namespace casus::game

#include "solve/beliefs.h"

#include <cmath>

namespace casus::solve {

namespace {
// Probability of one type of an actor, without forming a number near 1 and taking it away again.
double type_probability(const game::Informed& x, const Belief& at, uint32_t type) {
  auto log_odds = [&](uint32_t t) { return t == 0 ? 0.0 : at.log_odds[x.first_axis + t - 1]; };
  double sum = 0;
  for (uint32_t t = 0; t < x.types; ++t) sum += std::exp(log_odds(t) - log_odds(type));
  return 1 / sum;
}
}  // namespace

std::vector<double> run_beliefs(const game::Game& g, const Belief& at) {
  const auto& code = g.belief_program.code();
  std::vector<double> slots(code.size());
  for (size_t s = 0; s < code.size(); ++s) {
    const auto& i = code[s];
    switch (i.op) {
      case model::Op::constant:
        slots[s] = i.value;
        break;
      case model::Op::belief:
        slots[s] = type_probability(g.informed[g.informed_index[i.actor]], at, i.index);
        break;
      default:
        slots[s] = model::apply(i.op, slots[i.a], slots[i.b], slots[i.c]);
    }
  }
  return slots;
}

std::vector<std::vector<double>> type_probabilities(const game::Game& g, const Belief& at) {
  std::vector<std::vector<double>> out;
  for (const auto& x : g.informed) {
    auto& p = out.emplace_back();
    for (uint32_t t = 0; t < x.types; ++t) p.push_back(type_probability(x, at, t));
  }
  return out;
}

}  // namespace casus::solve

#include "solve/belief/beliefs.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

namespace {
// Probability of one type of an actor, without forming a number near 1 and taking it away again. `axis`: of the actor's
// first log-odds, which stand `stride` apart.
double type_probability(uint32_t types, const double* axis, size_t stride, uint32_t type) {
  auto log_odds = [&](uint32_t t) { return t == 0 ? 0.0 : axis[(t - 1) * stride]; };
  double sum = 0;
  for (uint32_t t = 0; t < types; ++t) sum += std::exp(log_odds(t) - log_odds(type));
  return 1 / sum;
}
}  // namespace

void run_belief_program(const game::Game& g, const double* types, size_t lanes, double* slots) {
  const auto& code = g.belief_program.code();
  for (size_t s = 0; s < code.size(); ++s) {
    const auto& i = code[s];
    double* to = slots + s * lanes;
    const double *a = slots + i.a * lanes, *b = slots + i.b * lanes, *c = slots + i.c * lanes;
    switch (i.op) {
      case model::Op::constant:
        std::fill_n(to, lanes, i.value);
        break;
      case model::Op::belief: {
        // Types stand one actor after the other: an actor's first stands after as many axes as actors before it.
        const uint32_t k = g.informed_index[i.actor];
        std::copy_n(types + (size_t{g.informed[k].first_axis} + k + i.index) * lanes, lanes, to);
        break;
      }
      case model::Op::add:
        for (size_t l = 0; l < lanes; ++l) to[l] = a[l] + b[l];
        break;
      case model::Op::sub:
        for (size_t l = 0; l < lanes; ++l) to[l] = a[l] - b[l];
        break;
      case model::Op::mul:
        for (size_t l = 0; l < lanes; ++l) to[l] = a[l] * b[l];
        break;
      default:
        for (size_t l = 0; l < lanes; ++l) to[l] = model::apply(i.op, a[l], b[l], c[l]);
    }
  }
}

void run_beliefs(const game::Game& g, const double* log_odds, size_t lanes, double* slots) {
  std::vector<double> types;
  for (const auto& x : g.informed)
    for (uint32_t t = 0; t < x.types; ++t)
      for (size_t l = 0; l < lanes; ++l)
        types.push_back(type_probability(x.types, log_odds + x.first_axis * lanes + l, lanes, t));
  run_belief_program(g, types.data(), lanes, slots);
}

std::vector<double> run_beliefs(const game::Game& g, const Belief& at) {
  std::vector<double> slots(g.belief_program.size());
  run_beliefs(g, at.log_odds.data(), 1, slots.data());
  return slots;
}

std::vector<std::vector<double>> type_probabilities(const game::Game& g, const Belief& at) {
  std::vector<std::vector<double>> out;
  for (const auto& x : g.informed) {
    auto& p = out.emplace_back();
    for (uint32_t t = 0; t < x.types; ++t)
      p.push_back(type_probability(x.types, at.log_odds.data() + x.first_axis, 1, t));
  }
  return out;
}

}  // namespace casus::solve

#include "solve/belief/beliefs.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace casus::solve {

namespace {
constexpr uint32_t most_types = 16;  // of an actor

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

void weigh_profiles(const game::Game& g, const World& w, const double* log_odds, size_t stride, uint32_t own,
                    std::vector<double>& weight) {
  weight = w.together;
  for (uint32_t k = 0; k < g.informed.size(); ++k) {
    const auto& x = g.informed[k];
    for (uint32_t p = 0; k != own && p < g.profiles; ++p)
      if (const uint32_t t = g.type_of(p, x.actor); t > 0) weight[p] += log_odds[(x.first_axis + t - 1) * stride];
  }
  const uint32_t types = own == game::none ? 1 : g.informed[own].types;
  const auto type = [&](uint32_t p) { return own == game::none ? 0 : g.type_of(p, g.informed[own].actor); };
  std::array<double, most_types> top, sum{};
  std::fill_n(top.begin(), types, -1e300);
  for (uint32_t p = 0; p < g.profiles; ++p) top[type(p)] = std::max(top[type(p)], weight[p]);
  for (uint32_t p = 0; p < g.profiles; ++p) sum[type(p)] += weight[p] = std::exp(weight[p] - top[type(p)]);
  for (uint32_t p = 0; p < g.profiles; ++p) weight[p] /= sum[type(p)];
}

namespace {

// Probabilities of types from those of profiles, one actor after the other.
std::vector<double> of_types(const game::Game& g, const std::vector<double>& weight) {
  std::vector<double> out(g.axes + g.informed.size(), 0.0);
  for (uint32_t k = 0; k < g.informed.size(); ++k)
    for (uint32_t p = 0; p < g.profiles; ++p)
      out[g.informed[k].first_axis + k + g.type_of(p, g.informed[k].actor)] += weight[p];
  return out;
}

}  // namespace

std::vector<double> types_at(const game::Game& g, const World& w, const double* log_odds, size_t stride) {
  std::vector<double> out;
  if (!g.related.empty()) {
    std::vector<double> weight;
    weigh_profiles(g, w, log_odds, stride, game::none, weight);
    return of_types(g, weight);
  }
  for (const auto& x : g.informed)
    for (uint32_t t = 0; t < x.types; ++t)
      out.push_back(type_probability(x.types, log_odds + x.first_axis * stride, stride, t));
  return out;
}

void run_beliefs(const game::Game& g, std::span<const World* const> worlds, const double* log_odds, size_t lanes,
                 double* slots) {
  std::vector<double> types;
  for (const auto& x : g.informed)
    for (uint32_t t = 0; g.related.empty() && t < x.types; ++t)
      for (size_t l = 0; l < lanes; ++l)
        types.push_back(type_probability(x.types, log_odds + x.first_axis * lanes + l, lanes, t));
  types.resize((g.axes + g.informed.size()) * lanes);
  for (size_t l = 0; !g.related.empty() && l < lanes; ++l) {
    const auto of = types_at(g, *worlds[std::min(l, worlds.size() - 1)], log_odds + l, lanes);
    for (size_t i = 0; i < of.size(); ++i) types[i * lanes + l] = of[i];
  }
  run_belief_program(g, types.data(), lanes, slots);
}

std::vector<double> run_beliefs(const game::Game& g, const World& w, const Belief& at) {
  std::vector<double> slots(g.belief_program.size());
  const World* world = &w;
  run_beliefs(g, {&world, 1}, at.log_odds.data(), 1, slots.data());
  return slots;
}

std::vector<std::vector<double>> type_probabilities(const game::Game& g, const World& w, const Belief& at) {
  if (!g.related.empty()) {
    std::vector<double> weight;
    weigh_profiles(g, w, at.log_odds.data(), 1, game::none, weight);
    return type_probabilities(g, std::move(weight), game::none, 0);
  }
  std::vector<std::vector<double>> out;
  for (const auto& x : g.informed) {
    auto& p = out.emplace_back();
    for (uint32_t t = 0; t < x.types; ++t)
      p.push_back(type_probability(x.types, at.log_odds.data() + x.first_axis, 1, t));
  }
  return out;
}

std::vector<std::vector<double>> type_probabilities(const game::Game& g, std::vector<double> weight, uint32_t own,
                                                    uint32_t type) {
  const auto so = [&](uint32_t p) { return own == game::none || g.type_of(p, g.informed[own].actor) == type; };
  double sum = 0;
  for (uint32_t p = 0; p < g.profiles; ++p)
    if (so(p)) sum += weight[p];
  for (uint32_t p = 0; sum > 0 && p < g.profiles; ++p) weight[p] = so(p) ? weight[p] / sum : 0;
  const auto of = of_types(g, weight);
  std::vector<std::vector<double>> out;
  for (size_t k = 0; k < g.informed.size(); ++k) {
    const auto first = of.begin() + static_cast<std::ptrdiff_t>(g.informed[k].first_axis + k);
    out.emplace_back(first, first + g.informed[k].types);
  }
  return out;
}

}  // namespace casus::solve

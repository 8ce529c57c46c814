#include "solve/belief/paid.h"

#include <algorithm>

#include "solve/belief/beliefs.h"

namespace casus::solve {

namespace {

// The slots of a program of such payments, from probabilities of types, one actor after the other.
void run(const game::Game& g, const World& w, const game::Program& program, const std::vector<double>& types,
         std::vector<double>& slots) {
  const auto& code = program.code();
  slots.resize(code.size());
  for (size_t s = 0; s < code.size(); ++s) {
    const auto& i = code[s];
    switch (i.op) {
      case model::Op::constant:
        slots[s] = i.value;
        break;
      case model::Op::param:
        slots[s] = w.slots[i.index];
        break;
      case model::Op::belief: {
        const uint32_t k = g.informed_index[i.actor];
        slots[s] = types[size_t{g.informed[k].first_axis} + k + i.index];
        break;
      }
      default:
        slots[s] = model::apply(i.op, slots[i.a], slots[i.b], slots[i.c]);
    }
  }
}

void add(const game::Game& g, const World& w, const game::BeliefPay& pay, const std::vector<double>& types,
         double* rows, size_t stride) {
  std::vector<double> slots;
  run(g, w, pay.program, types, slots);
  for (const auto& [actor, by_profile] : pay.paid)
    for (uint32_t p = 0; p < g.profiles; ++p) rows[(size_t{actor} * g.profiles + p) * stride] += slots[by_profile[p]];
}

}  // namespace

void add_belief_pay(const game::Game& g, const World& w, game::NodeId n, const double* log_odds, size_t apart,
                    double* rows, size_t stride) {
  const uint32_t pay = g.nodes[n].belief_pay;
  if (pay != game::none) add(g, w, g.belief_pays[pay], types_at(g, w, log_odds, apart), rows, stride);
}

void add_belief_pay(const game::Game& g, const World& w, game::NodeId n,
                    const std::vector<std::vector<double>>& believed, double* rows) {
  const uint32_t pay = g.nodes[n].belief_pay;
  if (pay == game::none) return;
  std::vector<double> types;
  for (const auto& of : believed) types.insert(types.end(), of.begin(), of.end());
  add(g, w, g.belief_pays[pay], types, rows, 1);
}

std::pair<double, double> belief_pay_range(const game::Game& g, const World& w) {
  double low = 0, high = 0;
  std::vector<std::vector<double>> at(1);
  for (const auto& prior : w.prior) at[0].insert(at[0].end(), prior.begin(), prior.end());
  for (uint32_t p = 0; p < g.profiles; ++p) {
    auto& types = at.emplace_back(at[0].size(), 0.0);
    for (size_t k = 0; k < g.informed.size(); ++k)
      types[size_t{g.informed[k].first_axis} + k + g.type_of(p, g.informed[k].actor)] = 1;
  }
  for (const auto& pay : g.belief_pays)
    for (const auto& types : at) {
      std::vector<double> rows(size_t{g.actors()} * g.profiles, 0.0);
      add(g, w, pay, types, rows.data(), 1);
      low = std::min(low, *std::min_element(rows.begin(), rows.end()));
      high = std::max(high, *std::max_element(rows.begin(), rows.end()));
    }
  return {low, high};
}

void BeliefPayments::find(game::NodeId n, std::span<const uint32_t> axes, const double* log_odds, double* out) const {
  constexpr double little = 1e-5;  // of log-odds; the derivative is by central differences, right to about 1e-10
  const size_t lanes = worlds.size(), columns = 1 + axes.size(), rows = size_t{game->actors()} * game->profiles;
  std::fill_n(out, rows * columns * lanes, 0.0);
  std::vector<double> up(rows), down(rows);
  for (size_t l = 0; l < lanes; ++l) {
    const World& w = *worlds[l];
    std::vector<double> at = w.prior_log_odds;
    for (size_t a = 0; a < axes.size(); ++a) at[axes[a]] = log_odds[a * lanes + l];
    add_belief_pay(*game, w, n, at.data(), 1, out + l, columns * lanes);
    for (size_t a = 0; a < axes.size(); ++a) {
      const double here = at[axes[a]];
      for (auto* to : {&up, &down}) {
        std::fill(to->begin(), to->end(), 0.0);
        at[axes[a]] = to == &up ? here + little : here - little;
        add_belief_pay(*game, w, n, at.data(), 1, to->data());
      }
      at[axes[a]] = here;
      for (size_t r = 0; r < rows; ++r) out[(r * columns + 1 + a) * lanes + l] = (up[r] - down[r]) / (2 * little);
    }
  }
}

}  // namespace casus::solve

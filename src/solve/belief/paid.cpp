#include "solve/belief/paid.h"

#include <algorithm>

#include "game/belief_pay.h"
#include "solve/belief/beliefs.h"

namespace casus::solve {

void add_belief_pay(const game::Game& g, const World& w, game::NodeId n, const double* log_odds, size_t apart,
                    double* rows, size_t stride) {
  const uint32_t pay = g.nodes[n].belief_pay;
  if (pay != game::none)
    game::add_belief_pay(g, g.belief_pays[pay], w.slots, types_at(g, w, log_odds, apart), rows, stride);
}

void add_belief_pay(const game::Game& g, const World& w, game::NodeId n,
                    const std::vector<std::vector<double>>& believed, double* rows) {
  const uint32_t pay = g.nodes[n].belief_pay;
  if (pay == game::none) return;
  std::vector<double> types;
  for (const auto& of : believed) types.insert(types.end(), of.begin(), of.end());
  game::add_belief_pay(g, g.belief_pays[pay], w.slots, types, rows);
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

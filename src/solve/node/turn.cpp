// What is believed after what is seen of what was done in secret, and after types have changed: Bayes' rule over every
// edge that may have led there (exact/sweep_turn_impl.h has it for histories).
#include <algorithm>
#include <cmath>

#include "solve/belief/log_sums.h"
#include "solve/node/problem.h"

namespace casus::solve {

void NodeProblem::mix(uint32_t edge, uint32_t k, std::span<const double> log_sigma, double* log_odds,
                      double* slopes) const {
  const auto& x = g_.informed[k];
  const game::Node& node = g_.nodes[node_];
  const double* before = belief_.log_odds.data() + x.first_axis;
  const uint32_t first = shape_->seen(edge), step = shape_->hidden ? shape_->signals() : node.edges;
  // Every edge and type before, with the log probability of both, and what may become of it.
  const auto each = [&](auto&& use) {
    for (uint32_t at = first; at < node.edges; at += step) {
      const game::Edge& e = g_.edges[node.first_edge + at];
      const bool turns = e.turn != 0 && g_.turns[e.turn].informed == k;
      for (uint32_t t = 0; t < x.types; ++t) {
        double log_p = t == 0 ? 0 : before[t - 1], odds = 1;
        for (size_t m = 0; m < shape_->movers.size(); ++m)
          if (tells_of(m, k)) log_p += log_sigma[unknown_of(m, k, t, at)];
        if (shape_->informer == k)
          odds = w_.slots[g_.probability_tables[e.probability + t]];
        else if (shape_->hidden)
          odds = w_.slots[g_.probability_tables[e.probability]];
        for (uint32_t u = 0; u < x.types; ++u) {
          const double becomes = turns ? w_.slots[g_.probability_tables[g_.turns[e.turn].first + t * x.types + u]]
                                       : static_cast<double>(t == u);
          if (odds * becomes > 0) use(at, t, u, log_p, odds * becomes);
        }
      }
    }
  };
  LogSums sum;
  sum.begin(x.types);
  each([&](uint32_t, uint32_t, uint32_t u, double log_p, double odds) { sum.add(u, log_p, odds); });
  sum.end();
  for (uint32_t u = 1; u < x.types; ++u) log_odds[u - 1] = std::clamp(sum.log_odds(u), -certainty_, certainty_);
  if (!slopes) return;
  each([&](uint32_t at, uint32_t t, uint32_t u, double log_p, double odds) {
    const double part = std::exp(std::min(0.0, log_p + std::log(odds) - sum.log_of(u)));
    for (size_t m = 0; m < shape_->movers.size(); ++m) {
      if (!tells_of(m, k)) continue;
      const size_t i = unknown_of(m, k, t, at);
      for (uint32_t v = 1; v < x.types; ++v)
        slopes[(v - 1) * unknowns_ + i] += (u == v ? part : 0) - (u == 0 ? part : 0);
    }
  });
}

void NodeProblem::turn_rows(const game::Edge& edge, size_t actors, std::vector<double>& rows) const {
  const game::Turning turning(g_, edge.turn);
  const std::vector<double> next = rows;
  for (size_t a = 0; a < actors; ++a)
    for (uint32_t p = 0; p < g_.profiles; ++p) {
      double& to = rows[a * g_.profiles + p] = 0;
      turning.each(p, [&](uint32_t then, game::Slot odds) { to += w_.slots[odds] * next[a * g_.profiles + then]; });
    }
}

}  // namespace casus::solve

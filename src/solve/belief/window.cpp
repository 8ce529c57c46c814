#include "solve/belief/window.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

double reach(uint32_t points) {
  // A point more takes off two fifths, about as it does of the interpolation's error.
  return std::max(std::pow(10, -3 - (static_cast<double>(points) - usual_points) / 4), 1e-12);
}

namespace {

// Where beliefs may come to when a type has changed, per axis: whatever was believed of it before, the odds of two
// types afterwards lie between what they are where it was this or that.
std::vector<std::pair<double, double>> turned_to(const game::Game& g, const World& w, double most) {
  std::vector<std::pair<double, double>> out;
  for (const double prior : w.prior_log_odds) out.emplace_back(prior, prior);
  for (const auto& turn : g.turns) {
    if (turn.informed == game::none) continue;
    const auto& x = g.informed[turn.informed];
    for (uint32_t t = 0; t < x.types; ++t) {
      const game::Slot* to = g.probability_tables.data() + turn.first + size_t{t} * x.types;
      for (uint32_t u = 1; u < x.types; ++u) {
        const double p = w.slots[to[u]], base = w.slots[to[0]];
        if (!(p > 0) && !(base > 0)) continue;
        const double l = std::clamp(std::log(std::max(p, 0.0)) - std::log(std::max(base, 0.0)), -most, most);
        auto& [low, high] = out[x.first_axis + u - 1];
        low = std::min(low, l);
        high = std::max(high, l);
      }
    }
  }
  return out;
}

}  // namespace

Ranges widest(const game::Game& g, const World& w, double reach) {
  const double most = -std::log(reach);
  Ranges range(static_cast<size_t>(g.horizon) + 1);
  const auto drawn = turned_to(g, w, most);
  for (size_t t = 0; t < range.size(); ++t)
    for (const auto& x : g.informed) {
      const double rounds = std::min(static_cast<double>(t) + 1, static_cast<double>(g.horizon));
      double far = std::min(2 * w.precision[x.actor] * w.payoff_range * rounds + 1, most);
      const bool turns = g.turning >> (&x - g.informed.data()) & 1;
      if (g.binds || turns) far = most;
      for (uint32_t a = x.first_axis; a < x.first_axis + x.types - 1; ++a) {
        auto& [low, high] = range[t].emplace_back(w.prior_log_odds[a] - far, w.prior_log_odds[a] + far);
        if (!turns) continue;
        // What is certain is read at an end.
        low = std::min(low, std::max(drawn[a].first - far, -most));
        high = std::max(high, std::min(drawn[a].second + far, most));
      }
    }
  return range;
}

std::vector<Grid> lay_grids(const World& w, const Ranges& ranges, uint32_t points, double scale) {
  constexpr double least = 0.25;  // half-width in log-odds where beliefs hardly move
  std::vector<Grid> grids(ranges.size());
  for (size_t t = 0; t < ranges.size(); ++t)
    for (size_t a = 0; a < w.prior_log_odds.size(); ++a) {
      const double prior = w.prior_log_odds[a];
      grids[t].axes.push_back(make_axis(points, std::min(ranges[t][a].first, prior - least), prior,
                                        std::max(ranges[t][a].second, prior + least), scale));
    }
  return grids;
}

void finish(const game::Game& g, const World& w, std::vector<double> values, const Tally& fine, const Tally& coarse,
            Solution& out) {
  out.profile_prior = w.profile_prior;
  out.values = fine.size() > g.source->measures.size() ? fine.back() : std::move(values);
  for (size_t m = 0; m < g.source->measures.size(); ++m) {
    const auto& measure = g.source->measures[m];
    const bool paid = measure.kind == model::MeasureKind::payoff;
    const double range = out.certificate.payoff_range, unit = paid && range > 0 ? range : 1;
    MeasureValue v{fine[m], fine[m]};
    for (size_t i = 0; i < v.change.size(); ++i) {
      v.change[i] -= coarse[m][i];
      if (measure.probability) v.by_profile[i] = std::clamp(v.by_profile[i], 0.0, 1.0);
      out.certificate.grid_change = std::max(out.certificate.grid_change, std::fabs(v.change[i]) / unit);
    }
    out.measures.push_back(std::move(v));
  }
}

}  // namespace casus::solve

#include "lab/decision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <numeric>

#include "lab/streaming.h"

namespace casus::lab {
namespace {

std::vector<double> normalised(const std::vector<double>& weights, size_t worlds) {
  if (weights.empty()) return std::vector<double>(worlds, 1 / static_cast<double>(worlds));
  assert(weights.size() == worlds);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  assert(total > 0);
  std::vector<double> out = weights;
  for (double& w : out) w /= total;
  return out;
}

double weighted_sum(std::span<const double> values, const std::vector<double>& weights) {
  return std::inner_product(values.begin(), values.end(), weights.begin(), 0.0);
}

double lowest(std::span<const double> v) {
  return *std::min_element(v.begin(), v.end());
}
double highest(std::span<const double> v) {
  return *std::max_element(v.begin(), v.end());
}

double mean(std::span<const double> v) {
  return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
}

// The mean of the ceil(share n) lowest.
double tail_mean(std::span<const double> values, double share) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  // Less a rounding error, so that a third of six is two.
  const double wanted = std::ceil(share * static_cast<double>(sorted.size()) - 1e-9);
  const auto n = std::clamp<size_t>(static_cast<size_t>(std::max(wanted, 1.0)), 1, sorted.size());
  return mean(std::span(sorted).first(n));
}

// The value at the whole place nearest to (n - 1) q, halves to even.
double nearest_quantile(std::span<const double> values, double q) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted[static_cast<size_t>(std::nearbyint(q * static_cast<double>(sorted.size() - 1)))];
}

std::vector<size_t> best_of(const std::vector<double>& values, bool larger_is_better) {
  const double best = larger_is_better ? highest(values) : lowest(values);
  double size = 0;
  for (double v : values) size = std::max(size, std::fabs(v));
  std::vector<size_t> out;
  for (size_t i = 0; i < values.size(); ++i)
    if (std::fabs(values[i] - best) <= 1e-12 * size) out.push_back(i);
  return out;
}

}  // namespace

Yields regrets(const Yields& yields) {
  Yields out = yields;
  for (size_t w = 0; w < yields.front().size(); ++w) {
    double best = yields.front()[w];
    for (const auto& row : yields) best = std::max(best, row[w]);
    for (auto& row : out) row[w] = best - row[w];
  }
  return out;
}

double sample_quantile(std::span<const double> values, double q) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double place = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<size_t>(place);
  const size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

std::vector<Criterion> decide(const Yields& yields, const DecisionOptions& options) {
  assert(!yields.empty() && !yields.front().empty());
  const auto weights = normalised(options.weights, yields.front().size());
  const Yields regret = regrets(yields);
  std::vector<Criterion> out;
  const auto add = [&](std::string name, std::string meaning, bool larger, const Yields& of,
                       const std::function<double(std::span<const double>)>& figure) {
    Criterion c{std::move(name), std::move(meaning), larger, {}, {}};
    for (const auto& row : of) c.values.push_back(figure(row));
    c.best = best_of(c.values, larger);
    out.push_back(std::move(c));
  };
  const double worst = options.weight_of_worst;
  const auto expected = [&](std::span<const double> v) { return weighted_sum(v, weights); };
  add("expected value", "the mean yield over the worlds, by their weights", true, yields, expected);
  add("equal odds", "the mean yield with every world as likely as any other", true, yields, mean);
  add("worst case", "the yield in the worst world", true, yields, lowest);
  add("best case", "the yield in the best world", true, yields, highest);
  add("optimism mix", fmt::format("{:.3g} of the worst case and {:.3g} of the best", worst, 1 - worst), true, yields,
      [&](std::span<const double> v) { return worst * lowest(v) + (1 - worst) * highest(v); });
  add("largest regret", "the most that another policy would have yielded more, in any world", false, regret, highest);
  add("expected regret", "the mean of that loss over the worlds, by their weights", false, regret, expected);
  add("regret quantile", fmt::format("the loss not exceeded in {:.3g} % of the worlds", 100 * options.regret_quantile),
      false, regret, [&](std::span<const double> v) { return sample_quantile(v, options.regret_quantile); });
  add("tail edge",
      fmt::format("the yield exceeded in all but the worst {:.3g} % of the worlds", 100 * options.tail_share), true,
      yields, [&](std::span<const double> v) { return sample_quantile(v, options.tail_share); });
  add("tail mean", fmt::format("the mean yield in the worst {:.3g} % of the worlds", 100 * options.tail_share), true,
      yields, [&](std::span<const double> v) { return tail_mean(v, options.tail_share); });
  if (options.threshold)
    add("satisficing", fmt::format("the share of worlds with a yield of at least {:.4g}", *options.threshold), true,
        yields, [&](std::span<const double> v) {
          double share = 0;
          for (size_t w = 0; w < v.size(); ++w)
            if (v[w] >= *options.threshold) share += weights[w];
          return share;
        });
  return out;
}

double undesirable_deviation(std::span<const double> yields) {
  return tail_mean(yields, 0.5) - sample_quantile(yields, 0.5);
}

double mean_variance(std::span<const double> yields) {
  Moments moments;
  for (double v : yields) moments.add(v);
  return (moments.mean() + 1) / (std::sqrt(moments.variance()) + 1);
}

double percentile_skew(std::span<const double> yields) {
  const double low = nearest_quantile(yields, 0.1), high = nearest_quantile(yields, 0.9);
  return (nearest_quantile(yields, 0.5) - (high + low) / 2) / ((high - low) / 2);
}

double percentile_peakedness(std::span<const double> yields) {
  return (nearest_quantile(yields, 0.9) - nearest_quantile(yields, 0.1)) /
         (nearest_quantile(yields, 0.75) - nearest_quantile(yields, 0.25));
}

std::vector<size_t> pareto_front(const std::vector<std::vector<double>>& values) {
  const auto beats = [](const std::vector<double>& a, const std::vector<double>& b) {
    bool better = false;
    for (size_t k = 0; k < a.size(); ++k) {
      if (a[k] < b[k]) return false;
      better |= a[k] > b[k];
    }
    return better;
  };
  std::vector<size_t> front;
  for (size_t i = 0; i < values.size(); ++i)
    if (std::none_of(values.begin(), values.end(), [&](const auto& other) { return beats(other, values[i]); }))
      front.push_back(i);
  return front;
}

double share_meeting(std::span<const Requirement> requirements) {
  if (requirements.empty() || requirements.front().values.empty()) return 0;
  const size_t worlds = requirements.front().values.size();
  size_t met = 0;
  for (size_t w = 0; w < worlds; ++w)
    met += std::all_of(requirements.begin(), requirements.end(), [&](const Requirement& r) {
      return r.at_least ? r.values[w] >= r.threshold : r.values[w] <= r.threshold;
    });
  return static_cast<double>(met) / static_cast<double>(worlds);
}

std::optional<Nearest> nearest_world(const Table& table, const Labels& labels, const std::vector<double>& baseline) {
  assert(baseline.size() == table.columns.size());
  std::vector<double> scale;
  for (const auto& column : table.columns) {
    const double range = column.values.empty() ? 0 : highest(column.values) - lowest(column.values);
    scale.push_back(column.kind == ColumnKind::category || range == 0 ? 1 : range);
  }
  std::optional<Nearest> nearest;
  for (size_t row = 0; row < labels.size(); ++row) {
    if (!labels[row]) continue;
    double squared = 0;
    for (size_t c = 0; c < scale.size(); ++c) {
      const double gap = table.columns[c].values[row] - baseline[c];
      squared +=
          table.columns[c].kind == ColumnKind::category ? static_cast<double>(gap != 0) : std::pow(gap / scale[c], 2);
    }
    if (!nearest || squared < nearest->distance * nearest->distance) nearest = Nearest{row, std::sqrt(squared)};
  }
  return nearest;
}

}  // namespace casus::lab

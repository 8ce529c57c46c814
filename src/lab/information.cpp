#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <numeric>

#include "base/random.h"
#include "lab/decision.h"
#include "lab/given_data.h"
#include "lab/streaming.h"

namespace casus::lab {
namespace {

size_t best_mean(const Yields& yields, const std::vector<double>& weights) {
  size_t best = 0;
  double most = 0;
  for (size_t d = 0; d < yields.size(); ++d) {
    double sum = 0;
    for (size_t w = 0; w < yields[d].size(); ++w) sum += yields[d][w] * (weights.empty() ? 1 : weights[w]);
    if (d == 0 || sum > most) best = d, most = sum;
  }
  return best;
}

// The gain of each world from the policy that is best in its class over the one that is best overall, as a mean.
Moments gains(const Yields& yields, const std::vector<uint32_t>& classes, size_t count, size_t best) {
  std::vector<std::vector<double>> sums(yields.size(), std::vector<double>(count));
  for (size_t d = 0; d < yields.size(); ++d)
    for (size_t w = 0; w < classes.size(); ++w) sums[d][classes[w]] += yields[d][w];
  std::vector<size_t> choice(count, best);
  for (size_t c = 0; c < count; ++c)
    for (size_t d = 0; d < yields.size(); ++d)
      if (sums[d][c] > sums[choice[c]][c]) choice[c] = d;
  Moments moments;
  for (size_t w = 0; w < classes.size(); ++w) moments.add(yields[choice[classes[w]]][w] - yields[best][w]);
  return moments;
}

}  // namespace

Information perfect_information(const Yields& yields, const std::vector<double>& weights) {
  const size_t best = best_mean(yields, weights);
  Moments moments;
  for (size_t w = 0; w < yields.front().size(); ++w) {
    double most = yields[best][w];
    for (const auto& row : yields) most = std::max(most, row[w]);
    moments.add(most - yields[best][w], weights.empty() ? 1 : weights[w]);
  }
  const auto n = static_cast<double>(yields.front().size());
  return {moments.mean(), std::sqrt(moments.population_variance() / n), 0};
}

Information partial_information(const Yields& yields, const std::vector<uint32_t>& classes, size_t shuffles,
                                uint64_t seed) {
  assert(!yields.empty() && classes.size() == yields.front().size());
  const size_t best = best_mean(yields, {}), count = 1 + *std::max_element(classes.begin(), classes.end());
  const Moments own = gains(yields, classes, count, best);
  Moments floor;
  std::vector<uint32_t> shuffled = classes;
  for (size_t s = 0; s < shuffles; ++s) {
    base::RandomStream random(seed, s);
    for (size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.below(i)]);
    floor.add(gains(yields, shuffled, count, best).mean());
  }
  return {own.mean(), own.standard_error(), floor.mean()};
}

std::vector<uint32_t> information_classes(std::span<const double> x, size_t most) {
  std::map<double, uint32_t> place;
  for (double v : x) {
    place.emplace(v, 0);
    if (place.size() > most) return rank_classes(x, most);
  }
  uint32_t next = 0;
  for (auto& [value, position] : place) position = next++;
  std::vector<uint32_t> classes;
  for (double v : x) classes.push_back(place[v]);
  return classes;
}

size_t information_class_count(size_t worlds) {
  return std::clamp<size_t>(worlds / 400, 2, 50);
}

}  // namespace casus::lab

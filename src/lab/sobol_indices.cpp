#include "lab/sobol_indices.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "lab/streaming.h"

namespace casus::lab {
namespace {

// The outcomes of the whole blocks, standardised, block-major: A, AB_1..AB_D, [BA_1..BA_D], B.
struct Blocks {
  size_t dimensions = 0, width = 0, count = 0;
  bool second_order = false;
  std::vector<double> y;
  double a(size_t n) const { return y[n * width]; }
  double b(size_t n) const { return y[n * width + width - 1]; }
  double ab(size_t n, size_t j) const { return y[n * width + 1 + j]; }
  double ba(size_t n, size_t j) const { return y[n * width + 1 + dimensions + j]; }
};

struct Estimates {
  std::vector<double> first, total, second, first_jansen;
};

// The indices of the blocks named (with repeats, in a bootstrap).
Estimates estimate(const Blocks& blocks, const std::vector<uint32_t>& names) {
  const size_t d = blocks.dimensions;
  const auto n = static_cast<double>(names.size());
  Estimates e{std::vector<double>(d), std::vector<double>(d), std::vector<double>(blocks.second_order ? d * d : 0),
              std::vector<double>(d)};
  double mean = 0, variance = 0, product = 0;
  for (uint32_t i : names) mean += blocks.a(i) + blocks.b(i);
  mean /= 2 * n;
  for (uint32_t i : names) {
    const double a = blocks.a(i) - mean, b = blocks.b(i) - mean;
    variance += a * a + b * b;
    product += blocks.a(i) * blocks.b(i);
  }
  variance /= 2 * n;
  if (variance == 0) return e;
  for (uint32_t i : names) {
    const double a = blocks.a(i), b = blocks.b(i);
    for (size_t j = 0; j < d; ++j) {
      const double ab = blocks.ab(i, j);
      e.first[j] += b * (ab - a);
      e.total[j] += (a - ab) * (a - ab);
      e.first_jansen[j] += (b - ab) * (b - ab);
      if (blocks.second_order)
        for (size_t k = j + 1; k < d; ++k) e.second[j * d + k] += blocks.ba(i, j) * blocks.ab(i, k);
    }
  }
  for (size_t j = 0; j < d; ++j) {
    e.first[j] /= n * variance;
    e.total[j] /= 2 * n * variance;
    e.first_jansen[j] = 1 - e.first_jansen[j] / (2 * n * variance);
  }
  if (blocks.second_order)
    for (size_t j = 0; j < d; ++j)
      for (size_t k = j + 1; k < d; ++k)
        e.second[j * d + k] = (e.second[j * d + k] - product) / (n * variance) - e.first[j] - e.first[k];
  return e;
}

}  // namespace

base::Result<SobolIndices> sobol_indices(std::span<const double> y, size_t dimensions, const SobolOptions& options) {
  Blocks blocks;
  blocks.dimensions = dimensions;
  blocks.second_order = options.second_order;
  blocks.width = (options.second_order ? 2 * dimensions : dimensions) + 2;
  if (y.size() % blocks.width != 0)
    return base::Error{fmt::format("{} rows are no Saltelli design of {} parameters: its blocks have {} rows", y.size(),
                                   dimensions, blocks.width)};
  SobolIndices out;
  out.confidence = options.confidence;
  for (size_t start = 0; start < y.size(); start += blocks.width) {
    const auto block = y.subspan(start, blocks.width);
    if (std::all_of(block.begin(), block.end(), [](double v) { return std::isfinite(v); }))
      blocks.y.insert(blocks.y.end(), block.begin(), block.end());
    else
      ++out.dropped;
  }
  blocks.count = blocks.y.size() / blocks.width;
  out.base_samples = blocks.count;
  if (blocks.count < 2)
    return base::Error{
        fmt::format("Sobol indices need at least two whole blocks of {} rows; {} are whole and {} have a failed "
                    "run",
                    blocks.width, blocks.count, out.dropped)};
  Moments moments;
  for (double v : blocks.y) moments.add(v);
  const double deviation = std::sqrt(moments.population_variance());
  for (double& v : blocks.y) v = deviation > 0 ? (v - moments.mean()) / deviation : 0;

  std::vector<uint32_t> names(blocks.count);
  std::iota(names.begin(), names.end(), 0u);
  const Estimates all = estimate(blocks, names);
  std::vector<Moments> first(dimensions), total(dimensions), second(all.second.size());
  for (size_t r = 0; r < options.resamples; ++r) {
    base::RandomStream random(options.seed, r);
    for (auto& name : names) name = static_cast<uint32_t>(random.below(blocks.count));
    const Estimates drawn = estimate(blocks, names);
    for (size_t j = 0; j < dimensions; ++j) first[j].add(drawn.first[j]), total[j].add(drawn.total[j]);
    for (size_t jk = 0; jk < second.size(); ++jk) second[jk].add(drawn.second[jk]);
  }
  const double z = boost::math::quantile(boost::math::normal(), 0.5 + options.confidence / 2);
  const auto with_interval = [&](const std::vector<double>& values, const std::vector<Moments>& spread) {
    std::vector<Index> indices(values.size());
    for (size_t i = 0; i < values.size(); ++i) indices[i] = {values[i], z * std::sqrt(spread[i].variance())};
    return indices;
  };
  out.first = with_interval(all.first, first);
  out.total = with_interval(all.total, total);
  out.second = with_interval(all.second, second);
  out.first_jansen = all.first_jansen;
  return out;
}

}  // namespace casus::lab

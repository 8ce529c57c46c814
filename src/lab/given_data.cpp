#include "lab/given_data.h"

#include <Eigen/Dense>
#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "base/random.h"
#include "lab/streaming.h"

namespace casus::lab {
namespace {

std::vector<uint32_t> order_of(Values x) {
  std::vector<uint32_t> order(x.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return x[a] < x[b]; });
  return order;
}

// The quantile of an increasing sequence by linear interpolation at (n - 1) q.
double linear_quantile(const std::vector<double>& sorted, double q) {
  const double place = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<size_t>(place);
  const size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

std::vector<double> sorted_copy(Values x) {
  std::vector<double> sorted(x.begin(), x.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// The largest distance between the distribution functions of two increasing sequences.
double kolmogorov_smirnov(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const double at = std::min(a[i], b[j]);
    while (i < a.size() && a[i] <= at) ++i;
    while (j < b.size() && b[j] <= at) ++j;
    most = std::max(most, std::fabs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                    static_cast<double>(j) / static_cast<double>(b.size())));
  }
  return most;
}

Pawn pawn_summary(std::vector<std::vector<double>> groups, Values y) {
  const std::vector<double> all = sorted_copy(y);
  std::vector<double> distances;
  for (auto& group : groups) {
    if (group.empty()) continue;
    std::sort(group.begin(), group.end());
    distances.push_back(kolmogorov_smirnov(group, all));
  }
  if (distances.empty()) return {};
  std::sort(distances.begin(), distances.end());
  Moments moments;
  for (double d : distances) moments.add(d);
  Pawn out;
  out.minimum = distances.front();
  out.maximum = distances.back();
  out.mean = moments.mean();
  out.median = linear_quantile(distances, 0.5);
  out.deviation = std::sqrt(moments.population_variance());
  out.variation = out.mean > 0 ? out.deviation / out.mean : 0;
  return out;
}

template <class Statistic>
Moments bootstrap(Values x, Values y, size_t resamples, uint64_t seed, Statistic statistic) {
  Moments moments;
  std::vector<double> drawn_x(x.size()), drawn_y(y.size());
  for (size_t r = 0; r < resamples; ++r) {
    base::RandomStream random(seed, r);
    for (size_t i = 0; i < x.size(); ++i) {
      const auto row = static_cast<size_t>(random.below(x.size()));
      drawn_x[i] = x[row];
      drawn_y[i] = y[row];
    }
    moments.add(statistic(Values(drawn_x), Values(drawn_y)));
  }
  return moments;
}

double normal_width(double confidence) {
  return boost::math::quantile(boost::math::normal(), 0.5 + confidence / 2);
}

// The density of a sample on a grid: Gaussian kernels, Silverman's width (3 n / 4)^(-1/5) sd. Empty where all are
// alike.
std::vector<double> density(const std::vector<double>& sample, const std::vector<double>& grid) {
  Moments moments;
  for (double v : sample) moments.add(v);
  if (sample.size() < 2 || moments.min() == moments.max()) return {};
  const auto n = static_cast<double>(sample.size());
  const double width = std::pow(0.75 * n, -0.2) * std::sqrt(moments.variance());
  std::vector<double> out(grid.size());
  for (size_t g = 0; g < grid.size(); ++g) {
    for (double v : sample) out[g] += std::exp(-0.5 * (grid[g] - v) * (grid[g] - v) / (width * width));
    out[g] /= n * width * std::sqrt(2 * M_PI);
  }
  return out;
}

constexpr size_t grid_points = 100;

// Plischke et al. 2013, eq. 26, on a grid over the outcomes of the original sample.
double delta_on_grid(Values x, Values y, const std::vector<double>& grid) {
  const std::vector<double> overall = density({y.begin(), y.end()}, grid);
  if (overall.empty()) return 0;
  const size_t classes = class_count(x.size());
  const auto of = rank_classes(x, classes);
  std::vector<std::vector<double>> inside(classes);
  for (size_t row = 0; row < y.size(); ++row) inside[of[row]].push_back(y[row]);
  double sum = 0;
  for (const auto& sample : inside) {
    const std::vector<double> conditional = density(sample, grid);
    const auto gap = [&](size_t g) { return std::fabs(overall[g] - (conditional.empty() ? 0 : conditional[g])); };
    double area = 0;
    for (size_t g = 0; g + 1 < grid.size(); ++g) area += (gap(g) + gap(g + 1)) / 2 * (grid[g + 1] - grid[g]);
    sum += static_cast<double>(sample.size()) / (2 * static_cast<double>(y.size())) * area;
  }
  return sum;
}

std::vector<double> outcome_grid(Values y) {
  const auto [low, high] = std::minmax_element(y.begin(), y.end());
  std::vector<double> grid(grid_points);
  for (size_t g = 0; g < grid_points; ++g)
    grid[g] = *low + (*high - *low) * static_cast<double>(g) / static_cast<double>(grid_points - 1);
  return grid;
}

}  // namespace

Pawn pawn(Values x, Values y, size_t slides) {
  assert(x.size() == y.size() && slides > 0);
  if (x.empty()) return {};
  const std::vector<double> sorted = sorted_copy(x);
  std::vector<double> edges;
  for (size_t k = 0; k <= slides; ++k)
    edges.push_back(linear_quantile(sorted, static_cast<double>(k) / static_cast<double>(slides)));
  std::vector<std::vector<double>> groups(slides);
  for (size_t row = 0; row < x.size(); ++row) {
    const auto slide = std::upper_bound(edges.begin(), edges.end(), x[row]) - edges.begin() - 1;
    if (slide < static_cast<std::ptrdiff_t>(slides)) groups[static_cast<size_t>(slide)].push_back(y[row]);
  }
  return pawn_summary(std::move(groups), y);
}

Pawn pawn_by_value(Values x, Values y) {
  std::map<double, std::vector<double>> by_value;
  for (size_t row = 0; row < x.size(); ++row) by_value[x[row]].push_back(y[row]);
  std::vector<std::vector<double>> groups;
  groups.reserve(by_value.size());
  for (auto& [value, group] : by_value) groups.push_back(std::move(group));
  return pawn_summary(std::move(groups), y);
}

Index pawn_floor(Values x, Values y, size_t slides, size_t repeats, uint64_t seed) {
  Moments moments;
  std::vector<double> shuffled(x.begin(), x.end());
  for (size_t r = 0; r < repeats; ++r) {
    base::RandomStream random(seed, r);
    for (size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.below(i)]);
    moments.add(pawn(shuffled, y, slides).median);
  }
  return {moments.mean(), 2 * std::sqrt(moments.variance())};
}

size_t class_count(size_t rows) {
  const auto n = static_cast<double>(rows);
  const double power = 2 / (7 + std::tanh((1500 - n) / 500));
  return std::max<size_t>(1, static_cast<size_t>(std::min(std::ceil(std::pow(n, power)), 48.0)));
}

std::vector<uint32_t> rank_classes(Values x, size_t classes) {
  const auto order = order_of(x);
  const auto n = static_cast<double>(x.size());
  std::vector<uint32_t> of(x.size());
  uint32_t current = 0;
  for (size_t rank = 1; rank <= order.size(); ++rank) {  // class j holds the ranks above j n / classes
    while (static_cast<double>(rank) > n * static_cast<double>(current + 1) / static_cast<double>(classes)) ++current;
    of[order[rank - 1]] = std::min(current, static_cast<uint32_t>(classes - 1));
  }
  return of;
}

Index first_order_by_classes(Values x, Values y, double confidence) {
  const size_t classes = class_count(x.size());
  const auto of = rank_classes(x, classes);
  std::vector<Moments> inside(classes);
  Moments all, influence;
  for (size_t row = 0; row < y.size(); ++row) inside[of[row]].add(y[row]), all.add(y[row]);
  const double variance = all.population_variance();
  if (variance == 0) return {};
  double between = 0;
  for (const auto& m : inside) between += m.weight() * std::pow(m.mean() - all.mean(), 2);
  const double share = between / all.weight() / variance;
  for (size_t row = 0; row < y.size(); ++row) {
    const double own = y[row] - all.mean(), mean = inside[of[row]].mean() - all.mean();
    influence.add((2 * own * mean - mean * mean - share * own * own) / variance);
  }
  return {share, normal_width(confidence) * influence.standard_error()};
}

double delta_raw(Values x, Values y) {
  return delta_on_grid(x, y, outcome_grid(y));
}

Index delta(Values x, Values y, size_t resamples, double confidence, uint64_t seed) {
  const auto grid = outcome_grid(y);
  const double raw = delta_on_grid(x, y, grid);
  const Moments drawn =
      bootstrap(x, y, resamples, seed, [&](Values bx, Values by) { return delta_on_grid(bx, by, grid); });
  return {resamples > 0 ? 2 * raw - drawn.mean() : raw, normal_width(confidence) * std::sqrt(drawn.variance())};
}

std::vector<double> mean_ranks(Values x) {
  const auto order = order_of(x);
  std::vector<double> ranks(x.size());
  for (size_t i = 0; i < order.size();) {
    size_t end = i;
    while (end < order.size() && x[order[end]] == x[order[i]]) ++end;
    for (size_t j = i; j < end; ++j) ranks[order[j]] = (static_cast<double>(i + end) + 1) / 2;
    i = end;
  }
  return ranks;
}

std::vector<double> regional(Values x, Values y, size_t bins) {
  assert(x.size() == y.size() && bins > 0);
  std::vector<double> out(bins, std::numeric_limits<double>::quiet_NaN());
  if (y.empty()) return out;
  const std::vector<double> sorted = sorted_copy(y), ranks = mean_ranks(x);
  const auto order = order_of(x);
  for (size_t b = 0; b < bins; ++b) {
    const double low = linear_quantile(sorted, static_cast<double>(b) / static_cast<double>(bins));
    const double high = linear_quantile(sorted, static_cast<double>(b + 1) / static_cast<double>(bins));
    double inside = 0, outside = 0, sum_inside = 0, sum_outside = 0;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (uint32_t row : order) {  // in the order of x, so that the i-th met of a group is its i-th smallest
      if ((b == 0 ? low <= y[row] : low < y[row]) && y[row] <= high) {
        sum_inside += std::pow(ranks[row] - ++inside, 2);
        least = std::min(least, y[row]);
        most = std::max(most, y[row]);
      } else {
        sum_outside += std::pow(ranks[row] - ++outside, 2);
      }
    }
    if (inside == 0 || outside == 0 || least == most) continue;
    const double u = inside * sum_inside + outside * sum_outside, product = inside * outside, n = inside + outside;
    out[b] = u / (product * n) - (4 * product - 1) / (6 * n);
  }
  return out;
}

Regression standardised_regression(const Table& table, Values y, bool ranks) {
  const auto n = static_cast<Eigen::Index>(y.size()), d = static_cast<Eigen::Index>(table.columns.size());
  Regression out;
  out.coefficients.assign(table.columns.size(), 0);
  // A column less its mean, over its deviation; zeros where it never varies.
  const auto standardised = [&](Values values) {
    const std::vector<double> ranked = ranks ? mean_ranks(values) : std::vector<double>(values.begin(), values.end());
    Eigen::VectorXd v = Eigen::Map<const Eigen::VectorXd>(ranked.data(), n);
    v.array() -= v.mean();
    const double norm = v.norm();
    if (norm > 0) v /= norm;
    return v;
  };
  if (n < 2 || d == 0) return out;
  const Eigen::VectorXd target = standardised(y);
  if (target.squaredNorm() == 0) return out;
  Eigen::MatrixXd x(n, d);
  for (Eigen::Index c = 0; c < d; ++c) x.col(c) = standardised(table.columns[static_cast<size_t>(c)].values);
  const Eigen::VectorXd slopes = x.colPivHouseholderQr().solve(target);
  for (Eigen::Index c = 0; c < d; ++c) out.coefficients[static_cast<size_t>(c)] = slopes(c);
  out.r_squared = 1 - (target - x * slopes).squaredNorm();
  return out;
}

}  // namespace casus::lab

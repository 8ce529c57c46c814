#include "solve/stationary/alike.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace casus::solve {

namespace {

// Shifting all options of one who chooses by the same changes nothing: rows have a mean of 0.
void centre(const FixedPoint& point, std::span<double> y) {
  for (size_t r = 0; r + 1 < point.rows.size(); ++r) {
    const auto row =
        y.subspan(static_cast<size_t>(point.rows[r]), static_cast<size_t>(point.rows[r + 1] - point.rows[r]));
    const double mean = std::accumulate(row.begin(), row.end(), 0.0) / static_cast<double>(row.size());
    for (double& x : row) x -= mean;
  }
}

void average(std::span<const size_t> alike, std::span<double> y) {
  std::vector<double> sum(y.size(), 0.0), count(y.size(), 0.0);
  for (size_t u = 0; u < y.size(); ++u) {
    sum[alike[u]] += y[u];
    ++count[alike[u]];
  }
  for (size_t u = 0; u < y.size(); ++u) y[u] = sum[alike[u]] / count[alike[u]];
}

}  // namespace

std::vector<size_t> find_alike(const FixedPoint& point) {
  constexpr double same = 1e-9;  // relative
  constexpr int unchanged_for = 2;
  const auto n = static_cast<size_t>(point.rows.back());
  std::vector<size_t> alike(n, 0);
  std::vector<double> y(n), g(n);
  int unchanged = 0;
  for (uint64_t draw = 0; unchanged < unchanged_for; ++draw) {
    // First to even choices, then to any.
    for (size_t u = 0; u < n; ++u) y[u] = draw == 0 ? 0 : 4 * base::random_unit(draw, alike[u], 0) - 2;
    point.reply(y, g, {});
    centre(point, g);
    double size = 1;
    for (const double x : g) size = std::max(size, std::fabs(x));
    std::vector<size_t> order(n), next(n);
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return alike[a] != alike[b] ? alike[a] < alike[b] : g[a] < g[b]; });
    for (size_t k = 0; k < n; ++k) {
      const bool joins =
          k > 0 && alike[order[k]] == alike[order[k - 1]] && g[order[k]] - g[order[k - 1]] <= same * size;
      next[order[k]] = joins ? next[order[k - 1]] : order[k];
    }
    const auto kinds = [](std::vector<size_t> x) {
      std::sort(x.begin(), x.end());
      return std::unique(x.begin(), x.end()) - x.begin();
    };
    unchanged = draw > 0 && kinds(next) == kinds(alike) ? unchanged + 1 : 0;
    alike = std::move(next);
  }
  return alike;
}

FixedPoint keep_alike(const FixedPoint& point, std::vector<size_t> alike) {
  FixedPoint out{.reply = {}, .rows = point.rows};
  out.reply = [point, alike = std::move(alike)](std::span<const double> y, std::span<double> g,
                                                std::span<double> jacobian) {
    std::vector<double> at(y.begin(), y.end());
    average(alike, at);
    point.reply(at, g, jacobian);
    centre(point, g);
    average(alike, g);
    if (jacobian.empty()) return;
    const size_t n = y.size();
    for (size_t u = 0; u < n; ++u) {
      const auto column = jacobian.subspan(u * n, n);
      centre(point, column);
      average(alike, column);
    }
    // The derivative in an average is shared by those it is of.
    std::vector<double> sum(n * n, 0.0), count(n, 0.0);
    for (size_t u = 0; u < n; ++u) {
      ++count[alike[u]];
      for (size_t v = 0; v < n; ++v) sum[alike[u] * n + v] += jacobian[u * n + v];
    }
    for (size_t u = 0; u < n; ++u)
      for (size_t v = 0; v < n; ++v) jacobian[u * n + v] = sum[alike[u] * n + v] / count[alike[u]];
  };
  return out;
}

double off_reply(const FixedPoint& point, std::span<const double> y) {
  std::vector<double> g(y.size()), at(y.begin(), y.end());
  point.reply(at, g, {});
  centre(point, at);
  centre(point, g);
  double most = 0;
  for (size_t u = 0; u < g.size(); ++u) most = std::max(most, std::fabs(g[u] - at[u]));
  return most;
}

}  // namespace casus::solve

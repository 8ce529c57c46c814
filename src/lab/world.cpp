#include "lab/world.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "model/evaluate.h"

namespace casus::lab {
namespace {

// Eigenvalues above this count as not negative: rounding of a matrix with unit diagonal.
constexpr double rounding = 1e-12;

std::string names_of(const model::Case& c, const std::vector<uint32_t>& free, const std::vector<size_t>& dimensions) {
  std::vector<std::string> names;
  names.reserve(dimensions.size());
  for (size_t d : dimensions) names.push_back(fmt::format("'{}'", c.params[free[d]].name));
  return fmt::format("{}", fmt::join(names, ", "));
}

// Lower Cholesky factor of a positive semidefinite matrix; where a row depends on those before it, its diagonal is 0.
std::vector<double> semidefinite_factor(const Eigen::MatrixXd& m) {
  const Eigen::Index n = m.rows();
  Eigen::MatrixXd l = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j <= i; ++j) {
      const double rest = m(i, j) - l.row(i).head(j).dot(l.row(j).head(j));
      if (i == j)
        l(i, i) = rest > rounding ? std::sqrt(rest) : 0;
      else
        l(i, j) = l(j, j) > 0 ? rest / l(j, j) : 0;
    }
  std::vector<double> out(static_cast<size_t>(n * n));
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) out[static_cast<size_t>(i * n + j)] = l(i, j);
  return out;
}

}  // namespace

base::Result<WorldMap> WorldMap::make(const model::Case& c) {
  WorldMap map;
  map.case_ = &c;
  std::vector<size_t> dimension_of(c.params.size(), c.params.size());
  for (uint32_t p = 0; p < c.params.size(); ++p) {
    if (c.params[p].distribution == model::Distribution::fixed) continue;
    auto quantile = Quantile::make(c.params[p]);
    if (!quantile) return base::Error{quantile.error()};
    dimension_of[p] = map.free_.size();
    map.free_.push_back(p);
    map.quantiles_.push_back(std::move(*quantile));
  }
  for (const auto& r : c.correlations) {
    const std::string pair = fmt::format("'{}' and '{}'", c.params[r.a].name, c.params[r.b].name);
    for (uint32_t p : {r.a, r.b})
      if (dimension_of[p] == c.params.size())
        return base::Error{
            fmt::format("the correlation of {} names '{}', which is fixed; only uncertain parameters can "
                        "correlate",
                        pair, c.params[p].name)};
    if (r.a == r.b) return base::Error{fmt::format("the parameter '{}' correlates with itself", c.params[r.a].name)};
    if (!(std::fabs(r.rho) <= 1))
      return base::Error{fmt::format("the correlation of {} is {}; it must lie between -1 and 1", pair, r.rho)};
    map.correlated_.push_back(dimension_of[r.a]);
    map.correlated_.push_back(dimension_of[r.b]);
  }
  std::sort(map.correlated_.begin(), map.correlated_.end());
  map.correlated_.erase(std::unique(map.correlated_.begin(), map.correlated_.end()), map.correlated_.end());
  const auto n = static_cast<Eigen::Index>(map.correlated_.size());
  if (n == 0) return map;

  const auto place = [&](uint32_t param) {
    return std::lower_bound(map.correlated_.begin(), map.correlated_.end(), dimension_of[param]) -
           map.correlated_.begin();
  };
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(n, n), given = Eigen::MatrixXd::Zero(n, n);
  for (const auto& r : c.correlations) {
    const auto i = place(r.a), j = place(r.b);
    if (given(i, j) != 0 && matrix(i, j) != r.rho)
      return base::Error{fmt::format("the correlation of '{}' and '{}' is given twice, as {} and as {}",
                                     c.params[r.a].name, c.params[r.b].name, matrix(i, j), r.rho)};
    given(i, j) = given(j, i) = 1;
    matrix(i, j) = matrix(j, i) = r.rho;
  }
  const double least = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(matrix, Eigen::EigenvaluesOnly).eigenvalues()(0);
  if (least < -rounding * static_cast<double>(n))
    return base::Error{
        fmt::format("the correlations of {} cannot all hold at once (their matrix has the negative eigenvalue "
                    "{:.3g}); bring some of them nearer to 0",
                    names_of(c, map.free_, map.correlated_), least)};
  map.factor_ = semidefinite_factor(matrix);
  return map;
}

void WorldMap::finish(std::span<double> params) const {
  for (size_t p = 0; p < case_->params.size(); ++p)
    if (case_->params[p].distribution == model::Distribution::fixed)
      params[p] = model::evaluate(case_->pool, case_->params[p].formula, params);
}

void WorldMap::world(std::span<const double> unit_point, std::span<double> params) const {
  assert(unit_point.size() == free_.size() && params.size() == size());
  for (size_t d = 0; d < free_.size(); ++d) params[free_[d]] = unit_point[d];
  const size_t n = correlated_.size();
  if (n > 0) {
    static const boost::math::normal standard;
    std::vector<double> z(n);
    for (size_t i = 0; i < n; ++i) z[i] = boost::math::quantile(standard, unit_point[correlated_[i]]);
    for (size_t i = 0; i < n; ++i) {
      const double* row = factor_.data() + i * n;
      if (row[i] == 1) continue;  // correlates with nothing before it: keeps its coordinate exactly
      double sum = 0;
      for (size_t j = 0; j <= i; ++j) sum += row[j] * z[j];
      params[free_[correlated_[i]]] = std::clamp(boost::math::cdf(standard, sum), 0x1p-60, 1 - 0x1p-53);
    }
  }
  for (size_t d = 0; d < free_.size(); ++d) params[free_[d]] = quantiles_[d](params[free_[d]]);
  finish(params);
}

std::vector<double> WorldMap::world(std::span<const double> unit_point) const {
  std::vector<double> params(size());
  world(unit_point, params);
  return params;
}

std::vector<double> WorldMap::midpoint() const {
  return world(std::vector<double>(free_.size(), 0.5));
}

std::vector<double> WorldMap::world_of_values(std::span<const double> values) const {
  assert(values.size() == free_.size());
  std::vector<double> params(size());
  for (size_t d = 0; d < free_.size(); ++d) params[free_[d]] = values[d];
  finish(params);
  return params;
}

std::vector<double> world(const model::Case& c, std::span<const double> unit_point) {
  const auto map = WorldMap::make(c);
  assert(map.ok());
  return map->world(unit_point);
}

}  // namespace casus::lab

#include "lab/sensitivity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace casus::lab {
namespace {

constexpr size_t least_rows = 50;
constexpr size_t few_values = 12;  // a column with at most this many different values is cut by value, not by quantile

bool has_few_values(Values x) {
  std::vector<double> seen;
  for (double v : x) {
    if (std::find(seen.begin(), seen.end(), v) != seen.end()) continue;
    seen.push_back(v);
    if (seen.size() > few_values) return false;
  }
  return true;
}

// In a Saltelli design each row of A and B is repeated but for one column, so only A and B are a plain sample.
std::vector<size_t> plain_rows(size_t rows, size_t columns, const SensitivityOptions& options) {
  std::vector<size_t> out;
  if (!options.saltelli_second_order) {
    for (size_t row = 0; row < rows; ++row) out.push_back(row);
    return out;
  }
  const size_t block = (*options.saltelli_second_order ? 2 * columns : columns) + 2;
  for (size_t start = 0; start + block <= rows; start += block) {
    out.push_back(start);
    out.push_back(start + block - 1);
  }
  return out;
}

void add_sobol(SensitivityTable& out, const SobolIndices& sobol, size_t columns) {
  for (auto& row : out.rows) {
    row.first = sobol.first[row.column];
    row.total = sobol.total[row.column];
  }
  for (size_t a = 0; a < columns && !sobol.second.empty(); ++a)
    for (size_t b = a + 1; b < columns; ++b)
      if (const Index& s = sobol.second[a * columns + b]; s.value - s.half_width > 0)
        out.interactions.push_back({a, b, s});
  std::sort(out.interactions.begin(), out.interactions.end(),
            [](const Interaction& x, const Interaction& y) { return x.second.value > y.second.value; });
  out.has_total = true;
  out.left_out = sobol.dropped;
  out.first_estimator = fmt::format("Saltelli et al. 2010 on {} base samples", sobol.base_samples);
  out.total_estimator = fmt::format("Jansen 1999 on {} base samples", sobol.base_samples);
}

}  // namespace

base::Result<SensitivityTable> sensitivity(const Table& table, Values y, const SensitivityOptions& options) {
  const size_t columns = table.columns.size();
  Table sample;
  for (const auto& column : table.columns) sample.columns.push_back({column.name, column.kind, {}, column.labels});
  std::vector<double> outcome;
  SensitivityTable out;
  for (size_t row : plain_rows(y.size(), columns, options)) {
    if (!std::isfinite(y[row])) {
      ++out.left_out;
      continue;
    }
    outcome.push_back(y[row]);
    for (size_t c = 0; c < columns; ++c) sample.columns[c].values.push_back(table.columns[c].values[row]);
  }
  out.worlds = outcome.size();
  if (out.worlds < least_rows)
    return base::Error{
        fmt::format("sensitivity needs at least {} worlds that were solved; there are {}", least_rows, out.worlds)};

  const Regression plain = standardised_regression(sample, outcome),
                   ranked = standardised_regression(sample, outcome, true);
  out.r_squared = plain.r_squared;
  out.rank_r_squared = ranked.r_squared;
  // An even ramp stands for a parameter of any distribution: PAWN looks at ranks only.
  std::vector<double> ramp(out.worlds);
  for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<double>(i);
  out.noise = pawn_floor(ramp, outcome, options.slides, 20, options.seed);
  const size_t delta_rows = std::min(options.delta_rows, out.worlds);
  for (size_t c = 0; c < columns; ++c) {
    const Values x = sample.columns[c].values;
    SensitivityRow row;
    row.column = c;
    const bool by_value = sample.columns[c].kind == ColumnKind::category || has_few_values(x);
    row.pawn = by_value ? pawn_by_value(x, outcome) : pawn(x, outcome, options.slides);
    row.beyond_noise = row.pawn.median > out.noise.value + out.noise.half_width;
    row.delta = delta(x.first(delta_rows), Values(outcome).first(delta_rows), options.resamples, 0.95, options.seed);
    if (!options.saltelli_second_order) row.first = first_order_by_classes(x, outcome);
    row.slope = plain.coefficients[c];
    row.rank_slope = ranked.coefficients[c];
    out.rows.push_back(row);
  }
  out.first_estimator =
      fmt::format("variance of the means of {} equal-count classes (Plischke et al. 2013)", class_count(out.worlds));
  out.distribution_estimator =
      fmt::format("PAWN median over {} slides; columns of at most {} values by value", options.slides, few_values);
  out.delta_estimator = fmt::format("Borgonovo's delta, Gaussian kernels, bias taken off by {} resamples of {} worlds",
                                    options.resamples, delta_rows);
  out.regression_estimator = "standardised least-squares coefficients, on values and on ranks";
  if (options.saltelli_second_order) {
    SobolOptions sobol_options;
    sobol_options.second_order = *options.saltelli_second_order;
    sobol_options.resamples = options.resamples;
    sobol_options.seed = options.seed;
    const auto sobol = sobol_indices(y, columns, sobol_options);
    if (!sobol) return base::Error{sobol.error()};
    add_sobol(out, *sobol, columns);
  }
  std::stable_sort(out.rows.begin(), out.rows.end(), [&](const SensitivityRow& a, const SensitivityRow& b) {
    return out.has_total ? a.total.value > b.total.value : a.pawn.median > b.pawn.median;
  });
  return out;
}

}  // namespace casus::lab

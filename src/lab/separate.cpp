#include "lab/separate.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "lab/box.h"

namespace casus::lab {
namespace {

Separation numbers_apart(const Column& column, const Labels& labels, double yes, double no) {
  std::vector<uint32_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return column.values[a] < column.values[b]; });
  Separation out;
  double below_yes = 0, below_no = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    (labels[order[i]] ? below_yes : below_no) += 1;
    const double here = column.values[order[i]];
    if (i + 1 == order.size() || column.values[order[i + 1]] == here) continue;
    const double gap = below_no / no - below_yes / yes;
    if (std::fabs(gap) > std::fabs(out.distance)) {
      out.distance = gap;
      out.boundary = here + (column.values[order[i + 1]] - here) / 2;
    }
  }
  out.p_value = kolmogorov_tail(std::fabs(out.distance) * std::sqrt(yes * no / (yes + no)));
  return out;
}

Separation categories_apart(const Column& column, const Labels& labels, double yes, double no) {
  std::vector<double> in_yes(column.labels.size()), in_no(column.labels.size());
  for (size_t row = 0; row < labels.size(); ++row)
    ++(labels[row] ? in_yes : in_no)[static_cast<size_t>(column.values[row])];
  Separation out;
  double chi2 = 0, most = 0;
  int present = 0;
  for (size_t label = 0; label < in_yes.size(); ++label) {
    const double all = in_yes[label] + in_no[label];
    if (all == 0) continue;
    ++present;
    const double expected_yes = all * yes / (yes + no), expected_no = all * no / (yes + no);
    chi2 += std::pow(in_yes[label] - expected_yes, 2) / expected_yes +
            std::pow(in_no[label] - expected_no, 2) / expected_no;
    const double surplus = in_yes[label] / yes - in_no[label] / no;
    out.distance += std::max(surplus, 0.0);
    if (surplus > most) most = surplus, out.label = label;
  }
  if (present > 1) out.p_value = cdf(complement(boost::math::chi_squared(present - 1), chi2));
  return out;
}

}  // namespace

double kolmogorov_tail(double x) {
  if (x <= 0) return 1;
  double p = 0;
  if (x < 1.18) {  // the theta function's other series, quick for small x (Marsaglia, Tsang & Wang 2003)
    for (int k = 1; k <= 20; k += 2) p += std::exp(-k * k * M_PI * M_PI / (8 * x * x));
    return std::clamp(1 - std::sqrt(2 * M_PI) / x * p, 0.0, 1.0);
  }
  for (int k = 1; k <= 20; ++k) p += (k % 2 ? 2 : -2) * std::exp(-2.0 * k * k * x * x);
  return std::clamp(p, 0.0, 1.0);
}

std::vector<Separation> separating_parameters(const Table& table, const Labels& labels, size_t most,
                                              double significance, bool all) {
  const auto yes = static_cast<double>(std::count(labels.begin(), labels.end(), 1));
  const double no = static_cast<double>(labels.size()) - yes;
  std::vector<Separation> out;
  if (yes < 2 || no < 2) return out;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    Separation s = column.kind == ColumnKind::category ? categories_apart(column, labels, yes, no)
                                                       : numbers_apart(column, labels, yes, no);
    s.column = c;
    s.beyond_chance = s.p_value * static_cast<double>(table.columns.size()) < significance;
    if (all || s.beyond_chance) out.push_back(s);
  }
  std::stable_sort(out.begin(), out.end(), [](const Separation& a, const Separation& b) {
    return std::fabs(a.distance) > std::fabs(b.distance);
  });
  if (out.size() > most) out.resize(most);
  return out;
}

std::string separation_words(const Table& table, const Separation& separation) {
  const Column& column = table.columns[separation.column];
  if (column.kind == ColumnKind::category) return fmt::format("{} {}", column.name, column.labels[separation.label]);
  const auto [low, high] = std::minmax_element(column.values.begin(), column.values.end());
  const bool up = separation.distance > 0;
  return fmt::format("{} {} ({} {})", up ? "high" : "low", column.name, up ? "above" : "below",
                     rounded_words(separation.boundary, *high - *low));
}

std::vector<FTest> f_tests(const Table& table, const Labels& labels) {
  const auto yes = static_cast<double>(std::count(labels.begin(), labels.end(), 1));
  const double n = static_cast<double>(labels.size()), no = n - yes;
  std::vector<FTest> out(table.columns.size());
  if (yes == 0 || no == 0 || n < 3) return out;
  for (size_t c = 0; c < out.size(); ++c) {
    const auto& values = table.columns[c].values;
    double sum[2] = {0, 0};
    for (size_t row = 0; row < values.size(); ++row) sum[labels[row] != 0] += values[row];
    const double mean[2] = {sum[0] / no, sum[1] / yes}, all = (sum[0] + sum[1]) / n;
    double within = 0;
    for (size_t row = 0; row < values.size(); ++row) within += std::pow(values[row] - mean[labels[row] != 0], 2);
    const double between = no * std::pow(mean[0] - all, 2) + yes * std::pow(mean[1] - all, 2);
    if (within == 0 && between == 0) continue;
    out[c].f = within > 0 ? between / (within / (n - 2)) : std::numeric_limits<double>::infinity();
    out[c].p_value = within > 0 ? cdf(complement(boost::math::fisher_f(1, n - 2), out[c].f)) : 0;
  }
  return out;
}

}  // namespace casus::lab

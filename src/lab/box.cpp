#include "lab/box.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <limits>

namespace casus::lab {
namespace {

constexpr double no_limit = -1;

struct Counts {
  size_t rows = 0, hits = 0;
  void add(bool hit) { ++rows, hits += hit; }
};

std::string category_words(const Column& column, const Limits& limits) {
  std::vector<std::string> in, out;
  for (size_t i = 0; i < column.labels.size(); ++i) (limits.categories[i] ? in : out).push_back(column.labels[i]);
  if (out.size() == 1 && in.size() > 2) return fmt::format("{} is not {}", column.name, out.front());
  return fmt::format("{} is {}", column.name, fmt::join(in, " or "));
}

std::string number_words(const Column& column, const Limits& all, const Limits& limits) {
  const bool low = limits.low != all.low, high = limits.high != all.high, whole = column.kind == ColumnKind::integer;
  const double range = all.high - all.low;
  const auto text = [&](double v) { return whole ? fmt::format("{:.0f}", v) : rounded_words(v, range); };
  if (low && high) {
    if (limits.low == limits.high) return fmt::format("{} is {}", column.name, text(limits.low));
    return fmt::format("{} between {} and {}", column.name, text(limits.low), text(limits.high));
  }
  if (low) return fmt::format("{} {} {}", column.name, whole ? "at least" : "above", text(limits.low));
  return fmt::format("{} {} {}", column.name, whole ? "at most" : "below", text(limits.high));
}

}  // namespace

double binomial_tail(size_t trials, double p, size_t hits) {
  if (hits == 0) return 1;
  if (p <= 0 || p >= 1) return p >= 1 ? 1 : 0;
  return boost::math::ibeta(static_cast<double>(hits), static_cast<double>(trials - hits + 1), p);
}

std::string rounded_words(double value, double range) {
  const int digits = range > 0 ? std::clamp(2 - static_cast<int>(std::lround(std::log10(range))), 0, 15) : 3;
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

Box whole_box(const Table& table) {
  Box box;
  for (const auto& column : table.columns) {
    Limits limits;
    if (column.kind == ColumnKind::category) {
      limits.categories.assign(column.labels.size(), 1);
    } else if (!column.values.empty()) {
      const auto [low, high] = std::minmax_element(column.values.begin(), column.values.end());
      limits.low = *low, limits.high = *high;
    }
    box.push_back(std::move(limits));
  }
  return box;
}

BoxCount count_box(const Table& table, const Labels& labels, const Labels& in_play, const Box& whole, const Box& box,
                   size_t all_hits) {
  const size_t n = table.rows(), d = table.columns.size();
  std::vector<size_t> limited;  // columns with a limit
  for (size_t c = 0; c < d; ++c)
    if (box[c] != whole[c]) limited.push_back(c);

  Counts inside;
  std::vector<Counts> beyond_low(d), beyond_high(d);  // rows outside by this one limit only
  for (size_t row = 0; row < n; ++row) {
    if (!in_play[row]) continue;
    size_t outside = 0, column = 0;
    for (size_t c : limited)
      if (!box[c].holds(table.columns[c].values[row])) {
        column = c;
        if (++outside > 1) break;
      }
    if (outside > 1) continue;
    const bool hit = labels[row] != 0;
    if (outside == 0)
      inside.add(hit);
    else if (box[column].categories.empty() && table.columns[column].values[row] > box[column].high)
      beyond_high[column].add(hit);
    else
      beyond_low[column].add(hit);
  }

  BoxCount count;
  count.box = box;
  count.rows = inside.rows;
  count.hits = inside.hits;
  count.coverage = all_hits > 0 ? static_cast<double>(inside.hits) / static_cast<double>(all_hits) : 0;
  count.density = inside.rows > 0 ? static_cast<double>(inside.hits) / static_cast<double>(inside.rows) : 0;
  count.mass = n > 0 ? static_cast<double>(inside.rows) / static_cast<double>(n) : 0;
  count.restricted = limited.size();
  count.qp_low.assign(d, no_limit);
  count.qp_high.assign(d, no_limit);
  const auto quasi_p = [&](const Counts& more) {
    const auto rows = static_cast<double>(inside.rows + more.rows);
    return rows > 0 ? binomial_tail(inside.rows, static_cast<double>(inside.hits + more.hits) / rows, inside.hits) : 1;
  };
  for (size_t c : limited) {
    if (!box[c].categories.empty() || box[c].low != whole[c].low) count.qp_low[c] = quasi_p(beyond_low[c]);
    if (box[c].categories.empty() && box[c].high != whole[c].high) count.qp_high[c] = quasi_p(beyond_high[c]);
  }
  return count;
}

BoxCount without_chance_limits(const Table& table, const Labels& labels, const Labels& in_play, const Box& whole,
                               BoxCount count, size_t all_hits, double significance) {
  while (true) {
    size_t limits = 0, worst = 0;
    bool upper = false;
    double weakest = significance;
    for (size_t c = 0; c < table.columns.size(); ++c)
      for (bool high : {false, true}) {
        const double qp = high ? count.qp_high[c] : count.qp_low[c];
        limits += qp >= 0;
        if (qp > weakest) weakest = qp, worst = c, upper = high;
      }
    if (limits < 2 || weakest <= significance) return count;
    Box box = count.box;
    if (!box[worst].categories.empty())
      box[worst] = whole[worst];
    else if (upper)
      box[worst].high = whole[worst].high;
    else
      box[worst].low = whole[worst].low;
    count = count_box(table, labels, in_play, whole, box, all_hits);
  }
}

std::string box_words(const Table& table, const Box& whole, const Box& box) {
  std::vector<std::string> parts;
  for (size_t c = 0; c < box.size(); ++c) {
    if (box[c] == whole[c]) continue;
    const Column& column = table.columns[c];
    parts.push_back(column.kind == ColumnKind::category ? category_words(column, box[c])
                                                        : number_words(column, whole[c], box[c]));
  }
  return parts.empty() ? "every world" : fmt::format("{}", fmt::join(parts, " and "));
}

std::string percent_words(double share) {
  const double percent = 100 * share;
  if (share <= 0) return "0 %";
  if (share >= 1) return "100 %";
  if (percent < 0.1) return "under 0.1 %";
  if (percent > 99.9) return "over 99.9 %";
  return percent < 1 || percent > 99 ? fmt::format("{:.1f} %", percent) : fmt::format("{:.0f} %", percent);
}

std::string rule_sentence(const Table& table, const Box& whole, const BoxCount& count, const std::string& event,
                          const std::string& events) {
  return fmt::format("{}: {} in {} of these worlds, which are {} of all {}", box_words(table, whole, count.box), event,
                     percent_words(count.density), percent_words(count.coverage), events);
}

}  // namespace casus::lab

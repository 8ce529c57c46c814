#include "lab/prim_steps.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace casus::lab {
namespace {

double mean_of(size_t rows, size_t hits) {
  return rows > 0 ? static_cast<double>(hits) / static_cast<double>(rows) : 0;
}

// As prim_quantile, of m values asked one by one.
template <class Value>
double quantile_at(size_t m, double q, Value value) {
  const double place = static_cast<double>(m - 1) * q;
  auto low = static_cast<size_t>(std::floor(place)), high = static_cast<size_t>(std::ceil(place));
  if (q > 0.5)
    while (value(low) == value(high) && low > 0) --low;
  else
    while (value(low) == value(high) && high < m - 1) ++high;
  return (value(low) + value(high)) / 2;
}

}  // namespace

double prim_quantile(const std::vector<double>& sorted, double q) {
  return quantile_at(sorted.size(), q, [&](size_t i) { return sorted[i]; });
}

PrimWalk::PrimWalk(const Table& table, const Labels& labels, const Labels& in_play, const Box& whole,
                   const PrimOptions& options)
    : table_(table), labels_(labels), in_play_(in_play), whole_(whole), options_(options), box_(whole) {
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < table.rows(); ++row)
    if (in_play[row]) {
      rows.push_back(row);
      hits_ += labels[row] != 0;
    }
  rows_ = rows.size();
  for (ColumnKind kind : {ColumnKind::real, ColumnKind::integer, ColumnKind::category})
    for (size_t c = 0; c < table.columns.size(); ++c)
      if (table.columns[c].kind == kind) order_.push_back(c);
  sorted_.assign(table.columns.size(), rows);
  for (size_t c = 0; c < sorted_.size(); ++c)
    std::stable_sort(sorted_[c].begin(), sorted_[c].end(),
                     [&](uint32_t a, uint32_t b) { return value(c, a) < value(c, b); });
}

double PrimWalk::objective(size_t rows, size_t hits) const {
  const double before = mean_of(rows_, hits_), after = mean_of(rows, hits);
  if (options_.objective == PrimObjective::original) return rows == 0 ? -1 : after;
  if (after == before) return 0;
  const double gain = (after - before) / std::fabs(static_cast<double>(rows) - static_cast<double>(rows_));
  return options_.objective == PrimObjective::lenient1 ? gain : static_cast<double>(rows) * gain;
}

std::optional<PrimWalk::Candidate> PrimWalk::best(std::vector<Candidate>& candidates, double& gain) const {
  const Candidate* chosen = nullptr;
  bool chosen_limits = false;
  for (const auto& candidate : candidates) {
    const double score = objective(candidate.rows, candidate.hits);
    // The other columns count the same for all candidates but this one's.
    const bool was = restricted(candidate.column, box_[candidate.column]);
    const bool limits = restricted(candidate.column, candidate.limits);
    const int more = static_cast<int>(limits) - static_cast<int>(was);
    const int chosen_more =
        chosen ? static_cast<int>(chosen_limits) - static_cast<int>(restricted(chosen->column, box_[chosen->column]))
               : 0;
    if (!chosen || score > gain || (score == gain && more < chosen_more)) {
      chosen = &candidate;
      chosen_limits = limits;
      gain = score;
    }
  }
  if (!chosen) return std::nullopt;
  return *chosen;
}

void PrimWalk::peel_number(size_t column, std::vector<Candidate>& out) const {
  const auto& rows = sorted_[column];
  const size_t m = rows.size();
  if (m == 0) return;
  const auto at = [&](size_t i) { return value(column, rows[i]); };
  const bool whole_numbers = table_.columns[column].kind == ColumnKind::integer;
  const Limits& now = box_[column];
  for (bool upper : {true, false}) {
    double limit = quantile_at(m, upper ? 1 - options_.peel_alpha : options_.peel_alpha, at);
    const auto keeps = [&](double v) {
      if (!whole_numbers) return upper ? v <= limit : v >= limit;
      if (upper) return limit == now.high ? v < limit : v <= limit;
      return limit == now.low ? v > limit : v >= limit;
    };
    if (whole_numbers) limit = std::trunc(limit);
    Candidate candidate{column, now, m, hits_};
    for (size_t i = 0; i < m; ++i) {  // from the end that is peeled
      const size_t place = upper ? m - 1 - i : i;
      if (keeps(at(place))) {
        if (whole_numbers) limit = at(place);
        break;
      }
      --candidate.rows;
      candidate.hits -= labels_[rows[place]] != 0;
    }
    if (whole_numbers && candidate.rows == 0) continue;
    (upper ? candidate.limits.high : candidate.limits.low) = limit;
    out.push_back(std::move(candidate));
  }
}

void PrimWalk::peel_category(size_t column, std::vector<Candidate>& out) const {
  const Limits& now = box_[column];
  const auto members = std::count(now.categories.begin(), now.categories.end(), 1);
  if (members < 2) return;
  std::vector<size_t> rows(now.categories.size()), hits(now.categories.size());
  for (uint32_t row : sorted_[column]) {
    const auto label = static_cast<size_t>(value(column, row));
    ++rows[label];
    hits[label] += labels_[row] != 0;
  }
  for (size_t label = 0; label < rows.size(); ++label) {
    if (!now.categories[label]) continue;
    Candidate candidate{column, now, rows_ - rows[label], hits_ - hits[label]};
    candidate.limits.categories[label] = 0;
    out.push_back(std::move(candidate));
  }
}

void PrimWalk::apply(const Candidate& candidate) {
  box_[candidate.column] = candidate.limits;
  rows_ = candidate.rows;
  hits_ = candidate.hits;
}

bool PrimWalk::peel() {
  std::vector<Candidate> candidates;
  for (size_t c : order_)
    table_.columns[c].kind == ColumnKind::category ? peel_category(c, candidates) : peel_number(c, candidates);
  double gain = 0;
  const auto chosen = best(candidates, gain);
  if (!chosen || !(gain > 0) || chosen->rows >= rows_) return false;
  if (static_cast<double>(chosen->rows) / static_cast<double>(table_.rows()) < options_.mass_min) return false;
  apply(*chosen);
  for (auto& rows : sorted_)
    std::erase_if(rows, [&](uint32_t row) { return !chosen->limits.holds(value(chosen->column, row)); });
  return true;
}

void PrimWalk::paste_number(size_t column, const std::vector<uint32_t>& only, std::vector<Candidate>& out) const {
  const Limits &now = box_[column], &all = whole_[column];
  const bool whole_numbers = table_.columns[column].kind == ColumnKind::integer;
  for (bool upper : {false, true}) {
    // `only` holds the rows that no other column keeps out.
    std::vector<double> slab;
    for (uint32_t row : only) {
      const double v = value(column, row);
      if (upper ? v >= now.high && v <= all.high : v <= now.low && v >= all.low) slab.push_back(v);
    }
    std::sort(slab.begin(), slab.end());
    Candidate candidate{column, now, 0, 0};
    double& limit = upper ? candidate.limits.high : candidate.limits.low;
    if (slab.empty()) {
      limit = upper ? all.high : all.low;
    } else {
      limit = prim_quantile(slab, upper ? options_.paste_alpha : 1 - options_.paste_alpha);
      if (whole_numbers) limit = std::trunc(limit);
    }
    for (uint32_t row : only)
      if (candidate.limits.holds(value(column, row))) {
        ++candidate.rows;
        candidate.hits += labels_[row] != 0;
      }
    out.push_back(std::move(candidate));
  }
}

void PrimWalk::paste_category(size_t column, const std::vector<uint32_t>& only, std::vector<Candidate>& out) const {
  for (size_t label = 0; label < box_[column].categories.size(); ++label) {
    if (box_[column].categories[label]) continue;
    Candidate candidate{column, box_[column], 0, 0};
    candidate.limits.categories[label] = 1;
    for (uint32_t row : only)
      if (candidate.limits.holds(value(column, row))) {
        ++candidate.rows;
        candidate.hits += labels_[row] != 0;
      }
    out.push_back(std::move(candidate));
  }
}

bool PrimWalk::paste() {
  // For each restricted column the rows that no other column keeps out of the box.
  std::vector<std::vector<uint32_t>> only(box_.size());
  std::vector<uint32_t> inside;
  for (uint32_t row = 0; row < table_.rows(); ++row) {
    if (!in_play_[row]) continue;
    size_t outside = 0, column = 0;
    for (size_t c = 0; c < box_.size() && outside < 2; ++c)
      if (!box_[c].holds(value(c, row))) ++outside, column = c;
    if (outside == 0) inside.push_back(row);
    if (outside == 1) only[column].push_back(row);
  }
  std::vector<Candidate> candidates;
  bool real_done = false;
  for (size_t c : order_) {
    if (table_.columns[c].kind != ColumnKind::real && !real_done) {
      real_done = true;
      if (options_.ema_pasting && candidates.empty()) return false;
    }
    if (!restricted(c, box_[c])) continue;
    only[c].insert(only[c].end(), inside.begin(), inside.end());
    table_.columns[c].kind == ColumnKind::category ? paste_category(c, only[c], candidates)
                                                   : paste_number(c, only[c], candidates);
  }
  double gain = 0;
  const auto chosen = best(candidates, gain);
  if (!chosen || !(gain > 0) || chosen->rows <= rows_) return false;
  if (!(mean_of(chosen->rows, chosen->hits) > mean_of(rows_, hits_))) return false;
  if (static_cast<double>(chosen->rows) / static_cast<double>(table_.rows()) < options_.mass_min) return false;
  apply(*chosen);
  return true;
}

}  // namespace casus::lab

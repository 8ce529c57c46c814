#include "lab/forest.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "lab/tree.h"

namespace casus::lab {
namespace {

double sum_of_gini(size_t rows, size_t hits) {
  return static_cast<double>(rows) * gini(rows, hits);
}

class RandomTree {
 public:
  RandomTree(const Table& table, const Labels& labels, base::RandomStream random)
      : table_(table), labels_(labels), random_(random), scores_(table.columns.size()), columns_(table.columns.size()) {
    const auto d = static_cast<double>(columns_.size()), n = static_cast<double>(labels.size());
    // nearbyint: halves to even, as Python rounds
    tried_ = std::max<size_t>(1, static_cast<size_t>(std::nearbyint(d / 3)));
    least_ = std::max<size_t>(1, static_cast<size_t>(std::nearbyint(std::sqrt(n / 1000))));
    std::iota(columns_.begin(), columns_.end(), size_t{0});
  }
  // The share of the decrease that each column brought.
  std::vector<double> scores() {
    std::vector<uint32_t> rows(labels_.size());
    for (auto& row : rows) row = static_cast<uint32_t>(random_.below(labels_.size()));
    grow(rows.begin(), rows.end());
    const double total = std::accumulate(scores_.begin(), scores_.end(), 0.0);
    if (total > 0)
      for (double& s : scores_) s /= total;
    return scores_;
  }

 private:
  using Iterator = std::vector<uint32_t>::iterator;

  // Rows and hits at or below a threshold.
  std::pair<size_t, size_t> below(Iterator begin, Iterator end, const std::vector<double>& values,
                                  double threshold) const {
    size_t rows = 0, hits = 0;
    for (auto row = begin; row != end; ++row)
      if (values[*row] <= threshold) ++rows, hits += labels_[*row] != 0;
    return {rows, hits};
  }

  void grow(Iterator begin, Iterator end) {
    const auto rows = static_cast<size_t>(end - begin);
    size_t hits = 0;
    for (auto row = begin; row != end; ++row) hits += labels_[*row] != 0;
    if (rows < 2 * least_ || hits == 0 || hits == rows) return;
    double best = -1, best_threshold = 0;
    size_t best_column = 0, looked_at = 0;
    // Columns in a random order; one without variance counts as tried, but at least one that varies is.
    for (size_t i = 0; i < columns_.size() && (i < tried_ || looked_at == 0); ++i) {
      std::swap(columns_[i], columns_[i + random_.below(columns_.size() - i)]);
      const auto& values = table_.columns[columns_[i]].values;
      double low = values[*begin], high = low;
      for (auto row = begin; row != end; ++row) low = std::min(low, values[*row]), high = std::max(high, values[*row]);
      if (low == high) continue;
      ++looked_at;
      double threshold = low + random_.unit() * (high - low);
      if (threshold >= high) threshold = low;
      const auto [left, left_hits] = below(begin, end, values, threshold);
      if (left < least_ || rows - left < least_) continue;
      const double gain =
          sum_of_gini(rows, hits) - sum_of_gini(left, left_hits) - sum_of_gini(rows - left, hits - left_hits);
      if (gain > best) best = gain, best_threshold = threshold, best_column = columns_[i];
    }
    if (best < 0) return;
    scores_[best_column] += best;
    const auto& values = table_.columns[best_column].values;
    const auto middle = std::partition(begin, end, [&](uint32_t row) { return values[row] <= best_threshold; });
    grow(begin, middle);
    grow(middle, end);
  }

  const Table& table_;
  const Labels& labels_;
  base::RandomStream random_;
  std::vector<double> scores_;
  std::vector<size_t> columns_;
  size_t tried_ = 1, least_ = 1;
};

}  // namespace

std::vector<double> forest_scores(const Table& table, const Labels& labels, const ForestOptions& options) {
  assert(labels.size() == table.rows());
  std::vector<double> scores(table.columns.size());
  if (labels.empty()) return scores;
  for (size_t t = 0; t < options.trees; ++t) {
    const auto tree = RandomTree(table, labels, base::RandomStream(options.seed, t)).scores();
    for (size_t c = 0; c < scores.size(); ++c) scores[c] += tree[c];
  }
  const double total = std::accumulate(scores.begin(), scores.end(), 0.0);
  if (total > 0)
    for (double& s : scores) s /= total;
  return scores;
}

}  // namespace casus::lab

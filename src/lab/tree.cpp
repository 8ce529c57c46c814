#include "lab/tree.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace casus::lab {
namespace {

double weighted(size_t rows, size_t hits) {
  return static_cast<double>(rows) * gini(rows, hits);
}

bool goes_left(const Column& column, const TreeNode& node, double value) {
  return column.kind == ColumnKind::category ? static_cast<size_t>(value) != node.label : value <= node.threshold;
}

class Splitter {
 public:
  Splitter(size_t rows, size_t hits, size_t least, Split& best)
      : rows_(rows), hits_(hits), least_(least), best_(best) {}
  // A split with this many rows and hits on the left.
  void offer(size_t column, size_t left_rows, size_t left_hits, double threshold, size_t label) {
    const size_t right_rows = rows_ - left_rows;
    if (left_rows < least_ || right_rows < least_) return;
    const double gain =
        gini(rows_, hits_) -
        (weighted(left_rows, left_hits) + weighted(right_rows, hits_ - left_hits)) / static_cast<double>(rows_);
    if (gain > best_.gain) best_ = {gain, column, threshold, label};
  }

 private:
  size_t rows_, hits_, least_;
  Split& best_;
};

}  // namespace

double gini(size_t rows, size_t hits) {
  if (rows == 0) return 0;
  const double p = static_cast<double>(hits) / static_cast<double>(rows);
  return 2 * p * (1 - p);
}

Split best_split(const Table& table, const Labels& labels, const std::vector<uint32_t>& rows, size_t least) {
  Split best;
  size_t hits = 0;
  for (uint32_t row : rows) hits += labels[row] != 0;
  Splitter splitter(rows.size(), hits, std::max<size_t>(least, 1), best);
  std::vector<uint32_t> sorted;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    const auto value = [&](uint32_t row) { return column.values[row]; };
    if (column.kind == ColumnKind::category) {
      std::vector<size_t> label_rows(column.labels.size()), label_hits(column.labels.size());
      for (uint32_t row : rows) {
        ++label_rows[static_cast<size_t>(value(row))];
        label_hits[static_cast<size_t>(value(row))] += labels[row] != 0;
      }
      for (size_t label = 0; label < label_rows.size(); ++label)
        splitter.offer(c, rows.size() - label_rows[label], hits - label_hits[label], 0, label);
      continue;
    }
    sorted = rows;
    std::sort(sorted.begin(), sorted.end(), [&](uint32_t a, uint32_t b) { return value(a) < value(b); });
    size_t left_hits = 0;
    for (size_t i = 0; i + 1 < sorted.size(); ++i) {
      left_hits += labels[sorted[i]] != 0;
      const double here = value(sorted[i]), next = value(sorted[i + 1]);
      if (here < next) splitter.offer(c, i + 1, left_hits, here + (next - here) / 2, 0);
    }
  }
  return best;
}

std::vector<TreeNode> grow_tree(const Table& table, const Labels& labels, const TreeOptions& options) {
  assert(labels.size() == table.rows());
  const auto least = std::max<size_t>(1, static_cast<size_t>(options.mass_min * static_cast<double>(table.rows())));
  struct Waiting {
    size_t node, depth;
    std::vector<uint32_t> rows;
  };
  std::vector<TreeNode> tree(1);
  std::vector<Waiting> waiting(1);
  waiting[0] = {0, 0, std::vector<uint32_t>(table.rows())};
  std::iota(waiting[0].rows.begin(), waiting[0].rows.end(), 0u);
  while (!waiting.empty()) {
    const Waiting now = std::move(waiting.back());
    waiting.pop_back();
    TreeNode node;
    node.rows = now.rows.size();
    for (uint32_t row : now.rows) node.hits += labels[row] != 0;
    node.impurity = gini(node.rows, node.hits);
    const bool pure = node.hits == 0 || node.hits == node.rows;
    if (!pure && node.rows >= 2 * least && now.depth < options.most_depth) {
      if (const Split split = best_split(table, labels, now.rows, least); split.gain >= 0) {
        node.column = split.column;
        node.threshold = split.threshold;
        node.label = split.label;
        node.left = tree.size();
        node.right = tree.size() + 1;
        tree.resize(tree.size() + 2);
        Waiting left{node.left, now.depth + 1, {}}, right{node.right, now.depth + 1, {}};
        const Column& column = table.columns[split.column];
        for (uint32_t row : now.rows) (goes_left(column, node, column.values[row]) ? left : right).rows.push_back(row);
        waiting.push_back(std::move(right));
        waiting.push_back(std::move(left));
      }
    }
    tree[now.node] = node;
  }
  return tree;
}

std::vector<BoxCount> leaf_boxes(const Table& table, const Labels& labels, const std::vector<TreeNode>& tree) {
  const Box whole = whole_box(table);
  const Labels in_play(table.rows(), 1);
  const auto all_hits = tree.front().hits;
  std::vector<Box> boxes(tree.size(), whole);
  std::vector<BoxCount> leaves;
  for (size_t i = 0; i < tree.size(); ++i) {  // parents come before their children
    const TreeNode& node = tree[i];
    if (node.leaf()) {
      leaves.push_back(count_box(table, labels, in_play, whole, boxes[i], all_hits));
      continue;
    }
    const Column& column = table.columns[node.column];
    boxes[node.left] = boxes[node.right] = boxes[i];
    Limits &left = boxes[node.left][node.column], &right = boxes[node.right][node.column];
    if (column.kind == ColumnKind::category) {
      left.categories[node.label] = 0;
      std::fill(right.categories.begin(), right.categories.end(), 0);
      right.categories[node.label] = 1;
    } else {
      // The values next to the threshold; the threshold itself belongs to neither.
      double below = whole[node.column].low, above = whole[node.column].high;
      for (double v : column.values) v <= node.threshold ? below = std::max(below, v) : above = std::min(above, v);
      left.high = std::min(left.high, below);
      right.low = std::max(right.low, above);
    }
  }
  std::stable_sort(leaves.begin(), leaves.end(), [](const BoxCount& a, const BoxCount& b) {
    return a.density != b.density ? a.density > b.density : a.rows > b.rows;
  });
  return leaves;
}

std::vector<double> impurity_scores(const Table& table, const std::vector<TreeNode>& tree) {
  std::vector<double> scores(table.columns.size());
  for (const auto& node : tree)
    if (!node.leaf())
      scores[node.column] += weighted(node.rows, node.hits) - weighted(tree[node.left].rows, tree[node.left].hits) -
                             weighted(tree[node.right].rows, tree[node.right].hits);
  const double total = std::accumulate(scores.begin(), scores.end(), 0.0);
  if (total > 0)
    for (double& s : scores) s /= total;
  return scores;
}

}  // namespace casus::lab

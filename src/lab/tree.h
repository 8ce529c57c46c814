// Classification trees: in, worlds with a yes or no each; out, a tree of splits that separates them, its leaves as
// boxes, and how much each parameter mattered to it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "lab/box.h"

namespace casus::lab {

struct TreeOptions {
  double mass_min = 0.05;  // least share of all rows in a leaf: at least floor(mass_min * rows) of them, and one
  size_t most_depth = 64;
};

struct TreeNode {
  size_t rows = 0, hits = 0;
  double impurity = 0;         // Gini: 2 p (1 - p) with p = hits / rows
  size_t left = 0, right = 0;  // children; 0 for a leaf
  size_t column = 0;           // split column
  double threshold = 0;        // numbers: left holds values up to this, the middle of two neighbouring values
  size_t label = 0;            // categories: left holds every label but this one
  bool leaf() const { return left == 0; }
};

// The gain of a split: G(parent) - n_L/n G(left) - n_R/n G(right).
double gini(size_t rows, size_t hits);

struct Split {
  double gain = -1;  // below 0: there is none
  size_t column = 0;
  double threshold = 0;
  size_t label = 0;
};
// The best split of these rows that leaves at least `least` rows on both sides; of equal gains the first column, and of
// that the lowest threshold or first label. (scikit-learn draws among equal gains.)
Split best_split(const Table& table, const Labels& labels, const std::vector<uint32_t>& rows, size_t least);

// CART with the Gini index and no pruning (Breiman, Friedman, Olshen & Stone 1984, as scikit-learn's
// DecisionTreeClassifier): node 0 is the root, children follow their parents. A node is a leaf if it is pure, has fewer
// than twice the least rows, or no split.
std::vector<TreeNode> grow_tree(const Table& table, const Labels& labels, const TreeOptions& options = {});

// The leaves as boxes with their counts, densest first, ties to more rows. Limits stand at the outermost values inside.
std::vector<BoxCount> leaf_boxes(const Table& table, const Labels& labels, const std::vector<TreeNode>& tree);

// The share of the whole decrease of impurity that each column's splits brought (sum 1; all 0 for a tree of one leaf).
std::vector<double> impurity_scores(const Table& table, const std::vector<TreeNode>& tree);

}  // namespace casus::lab

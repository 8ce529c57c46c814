#include "lab/tree.h"

#include <gtest/gtest.h>

#include <numeric>

#include "lab/reference.h"

namespace casus::lab {
namespace {

using nlohmann::json;

// Yes where x > 0.5 and the colour is red, on a 10 x 2 grid.
Table grid(Labels& labels) {
  Table table;
  table.columns = {{.name = "x"}, {.name = "colour", .kind = ColumnKind::category, .labels = {"blue", "red"}}};
  for (int i = 0; i < 10; ++i)
    for (int colour = 0; colour < 2; ++colour) {
      table.columns[0].values.push_back(i / 10.0);
      table.columns[1].values.push_back(colour);
      labels.push_back(i > 5 && colour == 1);
    }
  return table;
}

TEST(Tree, SeparatesACornerWithTwoSplits) {
  Labels labels;
  const Table table = grid(labels);
  const auto tree = grow_tree(table, labels);
  ASSERT_EQ(tree.size(), 5u);
  EXPECT_EQ(tree[0].column, 0u);  // gain 0.32 - 0.4 * 0.5 = 0.12 for x, 0.32 - 0.5 * 0.48 = 0.08 for the colour
  EXPECT_DOUBLE_EQ(tree[0].threshold, 0.55);
  EXPECT_DOUBLE_EQ(tree[0].impurity, 0.32);
  const auto leaves = leaf_boxes(table, labels, tree);
  ASSERT_EQ(leaves.size(), 3u);
  EXPECT_EQ(leaves[0].density, 1);
  EXPECT_EQ(leaves[0].coverage, 1);
  EXPECT_EQ(leaves[0].rows, 4u);
  EXPECT_EQ(box_words(table, whole_box(table), leaves[0].box), "x above 0.6 and colour is red");
  const auto scores = impurity_scores(table, tree);
  EXPECT_NEAR(scores[0], 0.12 / 0.32, 1e-12);
  EXPECT_NEAR(scores[1], 0.20 / 0.32, 1e-12);
}

TEST(Tree, LeavesKeepTheirLeastSizeAndCoverEveryRowOnce) {
  Labels labels;
  const Table table = grid(labels);
  const auto tree = grow_tree(table, labels, {.mass_min = 0.3, .most_depth = 64});
  size_t rows = 0, hits = 0;
  for (const auto& leaf : leaf_boxes(table, labels, tree)) {
    EXPECT_GE(leaf.rows, 6u);
    rows += leaf.rows;
    hits += leaf.hits;
  }
  EXPECT_EQ(rows, 20u);
  EXPECT_EQ(hits, 4u);
}

TEST(Tree, PureLabelsAreOneLeaf) {
  Labels labels;
  const Table table = grid(labels);
  const auto tree = grow_tree(table, Labels(20, 1));
  EXPECT_EQ(tree.size(), 1u);
  EXPECT_EQ(impurity_scores(table, tree), (std::vector<double>{0, 0}));
}

// scikit-learn draws among equal gains, so its tree is one of many: each of its splits must have the best gain there
// is, and each of its leaves none that is allowed.
TEST(TreeReference, EverySplitOfScikitLearnIsBestHereToo) {
  const auto folder = reference_folder();
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "optional: reference values beside the checkout";
  for (const char* name : {"bryant2010", "synth_corner", "synth_mixed"}) {
    const json reference = read_json(folder / "cart" / (std::string(name) + ".cart.json"));
    const Csv csv = read_csv(folder / "prim" / (std::string(name) + ".input.csv"));
    const auto prim =
        std::string(name) == "bryant2010" ? "bryant2010__a05.prim.json" : std::string(name) + ".prim.json";
    Table table = table_of(csv, read_json(folder / "prim" / prim).at("columns"));
    for (auto& column : table.columns)
      for (double& v : column.values) v = static_cast<float>(v);  // as scikit-learn
    const Labels labels = labels_of(csv);
    const size_t least = reference.at("min_samples_leaf");
    const json& nodes = reference.at("nodes");
    std::vector<std::vector<uint32_t>> rows(nodes.size());
    rows[0].resize(table.rows());
    std::iota(rows[0].begin(), rows[0].end(), 0u);
    for (size_t i = 0; i < nodes.size(); ++i) {
      const json& node = nodes[i];
      size_t hits = 0;
      for (uint32_t row : rows[i]) hits += labels[row];
      ASSERT_EQ(rows[i].size(), node.at("n").get<size_t>()) << name << " node " << i;
      EXPECT_NEAR(gini(rows[i].size(), hits), node.at("impurity"), 1e-12) << name << " node " << i;
      const Split best = best_split(table, labels, rows[i], least);
      if (node.at("left").get<int>() < 0) {
        EXPECT_TRUE(hits == 0 || hits == rows[i].size() || rows[i].size() < 2 * least || best.gain < 0)
            << name << " leaf " << i;
        continue;
      }
      const std::string feature = node.at("feature");
      const auto mark = feature.find("!?!");  // "regime!?!junta": one column for each label
      const auto column = std::find_if(table.columns.begin(), table.columns.end(),
                                       [&](const Column& c) { return c.name == feature.substr(0, mark); });
      ASSERT_NE(column, table.columns.end()) << feature;
      double label = -1;
      if (mark != std::string::npos)
        label = static_cast<double>(std::find(column->labels.begin(), column->labels.end(), feature.substr(mark + 3)) -
                                    column->labels.begin());
      const double threshold = node.at("threshold");
      size_t left_hits = 0;
      auto &left = rows[node.at("left").get<size_t>()], &right = rows[node.at("right").get<size_t>()];
      for (uint32_t row : rows[i]) {
        const double v = column->values[row];
        const bool goes_left = label < 0 ? v <= threshold : v != label;
        (goes_left ? left : right).push_back(row);
        left_hits += goes_left && labels[row];
      }
      const auto n = static_cast<double>(rows[i].size());
      const double gain = gini(rows[i].size(), hits) -
                          static_cast<double>(left.size()) / n * gini(left.size(), left_hits) -
                          static_cast<double>(right.size()) / n * gini(right.size(), hits - left_hits);
      EXPECT_NEAR(best.gain, gain, 1e-12) << name << " node " << i;
    }
    // The bryant2010 tree is the same but for one tie, so its leaves are the listed ones in number.
    EXPECT_EQ(grow_tree(table, labels, {.mass_min = reference.at("mass_min")}).size(), nodes.size()) << name;
  }
}

}  // namespace
}  // namespace casus::lab

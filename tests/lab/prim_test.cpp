#include "lab/prim.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/random.h"
#include "lab/prim_steps.h"

namespace casus::lab {
namespace {

// 1000 worlds; the claim fails where the cost is low and the prior high, a fifth of them by chance elsewhere left out.
struct Corner {
  Table table;
  Labels labels;
};
Corner corner(uint64_t seed, double exceptions = 0) {
  base::RandomStream random(seed, 0);
  Corner out;
  out.table.columns = {{.name = "cost of lives"}, {.name = "prior"}, {.name = "noise"}};
  for (int row = 0; row < 1000; ++row) {
    for (auto& column : out.table.columns) column.values.push_back(random.unit());
    const bool inside = out.table.columns[0].values.back() < 0.31 && out.table.columns[1].values.back() > 0.6;
    out.labels.push_back(inside != (random.unit() < exceptions));
  }
  return out;
}

TEST(Prim, TheQuantileMovesInwardsUntilItSeparates) {
  EXPECT_EQ(prim_quantile({1, 2, 3, 4, 5}, 0.25), 2.5);  // place 1: low end 1, high end moves on to 2
  EXPECT_EQ(prim_quantile({1, 2, 2, 2, 5}, 0.25), 3.5);
  EXPECT_EQ(prim_quantile({1, 2, 3, 4, 5}, 0.75), 3.5);
  EXPECT_EQ(prim_quantile({1, 1, 1}, 0.95), 1);
  EXPECT_EQ(prim_quantile({7}, 0.05), 7);
}

TEST(Prim, PathsShrinkThenGrowAndKeepTheirLeastMass) {
  const Corner data = corner(1, 0.05);
  const Prim prim(data.table, data.labels, {});
  const auto path = prim.find_box();
  ASSERT_GT(path.size(), 10u);
  EXPECT_EQ(path.front().rows, 1000u);
  EXPECT_EQ(path.front().restricted, 0u);
  for (size_t i = 1; i < path.size(); ++i) {
    EXPECT_GT(path[i].density, path[i - 1].density);
    EXPECT_GE(path[i].mass, 0.05);
  }
}

TEST(Prim, ARuleFindsTheCornerAndNotTheNoise) {
  const Corner data = corner(2, 0.03);
  const auto found = discover(data.table, data.labels);
  ASSERT_FALSE(found.empty());
  const BoxCount& box = found.front().box;
  EXPECT_EQ(box.restricted, 2u);
  EXPECT_NEAR(box.box[0].high, 0.31, 0.03);
  EXPECT_NEAR(box.box[1].low, 0.6, 0.03);
  EXPECT_GT(box.density, 0.9);
  EXPECT_EQ(
      rule_sentence(data.table, whole_box(data.table), box, "the claim fails", "failures"),
      "cost of lives below 0.29 and prior above 0.6: the claim fails in 97 % of these worlds, which are 80 % of all "
      "failures");
}

TEST(Prim, TwoCornersAreTwoBoxes) {
  Corner data = corner(3);
  for (size_t row = 0; row < data.labels.size(); ++row)
    if (data.table.columns[0].values[row] > 0.8 && data.table.columns[2].values[row] < 0.4) data.labels[row] = 1;
  const auto found = discover(data.table, data.labels);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_GT(found[0].box.coverage + found[1].box.coverage, 0.9);
}

TEST(Prim, NothingToFindIsNothingFound) {
  Corner data = corner(4);
  EXPECT_TRUE(discover(data.table, Labels(1000, 0)).empty());
  EXPECT_TRUE(discover(data.table, Labels(1000, 1)).empty());
  base::RandomStream random(9, 9);
  for (auto& label : data.labels) label = random.unit() < 0.5;
  for (const auto& d : discover(data.table, data.labels)) EXPECT_LT(d.box.density, 0.85);  // at most a chance clump
}

// A whole number and a category: yes for k <= 2 of kinds a and c. Pasting must also work without real columns.
TEST(Prim, WholeNumbersAndCategories) {
  Table table;
  table.columns = {{.name = "k", .kind = ColumnKind::integer},
                   {.name = "kind", .kind = ColumnKind::category, .labels = {"a", "b", "c", "d"}}};
  Labels labels;
  for (int k = 0; k < 10; ++k)
    for (int kind = 0; kind < 4; ++kind)
      for (int repeat = 0; repeat < 5; ++repeat) {
        table.columns[0].values.push_back(k);
        table.columns[1].values.push_back(kind);
        labels.push_back(k <= 2 && kind % 2 == 0);
      }
  const auto found = discover(table, labels);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(
      rule_sentence(table, whole_box(table), found[0].box, "the claim fails", "failures"),
      "k at most 2 and kind is a or c: the claim fails in 100 % of these worlds, which are 100 % of all failures");
}

TEST(Prim, WordsForShares) {
  EXPECT_EQ(percent_words(0.914), "91 %");
  EXPECT_EQ(percent_words(0.0042), "0.4 %");
  EXPECT_EQ(percent_words(0.9951), "99.5 %");
  EXPECT_EQ(percent_words(0.99999), "over 99.9 %");
  EXPECT_EQ(percent_words(0.00001), "under 0.1 %");
  EXPECT_EQ(percent_words(0), "0 %");
  EXPECT_EQ(percent_words(1), "100 %");
  EXPECT_EQ(rounded_words(0.30999, 0.4), "0.31");
  EXPECT_EQ(rounded_words(12345.678, 20000), "12346");
  EXPECT_EQ(rounded_words(-0.00001, 1), "0");
}

// Bryant & Lempert's quasi-p by hand: 4 rows of 4 hits in the box, dropping the limit adds 4 rows without one:
// P[Bin(4, 1/2) >= 4] = 1/16.
TEST(Prim, QuasiPByHand) {
  Table table;
  table.columns = {{.name = "x", .values = {1, 2, 3, 4, 5, 6, 7, 8}}};
  const Labels labels = {1, 1, 1, 1, 0, 0, 0, 0};
  const Box whole = whole_box(table);
  Box box = whole;
  box[0].high = 4;
  const BoxCount count = count_box(table, labels, Labels(8, 1), whole, box, 4);
  EXPECT_NEAR(count.qp_high[0], 1.0 / 16, 1e-15);
  EXPECT_EQ(count.qp_low[0], -1);
}

// Many parameters and few worlds: hardly ever a rule where there is nothing to find.
TEST(Prim, NoiseSeldomGivesARule) {
  int told = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    base::RandomStream random(7, seed);
    Table table;
    for (int c = 0; c < 68; ++c) {
      table.columns.push_back({.name = "x" + std::to_string(c)});
      for (int row = 0; row < 96; ++row) table.columns.back().values.push_back(random.unit());
    }
    Labels labels;
    for (int row = 0; row < 96; ++row) labels.push_back(random.unit() < 0.3);
    told += !discover(table, labels).empty();
  }
  EXPECT_LE(told, 1);
}

TEST(Prim, TheBoundOnChanceKnowsHowManyPlacesThereAre) {
  BoxCount box{.box = Box(10), .rows = 9, .hits = 9, .qp_low = {}, .qp_high = {}};
  box.qp_low.assign(10, -1);
  box.qp_high.assign(10, -1);
  box.qp_low[3] = 0.001;
  EXPECT_NEAR(search_chance(box, 0.3, 0.05), std::pow(0.3, 9) * 400, 1e-12);  // 2 sides x 10 columns x 20 peels
  box.qp_high[5] = 0.001;
  EXPECT_NEAR(search_chance(box, 0.3, 0.05), std::pow(0.3, 9) * 400 * 400, 1e-9);
}

}  // namespace
}  // namespace casus::lab

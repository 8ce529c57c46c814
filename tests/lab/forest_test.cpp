#include "lab/forest.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "lab/reference.h"
#include "lab/streaming.h"

namespace casus::lab {
namespace {

TEST(Forest, AnInteractionIsSeenAndNoiseIsNot) {
  base::RandomStream random(1, 0);
  Table table;
  table.columns = {{.name = "a"}, {.name = "b"}, {.name = "noise"}};
  Labels labels;
  for (int row = 0; row < 1000; ++row) {
    for (auto& column : table.columns) column.values.push_back(random.unit());
    labels.push_back((table.columns[0].values.back() > 0.5) !=
                     (table.columns[1].values.back() > 0.5));  // neither alone
  }
  const auto scores = forest_scores(table, labels);
  EXPECT_NEAR(scores[0] + scores[1] + scores[2], 1, 1e-12);
  EXPECT_GT(scores[0], 1.5 * scores[2]);
  EXPECT_GT(scores[1], 1.5 * scores[2]);
  EXPECT_EQ(scores, forest_scores(table, labels));
  EXPECT_EQ(forest_scores(table, Labels(1000, 0)), (std::vector<double>{0, 0, 0}));
}

// The reference holds means and deviations over 30 seeds of 100 trees; five seeds here. The difference of the two means
// has sqrt(1/5 + 1/30) = 0.48 deviations; four of those are allowed.
TEST(ForestReference, ScoresAreScikitLearnsUpToChance) {
  const auto folder = reference_folder();
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "optional: reference values beside the checkout";
  for (const std::string name : {"bryant2010", "synth_corner", "synth_mixed"}) {
    const auto reference = read_json(folder / "cart" / (name + ".features.json")).at("extra_trees_30_seeds");
    const Csv csv = read_csv(folder / "prim" / (name + ".input.csv"));
    const auto prim = name == "bryant2010" ? "bryant2010__a05.prim.json" : name + ".prim.json";
    const Table table = table_of(csv, read_json(folder / "prim" / prim).at("columns"));
    const Labels labels = labels_of(csv);
    std::vector<Moments> moments(table.columns.size());
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      const auto scores = forest_scores(table, labels, {.trees = 100, .seed = seed});
      for (size_t c = 0; c < scores.size(); ++c) moments[c].add(scores[c]);
    }
    for (size_t c = 0; c < moments.size(); ++c) {
      const auto& theirs = reference.at(table.columns[c].name);
      EXPECT_NEAR(moments[c].mean(), theirs.at("mean"), 4 * 0.48 * theirs.at("sd").get<double>())
          << name << " " << table.columns[c].name;
    }
  }
}

}  // namespace
}  // namespace casus::lab

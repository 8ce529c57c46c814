#include "lab/separate.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "lab/reference.h"

namespace casus::lab {
namespace {

// Kolmogorov's distribution: P(K > 1.3581) = 0.05, P(K > 1.6276) = 0.01 (Smirnov 1948), and the two series must join.
TEST(Separate, KolmogorovsTailHasItsTable) {
  EXPECT_NEAR(kolmogorov_tail(1.35810), 0.05, 1e-5);
  EXPECT_NEAR(kolmogorov_tail(1.62762), 0.01, 1e-5);
  EXPECT_NEAR(kolmogorov_tail(0.5), 0.9639452436, 1e-9);
  EXPECT_NEAR(kolmogorov_tail(1.18 - 1e-9), kolmogorov_tail(1.18), 1e-8);
  EXPECT_EQ(kolmogorov_tail(0), 1);
}

TEST(Separate, FindsTheParametersThatMatterAndTheirSide) {
  base::RandomStream random(3, 1);
  Table table;
  table.columns = {{.name = "noise"},
                   {.name = "cost"},
                   {.name = "prior"},
                   {.name = "regime", .kind = ColumnKind::category, .labels = {"junta", "party"}}};
  Labels labels;
  for (int row = 0; row < 2000; ++row) {
    const double noise = random.unit(), cost = random.unit(), prior = random.unit();
    const auto regime = static_cast<double>(random.below(2));
    table.columns[0].values.push_back(noise);
    table.columns[1].values.push_back(cost);
    table.columns[2].values.push_back(prior);
    table.columns[3].values.push_back(regime);
    labels.push_back(cost < 0.3 && prior > (regime == 1 ? 0.2 : 0.8));
  }
  const auto found = separating_parameters(table, labels, 5);
  ASSERT_EQ(found.size(), 3u);  // not the noise
  EXPECT_EQ(found[0].column, 1u);
  EXPECT_LT(found[0].distance, 0);
  EXPECT_NEAR(found[0].boundary, 0.3, 0.01);
  EXPECT_EQ(separation_words(table, found[0]), "low cost (below 0.3)");
  const auto words = [&](size_t i) { return separation_words(table, found[i]); };
  EXPECT_TRUE(words(1) == "regime party" || words(2) == "regime party");
  EXPECT_EQ(separating_parameters(table, labels, 5, 0.05, true).size(), 4u);
  EXPECT_EQ(separating_parameters(table, labels, 1).size(), 1u);
  EXPECT_TRUE(separating_parameters(table, Labels(2000, 1)).empty());
}

// Two groups {1, 2, 3} and {3, 4, 5}: F = between 6 / (within 4 / 4) = 6, p = 0.0705.
TEST(Separate, TheFTestByHand) {
  Table table;
  table.columns = {{.name = "x", .values = {1, 2, 3, 3, 4, 5}}};
  const auto f = f_tests(table, {0, 0, 0, 1, 1, 1});
  EXPECT_DOUBLE_EQ(f[0].f, 6);
  EXPECT_NEAR(f[0].p_value, 0.0704840, 1e-6);
}

TEST(SeparateReference, FTestsAreScikitLearns) {
  const auto folder = reference_folder();
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "optional: reference values beside the checkout";
  const auto reference = read_json(folder / "cart" / "bryant2010.features.json");
  const Csv csv = read_csv(folder / "prim" / "bryant2010.input.csv");
  const Table table = table_of(csv, read_json(folder / "prim" / "bryant2010__a05.prim.json").at("columns"));
  const auto f = f_tests(table, labels_of(csv));
  for (size_t c = 0; c < table.columns.size(); ++c) {
    const double theirs = reference.at("anova_f").at(table.columns[c].name);
    const double p = reference.at("anova_f_pvalues").at(table.columns[c].name);
    EXPECT_NEAR(f[c].f, theirs, 1e-9 * theirs) << table.columns[c].name;
    EXPECT_NEAR(f[c].p_value, p, 1e-8 * p) << table.columns[c].name;
  }
}

}  // namespace
}  // namespace casus::lab

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lab/design.h"
#include "lab/sensitivity.h"
#include "lab/test_functions.h"

namespace casus::lab {
namespace {

// Ishigami's function with a fourth parameter that does nothing, on a design.
struct Study {
  Table table;
  std::vector<double> y;
};
Study study_of(DesignKind kind, uint64_t worlds) {
  const auto design = Design::make({.kind = kind, .worlds = worlds, .dimensions = 4});
  Study s;
  for (const char* name : {"x1", "x2", "x3", "nothing"}) s.table.columns.push_back({.name = name});
  for (uint64_t k = 0; k < design->size(); ++k) {
    const auto point = design->point(k);
    for (size_t c = 0; c < 4; ++c) s.table.columns[c].values.push_back(point[c]);
    s.y.push_back(ishigami(point));
  }
  return s;
}

TEST(SensitivityTable, APlainSampleTellsEffectsFromNothing) {
  const Study s = study_of(DesignKind::latin_hypercube, 2000);
  SensitivityOptions options;
  options.resamples = 30;
  options.delta_rows = 1000;
  const auto out = sensitivity(s.table, s.y, options);
  ASSERT_TRUE(out.ok());
  EXPECT_FALSE(out->has_total);
  EXPECT_EQ(out->worlds, 2000u);
  EXPECT_EQ(out->rows.front().column, 1u);
  EXPECT_EQ(out->rows.back().column, 3u);
  for (const auto& row : out->rows) EXPECT_EQ(row.beyond_noise, row.column != 3) << row.column;
  EXPECT_NE(out->first_estimator.find("classes"), std::string::npos);
  for (const auto& row : out->rows) {
    if (row.column == 0) {
      EXPECT_GT(row.slope, 0.3);
    }
  }
  EXPECT_LT(out->r_squared, 0.3);
}

TEST(SensitivityTable, ASaltelliDesignAddsTotalsAndInteractions) {
  const Study s = study_of(DesignKind::saltelli, 10 << 10);
  SensitivityOptions options;
  options.resamples = 50;
  options.delta_rows = 500;
  options.saltelli_second_order = true;
  auto out = sensitivity(s.table, s.y, options);
  ASSERT_TRUE(out.ok());
  EXPECT_TRUE(out->has_total);
  EXPECT_EQ(out->worlds, 2048u);  // A and B of 1024 blocks
  EXPECT_EQ(out->rows.front().column, 0u);
  for (const auto& row : out->rows)
    EXPECT_NEAR(row.total.value, row.column < 3 ? ishigami_total[row.column] : 0, 2 * row.total.half_width + 1e-12);
  ASSERT_FALSE(out->interactions.empty());
  EXPECT_EQ(out->interactions.front().a, 0u);
  EXPECT_EQ(out->interactions.front().b, 2u);
  EXPECT_NE(out->total_estimator.find("Jansen"), std::string::npos);
}

TEST(SensitivityTable, FailedWorldsAreLeftOutAndCounted) {
  Study s = study_of(DesignKind::latin_hypercube, 60);
  SensitivityOptions options;
  options.resamples = 5;
  s.y[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(sensitivity(s.table, s.y, options)->left_out, 1u);
  for (size_t i = 0; i < 20; ++i) s.y[i] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(sensitivity(s.table, s.y, options).error(),
            "sensitivity needs at least 50 worlds that were solved; there are 40");
}

}  // namespace
}  // namespace casus::lab

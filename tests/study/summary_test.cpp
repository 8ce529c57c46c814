#include "study/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "study/small_case.h"

namespace casus::study {
namespace {

// The interval for 8 of 10 and 0 of 10, worked out from the roots of (p - q)^2 = z^2 q (1 - q) / n.
TEST(Wilson, KnownIntervals) {
  EXPECT_NEAR(wilson(8, 10).first, 0.4901625, 1e-6);
  EXPECT_NEAR(wilson(8, 10).second, 0.9433178, 1e-6);
  EXPECT_EQ(wilson(0, 10).first, 0);
  EXPECT_NEAR(wilson(0, 10).second, 0.2775328, 1e-6);
  EXPECT_EQ(wilson(10, 10).second, 1);
  EXPECT_EQ(wilson(0, 0), std::pair(0.0, 1.0));
}

TEST(Objective, TheFirstMeasureWithOneValueAndItsDirection) {
  const auto c = *language::load_text("small.casus", small_case).value;
  const auto usual = choose_objective(c, "", {});
  ASSERT_TRUE(usual.ok());
  EXPECT_EQ(c.measures[(*usual)->measure].name, "lost");  // by_month has a value for each round
  EXPECT_TRUE((*usual)->minimise);
  EXPECT_TRUE((*usual)->by_default);
  EXPECT_FALSE((*choose_objective(c, "gain", {}))->minimise);
  EXPECT_TRUE((*choose_objective(c, "gain", true))->minimise);
  EXPECT_THAT(choose_objective(c, "gian", {}).error(), testing::HasSubstr("did you mean 'gain'?"));
  EXPECT_THAT(choose_objective(c, "by_month", {}).error(), testing::HasSubstr("each round"));
}

// Against the plain definitions over the same results.
TEST(Summary, AgreesWithTheDefinitions) {
  const auto s = small_study({.worlds = 40, .seed = 3});
  auto store = Store::open("", s->plan, identity_of(*s), Existing::refuse);
  ASSERT_TRUE(store.ok()) << store.error();
  const auto median = solve_median(s->plan, {});
  ASSERT_TRUE(run_worlds(s->plan, *store, *median, {.threads = 2}).ok());
  const auto objective = *choose_objective(*s->plan.source, "", {});
  const auto summary = summarise(s->plan, *store, objective);
  ASSERT_TRUE(summary.ok()) << summary.error();

  std::vector<std::vector<double>> lost(3);
  ASSERT_TRUE(store
                  ->each_result([&](int64_t, uint32_t place, const PolicyResult& r) {
                    lost[place].push_back(expected(s->plan.layout, r.values, r.profile_prior, objective->measure, 0));
                  })
                  .ok());
  EXPECT_EQ(summary->worlds, 40u);
  EXPECT_EQ(summary->ranked, 40u);
  double regret = 0, best = 0;
  for (size_t w = 0; w < 40; ++w) {
    regret += std::max(0.0, lost[1][w] - lost[0][w]) / 40;
    best += (lost[1][w] < lost[0][w]) / 40.0;
  }
  EXPECT_NEAR(summary->policies[1].mean_regret, regret, 1e-14);
  EXPECT_NEAR(summary->policies[1].best_share, best, 1e-14);
  EXPECT_FALSE(summary->policies[2].compared);  // changes a parameter only: another world
  EXPECT_TRUE(summary->policies[0].compared);
  auto sorted = lost[0];
  std::sort(sorted.begin(), sorted.end());
  // 5 % of the way along 40 sorted values: position 1.95.
  EXPECT_NEAR(summary->policies[0].measures[1].rounds[0].low, sorted[1] + 0.95 * (sorted[2] - sorted[1]), 1e-14);
  double mean = 0;
  for (double v : lost[0]) mean += v / 40;
  EXPECT_NEAR(summary->policies[0].measures[1].rounds[0].mean, mean, 1e-14);

  const auto holds =
      static_cast<uint64_t>(std::count_if(lost[1].begin(), lost[1].end(), [](double v) { return v < 0.3; }));
  ASSERT_EQ(summary->claims.size(), 3u);
  EXPECT_EQ(summary->claims[0].holds, holds);
  EXPECT_GT(holds, 5u);
  EXPECT_LT(holds, 35u);
  ASSERT_FALSE(summary->claims[0].separations.empty());
  EXPECT_EQ(summary->parameters.columns[summary->claims[0].separations[0].column].name, "luck");
  EXPECT_GT(summary->claims[0].separations[0].distance, 0);  // fails where luck is high
  EXPECT_EQ(verdict_word(summary->claims[2]), "holds");
  EXPECT_EQ(verdict_word(summary->claims[0]), "depends");
}

// Odds above 1 in part of the worlds: counted, shown, and no obstacle to the others.
TEST(Summary, WorldsWithErrorsAreCounted) {
  std::string text = small_case;
  text.replace(text.find("luck / (1 + armed)"), 18, "2.5 * luck        ");
  const auto s = small_study({.worlds = 40}, text);
  auto store = Store::open("", s->plan, identity_of(*s), Existing::refuse);
  ASSERT_TRUE(store.ok());
  const auto median = solve_median(s->plan, {});
  ASSERT_TRUE(run_worlds(s->plan, *store, *median, {}).ok());
  const auto summary = summarise(s->plan, *store, *choose_objective(*s->plan.source, "", {}));
  ASSERT_TRUE(summary.ok());
  // luck is uniform on [0.1, 0.6]: the odds exceed 1 above 0.4, in 16 of 40 strata.
  EXPECT_EQ(summary->policies[0].failed, 16u);
  EXPECT_EQ(summary->policies[2].failed, 0u);
  ASSERT_EQ(summary->policies[0].first_errors.size(), 3u);
  EXPECT_THAT(summary->policies[0].first_errors[0], testing::HasSubstr("War.falls"));
  EXPECT_EQ(summary->claims[0].unknown, 16u);
  EXPECT_EQ(summary->claims[0].worlds, 24u);
  EXPECT_EQ(summary->ranked, 24u);
}

}  // namespace
}  // namespace casus::study

#include "study/analysis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "lab/box.h"
#include "study/small_case.h"

namespace casus::study {
namespace {

// A run of the small case in a file of its own.
struct Analysis : testing::Test {
  std::filesystem::path file = std::filesystem::temp_directory_path() /
                               ("casus_analysis_" + std::to_string(getpid()) + "_" +
                                testing::UnitTest::GetInstance()->current_test_info()->name() + ".sqlite");
  std::unique_ptr<SmallStudy> study;
  std::optional<Archive> archive;

  void run(Options options) {
    study = small_study(options);
    auto store = Store::open(file.string(), study->plan, identity_of(*study), Existing::overwrite);
    ASSERT_TRUE(store.ok());
    const auto median = solve_median(study->plan, {});
    ASSERT_TRUE(run_worlds(study->plan, *store, *median, {.threads = 2}).ok());
    auto opened = Archive::open(file.string());
    ASSERT_TRUE(opened.ok()) << opened.error();
    archive.emplace(std::move(*opened));
  }
  std::vector<Outcome> outcomes(const std::vector<std::string>& names) const {
    std::vector<Outcome> out;
    for (const auto& n : names) out.push_back(*outcome_named(archive->names, n));
    return out;
  }
  void TearDown() override { std::filesystem::remove(file); }
};

TEST_F(Analysis, ReadsWhatTheRunWrote) {
  run({.worlds = 24});
  const auto& names = archive->names;
  EXPECT_EQ(names.params.size(), 5u);
  EXPECT_EQ(names.uncertain().size(), 5u);
  EXPECT_EQ(names.policies[2].name, "lucky");
  EXPECT_TRUE(names.policies[2].counterfactual);
  EXPECT_EQ(names.measures[0].rounds, 2u);
  const auto wanted = outcomes({"lost", "hit[Hawk.strong]", "by_month[round 2]"});
  const auto sample = read_sample(*archive, wanted, 1000);
  ASSERT_TRUE(sample.ok());
  ASSERT_EQ(sample->worlds.size(), 24u);
  auto check = archive->store.each_result([&](int64_t world, uint32_t place, const PolicyResult& r) {
    const auto& layout = study->plan.layout;
    const auto w = static_cast<size_t>(world);
    EXPECT_EQ(sample->values[0][place][w], expected(layout, r.values, r.profile_prior, 1, 0));
    EXPECT_EQ(sample->values[1][place][w], expected(layout, r.values, r.profile_prior, 2, 0, {0, -1}));
    EXPECT_EQ(sample->values[2][place][w], expected(layout, r.values, r.profile_prior, 0, 1));
  });
  EXPECT_TRUE(check.ok());
  const auto thinned = read_sample(*archive, wanted, 10);
  ASSERT_EQ(thinned->worlds.size(), 8u);
  EXPECT_EQ(thinned->worlds[1], 3);
  EXPECT_EQ(thinned->values[0][1][1], sample->values[0][1][3]);
}

TEST_F(Analysis, NamesThatAreNotThere) {
  run({.worlds = 8});
  const auto& names = archive->names;
  EXPECT_NE(outcome_named(names, "lst").error().find("did you mean 'lost'"), std::string::npos);
  EXPECT_NE(outcome_named(names, "hit[Hawk.stron]").error().find("did you mean 'Hawk.strong'"), std::string::npos);
  EXPECT_NE(outcome_named(names, "by_month").error().find("by_month[round 1]"), std::string::npos);
  EXPECT_FALSE(outcome_named(names, "by_month[round 3]").ok());
  EXPECT_FALSE(outcome_named(names, "lost[round 1]").ok());
  EXPECT_FALSE(policy_named(names, "fre").ok());
  EXPECT_FALSE(Archive::open("/nowhere/at/all.sqlite").ok());
}

// Under `free` the province falls with a chance proportional to luck once it is attacked: luck moves the outcome, and
// under `lucky` luck is fixed and can move nothing.
TEST_F(Analysis, SensitivityFindsWhatMovesTheOutcome) {
  run({.worlds = 400});
  const auto wanted = outcomes({"lost"});
  const auto sample = *read_sample(*archive, wanted, 1000);
  const auto free = analyse_sensitivity(sample, wanted, 0, 0, std::nullopt);
  ASSERT_TRUE(free.ok()) << free.error();
  EXPECT_FALSE(free->table.has_total);
  const auto name = [&](const lab::SensitivityRow& r) { return sample.parameters.columns[r.column].name; };
  EXPECT_EQ(name(free->table.rows[0]), "luck");
  EXPECT_GT(free->table.rows[0].slope, 0.3);
  const auto lucky = analyse_sensitivity(sample, wanted, 0, 2, std::nullopt);
  for (const auto& r : lucky->table.rows) EXPECT_FALSE(name(r) == "luck" && r.beyond_noise);
  const auto nothing = analyse_sensitivity(sample, wanted, 0, 0, 0);
  EXPECT_TRUE(nothing->never_varies);
}

TEST_F(Analysis, ASaltelliStudyGivesSobolIndices) {
  run({.worlds = 768, .design = lab::DesignKind::saltelli});
  const auto wanted = outcomes({"lost"});
  const auto sample = *read_sample(*archive, wanted, 100000);
  ASSERT_EQ(sample.saltelli, true);
  ASSERT_EQ(sample.worlds.size(), 768u);
  const auto s = analyse_sensitivity(sample, wanted, 0, 0, std::nullopt);
  ASSERT_TRUE(s.ok());
  EXPECT_TRUE(s->table.has_total);
  lab::SobolOptions options;
  options.resamples = 100;
  const auto direct = lab::sobol_indices(sample.values[0][0], 5, options);
  for (const auto& r : s->table.rows) {
    EXPECT_EQ(r.total.value, direct->total[r.column].value);
    EXPECT_EQ(r.first.half_width, direct->first[r.column].half_width);
  }
}

TEST_F(Analysis, DiscoveryCountsItsWorldsRightly) {
  run({.worlds = 400});
  const auto wanted = outcomes({"lost"});
  const auto sample = *read_sample(*archive, wanted, 1000);
  const auto fails = discover_claim(sample, 0, false);
  size_t failing = 0;
  for (double v : sample.values[0][1]) failing += v >= 0.3;
  EXPECT_EQ(fails.share.yes, failing);
  ASSERT_FALSE(fails.too_few);
  ASSERT_FALSE(fails.boxes.empty());
  // The box holds what it says it holds.
  const auto& box = fails.boxes[0].box;
  size_t rows = 0, hits = 0;
  for (size_t r = 0; r < sample.worlds.size(); ++r) {
    bool inside = true;
    for (size_t c = 0; c < box.box.size(); ++c) inside &= box.box[c].holds(sample.parameters.columns[c].values[r]);
    rows += inside;
    hits += inside && sample.values[0][1][r] >= 0.3;
  }
  EXPECT_EQ(rows, box.rows);
  EXPECT_EQ(hits, box.hits);
  EXPECT_TRUE(discover_claim(sample, 2, false).too_few);  // it never fails
  // With two choices, one is the best wherever the other is not, and regret above 0 is not being the best.
  const auto free = discover_best(archive->names, sample, {}, 0), arm = discover_best(archive->names, sample, {}, 1);
  EXPECT_EQ(free.share.yes + arm.share.yes, 400u);
  EXPECT_EQ(discover_regret(archive->names, sample, {}, 0, 0).share.yes, arm.share.yes);
}

TEST_F(Analysis, DecisionAgreesWithItsDefinitions) {
  run({.worlds = 200});
  const auto wanted = outcomes({"lost", "gain"});
  const auto sample = *read_sample(*archive, wanted, 1000);
  DecisionOrder order;
  order.demands = {{.outcome = 0, .threshold = 0.2, .at_least = false}};
  order.front = {{.outcome = 0, .minimise = true}, {.outcome = 1, .minimise = false}};
  const auto d = analyse_decision(archive->names, sample, order);
  ASSERT_TRUE(d.ok());
  EXPECT_EQ(d->policies, (std::vector<uint32_t>{0, 1}));  // `lucky` is no choice
  double mean = 0, gain = 0;
  size_t met = 0;
  for (size_t r = 0; r < 200; ++r) {
    const double a = sample.values[0][0][r], b = sample.values[0][1][r];
    mean += a / 200;
    gain += (std::min(a, b)) / 200;
    met += b <= 0.2;
  }
  EXPECT_NEAR(d->criteria[0].values[0], -mean, 1e-12);
  EXPECT_EQ(d->meets[1].yes, met);
  const double best = -std::max(d->criteria[0].values[0], d->criteria[0].values[1]);
  EXPECT_NEAR(d->perfect.value, best - gain, 1e-12);
  for (const auto& k : d->partial) EXPECT_LE(k.worth.value, d->perfect.value + 1e-12);
  EXPECT_FALSE(d->front.empty());
  EXPECT_NEAR(d->front_means[0][0], mean, 1e-12);
}

}  // namespace
}  // namespace casus::study

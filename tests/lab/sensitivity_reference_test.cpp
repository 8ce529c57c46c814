// Sensitivity indices against SALib's on the same samples.
#include <gtest/gtest.h>

#include "base/random.h"
#include "lab/fourier.h"
#include "lab/given_data.h"
#include "lab/reference.h"
#include "lab/sobol_indices.h"
#include "lab/streaming.h"
#include "lab/test_functions.h"

namespace casus::lab {
namespace {

using nlohmann::json;

class SensitivityReference : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    folder = reference_folder() / "sa";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "optional: reference values beside the checkout";
    reference = read_json(folder / (std::string(GetParam()) + ".sa.json"));
    names = reference.at("problem").at("names").get<std::vector<std::string>>();
  }
  std::filesystem::path folder;
  json reference;
  std::vector<std::string> names;
};

TEST_P(SensitivityReference, SobolIndicesOnTheSameSampleAreSalibs) {
  int samples = 0;
  for (const auto& run : reference.at("runs")) {
    if (!run.contains("input")) continue;
    ++samples;
    const Csv csv = read_csv(folder / run.at("input").get<std::string>());
    SobolOptions options;
    options.resamples = 1000;
    const auto ours = sobol_indices(csv.numbers("Y"), names.size(), options);
    ASSERT_TRUE(ours.ok());
    for (size_t j = 0; j < names.size(); ++j) {
      EXPECT_NEAR(ours->first[j].value, run.at("S1")[j], 1e-12) << names[j];
      EXPECT_NEAR(ours->total[j].value, run.at("ST")[j], 1e-12) << names[j];
      EXPECT_NEAR(ours->first_jansen[j], run.at("S1_jansen")[j], 1e-12) << names[j];
      for (size_t k = j + 1; k < names.size(); ++k)
        EXPECT_NEAR(ours->second[j * names.size() + k].value, run.at("S2")[j][k], 1e-12) << names[j] << names[k];
      // Both widths are deviations of draws: with 100 and 1000 draws they differ by 1 / sqrt(200) + 1 / sqrt(2000),
      // about 9 %, one deviation; four are allowed.
      EXPECT_NEAR(ours->first[j].half_width / run.at("S1_conf")[j].get<double>(), 1, 0.36) << names[j];
      EXPECT_NEAR(ours->total[j].half_width / run.at("ST_conf")[j].get<double>(), 1, 0.36) << names[j];
      // Not Sobol's g: in 16 coordinates these 1024 points are too even to be a draw, and x6 of the scrambled sample is
      // six deviations off.
      if (std::string(GetParam()) != "ishigami") continue;
      const json& exact = reference.at("analytic");
      EXPECT_NEAR(ours->first[j].value, exact.at("S1")[j], ours->first[j].half_width) << names[j];
      EXPECT_NEAR(ours->total[j].value, exact.at("ST")[j], ours->total[j].half_width) << names[j];
    }
  }
  EXPECT_EQ(samples, 2);
}

TEST_P(SensitivityReference, GivenDataMeasuresAreSalibs) {
  const json& given = reference.at("given_data");
  const Csv csv = read_csv(folder / given.at("input").get<std::string>());
  const auto y = csv.numbers("Y");
  for (size_t j = 0; j < names.size(); ++j) {
    const auto x = csv.numbers(names[j]);
    for (size_t slides : {10u, 20u}) {
      const json& theirs = given.at("pawn_S" + std::to_string(slides));
      const Pawn ours = pawn(x, y, slides);
      EXPECT_NEAR(ours.minimum, theirs.at("minimum")[j], 1e-12) << names[j];
      EXPECT_NEAR(ours.mean, theirs.at("mean")[j], 1e-12) << names[j];
      EXPECT_NEAR(ours.median, theirs.at("median")[j], 1e-12) << names[j];
      EXPECT_NEAR(ours.maximum, theirs.at("maximum")[j], 1e-12) << names[j];
      EXPECT_NEAR(ours.variation, theirs.at("CV")[j], 1e-12) << names[j];
      EXPECT_NEAR(ours.deviation, theirs.at("stdev")[j], 1e-12) << names[j];
    }
    EXPECT_NEAR(rbd_fast(x, y), given.at("rbd_fast").at("S1")[j], 1e-12) << names[j];
    const auto bins = regional(x, y);
    for (size_t b = 0; b < bins.size(); ++b)
      EXPECT_NEAR(bins[b], given.at("rsa_bins20_Y").at(names[j])[b], 1e-9) << names[j] << " bin " << b;
  }
}

// SALib computes delta and its first order on resampled rows, so its figures are draws: twice the estimate of one
// resample less that of another (deviation sqrt(5) of one), and one resample's first order. Four deviations are
// allowed.
TEST_P(SensitivityReference, DeltaAndItsFirstOrderAreDrawsLikeSalibs) {
  const json& given = reference.at("given_data");
  const Csv csv = read_csv(folder / given.at("input").get<std::string>());
  const auto y = csv.numbers("Y");
  for (size_t j = 0; j < names.size(); ++j) {
    const auto x = csv.numbers(names[j]);
    const size_t resamples = 60;
    Moments deltas, firsts;
    for (size_t r = 0; r < resamples; ++r) {
      base::RandomStream random(1, r);
      std::vector<double> drawn_x, drawn_y;
      for (size_t i = 0; i < x.size(); ++i) {
        const auto row = static_cast<size_t>(random.below(x.size()));
        drawn_x.push_back(x[row]);
        drawn_y.push_back(y[row]);
      }
      deltas.add(delta_raw(drawn_x, drawn_y));
      firsts.add(first_order_by_classes(drawn_x, drawn_y).value);
    }
    EXPECT_NEAR(deltas.mean(), given.at("delta").at("delta_raw")[j], 4 * std::sqrt(5 * deltas.variance())) << names[j];
    // The spread of those draws is what the delta method foretells, up to the chance of a deviation from 60 draws.
    EXPECT_NEAR(first_order_by_classes(x, y).half_width / (1.96 * std::sqrt(firsts.variance())), 1,
                4 / std::sqrt(120.0))
        << names[j];
    EXPECT_NEAR(firsts.mean(), given.at("delta").at("S1")[j], 4 * std::sqrt(firsts.variance())) << names[j];
  }
}

TEST_P(SensitivityReference, ExtendedFastIsSalibs) {
  const json& fast = reference.at("efast");
  const auto y = read_csv(folder / fast.at("input").get<std::string>()).numbers("Y");
  const size_t n = fast.at("N");
  for (size_t j = 0; j < names.size(); ++j) {
    const FastIndices ours = extended_fast(std::span(y).subspan(j * n, n), fast.at("M"));
    EXPECT_NEAR(ours.first, fast.at("S1")[j], 1e-12) << names[j];
    EXPECT_NEAR(ours.total, fast.at("ST")[j], 1e-12) << names[j];
  }
}

TEST_P(SensitivityReference, TheTestFunctionsAreTheReferences) {
  const json& exact = reference.at("analytic");
  if (std::string(GetParam()) == "ishigami") {
    for (size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(ishigami_first[j], exact.at("S1")[j], 1e-15);
      EXPECT_NEAR(ishigami_total[j], exact.at("ST")[j], 1e-15);
    }
    return;
  }
  const SobolG g{{0, 1, 4.5, 9, 99, 99, 99, 99}};
  for (size_t j = 0; j < 8; ++j) {
    EXPECT_NEAR(g.first(j), exact.at("S1")[j], 1e-14);
    EXPECT_NEAR(g.total(j), exact.at("ST")[j], 1e-14);
  }
}

INSTANTIATE_TEST_SUITE_P(Functions, SensitivityReference, testing::Values("ishigami", "sobol_g"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace casus::lab

#include "lab/decision.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lab/reference.h"

namespace casus::lab {
namespace {

// The reference's small table (robustness_small.json): appease, deter, sanction, mixed in six worlds.
const Yields small = {{8, 7, -9, 2, 5, 1}, {1, 2, 6, -4, 3, 4}, {3, 3, 1, 0, 2, 2}, {5, 4, -1, 1, 4, 3}};

const Criterion& named(const std::vector<Criterion>& all, const std::string& name) {
  for (const auto& c : all)
    if (c.name == name) return c;
  ADD_FAILURE() << name;
  return all.front();
}

void expect_values(const std::vector<double>& ours, const std::vector<double>& theirs, const std::string& what) {
  ASSERT_EQ(ours.size(), theirs.size()) << what;
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 1e-14 * 100) << what << " " << i;
}

TEST(Decision, EveryCriterionOfTheSmallTable) {
  DecisionOptions options;
  options.weight_of_worst = 0.7;
  options.tail_share = 1.0 / 3;
  options.threshold = 3;
  const auto all = decide(small, options);
  expect_values(named(all, "equal odds").values, {14.0 / 6, 2, 11.0 / 6, 16.0 / 6}, "Laplace");
  expect_values(named(all, "worst case").values, {-9, -4, 0, -1}, "maximin");
  expect_values(named(all, "best case").values, {8, 6, 3, 5}, "maximax");
  expect_values(named(all, "optimism mix").values, {-3.9, -1, 0.9, 0.8}, "Hurwicz");
  expect_values(named(all, "largest regret").values, {15, 7, 5, 7}, "minimax regret");
  expect_values(named(all, "regret quantile").values, {9, 6.5, 5, 5}, "regret quantile");
  expect_values(named(all, "tail mean").values, {-4, -1.5, 0.5, 0}, "tail mean");
  expect_values(named(all, "satisficing").values, {0.5, 0.5, 1.0 / 3, 2.0 / 3}, "satisficing");
  EXPECT_EQ(named(all, "worst case").best, (std::vector<size_t>{2}));
  EXPECT_EQ(named(all, "largest regret").best, (std::vector<size_t>{2}));
  EXPECT_EQ(named(all, "equal odds").best, (std::vector<size_t>{3}));
  EXPECT_EQ(named(all, "regret quantile").best, (std::vector<size_t>{2, 3}));  // a tie is shown
}

TEST(Decision, ExpectedRegretOfTheBestIsPerfectInformation) {
  const std::vector<double> p = {0.3, 0.2, 0.1, 0.1, 0.2, 0.1};
  DecisionOptions options;
  options.weights = p;
  const auto all = decide(small, options);
  expect_values(named(all, "expected value").values, {4.2, 1.9, 2.2, 3.4}, "expected value");
  expect_values(named(all, "expected regret").values, {1.8, 4.1, 3.8, 2.6}, "expected regret");
  EXPECT_NEAR(perfect_information(small, p).value, 1.8, 1e-14);
}

// Two actions, one yields 0 and the other theta = 1 or -1 with even odds: knowing theta is worth 1/2, knowing an
// unrelated coin nothing.
TEST(Decision, PartialInformationByHand) {
  const Yields yields = {{0, 0, 0, 0}, {1, 1, -1, -1}};
  EXPECT_EQ(partial_information(yields, {0, 0, 1, 1}).value, 0.5);
  EXPECT_EQ(partial_information(yields, {0, 1, 0, 1}).value, 0);
  EXPECT_EQ(perfect_information(yields).value, 0.5);
  EXPECT_EQ(information_classes(std::vector{5.0, 2.0, 5.0, 9.0}, 3), (std::vector<uint32_t>{1, 0, 1, 2}));
  EXPECT_EQ(information_classes(std::vector{5.0, 2.0, 5.5, 9.0}, 2), (std::vector<uint32_t>{0, 0, 1, 1}));
}

TEST(Decision, TheParetoFrontKeepsEquals) {
  EXPECT_EQ(pareto_front({{1, 5}, {2, 4}, {1, 4}, {2, 4}, {0, 6}}), (std::vector<size_t>{0, 1, 3, 4}));
  EXPECT_TRUE(pareto_front({}).empty());
}

TEST(Decision, DemandsMustAllBeMet) {
  const std::vector<double> a = {1, 2, 3, 4}, b = {4, 3, 2, 1};
  const Requirement both[] = {{.values = a, .threshold = 2}, {.values = b, .threshold = 2, .at_least = false}};
  EXPECT_EQ(share_meeting(both), 0.5);
  EXPECT_EQ(share_meeting(std::span(both).first(1)), 0.75);
}

TEST(Decision, TheNearestCounterExample) {
  Table table;
  table.columns = {{.name = "x", .values = {0, 5, 10}}, {.name = "y", .values = {0, 0.1, 1}}};
  const auto nearest = nearest_world(table, {0, 1, 1}, {0, 0});
  ASSERT_TRUE(nearest);
  EXPECT_EQ(nearest->row, 1u);
  EXPECT_NEAR(nearest->distance, std::hypot(0.5, 0.1), 1e-15);
  EXPECT_FALSE(nearest_world(table, {0, 0, 0}, {0, 0}));
}

TEST(DecisionReference, RobustnessMetricsAreListed) {
  const auto folder = reference_folder() / "robust";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "optional: reference values beside the checkout";
  const auto reference = read_json(folder / "robustness_small.json");
  const auto yields = reference.at("payoff").get<Yields>();
  EXPECT_EQ(yields, small);
  EXPECT_EQ(regrets(yields), reference.at("regret_matrix").get<Yields>());
  DecisionOptions options;
  options.weight_of_worst = 0.7;
  options.threshold = 3;
  const auto compare = [&](const nlohmann::json& listed, const std::string& key, const std::string& name) {
    expect_values(named(decide(yields, options), name).values, listed.at(key).get<std::vector<double>>(), key);
  };
  const auto& equal = reference.at("weights_equal");
  compare(equal, "maximin", "worst case");
  compare(equal, "maximax", "best case");
  compare(equal, "hurwicz_alpha0.7_on_worst", "optimism mix");
  compare(equal, "laplace", "equal odds");
  compare(equal, "expected_value_p", "expected value");
  compare(equal, "max_regret", "largest regret");
  compare(equal, "regret_p90_linear_interp", "regret quantile");
  compare(equal, "expected_regret_p", "expected regret");
  compare(equal, "percentile10_value", "tail edge");
  compare(equal, "starr_domain_ge_3", "satisficing");
  options.tail_share = 1.0 / 3;
  compare(equal, "cvar_lower_1of3", "tail mean");
  options.weights = reference.at("weights_p").at("p").get<std::vector<double>>();
  for (const char* key : {"expected_value_p", "expected_regret_p", "starr_domain_ge_3"})
    compare(reference.at("weights_p"), key,
            key[0] == 's'   ? "satisficing"
            : key[9] == 'v' ? "expected value"
                            : "expected regret");
  EXPECT_NEAR(perfect_information(yields, options.weights).value, reference.at("evpi_p"), 1e-14);
  for (size_t i = 0; i < yields.size(); ++i) {
    EXPECT_NEAR(undesirable_deviation(yields[i]), equal.at("undesirable_deviations_mean_worst_half")[i], 1e-14);
    EXPECT_NEAR(mean_variance(yields[i]), equal.at("mean_variance")[i], 1e-14);
    EXPECT_NEAR(percentile_skew(yields[i]), equal.at("percentile_skew")[i], 1e-14);
    EXPECT_NEAR(percentile_peakedness(yields[i]), equal.at("percentile_peakedness")[i], 1e-14);
  }
}

TEST(DecisionReference, ValueOfInformationOfTheNormalExample) {
  const auto folder = reference_folder() / "robust";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "optional: reference values beside the checkout";
  const auto reference = read_json(folder / "evppi_normal.json");
  const Csv csv = read_csv(folder / "evppi_normal.csv");
  const Yields yields = {csv.numbers("U0"), csv.numbers("U1")};
  const auto &exact = reference.at("closed_form"), &listed = reference.at("estimates_from_csv");
  const Information all = perfect_information(yields);
  EXPECT_NEAR(all.value, listed.at("EVPI"), 1e-12);
  EXPECT_NEAR(all.value, exact.at("EVPI"), 4 * all.standard_error);
  std::vector<std::vector<uint32_t>> classes;
  for (size_t j = 0; j < 3; ++j) {
    const auto x = csv.numbers(fmt::format("t{}", j + 1));
    const Information fifty = partial_information(yields, information_classes(x, 50));
    EXPECT_NEAR(fifty.value, listed.at("EVPPI_bins50")[j], 1e-12) << j;
    EXPECT_NEAR(partial_information(yields, information_classes(x, 20)).value, listed.at("EVPPI_bins20")[j], 1e-12)
        << j;
    // Classes lose a little within and gain a little by chance: the floor says how much the latter can be.
    EXPECT_NEAR(fifty.value, exact.at("EVPPI")[j], 4 * fifty.standard_error + fifty.floor) << j;
    classes.push_back(information_classes(x, 12));
  }
  EXPECT_EQ(information_class_count(yields[0].size()), 50u);
  for (size_t a = 0; a < 3; ++a)
    for (size_t b = a + 1; b < 3; ++b) {
      std::vector<uint32_t> pair;
      for (size_t row = 0; row < classes[a].size(); ++row) pair.push_back(classes[a][row] * 12 + classes[b][row]);
      const Information known = partial_information(yields, pair);
      EXPECT_NEAR(known.value, exact.at("EVPPI_pairs").at(std::to_string(a) + std::to_string(b)),
                  4 * known.standard_error + known.floor);
    }
}

}  // namespace
}  // namespace casus::lab

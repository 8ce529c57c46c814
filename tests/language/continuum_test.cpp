#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

#include "language/language.h"
#include "model/evaluate.h"

namespace casus::language {
namespace {

using testing::ElementsAre;

const std::string top = "case \"x\"\nhorizon 1 rounds\nprecision 1\n";
const std::string bottom = "round { chance M { a with 0.5 b otherwise } }\n";

model::Case types_checked(const std::string& text, const LoadOptions& options = {}) {
  Loaded loaded = load_text("x.casus", top + text + bottom, options);
  EXPECT_TRUE(loaded.value) << render_text(loaded.diagnostics, loaded.sources, false);
  return loaded.value ? std::move(*loaded.value) : model::Case{};
}

// Values of the quantity `name` with their priors, every parameter that is not fixed being 0.5.
std::vector<std::pair<double, double>> types_of(const model::Case& c, const std::string& name) {
  std::vector<double> params;
  for (const auto& p : c.params)
    params.push_back(p.formula == model::no_expr ? 0.5 : model::evaluate(c.pool, p.formula, params));
  std::vector<std::pair<double, double>> out;
  const auto& a = c.actors.at(0);
  for (size_t t = 0; t < a.types.size(); ++t)
    out.emplace_back(params[*model::find_param(c, name + "[" + a.types[t] + "]")],
                     model::evaluate(c.pool, a.prior[t], params));
  return out;
}

double mean(const std::vector<std::pair<double, double>>& types, int power) {
  double sum = 0;
  for (const auto& [x, p] : types) sum += p * std::pow(x, power);
  return sum;
}

TEST(ContinuousTypes, HaveTheMomentsOfTheirDistributions) {
  const auto of = [](const std::string& distribution) {
    return types_of(types_checked("actor A { types x ~ " + distribution + " by 6 }\npayoff A { each round: x[A] }\n"),
                    "x");
  };
  const auto normal = of("normal(2, 3)");
  EXPECT_NEAR(mean(normal, 1), 2, 1e-13);
  EXPECT_NEAR(mean(normal, 2), 13, 1e-12);
  const auto uniform = of("uniform(-1, 3)");
  EXPECT_NEAR(mean(uniform, 1), 1, 1e-13);
  EXPECT_NEAR(mean(uniform, 2), 1 + 16.0 / 12, 1e-13);
  EXPECT_NEAR(mean(of("beta(2, 5)"), 2), 2.0 / 7 * 3 / 8, 1e-13);
  EXPECT_NEAR(mean(of("triangular(0, 1, 3)"), 2), 13.0 / 6, 1e-13);
  EXPECT_NEAR(mean(of("uniform(0, 4) in [1, 2]"), 1), 1.5, 1e-13);
  // Of the logarithm.
  double log_mean = 0;
  for (const auto& [x, p] : of("lognormal(0.5, 0.2)")) log_mean += p * std::log(x);
  EXPECT_NEAR(log_mean, 0.5, 1e-13);
  const auto cut = of("normal(0, 1) in [0, 20]");
  EXPECT_NEAR(mean(cut, 1), std::sqrt(2 / M_PI), 1e-10);
  for (const auto& [x, p] : of("beta(0.5, 0.5) in [0, 0.5]")) EXPECT_TRUE(x > 0 && x < 0.5 && p > 0);
  EXPECT_NEAR(mean(of("triangular(0, 1, 3) in [1, 3]"), 1), 1 + 2.0 / 3, 1e-13);
  EXPECT_NEAR(mean(of("lognormal(0, 1) in [1, 1.5]"), 0), 1, 1e-12);
}

TEST(ContinuousTypes, MayHangOnParameters) {
  const auto c = types_checked(
      "actor A { types x ~ normal(m, 2 * s) by 3 }\nparam m ~ uniform(0, 1)\nparam s = 3 * m\n"
      "payoff A { each round: x[A] }\n");
  const auto types = types_of(c, "x");
  ASSERT_EQ(types.size(), 3u);
  EXPECT_NEAR(types[1].first, 0.5, 1e-15);
  EXPECT_NEAR(types[2].first, 0.5 + 3 * std::sqrt(3), 1e-13);
  EXPECT_NEAR(types[1].second, 2.0 / 3, 1e-13);
}

TEST(ContinuousTypes, OfSeveralQuantitiesAreAllCombinations) {
  const auto c = types_checked(
      "actor A { types x ~ uniform(0, 1) by 2, y ~ normal(0, 1) by 2 }\n"
      "payoff A { each round: x[A] * y[A] * (A is x_1_y_2) }\n");
  EXPECT_THAT(c.actors[0].types, ElementsAre("x_1_y_1", "x_1_y_2", "x_2_y_1", "x_2_y_2"));
  EXPECT_THAT(c.actors[0].nodes, ElementsAre(2u, 2u));
  const auto x = types_of(c, "x"), y = types_of(c, "y");
  EXPECT_EQ(x[0].first, x[1].first);
  EXPECT_EQ(y[0].first, y[2].first);
  EXPECT_NEAR(y[1].first, 1, 1e-14);
  EXPECT_NEAR(x[3].second, 0.25, 1e-14);
}

TEST(ContinuousTypes, WithOtherNumbersOfNodes) {
  LoadOptions options;
  options.other_nodes = true;
  for (const auto& [n, other] : {std::pair(8, 7), {3, 2}, {2, 3}}) {
    const auto text =
        "actor A { types x ~ normal(0, 1) by " + std::to_string(n) + " }\npayoff A { each round: x[A] }\n";
    EXPECT_EQ(types_checked(text, options).actors[0].types.size(), static_cast<size_t>(other)) << n;
  }
  const auto of = [&](const std::string& types) {
    return types_checked("actor A { types " + types + " }\npayoff A { each round: x[A] + y[A] }\n", options)
        .actors[0]
        .nodes;
  };
  EXPECT_THAT(of("x ~ normal(0, 1) by 8, y ~ uniform(0, 1) by 2"), ElementsAre(7u, 1u));
  EXPECT_THAT(of("x ~ normal(0, 1) by 2, y ~ uniform(0, 1) by 2"), ElementsAre(3u, 3u));
  // What names a type would mean another one.
  EXPECT_FALSE(load_text("x.casus",
                         top +
                             "actor A { types x ~ normal(0, 1) by 3 }\n"
                             "payoff A { each round: A is x_1 }\n" +
                             bottom,
                         options)
                   .value);
  EXPECT_THAT(of("x ~ normal(0, 1) by 2, y ~ uniform(0, 1) by 2, z ~ uniform(0, 1) by 2"), ElementsAre(1u, 2u, 2u));
}

TEST(ContinuousTypes, OfMembersAndInModulesAndOverlays) {
  LoadOptions options;
  options.library_dirs = {"here"};
  options.texts["here/m.casus"] =
      "module \"m\"\nactor C { types z ~ uniform(0, 1) by 2\n precision 1 }\npayoff C { each round: z[C] }\n";
  options.texts["more"] = "actor B { types y ~ uniform(0, 3) by 2 }\nactor k.C { types z ~ uniform(2, 4) by 2 }\n";
  options.overlays = {"more"};
  const auto c = types_checked(
      "set S = { p, q }\nactor A[i in S] { types x ~ uniform(0, 1) by 2 }\nactor B { types y ~ uniform(0, 1) by 2 }\n"
      "use \"m\" as k\npayoff B { each round: y[B] + x[A[p]] }\nround { move N by A[q] { a b } }\n",
      options);
  ASSERT_EQ(c.params.size(), 8u);
  std::map<std::string, double> values;
  for (const auto& p : c.params) values[p.name] = model::evaluate(c.pool, p.formula, {});
  EXPECT_NEAR(values["x[p,x_1]"] + values["x[q,x_2]"], 1, 1e-14);
  EXPECT_NEAR(values["y[y_1]"] + values["y[y_2]"], 3, 1e-14);
  EXPECT_NEAR(values["k.z[z_1]"] + values["k.z[z_2]"], 6, 1e-14);
}

}  // namespace
}  // namespace casus::language

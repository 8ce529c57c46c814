// Measures that ask for types and reckon with parameters, held to those that do not, given each profile of types.
#include <cmath>

#include "case_text.h"
#include "solve/random_case.h"
#include "solve/sums.h"

namespace casus {
namespace {

constexpr const char* typed_measures = R"(
param a ~ uniform(0, 1)
param b = 2 * a - 3
param c[A1] { t0 = 0.3, t1 ~ uniform(2, 3) }
measure x_end = E(x at end)
measure both = P(A1 is t1 and y == 1 at end)
measure either = P(A1 is t1 or y == 1 in round)
measure last_by_round = P(y == 1 in round)
measure twice = E((if A1 is t1 then 2 else 1) * x in round)
measure wage = E(a * x + b at end)
measure dear = E(c[A1] * x at end)
measure above = P(a * x > 0.5 at end)
measure some = P(x >= 1 at end)
measure most = P(x >= 2 at end)
)";

class TypedMeasures : public ::testing::TestWithParam<uint32_t> {
 protected:
  void check(const solve::SolveOptions& options, double error) {
    const model::Case c = testing::load(text_ + typed_measures);
    const auto g = testing::compile(c);
    // More than the eight that are solved side by side.
    std::vector<std::vector<double>> worlds;
    const auto of = [&](const char* name) { return *model::find_param(c, name); };
    for (int w = 0; w < 9; ++w) {
      auto& params = worlds.emplace_back(c.params.size());
      params[of("a")] = w / 8.0;
      params[of("b")] = 2 * w / 8.0 - 3;
      params[of("c[t0]")] = 0.3;
      params[of("c[t1]")] = 2 + w / 16.0;
    }
    const auto solved = solve::solve_batch(g, worlds, options);
    for (size_t w = 0; w < worlds.size(); ++w) {
      ASSERT_TRUE(solved[w].solution) << solved[w].error;
      const auto at = [&](const char* name, size_t p, size_t round = 0) {
        return solved[w].solution->measures[*model::find_measure(c, name)].by_profile[round * g.profiles + p];
      };
      const double a = worlds[w][of("a")];
      for (uint32_t p = 0; p < g.profiles; ++p) {
        const bool hard = g.type_of(p, 1) == 1;
        EXPECT_NEAR(at("both", p), hard ? at("last", p) : 0, error);
        EXPECT_NEAR(at("wage", p), a * at("x_end", p) + 2 * a - 3, error);
        EXPECT_NEAR(at("dear", p), (g.type_of(p, 1) == 0 ? 0.3 : 2 + static_cast<double>(w) / 16) * at("x_end", p),
                    error);
        EXPECT_NEAR(at("above", p), a > 0.5 ? at("some", p) : a > 0.25 ? at("most", p) : 0, error);
        for (size_t r = 0; r < 2; ++r) {
          EXPECT_NEAR(at("either", p, r), hard ? 1 : at("last_by_round", p, r), error);
          EXPECT_NEAR(at("twice", p, r), (hard ? 2 : 1) * at("level", p, r), error);
        }
      }
    }
  }

 private:
  // The first from there on in which A1 has two types.
  std::string text_ = [] {
    for (uint32_t seed = 10 * GetParam();; ++seed)
      if (auto found = testing::random_case(seed, {.most_types = 2}); found.find("measure belief1") != found.npos)
        return found;
  }();
};

TEST_P(TypedMeasures, AreExactOnHistories) {
  check({}, 1e-12);
}

// Whatever is off on a grid is off alike: all of them count the same particles.
TEST_P(TypedMeasures, AreAlikeOnGrids) {
  check(testing::on_grids(7), 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Seeds, TypedMeasures, ::testing::Range(0u, 4u));

// Nothing that hangs on types is counted at a node where nothing does.
TEST(TypedMeasure, IsANumberWhereTypesDoNotMatter) {
  const auto c = testing::load(R"(
case "one of two"
horizon 1 rounds
precision 1
actor A { types { hard: 0.3, soft: otherwise } }
state x: 0..1 = 0
round { move Go by A { stay  go { x = 1 } pays A: 0.4 * (A is hard) } }
measure both = P(A is hard and x == 1 at end)
measure gone = P(x == 1 at end)
)");
  const auto g = testing::compile(c);
  size_t rows = 0, plain = 0;
  for (const auto& list : g.tallies)
    for (const auto& t : list) (t.row == game::none ? plain : rows) += 1;
  EXPECT_EQ(rows, 1u);  // both, where x == 1; elsewhere it gains nothing
  EXPECT_EQ(plain, 1u);
  const auto w = testing::world(g, {});
  const std::vector<std::vector<double>> worlds{{}};
  const auto s = *solve::solve_batch(g, worlds, {})[0].solution;
  EXPECT_NEAR(testing::mean(s, 0), 0.3 * testing::logistic(0.4), 1e-12);
  EXPECT_NEAR(testing::mean(s, 1), 0.3 * testing::logistic(0.4) + 0.7 * 0.5, 1e-12);
}

}  // namespace
}  // namespace casus

// Private types without a last round: so many rounds in its place, held to the same case with that horizon and to one
// round less.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "case_text.h"
#include "game/rounds.h"
#include "solve/solver.h"
#include "solve/stochastic_game.h"

namespace casus {
namespace {

// A threat that may be tough; whoever has been resisted asks less.
std::string reputation(const std::string& horizon, double precision = 1) {
  return fmt::format(R"(
case "reputation"
horizon {}
discount 0.8
precision {}
actor Threat {{ types {{ tough: 0.3, torn: otherwise }} }}
actor Other
state asked: boolean = no
state hurt: 0..1 = 0
round {{
  move Ask by Other {{
    ask {{ asked = yes }}
    leave {{ asked = no }} pays Threat: 0.6
  }}
  move Reply by Threat when asked {{
    resist {{ hurt = 1 }} pays Threat: if Threat is tough then 0.2 else -0.4, Other: -0.5
    give {{ hurt = 0 }} pays Other: 0.5, Threat: -0.3
  }}
}}
payoff Other {{ each round: -0.1 * hurt }}
measure asks = P(Ask.ask in round)
measure image = E(belief(Threat.tough) in round)
measure gain = E(payoff(Threat))
)",
                     horizon, precision);
}

solve::Solution on_grids(const game::Game& g) {
  solve::SolveOptions options;
  options.exact_up_to = 0;
  options.points = 17;
  auto out = solve::solve_batch(g, std::vector<std::vector<double>>{{}}, options);
  if (!out[0].solution) throw std::runtime_error(out[0].error);
  return std::move(*out[0].solution);
}

TEST(EndlessTypes, SoManyRoundsAreTheCaseWithThatHorizon) {
  const auto endless = testing::load(reputation("none")), finite = testing::load(reputation("90 rounds"));
  const auto one = testing::compile(endless);
  ASSERT_TRUE(one.endless);
  const auto rounds = game::so_many_rounds(one, 90), same = testing::compile(finite);
  EXPECT_FALSE(rounds.endless);
  EXPECT_EQ(rounds.start().node + 1, rounds.nodes.size());
  const auto a = on_grids(rounds), b = on_grids(same);
  for (size_t k = 0; k < a.values.size(); ++k) EXPECT_NEAR(a.values[k], b.values[k], 1e-12);
  for (size_t m = 0; m < 2; ++m) {
    EXPECT_EQ(a.measures[m].by_profile.size(), 12 * a.profile_prior.size());  // no more are told
    for (size_t t = 0; t < 12; ++t) EXPECT_NEAR(testing::mean(a, m, t), testing::mean(b, m, t), 1e-12) << m << " " << t;
  }
}

TEST(EndlessTypes, ARoundLessChangesNothingAndBeliefsAreThePriorOnAverage) {
  const auto c = testing::load(reputation("none"));
  const auto one = testing::compile(c);
  auto g = game::so_many_rounds(one, 90);  // 0.8^90 = 2e-9
  g.shorter = std::make_shared<game::Game>(game::so_many_rounds(one, 89));
  const auto s = on_grids(g);
  EXPECT_LT(s.certificate.effect, 1e-4);
  EXPECT_LT(s.certificate.distance, 1e-3);
  double learned = 0;
  for (size_t t = 0; t < 12; ++t) {
    EXPECT_NEAR(testing::mean(s, 1, t), 0.3, 1e-12);
    learned = std::max(learned, std::fabs(s.measures[1].by_profile[t * 2] - 0.3));
  }
  EXPECT_GT(learned, 0.01);  // there is something to believe
}

TEST(EndlessTypes, AnImpatientHorizonIsRefused) {
  const auto c = testing::load(reputation("none"));
  const auto g = game::so_many_rounds(testing::compile(c), 30);  // 0.8^30 = 1e-3
  const auto out = solve::solve_batch(g, std::vector<std::vector<double>>{{}}, {});
  EXPECT_NE(out[0].error.find("too near 1"), std::string::npos) << out[0].error;
}

// A game in which backward induction wanders for ever; types that matter to nobody make it no steadier.
TEST(EndlessTypes, WhereHorizonsLeadNowhereThereIsNoAnswer) {
  constexpr double discount = 0.85, precision = 25;
  constexpr uint32_t rounds = 120;  // 0.85^120 = 3e-9
  size_t wandering = 0, steady = 0;
  for (uint32_t seed = 1; seed <= 24; ++seed) {
    const std::string text = testing::stochastic_game(seed, precision, discount, "none");
    const auto open = testing::load(text);
    const auto known = solve::solve_batch(testing::compile(open), std::vector<std::vector<double>>{{}}, {});
    ASSERT_TRUE(known[0].solution) << known[0].error;
    const auto c =
        testing::load(text + "actor C { types { x: 0.5, y: otherwise } }\npayoff C { each round: C is x }\n");
    const auto one = testing::compile(c);
    auto g = game::so_many_rounds(one, rounds);
    g.shorter = std::make_shared<game::Game>(game::so_many_rounds(one, rounds - 1));
    solve::SolveOptions options;
    options.exact_up_to = 0;
    const auto out = solve::solve_batch(g, std::vector<std::vector<double>>{{}}, options);
    if (out[0].solution) {
      ++steady;
      continue;
    }
    ++wandering;
    EXPECT_NE(out[0].error.find("lead nowhere"), std::string::npos) << out[0].error;
    EXPECT_GT(known[0].solution->certificate.traced, 0u) << seed;
  }
  EXPECT_GT(wandering, 0u);
  EXPECT_GT(steady, 6u);
}

TEST(EndlessTypes, WithoutAnythingToHoldItToThereIsNoAnswer) {
  const auto c = testing::load(reputation("none"));
  const auto one = testing::compile(c);
  auto g = game::so_many_rounds(one, 90);
  g.shorter = std::make_shared<game::Game>(game::so_many_rounds(one, 2));  // stands for nothing, and has no solution
  solve::SolveOptions options;
  options.exact_up_to = 0;
  const auto out = solve::solve_batch(g, std::vector<std::vector<double>>{{}}, options);
  EXPECT_FALSE(out[0].solution);
  EXPECT_NE(out[0].error.find("too near 1"), std::string::npos) << out[0].error;
}

}  // namespace
}  // namespace casus

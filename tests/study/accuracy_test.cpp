#include "study/accuracy.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "solve/exact/sweep_plan.h"
#include "study/inspect.h"
#include "study/small_case.h"

namespace casus::study {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

solve::Certificate judged_on_a_grid() {
  solve::Certificate c;
  c.method = solve::Method::grid;
  c.judged = true;
  return c;
}

TEST(Shortfall, NamesWhatIsWrong) {
  auto c = judged_on_a_grid();
  EXPECT_EQ(shortfall(c, 1e-4, true), "");
  c.effect = 5e-4;
  EXPECT_EQ(shortfall(c, 1e-4, false), "");
  EXPECT_THAT(shortfall(c, 1e-4, true), HasSubstr("measures would change by up to 0.0005"));
  c = judged_on_a_grid();
  c.distance = 0.5;
  EXPECT_THAT(shortfall(c, 1e-4, true), HasSubstr("choices are up to 0.5 off"));
}

// No accuracy makes an equilibrium of what somebody would not do, were it ever asked for.
TEST(Shortfall, AWrongThreatIsNoMatterOfAccuracy) {
  auto c = judged_on_a_grid();
  c.distance = c.effect = 5e-13;
  c.regret_anywhere = 0.026;
  EXPECT_THAT(shortfall(c, 1, false), AllOf(HasSubstr("loses 2.6 % of the stakes"), Not(HasSubstr("--accuracy"))));
}

// So many who threaten a war that all of them lose, one after the other, and hardly learn of each other. `sure` people
// tell of the first one's type what everybody wants to know.
std::string many_actors(int actors, int rounds, bool sure = false) {
  std::string text = fmt::format("case \"many\"\nhorizon {} rounds\nprecision 4\n", rounds), moves, ends;
  for (int k = 0; k < actors; ++k) {
    const auto a = fmt::format("A{}", k);
    text += fmt::format("actor {0} {{ types {{ t{0}: 0.5, u{0}: otherwise }} }}\n", a);
    moves += fmt::format(
        "  move M{0} by {0} when not war {{ h{0} pays {0}: 0\n p{0} {{ tension = min(3, tension + 1) }} pays {0}: {1} "
        "}}\n",
        a, sure ? "(if A0 is tA0 then 1.5 else -0.9)" : "0.3");
    ends += fmt::format("payoff {0} {{ at end: if war then -(if {0} is t{0} then {1} else {2}) else 0 }}\n", a,
                        0.4 + 0.02 * k, sure ? 0.5 : 3);
  }
  return text + "state tension: 0..3 = 0\nstate war: boolean = no\nround {\n" + moves +
         "  chance Spark when not war { breaks_out with 0.02 + 0.08 * tension { war = yes }\n"
         "    calm otherwise { tension = max(0, tension - 1) } }\n}\n" +
         ends + "measure war = P(war at end)\npolicy free\n";
}

std::unique_ptr<SmallStudy> alone(const std::string& text, double accuracy) {
  Options options{.worlds = 1, .accuracy = accuracy, .refine = true};
  options.solve.exact_up_to = 0;
  options.solve.alone = true;
  return small_study(options, text);
}

TEST(Resolution, HoldsBeliefsThatHardlyMatterAndLetsGoOfThoseThatDo) {
  const auto mild = alone(many_actors(5, 6), 1e-4);
  EXPECT_EQ(mild->plan.options.solve.held, 0x1Fu);  // a full grid is dear
  const auto found = solve_accurately(mild->plan, {});
  EXPECT_EQ(mild->plan.options.solve.held, 0x1Fu);
  const auto& easy = found->policies[0].result.certificate;
  EXPECT_TRUE(easy.judged);
  EXPECT_LE(easy.effect, 1e-4);
  EXPECT_LE(easy.distance, 1e-3);
  EXPECT_THAT(held_names(mild->plan, 0x5), ::testing::ElementsAre("A0", "A2"));

  // Everybody wants to know the first one's type and nobody else's.
  const auto sharp = alone(many_actors(4, 2, true), 1e-4);
  ASSERT_EQ(sharp->plan.options.solve.held, 0xFu);
  const auto best = solve_accurately(sharp->plan, {});
  EXPECT_EQ(sharp->plan.options.solve.held & 1, 0u);
  EXPECT_NE(sharp->plan.options.solve.held, 0u);
  EXPECT_LE(best->policies[0].result.certificate.effect, 1e-4);
  // As on grids where nothing is held.
  auto full = sharp->plan.options.solve;
  full.held = 0;
  full.points = 13;
  const auto whole = solve_world(sharp->plan, 0, sharp->plan.centre, full);
  for (size_t k = 0; k < whole->result().values.size(); ++k)
    EXPECT_NEAR(best->policies[0].result.values[k], whole->result().values[k], 1e-3);
}

// At the median nobody's belief matters, in most worlds the first one's does.
TEST(Resolution, LooksAtMoreWorldsThanTheMedianOne) {
  std::string text = many_actors(4, 2, true);
  const std::string sure = "(if A0 is tA0 then 1.5 else -0.9)";
  for (size_t at = 0; (at = text.find(sure, at)) != std::string::npos; at += sure.size() + 4) text.insert(at, "x * ");
  text.insert(text.find("state tension"), "param x ~ uniform(-1, 1)\n");
  Options options{.worlds = 40, .accuracy = 1e-3, .refine = true};
  options.solve.exact_up_to = 0;
  const auto s = small_study(options, text);
  ASSERT_EQ(s->plan.options.solve.held, 0xFu);
  const auto found = solve_accurately(s->plan, {.threads = 2});
  ASSERT_TRUE(found);
  EXPECT_EQ(s->plan.options.solve.held & 1, 0u);
  EXPECT_LE(found->policies[0].result.certificate.effect, 1e-3);
}

TEST(Resolution, LetsGoWhatSeemsToMatterLittleWherePointsDoNotHelp) {
  const auto s = alone(many_actors(5, 6), 1e-4);
  Lack lack{.all = 5, .measures = 5, .held = {4, 0.3, 0.2, 0.01, 0}};
  const auto first = finer(s->plan, {7, 0x1F}, lack, 0);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->held, 0x1Eu);
  lack.all = lack.measures = 1.5;
  lack.held[0] = 0;
  const auto points = finer(s->plan, *first, lack, 0);
  EXPECT_EQ(points->held, 0x1Eu);
  EXPECT_GT(points->points, first->points);
  EXPECT_EQ(finer(s->plan, *points, lack, 6)->held, 0x1Eu);  // they helped
  const auto let_go = finer(s->plan, *points, lack, 1.6);
  EXPECT_EQ(let_go->held, 0x18u);
  EXPECT_EQ(let_go->points, points->points);
  // Where measures are good enough, choices are worth only so much.
  EXPECT_FALSE(finer(s->plan, {33, 0}, {.all = 5, .measures = 0.5, .held = {}}, 0));
}

// A large game is put on grids where it would be solved over and over; alone it is solved exactly.
TEST(Exactness, IsWorthOnlySoMuchInAStudy) {
  const auto text = many_actors(2, 7);
  const auto once = small_study({.worlds = 1, .solve = {.alone = true}, .refine = true}, text);
  ASSERT_TRUE(once->plan.policies[0].exact);
  std::string uncertain = text;
  uncertain.replace(uncertain.find("precision 4"), 11, "param x ~ uniform(3, 4)\nprecision x");
  const auto often = small_study({.worlds = 100'000, .refine = true}, uncertain);
  EXPECT_FALSE(often->plan.policies[0].exact);
  EXPECT_LT(often->plan.options.solve.exact_up_to, once->plan.policies[0].exact->deciding);
  const auto a_few = small_study({.worlds = 8, .refine = true}, uncertain);
  EXPECT_TRUE(a_few->plan.policies[0].exact);
  EXPECT_EQ(a_few->plan.options.solve.exact_up_to, solve::SolveOptions{}.exact_up_to);
}

TEST(Hold, NamesActorsOfSeveralTypesAndGoesWithPoints) {
  auto loaded = language::load_text("many.casus", many_actors(3, 1));
  const auto plan = [&](const Options& options) { return make_plan(*loaded.value, options, loaded.diagnostics); };
  EXPECT_EQ(plan({.worlds = 1, .held = {"A2", "A0"}})->options.solve.held, 0x5u);
  EXPECT_THAT(plan({.worlds = 1, .held = {"A4"}}).error(), HasSubstr("A4"));
  EXPECT_THAT(plan({.worlds = 1, .refine = true, .held = {"A2"}}).error(), HasSubstr("--points"));
}

}  // namespace
}  // namespace casus::study

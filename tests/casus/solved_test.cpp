// A solved world walked through, held to its own measures and to Bayes' rule.
#include "casus/solved.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "threat.h"

namespace casus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Solved solved(const std::string& policy = "free") {
  return Project::from_text("threat.casus", threat).solve(policy);  // the project itself is gone afterwards
}

// Adds up over all histories what the walk tells.
struct Sum {
  double probability = 0, lost = 0, image = 0, attacks = 0;
};
void add(const Situation& at, Sum& sum) {
  if (at.over()) {
    sum.probability += at.probability();
    for (const auto& v : at.state())
      if (v.name == "held" && v.value == "challenger") sum.lost += at.probability();
    sum.image += at.probability() * at.beliefs()[0].probability[0];
    return;
  }
  double total = 0;
  for (const auto& m : at.movers()) {
    if (m.options.size() < 2) continue;
    for (const auto& o : m.options) {
      total += o.probability;
      if (at.round() == 1 && o.name == "attack") sum.attacks += at.probability() * o.probability;
      if (!o.belief_after.empty()) {
        const double prior = at.beliefs()[0].probability[0];
        EXPECT_NEAR(o.belief_after[0], prior * o.given_type[0] / o.probability, 1e-12);
      }
      const auto next = at.take({m.decision + "." + o.name});
      ASSERT_TRUE(next);
      if (!o.belief_after.empty()) {
        EXPECT_NEAR(next->beliefs()[0].probability[0], o.belief_after[0], 1e-9);
      }
      EXPECT_NEAR(next->probability(), at.probability() * o.probability, 1e-12);
      add(*next, sum);
    }
  }
  EXPECT_NEAR(total, 1, 1e-12);
}

TEST(Solved, HistoriesAddUpToItsMeasures) {
  const auto s = solved();
  ASSERT_TRUE(s.ok()) << s.error();
  EXPECT_TRUE(s.certificate().exact);
  EXPECT_LT(s.certificate().distance, 1e-9);
  Sum sum;
  add(s.start(), sum);
  EXPECT_NEAR(sum.probability, 1, 1e-12);
  EXPECT_NEAR(sum.lost, *s.measure("lost"), 1e-9);
  EXPECT_NEAR(sum.image, *s.measure("image"), 1e-9);
  EXPECT_NEAR(sum.attacks, *s.measure("by_month", 1), 1e-9);
  EXPECT_NEAR(*s.payoff("Dove"), *s.measure("gain"), 1e-12);
}

// On grids, too, whose walks solve where they stand.
TEST(Solved, WalksOnGrids) {
  const auto s = Project::from_text("threat.casus", threat).solve("free", {.method = {.points = 9}});
  ASSERT_TRUE(s.ok()) << s.error();
  EXPECT_FALSE(s.certificate().exact);
  Sum sum;
  add(s.start(), sum);
  EXPECT_NEAR(sum.probability, 1, 1e-9);
  EXPECT_NEAR(sum.lost, *s.measure("lost"), 1e-3);
}

TEST(Solved, MeasuresTakeRoundsAndTypes) {
  const auto s = solved();
  const double strong = *s.measure("by_month", 1, {{"Hawk", "strong"}}),
               weak = *s.measure("by_month", 1, {{"Hawk", "weak"}});
  EXPECT_NEAR((strong + weak) / 2, *s.measure("by_month", 1), 1e-12);  // even odds in the median world
  EXPECT_FALSE(s.measure("by_month"));
  EXPECT_FALSE(s.measure("by_month", 3));
  EXPECT_FALSE(s.measure("lost", 1));
  EXPECT_FALSE(s.measure("lost", 0, {{"Hawk", "mild"}}));
  EXPECT_FALSE(s.measure("nothing"));
}

TEST(Solved, CoursesFollowThePathAndThenTheLikeliest) {
  const auto s = solved();
  std::string why;
  const auto course = s.course({"Attack.attack", "hold", "falls"}, &why);
  ASSERT_TRUE(course) << why;
  EXPECT_THAT(course->steps[0].taken, ElementsAre("Attack.attack"));
  EXPECT_THAT(course->steps[2].taken, ElementsAre("War.falls"));
  EXPECT_FALSE(s.course({"Attack.flee"}, &why));
  EXPECT_THAT(why, HasSubstr("flee"));
  EXPECT_FALSE(s.at({"attack", "hold", "falls", "attack"}, &why));
  EXPECT_THAT(why, HasSubstr("over"));
  const auto likeliest = s.course();
  ASSERT_TRUE(likeliest);
  EXPECT_GT(likeliest->probability, 0);
}

TEST(Solved, ValuesOfParametersMakeAnotherWorld) {
  const auto p = Project::from_text("threat.casus", threat);
  const auto low = p.solve("free", {.values = {{"luck", 0.1}}}), high = p.solve("free", {.values = {{"luck", 0.6}}});
  EXPECT_LT(*low.measure("lost"), *high.measure("lost"));
  EXPECT_EQ(low.parameters()[3], 0.1);
  const auto fixed = Project::from_text("threat.casus", threat, {.settings = {"luck=0.1"}}).solve("free");
  EXPECT_DOUBLE_EQ(*fixed.measure("lost"), *low.measure("lost"));
}

TEST(Solved, VerdictsOfThePoliciesThatAreThere) {
  const auto p = Project::from_text("threat.casus", threat);
  const auto all = verdicts(p.solve_all());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].claim, "keeps");
  EXPECT_EQ(all[1].verdict, "holds");
  const auto one = verdicts(p.solve_all({.policies = {"free"}}));
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].claim, "shows");
  EXPECT_THAT(world_json(p.solve_all()), HasSubstr("\"lucky\""));
  EXPECT_THAT(world_text({p.solve("free")}), HasSubstr("One world"));
}

// A leader and a follower who do as the other does: three equilibria, of which the program's is one.
TEST(Solved, GivesOtherEquilibria) {
  const auto meet = Project::from_text("meet.casus", R"(case "meet"
horizon 1 rounds "day"
precision 12
actor A
actor B
state a: { none, left, right } = none
state b: { none, left, right } = none
round {
  simultaneous Meet {
    move Go by A { left { a = left } right { a = right } }
    move Come by B { left { b = left } right { b = right } }
  }
}
payoff A { at end: (a == b) + 0.3 * (a == left and b == left) }
payoff B { at end: (a == b) + 0.3 * (a == left and b == left) }
measure both_right = P(a == right and b == right at end)
)");
  ASSERT_TRUE(meet.sound()) << meet.diagnostics_text();
  const auto s = meet.solve("free");
  ASSERT_TRUE(s.ok()) << s.error();
  const auto others = s.others();
  ASSERT_FALSE(others.empty());
  double most = 0;
  for (const auto& other : others) {
    ASSERT_TRUE(other.walkable());
    // Walked through, it comes to what it says.
    const auto start = other.start();
    double right = 0;
    for (const std::string mine : {"left", "right"})
      for (const std::string theirs : {"left", "right"}) {
        const auto end = start.take({"Go." + mine, "Come." + theirs});
        ASSERT_TRUE(end);
        ASSERT_TRUE(end->over());
        if (mine == "right" && theirs == "right") right = end->probability();
      }
    EXPECT_NEAR(right, *other.measure("both_right"), 1e-9);
    // Choices are replies to what options are worth, to the precision that the case states.
    for (const auto& m : start.movers()) {
      ASSERT_EQ(m.options.size(), 2u);
      EXPECT_NEAR(std::log(m.options[1].probability / m.options[0].probability),
                  12 * (m.options[1].value[0] - m.options[0].value[0]), 1e-6);
    }
    most = std::max(most, *other.measure("both_right"));
  }
  EXPECT_LT(*s.measure("both_right"), 0.01);
  EXPECT_GT(most, 0.9);
}

TEST(Solved, IsReadByManyThreads) {
  const auto s = solved();
  const double expected = *s.measure("lost");
  std::vector<std::thread> readers;
  std::vector<double> got(4);
  for (size_t k = 0; k < got.size(); ++k)
    readers.emplace_back([&, k] {
      Sum sum;
      add(s.start(), sum);
      got[k] = sum.lost;
    });
  for (auto& r : readers) r.join();
  for (const double g : got) EXPECT_NEAR(g, expected, 1e-9);
}

}  // namespace
}  // namespace casus

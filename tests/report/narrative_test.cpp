#include "report/narrative.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/small_case.h"

namespace casus::report {
namespace {

using testing::HasSubstr;

TEST(Narrative, ReadsAsProseWithTheWordsOfTheCase) {
  const auto s = study::small_study();
  const auto& c = *s->plan.source;
  // The challenger attacks and the province falls, by choice of the reader.
  const auto solved = study::solve_world(s->plan, 0, s->plan.map.midpoint(), s->plan.options.solve);
  const auto course = solved->follow([&](const solve::CourseStep& step, const std::vector<double>&) -> uint32_t {
    return step.stage != game::none && c.stages[step.stage].name == "Attack";
  });
  const Story story = tell(c, s->plan.policies[0].game, course);
  ASSERT_EQ(story.rounds.size(), 1u);
  const std::string text = paragraph(c, story.rounds[0], true);
  EXPECT_THAT(text, HasSubstr("Month 1: The challenger attacks the province ("));
  EXPECT_THAT(text, HasSubstr("The defender arms itself ("));
  EXPECT_THAT(text, HasSubstr("The province falls ("));
  EXPECT_THAT(text, HasSubstr("Believed: the challenger strong 50 % → "));
  EXPECT_THAT(story.rounds[0].changes, testing::ElementsAre("held: defender → challenger", "armed: 0 → 1"));
  ASSERT_EQ(story.rounds[0].beliefs.size(), 1u);
  EXPECT_GT(story.rounds[0].beliefs[0].after, 0.5);
}

TEST(Narrative, RoundsAlikeAreToldOnce) {
  const auto s = study::small_study();
  const auto& c = *s->plan.source;
  solve::Course course;
  course.start_belief = {{0.5, 0.5}};
  for (uint32_t round : {1u, 2u}) {
    solve::CourseStep step{
        .round = round, .stage = 1, .before = {0, 0}, .after = {0, 0}, .movers = {}, .belief = {{0.5, 0.5}}};
    step.movers.push_back({.actor = 1,
                           .decision = 0,
                           .options = {{.option = 1, .probability = round == 1 ? 0.7 : 0.6, .by_type = {}, .value = {}},
                                       {.option = 0, .probability = 0.3, .by_type = {}, .value = {}}},
                           .taken = 0});
    course.steps.push_back(step);
  }
  const Story story = tell(c, s->plan.policies[0].game, course);
  ASSERT_EQ(story.rounds.size(), 1u);
  EXPECT_EQ(paragraph(c, story.rounds[0], true), "Months 1 to 2: The defender does nothing (at least 60 %).");
  EXPECT_EQ(paragraph(c, story.rounds[0], false), "Months 1 to 2: Nothing changes.");
}

}  // namespace
}  // namespace casus::report

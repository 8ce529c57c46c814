// Face validity of the flagship: with everything else at its median, the model does what its readers expect of it, or
// the difference is explained in docs/flagship.md.
#include <cmath>

#include "cases/walk.h"

namespace casus::test {
namespace {

Lab flagship() {
  Lab lab(case_text("kazakhstan-2022"));
  lab.options.points = 9;
  return lab;
}

// The median world with everybody free, solved once.
Walk& free_walk() {
  static const Lab lab = flagship();
  static Walk walk(lab, "free");
  return walk;
}

double invaded(const Lab& lab) {
  return lab.measure(lab.solve("free"), "invaded");
}

// Value of invading less that of waiting, for a type of the Kremlin, at its first choice after these words.
double gain_of_invading(const Lab& lab, size_t type) {
  Walk walk(lab, "no_revolt");
  const auto course = walk.course({{"Threat", "vague"}, {"Demand", "ask_nothing"}});
  for (const auto& step : course.steps)
    if (step.stage != game::none && walk.stage_name(step) == "Attack")
      return step.movers[0].options[1].value[type] - step.movers[0].options[0].value[type];
  ADD_FAILURE() << "no choice to attack";
  return 0;
}

// Public log-odds of a type against its rival before and after the first step of a stage in a course.
struct Shift {
  double before = 0, after = 0;
};
Shift shift(const Walk& walk, const solve::Course& course, const std::string& stage, size_t informed, size_t type) {
  auto belief = course.start_belief;
  const auto log_odds = [&] { return std::log(belief[informed][type] / belief[informed][1 - type]); };
  for (const auto& step : course.steps) {
    const double before = log_odds();
    belief = step.belief;
    if (step.stage != game::none && walk.stage_name(step) == stage) return {before, log_odds()};
  }
  ADD_FAILURE() << "no " << stage;
  return {};
}

constexpr size_t russia = 0, west = 1, open_ended = 0, limited = 1, resolute = 0;

TEST(Flagship, MoreSupportRaisesThePriceOfInvasionAndLowersItsProbability) {
  double price[2] = {1e9, 1e9}, probability = 1;
  for (int support : {0, 1, 2}) {
    Lab lab = flagship();
    lab.start("support", support);
    for (size_t type : {open_ended, limited}) {
      const double now = gain_of_invading(lab, type);
      EXPECT_LT(now, price[type]) << "support " << support << ", type " << type;
      price[type] = now;
    }
    const double now = invaded(lab);
    EXPECT_LT(now, probability) << "support " << support;
    probability = now;
  }
}

TEST(Flagship, MoreForcesTiedDownLowerTheProbabilityInThoseMonths) {
  double last[2] = {1, 1};
  for (int tied : {0, 1, 2}) {
    Lab lab = flagship();
    lab.start("tied", tied);
    const auto solution = lab.solve("no_revolt");
    for (uint32_t month : {1, 2}) {
      const double now = lab.measure(solution, "attack", month);
      EXPECT_LT(now, last[month - 1]) << "tied " << tied << ", month " << month;
      last[month - 1] = now;
    }
  }
}

TEST(Flagship, CostlierLivesLowerTheProbabilityOfInvasion) {
  const Lab lab = flagship();
  for (const std::string name : {"lives[open_ended]", "lives[limited]"}) {
    const double median = lab.params[*model::find_param(lab.c, name)];
    const auto worlds = lab.solve("free", {lab.with(name, median / 2), lab.params, lab.with(name, median * 2)});
    EXPECT_LT(lab.measure(worlds[1], "invaded"), lab.measure(worlds[0], "invaded")) << name;
    EXPECT_LT(lab.measure(worlds[2], "invaded"), lab.measure(worlds[1], "invaded")) << name;
  }
}

TEST(Flagship, AHigherPriorOnOpenEndedAimsRaisesTheProbabilityOfInvasion) {
  const Lab lab = flagship();
  double last = 0;
  for (const auto& world :
       lab.solve("free", {lab.with("p_open", 0.3), lab.with("p_open", 0.6), lab.with("p_open", 0.9)})) {
    const double now = lab.measure(world, "invaded");
    EXPECT_GT(now, last);
    last = now;
  }
}

TEST(Flagship, ASpecificThreatMovesTheBeliefAboutTheWestMoreThanAVagueOne) {
  Walk& walk = free_walk();
  const auto moved = [&](const std::string& word) {
    const Shift s = shift(walk, walk.course({{"Threat", word}}), "Threat", west, resolute);
    return s.after - s.before;
  };
  EXPECT_GT(moved("specific"), 0);
  EXPECT_GT(std::abs(moved("specific")), std::abs(moved("vague")));
}

TEST(Flagship, AConcessionLowersTheBeliefThatTheWestIsResolute) {
  Walk& walk = free_walk();
  for (const char* word : {"silent", "vague", "specific"}) {
    const Shift s = shift(walk, walk.course({{"Threat", word}, {"Demand", "demand"}, {"Reply", "concede"}}), "Reply",
                          west, resolute);
    EXPECT_LT(s.after, s.before) << word;
  }
}

TEST(Flagship, AnAttackSpeaksForOpenEndedAims) {
  Walk& walk = free_walk();
  const Shift attack = shift(walk, walk.course({{"Attack", "invade"}}), "Attack", russia, open_ended);
  EXPECT_GT(attack.after, attack.before);
}

// A strategic effect that surprises: the demands say little. They cost the same whoever makes them and are granted so
// rarely that what they would be worth hardly counts, so both kinds of Kremlin make them about as often.
TEST(Flagship, TheDemandsSayLessThanTheThreatThatAnswersThem) {
  Walk& walk = free_walk();
  const Shift demands = shift(walk, walk.course({{"Demand", "demand"}}), "Demand", russia, open_ended);
  const Shift threat = shift(walk, walk.course({{"Threat", "specific"}}), "Threat", west, resolute);
  EXPECT_LT(std::abs(demands.after - demands.before), std::abs(threat.after - threat.before));
}

// Another: help that is announced for the day the forces are back brings the attack forward, to the months before it.
TEST(Flagship, SupportAnnouncedForLaterBringsTheAttackForward) {
  const Lab lab = flagship();
  const auto now = lab.solve("support_now"), later = lab.solve("support_later");
  EXPECT_GT(lab.measure(later, "attack", 3), lab.measure(now, "attack", 3));
  EXPECT_GT(lab.measure(later, "invaded"), lab.measure(now, "invaded"));
}

// And a third: if being tied down means that Ukraine is armed, fewer forces are sent.
TEST(Flagship, ArmingUkraineWhileForcesAreAwayKeepsThemAtHome) {
  const Lab lab = flagship();
  EXPECT_LT(lab.measure(lab.solve("support_now"), "sent"), lab.measure(lab.solve("free"), "sent"));
}

TEST(Flagship, StaysWithinItsSize) {
  const Lab lab = flagship();
  for (const auto& policy : lab.c.policies) EXPECT_LT(lab.game(policy.name).nodes.size(), 3500u) << policy.name;
}

}  // namespace
}  // namespace casus::test

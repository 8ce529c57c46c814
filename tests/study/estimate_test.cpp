// What a run is said to cost, against what it costs.
#include "study/estimate.h"

#include <gtest/gtest.h>

#include <ctime>

#include "solve/solver.h"
#include "study/accuracy.h"
#include "study/small_case.h"

namespace casus::study {
namespace {

using Clock = std::chrono::steady_clock;

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Two who are unknown to each other choose at once: on grids solved point by point, in a second or so a batch.
constexpr const char* at_once = R"(case "Two at once"
horizon 6 rounds
precision 4
actor A { types { a0: share, a1: otherwise } }
actor B { types { b0: share, b1: otherwise } }
param share ~ uniform(0.4, 0.6)
state tension: 0..3 = 0
round {
  simultaneous Table {
    move MA by A { ha  pa { tension = min(3, tension + 1) } pays A: if A is a0 then 0.3 else 0.1 }
    move MB by B { hb  pb { tension = min(3, tension + 1) } pays B: if B is b0 then 0.3 else 0.1 }
  }
  chance Calm { calms with 0.5 { tension = max(0, tension - 1) }  stays otherwise }
}
payoff A { each round: -0.1 * tension }
payoff B { each round: -0.1 * tension }
measure tense = P(tension == 3 at end)
policy free "as they like"
)";

double cost_of_run(SmallStudy& s) {
  Plan& plan = s.plan;
  const double begin = processor_seconds();
  const auto median = solve_accurately(plan, {});
  auto store = Store::open("", plan, identity_of(s), Existing::refuse);
  EXPECT_TRUE(store.ok());
  EXPECT_TRUE(run_worlds(plan, *store, *median, {}).ok());
  return processor_seconds() - begin;
}

TEST(Estimate, IsWithinAFactorOfWhatARunTakes) {
  const auto s = small_study({.worlds = 400, .refine = true});
  const auto said = estimate(s->plan, Clock::now() + std::chrono::minutes(1));
  EXPECT_FALSE(said.more);
  const double took = cost_of_run(*s);
  EXPECT_GT(said.run, took / 3);
  EXPECT_LT(said.run, took * 3);
  EXPECT_EQ(said.policies.size(), s->plan.policies.size());
  EXPECT_GT(said.world, 0);
}

TEST(Estimate, SaysMoreWhenTimeIsUpAndIsNotFarOff) {
  const auto s = small_study({.worlds = 7, .solve = {.exact_up_to = 0}}, at_once);
  const auto whole = estimate(s->plan, Clock::now() + std::chrono::minutes(10));
  ASSERT_FALSE(whole.more);
  const auto begin = Clock::now();
  const std::chrono::duration<double> share(whole.run / 20);
  const auto part = estimate(s->plan, begin + std::chrono::duration_cast<Clock::duration>(share));
  const std::chrono::duration<double> took = Clock::now() - begin;
  EXPECT_TRUE(part.more);
  EXPECT_LT(took.count(), whole.run / 2) << "it stops soon after the moment given";
  EXPECT_GT(part.run, whole.run / 3);
  EXPECT_LT(part.run, whole.run * 3);
}

}  // namespace
}  // namespace casus::study

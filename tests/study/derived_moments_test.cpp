// At which moment of a course something holds first, in a game that is all but a clock.
#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "case_text.h"
#include "study/plan.h"
#include "study/solved.h"

namespace casus::study {
namespace {

// What holds at the start holds in round 1; a round that begins is a moment; of two at one moment neither is first.
TEST(DerivedMeasure, TellsMomentsApart) {
  const auto c = testing::load(R"(
case "a clock"
horizon 4 rounds
precision 1
actor A
state x: 0..4 = 0
state done: boolean = no
round {
  chance Tick when x < 4 { ticks otherwise { x = x + 1 } }
  chance Done when x == 3 { finishes with 0.25 { done = yes }  goes_on otherwise }
  move Rest by A { rest }
}
measure at_start = E(rounds until x == 0)
measure at_third = E(rounds until round >= 3)
measure at_two = E(rounds until x == 2)
measure round_first = P(round >= 3 before x == 3)
measure tick_first = P(x == 3 before round >= 3)
measure tied = P(Tick.ticks before x == 1)
measure tied_too = P(x == 1 before Tick.ticks)
measure start_first = P(x == 0 before Tick.ticks)
measure finish = E(rounds until done)
measure spell = E(rounds with done)
measure impossible = E(rounds until x == 0 and round > 1)
measure if_any = if P(ever done) > 0.5 then impossible else 7
policy free
policy late { x = 1 }

)");
  base::Diagnostics diagnostics;
  auto plan = make_plan(c, {.policies = {"free", "late"}}, diagnostics);
  ASSERT_TRUE(plan);
  const auto value = [&](uint32_t place, const char* name) {
    const auto r = solve_world(*plan, place, {}, plan->options.solve, 1)->result();
    return expected(plan->layout, r.values, r.profile_prior, *model::find_measure(c, name), 0);
  };
  for (const auto& [name, free, late] :
       std::vector<std::tuple<const char*, double, double>>{{"at_start", 1, std::nan("")},
                                                            {"at_third", 3, 3},
                                                            {"at_two", 2, 1},
                                                            {"round_first", 1, 0},
                                                            {"tick_first", 0, 1},
                                                            {"tied", 0, 0},
                                                            {"tied_too", 0, 1},
                                                            {"start_first", 1, 0},
                                                            {"finish", 3, 2},
                                                            {"spell", 0.25 * 2, 0.25 * 3},
                                                            {"impossible", std::nan(""), std::nan("")},
                                                            {"if_any", 7, 7}}) {
    for (uint32_t place = 0; place < 2; ++place) {
      const double right = place == 0 ? free : late, found = value(place, name);
      if (std::isnan(right))
        EXPECT_TRUE(std::isnan(found)) << name << " " << found;
      else
        EXPECT_NEAR(found, right, 1e-12) << name << " " << place;
    }
  }
}

}  // namespace
}  // namespace casus::study

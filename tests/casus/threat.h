// A small case with everything that the library tells of: private types, uncertainty, policies of both kinds, claims.
#pragma once

namespace casus {

inline constexpr const char* threat = R"(case "A threat and an answer"
horizon 2 rounds "month"
precision 3
actor Hawk "the challenger" { types { strong: p_strong, weak: 1 - p_strong } }
actor Dove "the defender"
param p_strong ~ uniform(0.2, 0.8)
param cost[Hawk] { strong ~ uniform(0, 0.5) weak ~ uniform(0.6, 1.5) }
param luck ~ uniform(0.1, 0.6)
state held: { defender, challenger } = defender
state armed: 0..2 = 0
round {
  move Attack by Hawk when held == defender {
    wait
    attack "attacks the province" pays Hawk: -cost[Hawk] * (1 + 0.5 * armed)
  }
  move Reply by Dove when held == defender {
    arm if armed < 2 { armed = armed + 1 } pays Dove: -0.1
    hold
  }
  chance War when held == defender {
    falls with luck / (1 + armed) { held = challenger }
    stands otherwise
  }
}
payoff Hawk { at end: held == challenger }
payoff Dove { at end: -(held == challenger) }
measure by_month = P(Attack.attack in round)
measure lost = P(held == challenger at end)
measure image = E(belief(Hawk.strong) at end)
measure gain = E(payoff(Dove))
policy free
policy arm { Dove plays Reply.arm when armed < 2 }
policy lucky { luck = 0.05 }
claim keeps "Arming keeps the province" { lost[arm] < lost[free] }
claim shows "Strength shows" { by_month[free, Hawk.strong, round 1] > by_month[free, Hawk.weak, round 1] }
)";

}  // namespace casus

// A small case with everything that a study reads: private types, uncertainty, policies of both kinds, claims.
#pragma once

namespace casus::study {

inline constexpr const char* small_case = R"(case "A threat and an answer"
horizon 2 rounds "month"
precision 3
actor Hawk "the challenger" { types { strong: p_strong, weak: 1 - p_strong } }
actor Dove "the defender"
param p_strong ~ uniform(0.2, 0.8) "prior that the challenger is strong"
param cost[Hawk] { strong ~ uniform(0, 0.5) weak ~ uniform(0.6, 1.5) }
param prize ~ uniform(0.5, 1.5) "what the province is worth"
param luck ~ uniform(0.1, 0.6)
state held: { defender, challenger } = defender
state armed: 0..2 = 0
round {
  move Attack by Hawk when held == defender {
    wait "bides its time"
    attack "attacks the province" pays Hawk: -cost[Hawk] * (1 + 0.5 * armed)
  }
  move Reply by Dove when held == defender {
    arm "arms itself" if armed < 2 { armed = armed + 1 } pays Dove: -0.1
    hold "does nothing"
  }
  chance War when held == defender {
    falls "The province falls." with luck / (1 + armed) { held = challenger }
    stands otherwise
  }
}
payoff Hawk { at end: prize * (held == challenger) }
payoff Dove { at end: -prize * (held == challenger) }
measure by_month = P(Attack.attack in round)
measure lost = P(held == challenger at end) "the province is lost at the end"
measure hit = P(ever Attack.attack)
measure image = E(belief(Hawk.strong) at end)
measure gain = E(payoff(Dove)) "what the defender gets"
policy free "everybody plays as they see fit"
policy arm "the defender arms at once" { Dove plays Reply.arm when armed < 2 }
policy lucky "another world" { luck = 0.05 }
claim "Arming keeps the province" source "point 10" { lost[arm] < 0.3 }
claim deter "Strength shows" { hit[free, Hawk.strong] > hit[free, Hawk.weak] and by_month[free, round 1] > 0 }
claim same "Free is free" { lost[free] == lost[free] }
)";

}  // namespace casus::study

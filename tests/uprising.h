// A case with nine who are alike, for tests of games that count them.
#pragma once
#include <string>

namespace casus {

// An uprising of nine over two rounds: some join, a government concedes or strikes, those who joined may go home; what
// is done costs something at once, and everybody hopes for success at the end.
inline const char* const uprising = R"(
case "uprising"
horizon 2 rounds
discount 0.9
precision 1.5
set People = { a, b, c, d, e, f, g, h, i }
param cost = 0.4
actor Citizen[m in People]
actor Government
state out[People]: boolean = no
state heat: 0..3 = 0
state struck: boolean = no
round {
  simultaneous Rise {
    move Join[m in People] by Citizen[m] {
      stay { out[m] = no }
      join if not (out[m] and struck) { out[m] = yes  heat = min(3, heat + 1) } pays Citizen[m]: -cost, Government: -0.1
    }
  }
  move Answer by Government when (count(k in People) out[k]) >= 2 {
    wait
    strike { struck = yes } pays Government: -0.2
  }
  chance Weather {
    rain with 0.1 + 0.05 * heat { heat = max(0, heat - 1) }
    sun otherwise
  }
}
let crowd = count(k in People) out[k]
payoff Citizen[m in People] {
  each round: if out[m] and struck then -0.7 else 0
  at end: 0.8 * (crowd >= 5) + (if out[m] then 0.3 * crowd / 9 else 0)
}
payoff Government { at end: -2 * (crowd >= 5) + 0.1 * (9 - crowd) }
measure success = P(crowd >= 5 at end)
measure size = E(crowd at end)
measure out_at_end[m in People] = P(out[m] at end)
measure spent = E(cost * crowd at end)
measure spent_by[m in People] = E(cost * out[m] + heat in round)
measure ever_out[m in People] = P(ever out[m])
measure ever_joined[m in People] = P(ever Join[m].join)
measure joins[m in People] = P(Join[m].join in round)
measure stays_in = P(not out[d] in round)
measure both = P(ever out[c] and struck)
measure many = P(ever crowd >= 6)
measure per_head = spent / size + out_at_end[c]
measure gain[m in People] = E(payoff(Citizen[m]))
measure loss = E(payoff(Government))
policy free
policy patient { Government plays Answer.wait }
policy begun { struck = yes }
)";

// The same in one round, of citizens who are angry or calm, as each of them knows of itself only.
inline const char* const angry_uprising = R"(
case "angry uprising"
horizon 2 rounds
discount 0.9
precision 2
set People = { a, b, c, d, e, f }
actor Citizen[m in People] { types { angry: 0.3  calm: otherwise } }
param grievance[Citizen[m in People]] { angry = 0.6  calm = -0.4 }
actor Government
state out[People]: boolean = no
state struck: boolean = no
round {
  simultaneous Rise when round == 1 {
    move Join[m in People] by Citizen[m] {
      stay
      join { out[m] = yes } pays Citizen[m]: 0.5 * grievance[Citizen[m]], Government: -0.1
      lead { out[m] = yes } pays Citizen[m]: grievance[Citizen[m]] - 0.1, Government: -0.3
    }
  }
  move Answer by Government when (count(k in People) out[k]) >= 2 {
    wait
    strike { struck = yes } pays Government: -0.2
  }
}
let crowd = count(k in People) out[k]
payoff Citizen[m in People] {
  each round: if out[m] and struck then -0.3 else 0
  at end: 0.8 * (crowd >= 4) + (if out[m] then grievance[Citizen[m]] * crowd / 6 else 0)
}
payoff Government { at end: -2 * (crowd >= 4) + 0.1 * (6 - crowd) }
measure success = P(crowd >= 4 at end)
measure size = E(crowd at end)
measure out_at_end[m in People] = P(out[m] at end)
measure ever_joined[m in People] = P(ever Join[m].join)
measure joins[m in People] = P(Join[m].join in round)
measure leads[m in People] = P(ever Join[m].lead)
measure both = P(ever out[c] and struck)
measure many = P(ever crowd >= 5)
measure gain[m in People] = E(payoff(Citizen[m]))
measure loss = E(payoff(Government))
policy free
policy patient { Government plays Answer.wait }
)";

}  // namespace casus

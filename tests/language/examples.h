// Two cases that between them use every construct; shared by the tests of loading, formatting and breaking.
#pragma once

namespace casus::language {

// The sketch of the design, with its gaps filled.
inline const char* const sketch_case = R"(
case "Kazakhstan and Ukraine, January 2022"

horizon 6 rounds "month"
discount 0.97
precision 3

# ---- who -----------------------------------------------------------------------
actor Russia "the Kremlin" {
  types { open_ended: p_open, limited: 1 - p_open }      # what it is after is private
  precision 4
}
actor West "United States, EU and NATO" { types { resolute: p_resolute, hesitant: 1 - p_resolute } }
actor Tokayev
actor Street "the protesters"
actor Ukraine

# ---- what we do not know ----------------------------------------------------------
param p_open     ~ uniform(0.2, 0.9)            "prior that the aims are open-ended"  source "point 4"
param p_resolute ~ triangular(0.1, 0.3, 0.7)
param upkeep     = 0.05
param p_spark    = 40%
param lives[Russia] { open_ended ~ uniform(0.1, 0.5)  limited ~ uniform(0.6, 1.5) }    # indexed by the actor's type
param sphere[Russia] { open_ended = 2, limited = 0.2 }

# ---- what everybody sees -----------------------------------------------------------
state uprising: { calm, revolt, quelled, toppled } = revolt
state cabinet:  { in_office, resigned } = in_office
state called:   boolean = no
state tied:     0..2 = 0              "Russian forces tied down in Kazakhstan"
state support:  0..3 = 1              "Western arms and training in Ukraine"
state ukraine:  { free, attacked, lost, neutral } = free
let   distracted = tied > 0

# ---- what happens in a round, in this order -------------------------------------------
round {
  chance Spark when uprising == calm {
    sparks with p_spark { uprising = revolt }
    stays  otherwise
  }
  move Call by Tokayev when uprising == revolt {
    concede                 { cabinet = resigned }
    repress
    call_allies             { called = yes; tied = 2 }
  }
  chance Order when uprising == revolt {
    quelled  with logistic(1 + 0.5 * tied - 2 * upkeep)    { uprising = quelled }
    goes_on  otherwise
  }
  move Attack by Russia when ukraine == free {
    wait
    mass
    invade   if tied < 2    { ukraine = attacked }    pays Russia: -lives[Russia] * (1 + support)
  }
  simultaneous {
    move Reply by West { concede  refuse }
    move Protest by Street { rise if cabinet == in_office and called  stay "home" }
  }
  move Support by West { hold  arm if support < 3 { support = support + 1 } }
  move Defend by Ukraine when ukraine == attacked { fight yield { ukraine = lost } }
}

payoff Russia { each round: -upkeep * tied      at end: sphere[Russia] * (ukraine == lost) }
payoff West { at end: if West is resolute then -2 * (ukraine == lost) else 0 }

# ---- what we ask ------------------------------------------------------------------------
measure lost      = P(ukraine == lost at end)
measure aims      = P(Russia is open_ended | ukraine==lost at end)   "what it shows"
measure met = P(ever called | tied > 0 at end) + 2*correlation( tied, ukraine==lost at end )
measure timing=E(rounds until called)-E(rounds with uprising==revolt|West is hesitant)
measure usual = quantile(support at end | ever called, 0.75) * median(tied in round) / upkeep
measure first_called = P(called before uprising == quelled)
measure ever_hit  = P(ever Attack.invade)
measure by_month  = P(Attack.invade in round)                # one value for each round
measure respect   = E(belief(West.resolute) at end)
measure gain      = E(payoff(Russia))

policy laissez_faire "everybody plays as they see fit"
policy appease       { West plays Reply.concede, Support.hold }
policy support_now   { West plays Support.arm when distracted }
policy no_revolt     { uprising = calm; p_spark = 0 }                # another world, not another choice
policy brave_face    { West.resolute plays Reply.refuse, Support.arm when distracted; West plays Support.hold }

claim "Appeasing a dictator never works"  source "point 8" {
  lost[appease, Russia.open_ended] >= lost[laissez_faire, Russia.open_ended]
}
claim sooner "Support works at once" { by_month[support_now, round 2] < 0.9 * by_month[appease, round 2] }
)";

// Index sets, modules of library/, and everything that may be indexed.
inline const char* const indexed_case = R"(case "Modules"
horizon 3 rounds
precision 2
set Members = { Belarus, Armenia }
set Places = { Kazakhstan, Belarus }
actor Tokayev
actor Lukashenko
actor Ally[m in Members] { types { firm: 0.4, soft: otherwise } }
actor West { types { firm: 0.4, soft: otherwise } }
actor Russia
state war: boolean = no
use "uprising" as kz { Regime = Tokayev, relief = helpers, prices ~ uniform(0.3, 0.9), spark = 0.8 }
use "uprising" as blr { Regime = Lukashenko, relief = 0 }
use "alliance" as csto { Protege = Tokayev, Members = Members, Ally = Ally, threatened = kz.unrest == revolt, pride = 0.2 }
use "sanctions" { Sender = West, Target = Russia, cause = war }
use "signalling" as nato { Sender = West, due = war }
let helpers = csto.strength
param stake[Ally] { firm ~ uniform(0, 1), soft = 0.1 }
param weight[h in Places] = if h == Belarus then 2 else 1
state focus: Places = Kazakhstan
state status[Places]: { free, lost } = free
state guard[p in Places]: 0..2 = if p == Belarus then 1 else 0
correlate kz.prices, stake[Belarus.firm] 0.5
round {
  use kz
  use csto
  move Attack[h in Places] by Russia when status[h] == free and focus == h {
    wait
    invade { status[h] = lost; war = yes; for q in Places { guard[q] = 0 } } pays Ally[m in Members]: -stake[Ally[m]] * weight[h]
  }
  move Turn by Russia { stay look[h in Places] if focus != h { focus = h } }
}
payoff Russia { at end: sum(h in Places) weight[h] * (status[h] == lost) + guard[Belarus] }
payoff Ally[m in Members] { each round: if Ally[m] is firm then 0.1 else 0  at end: -(count(h in Places) status[h] == lost) }
measure lost[h in Places] = P(status[h] == lost at end)
measure any_lost = P(any(h in Places) status[h] == lost at end)
measure join = P(csto.Join[Belarus].join in round)
measure look = P(ever Turn.look[Belarus])
measure b = E(belief(Ally[Belarus].firm) at end)
policy free "all free"
policy send { Ally[m in Members] plays csto.Join[m].join when war; csto.price[Armenia] = 0; stake[firm] = 2; kz.unrest = revolt }
policy stand { Ally[m in Members].firm plays csto.Join[m].join }
claim "x" { all(h in Places) lost[h, free] <= lost[h, send, Ally[Belarus].firm] }
claim "y" { join[send, round 2] > 0 }
)";

}  // namespace casus::language

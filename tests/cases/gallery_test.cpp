// Published games: the gallery's cases to the digits of values that were worked out apart from this program.
#include <fmt/format.h>

#include <cmath>
#include <tuple>

#include "cases/walk.h"

namespace casus::test {
namespace {

// Given one type of one actor, over all others as they are at the start.
double given(const Lab& lab, const solve::Solution& s, const std::string& measure, const std::string& actor,
             const std::string& type) {
  const auto g = lab.game("free");
  const uint32_t i = model::find_actor(lab.c, actor).value();
  const auto& v = s.measures.at(model::find_measure(lab.c, measure).value()).by_profile;
  double sum = 0, all = 0;
  for (uint32_t p = 0; p < s.profile_prior.size(); ++p) {
    if (lab.c.actors[i].types[g.type_of(p, i)] != type) continue;
    sum += s.profile_prior[p] * v[p];
    all += s.profile_prior[p];
  }
  return sum / all;
}

// Baliga, Bueno de Mesquita & Wolitzky 2020 on three nodes: the fixed point of the cut-off equation with logit choices,
// P(strike | x) = logistic(5 (x - cut)), solved for by itself.
TEST(Gallery, AttributionIsTheCutOffEquation) {
  const Lab lab(case_text("gallery/attribution-2020"));
  const auto s = lab.solve("free");
  const double cut = 0.389708956249;
  double struck = 0;
  const double nodes[] = {0.112701665379258, 0.5, 0.887298334620742}, weights[] = {5.0 / 18, 8.0 / 18, 5.0 / 18};
  for (int k = 0; k < 3; ++k) {
    const double x = 1 / (1 + std::exp(-5 * (nodes[k] - cut)));
    for (const char* side : {"a", "b"})
      EXPECT_NEAR(given(lab, s, "struck", "Attacker", fmt::format("{}{}", side, k + 1)), x, 1e-11);
    struck += weights[k] * x;
  }
  EXPECT_NEAR(struck, 0.594069693586, 1e-11);
  EXPECT_NEAR(lab.measure(s, "struck"), 0.8 * struck, 1e-11);
  // The belief in guilt is on average what is done.
  EXPECT_NEAR(lab.measure(s, "guilt"), 0.8 * struck, 1e-11);
}

// The asymmetric game: A strikes with .613559307824 and B with .675164184484 of their chances.
TEST(Gallery, AttributionOfUnlikeAttackers) {
  Lab lab(case_text("gallery/attribution-2020"));
  for (const auto& [name, value] : {std::pair("a_hit", 0.7),
                                    {"a_miss", 0.1},
                                    {"b_miss", 0.4},
                                    {"b_hit", 0.3},
                                    {"false_a", 0.06},
                                    {"false_b", 0.04}})
    lab.set(name, value);
  const auto s = lab.solve("free");
  const double weights[] = {5.0 / 18, 8.0 / 18, 5.0 / 18}, known[] = {0.613559307824, 0.675164184484};
  for (int side = 0; side < 2; ++side) {
    double strikes = 0;
    for (int k = 0; k < 3; ++k)
      strikes += weights[k] * given(lab, s, "struck", "Attacker", fmt::format("{}{}", side == 0 ? "a" : "b", k + 1));
    EXPECT_NEAR(strikes, known[side], 1e-11);
  }
}

// Two crises, the payoffs going on with the office; values of an exact tree of public histories at precisions 2 and 5.
TEST(Gallery, WhoFallsIsFollowedByOneUnknown) {
  struct Known {
    const char* policy;
    double precision, resists, resolved_resists, value, resolved_value;
  };
  const Known known[] = {{"free", 5, 0.2041425262051, 0.9998230379524, 0.892226152900, 1.412646721703},
                         {"free", 2, 0.1983893869618, 0.9310934705856, NAN, NAN},
                         {"hidden_change", 5, 0.2004439643544, 0.9998189358538, 0.875534347547, 1.395408004310},
                         {"hidden_change", 2, 0.1983870078029, 0.9310925107431, 1.410867810218, 1.613140562347}};
  for (const auto& x : known) {
    Lab lab(case_text("gallery/leaders-2007"));
    lab.set("care", x.precision);
    const auto s = lab.solve(x.policy);
    // Of the first press, whoever answers it.
    const auto g = lab.game(x.policy);
    const auto w = solve::evaluate_world(g, lab.params);
    const auto solved = solve::solve_walkable(g, {{lab.params}}, lab.options);
    solve::CourseWalk walk(g, *w.value, *solved.first, lab.options);
    walk.take(1);
    const auto& resist = walk.here().movers[0].options[1];
    EXPECT_NEAR(resist.by_type[1], x.resists, 1e-11) << x.policy << x.precision;
    EXPECT_NEAR(resist.by_type[0], x.resolved_resists, 1e-11) << x.policy << x.precision;
    if (std::isnan(x.value)) continue;
    const size_t leader = model::find_actor(lab.c, "Leader").value();
    EXPECT_NEAR(s.values[leader * 2 + 1], x.value, 1e-11) << x.policy << x.precision;
    EXPECT_NEAR(s.values[leader * 2], x.resolved_value, 1e-11) << x.policy << x.precision;
  }
}

// Acemoglu & Robinson 2001 with six taxes at precision 40, without a last year: values by policy iteration apart from
// this program.
TEST(Gallery, PoliticalTransitionsAreStationary) {
  const Lab lab(case_text("gallery/transitions-2001"));
  const std::tuple<const char*, double, double> known[] = {{"free", 14.090716239882, 6.633125743448},
                                                           {"start_democracy", 13.700806063687, 6.715396007612},
                                                           {"unstable", 14.350038520566, 6.536624926017},
                                                           {"consolidated", 14.089215224504, 6.634643698540}};
  for (const auto& [policy, rich, poor] : known) {
    const auto s = lab.solve(policy);
    EXPECT_NEAR(lab.measure(s, "vr"), rich, 1e-10) << policy;
    EXPECT_NEAR(lab.measure(s, "vp"), poor, 1e-10) << policy;
  }
}

// Green & Porter 1984 in Tirole's form: the closed form of what collusion is worth, and of whether a cut pays; choices
// at precision 5 by one equation, solved for by itself.
TEST(Gallery, PriceWarsAreTheClosedForm) {
  Lab lab(case_text("gallery/monitoring-1984"));
  const auto set = [&](double slump, double patience, int length, double care) {
    lab.set("slump", slump);
    lab.set("patience", patience);
    lab.set("care", care);
    lab.start("length", length);
    lab.start("war", 0);
  };
  const auto worth = [&](const char* policy) { return lab.measure(lab.solve(policy), "worth"); };
  for (const double slump : {0.1, 0.2, 0.25, 0.3})
    for (const double patience : {0.7, 0.8, 0.9})
      for (const int length : {1, 2, 3, 5, 6, 10}) {
        set(slump, patience, length, 5);
        const double kept = (1 - slump) * patience, after = std::pow(patience, length + 1);
        const double collusion = (1 - slump) / 2 / (1 - kept - slump * after), cheating = (1 - slump) / (1 - after);
        EXPECT_NEAR(worth("collude"), collusion, 1e-11);
        EXPECT_NEAR(worth("cheat"), cheating, 1e-11);
        const bool holds = 1 <= 2 * kept + (2 * slump - 1) * after;
        EXPECT_EQ(worth("collude") > worth("cheat"), holds) << slump << " " << patience << " " << length;
        // At any precision who decides alone prefers what is better.
        EXPECT_EQ(lab.measure(lab.solve("tempted"), "calm") > 0.5, holds) << slump << " " << patience << " " << length;
        // A war in so many rounds of those between two slumps.
        EXPECT_NEAR(lab.measure(lab.solve("collude"), "wars"), slump * length / (1 + slump * length), 1e-12);
      }
  set(0.2, 0.8, 3, 5);
  EXPECT_NEAR(worth("collude"), 1.438434982739, 1e-11);
  EXPECT_NEAR(lab.measure(lab.solve("tempted"), "calm"), 0.5405196101893, 1e-12);
  EXPECT_NEAR(worth("tempted"), 1.3847557981186, 1e-12);
  EXPECT_NEAR(lab.measure(lab.solve("free"), "calm"), 0.13522420189978, 1e-12);
  EXPECT_NEAR(worth("free"), 0.68412432664146, 1e-12);
  lab.start("war", 3);
  EXPECT_NEAR(worth("collude"), 0.736478711162, 1e-11);
  set(0.2, 0.8, 2, 5);
  EXPECT_NEAR(lab.measure(lab.solve("tempted"), "calm"), 0.4643659221843, 1e-12);
  set(0.2, 0.8, 3, 1000);
  EXPECT_NEAR(worth("tempted"), 1.4384349827388, 1e-12);
}

// Where the search meets it, collusion is an equilibrium of its own, and not the one that precision 0 leads to.
TEST(Gallery, PriceWarsHaveACollusiveEquilibrium) {
  Lab lab(case_text("gallery/monitoring-1984"));
  lab.set("slump", 0.1);
  lab.set("patience", 0.9);
  lab.set("care", 5);
  lab.options.others.starts = 32;
  const auto s = lab.solve("free_long");
  EXPECT_NEAR(lab.measure(s, "calm"), 0.1139650888575, 1e-12);
  std::vector<std::pair<double, double>> found;
  for (const auto& other : s.others.found) found.emplace_back(lab.measure(other, "calm"), lab.measure(other, "worth"));
  std::sort(found.begin(), found.end());
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NEAR(found[0].first, 0.9333524458813, 1e-11);
  EXPECT_NEAR(found[1].first, 0.99172112718116, 1e-12);
  EXPECT_NEAR(found[1].second, 2.6894869291208, 1e-10);
}

// 150 rounds are as good as no last one: 0.8^150 = 3e-15.
TEST(Gallery, PriceWarsOfManyRoundsAreThoseWithoutALastOne) {
  std::string text = case_text("gallery/monitoring-1984");
  const Lab endless(text);
  const auto replace = [&](const std::string& what, const std::string& by) {
    for (size_t at; (at = text.find(what)) != std::string::npos;) text.replace(at, what.size(), by);
  };
  replace("horizon none \"quarter\"", "horizon 150 rounds");
  replace("war == 0 in the long run", "war == 0 in round");
  replace(" in the long run", " at end");
  replace("keeps[tempted]", "keeps[tempted, round 1]");
  replace("keeps[tempted_short]", "keeps[tempted_short, round 1]");
  replace("keeps[tempted_long]", "keeps[tempted_long, round 1]");
  replace("keeps[free]", "keeps[free, round 1]");
  replace("keeps[free_long]", "keeps[free_long, round 1]");
  const Lab finite(text);
  for (const char* policy : {"free", "collude", "cheat", "tempted", "tempted_short", "tempted_long"}) {
    const auto a = endless.solve(policy), b = finite.solve(policy);
    EXPECT_NEAR(endless.measure(a, "worth"), finite.measure(b, "worth"), 1e-10) << policy;
    for (uint32_t round = 1; round <= 12; ++round)
      EXPECT_NEAR(endless.measure(a, "calm", round), finite.measure(b, "calm", round), 1e-10) << policy << round;
  }
}

// Fearon 1994 with ten steps and eight types a side at precision 20: one scalar system a step.
TEST(Gallery, AudienceCostsOnATimeGrid) {
  const Lab lab(case_text("gallery/audience-1994"));
  const auto alike = lab.solve("alike"), democracy = lab.solve("democracy");
  EXPECT_NEAR(lab.measure(alike, "war"), 0.187372849553, 1e-11);
  EXPECT_NEAR(lab.measure(alike, "one_quits"), 0.386651197907, 1e-11);
  EXPECT_NEAR(lab.measure(alike, "two_quits"), 0.386651197907, 1e-11);
  EXPECT_NEAR(lab.measure(democracy, "war"), 0.147321643074, 1e-11);
  EXPECT_NEAR(lab.measure(democracy, "one_quits"), 0.139515747726, 1e-11);
  EXPECT_NEAR(lab.measure(democracy, "two_quits"), 0.702163245959, 1e-11);
}

// Lewis & Schultz 2003 on 4 x 4 and 8 nodes at precision 2: of a challenge, of resistance to it and of a fight after
// it.
TEST(Gallery, RevealedPreferencesByQuadrature) {
  const Lab lab(case_text("gallery/revealing-2003"));
  const auto s = lab.solve("free");
  const double challenged = lab.measure(s, "pc"), fought = lab.measure(s, "sf"), backed = lab.measure(s, "bd");
  EXPECT_NEAR(challenged, 0.6310618084731, 1e-11);
  EXPECT_NEAR((fought + backed) / challenged, 0.4644402168305, 1e-11);
  EXPECT_NEAR(fought / (fought + backed), 0.6067067559296, 1e-11);
}

// Three breaks in a row, everybody choosing at random: Bayes' rule by hand.
TEST(Secrets, BeliefAfterARunOfBreaksIsBayes) {
  const Lab lab(R"(
case "a run of breaks"
horizon 3 rounds
precision 0
actor S { types { saboteur: 0.3, innocent: otherwise } }
state breaks: 0..3 = 0
round {
  move Order by S hidden {
    leave
    cut
    signal breaks with if Order.cut then 0.9 else if S is saboteur then 0.2 else 0.1 { breaks = breaks + 1 }
    signal calm otherwise
  }
}
measure image = E(belief(S.saboteur) * (breaks == 3) at end)
measure run = P(breaks == 3 at end)
measure cut = P(ever Order.cut)
measure cut_in_calm = P(Order.cut and breaks == 0 in round)
)");
  const auto s = lab.solve("free");
  const double guilty = 0.3 * std::pow(0.5 * 0.9 + 0.5 * 0.2, 3), other = 0.7 * std::pow(0.5 * 0.9 + 0.5 * 0.1, 3);
  EXPECT_NEAR(lab.measure(s, "run"), guilty + other, 1e-14);
  // The belief times the probability of the run is what of it the saboteur makes.
  EXPECT_NEAR(lab.measure(s, "image"), guilty, 1e-14);
  EXPECT_NEAR(lab.measure(s, "cut"), 1 - 0.125, 1e-14);
  EXPECT_NEAR(lab.measure(s, "cut_in_calm", 2), 0.5 * (0.3 * 0.45 + 0.7 * 0.5), 1e-14);
}

// Secret arming: what one has become is told of the types at the start, and beliefs follow the mass of those who are
// so.
TEST(Secrets, ArmsAreTypesThatChange) {
  const Lab lab(R"(
case "secret arms"
horizon 2 rounds
precision 3
actor Iran { types { armed: 0, bare: otherwise } }
actor Rival
round {
  move Arm by Iran hidden {
    wait
    arm { Iran becomes armed } pays Iran: -0.2
    signal rumour with if Arm.arm then 0.7 else 0.1
    signal quiet otherwise
  }
  move Strike by Rival {
    wait
    strike pays Iran: if Iran is armed then 0.4 else -0.8, Rival: if Iran is armed then -1 else 0.5
  }
}
measure image = E(belief(Iran.armed) at end)
measure arms = P(ever Arm.arm)
measure arms_in = P(Arm.arm in round)
)");
  const auto s = lab.solve("free");
  // Whoever arms stays armed, so that what is believed is on average that somebody has armed.
  EXPECT_NEAR(lab.measure(s, "image"), lab.measure(s, "arms"), 1e-12);
  EXPECT_GT(lab.measure(s, "arms"), 0.2);
  EXPECT_LT(lab.measure(s, "arms"), lab.measure(s, "arms_in", 1) + lab.measure(s, "arms_in", 2));
}

// A fact that chance reveals by and by: beliefs are a martingale, and whoever pays for a test learns what it says.
TEST(Secrets, AFactIsRevealedLittleByLittle) {
  const Lab lab(R"(
case "is there oil?"
horizon 3 rounds
precision 5
fact Oil { rich: 0.3, poor: otherwise }
actor Firm
state signs: 0..3 = 0
state drilled: boolean = no
round {
  chance Test when not drilled { good with if Oil is rich then 0.7 else 0.3 { signs = signs + 1 } bad otherwise }
  move Drill by Firm when not drilled { wait drill { drilled = yes } pays Firm: if Oil is rich then 1 else -0.8 }
}
measure image = E(belief(Oil.rich) in round)
measure drilled_ever = P(ever Drill.drill)
)");
  const auto s = lab.solve("free");
  for (uint32_t round = 1; round <= 3; ++round) EXPECT_NEAR(lab.measure(s, "image", round), 0.3, 1e-13);
  const auto& v = s.measures.at(1).by_profile;
  EXPECT_GT(v[0], v[1] + 0.2);
  // The last drilling decision after three good signs, by hand.
  const double odds = 0.3 / 0.7 * std::pow(0.7 / 0.3, 3), belief = odds / (1 + odds);
  const auto g = lab.game("free");
  const auto w = solve::evaluate_world(g, lab.params);
  const auto solved = solve::solve_walkable(g, {{lab.params}}, lab.options);
  solve::CourseWalk walk(g, *w.value, *solved.first, lab.options);
  for (int k = 0; k < 7; ++k) walk.take(0);
  ASSERT_EQ(walk.here().round, 3u);
  EXPECT_NEAR(walk.here().movers[0].options[1].probability, 1 / (1 + std::exp(-5 * (belief - 0.8 * (1 - belief)))),
              1e-12);
}

}  // namespace
}  // namespace casus::test

// What is done in secret without a last round: held to the same game with what is done told and forgotten again, to
// long finite horizons, to values iterated in a few lines and to published games.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "case_text.h"
#include "solve/solver.h"
#include "solve/stochastic_game.h"

namespace casus {
namespace {

using solve::Solution;

Solution solve_secretly(const std::string& text, const solve::SolveOptions& options = {}) {
  const auto c = testing::load(text);
  const auto g = testing::compile(c);
  auto out = solve::solve_batch(g, std::vector<std::vector<double>>{testing::fixed_params(c)}, options);
  if (!out[0].solution) throw std::runtime_error(out[0].error);
  return std::move(*out[0].solution);
}

void expect_secrets_certified(const Solution& s) {
  EXPECT_LT(s.certificate.distance_anywhere, 1e-10);
  EXPECT_LT(s.certificate.residual, 1e-10 * std::max(1.0, s.certificate.payoff_range));
  EXPECT_LT(s.certificate.effect, 1e-8);
  EXPECT_EQ(s.certificate.failed, 0u);
}

void expect_all_equal(const Solution& a, const Solution& b, double tolerance, const std::string& where) {
  for (size_t i = 0; i < a.values.size(); ++i) EXPECT_NEAR(a.values[i], b.values[i], tolerance) << where;
  ASSERT_EQ(a.measures.size(), b.measures.size());
  for (size_t m = 0; m < a.measures.size(); ++m) {
    const auto &x = a.measures[m].by_profile, &y = b.measures[m].by_profile;
    for (size_t k = 0; k < std::min(x.size(), y.size()); ++k)
      EXPECT_NEAR(x[k], y[k], tolerance) << where << " measure " << m << " round " << k;
  }
}

// Of the deeds themselves, too.
std::string random_secrets(uint32_t seed, double precision, double discount, const std::string& horizon, bool in_secret,
                           const char* more = "") {
  return testing::stochastic_game(seed, precision, discount, horizon, in_secret) +
         "measure deed = P(P.r in round)\nmeasure both = P(ever P.r and Q.l)\nmeasure given = P(P.r | Q.l in round)\n" +
         more;
}

TEST(EndlessSecrets, RandomGamesAreThoseInWhichDeedsAreToldAndForgotten) {
  constexpr double discount = 0.85;
  int led = 0;
  for (uint32_t seed = 1; seed <= 24; ++seed)
    for (const double precision : {1.0, 6.0, 25.0}) {
      const auto where = fmt::format("seed {} precision {}", seed, precision);
      const char* more = "measure share = P(P.r and Q.r in the long run)\nmeasure up = P(x == 2 in the long run)\n";
      const auto s = solve_secretly(random_secrets(seed, precision, discount, "none", true, more));
      expect_secrets_certified(s);
      expect_all_equal(s, solve_secretly(random_secrets(seed, precision, discount, "none", false, more)), 1e-10, where);
      if (s.certificate.traced > 0) continue;
      ++led;
      // 0.85^160 = 5e-12; deeds of the first rounds are told.
      const auto far = solve_secretly(random_secrets(seed, precision, discount, "160 rounds", true));
      for (size_t i = 0; i < 2; ++i) EXPECT_NEAR(far.values[i], s.values[i], 1e-8) << where;
      for (size_t t = 0; t < 12; ++t)
        for (const size_t m : {2u, 4u}) EXPECT_NEAR(testing::mean(far, m, t), testing::mean(s, m, t), 1e-8) << where;
    }
  EXPECT_GT(led, 40);
}

TEST(EndlessSecrets, EndsByChance) {
  constexpr double ends = 0.1, discount = 0.9;
  for (uint32_t seed = 1; seed <= 8; ++seed) {
    const auto where = fmt::format("seed {}", seed);
    const char* more = "measure last = P(x == 2 at end)\n";
    const auto horizon = fmt::format("none ends with {}", ends);
    const auto s = solve_secretly(random_secrets(seed, 3, discount, horizon, true, more));
    expect_secrets_certified(s);
    expect_all_equal(s, solve_secretly(random_secrets(seed, 3, discount, horizon, false, more)), 1e-10, where);
    // Nothing is paid at its end: the same as less patience.
    const auto patient = solve_secretly(random_secrets(seed, 3, discount * (1 - ends), "none", true));
    for (size_t i = 0; i < 2; ++i) EXPECT_NEAR(patient.values[i], s.values[i], 1e-10) << where;
    EXPECT_NEAR(testing::mean(patient, 2), testing::mean(s, 2), 1e-10) << where;
  }
}

// Three at once, options and signals that are not always there, and one alone of whom nothing is ever seen.
std::string three_at_once(bool in_secret) {
  const auto odds = [&](const char* own, const char* told) { return in_secret ? own : told; };
  return fmt::format(
      R"(
case "three"
horizon none
discount 0.8
precision 4
actor A
actor B
actor C
state x: 0..2 = 0
{}
round {{
  simultaneous Together {} {{
    move P by A {{ l {} r {} pays A: 0.2 m if x > 0 {} pays A: 0.1 * x }}
    move Q by B {{ l {} r {} pays B: -0.1 }}
    move R by C when x < 2 {{ l {} r {} pays C: 0.3 }}
    {}
    {}
  move Alone by C {} {{ idle work pays C: -0.2 * x + 0.1, A: 0.3 }}
}}
payoff A {{ each round: -0.5 * (x == 2) }}
payoff B {{ each round: 0.4 * (x == 1) }}
payoff C {{ each round: 0.2 * x }}
measure m = P(P.m in the long run)
measure work = P(Alone.work and x == 2 in the long run)
measure together = P(ever P.r and R.r)
measure r = P(R.r in round)
)",
      in_secret ? "" : "state p: 0..2 = 0\nstate q: boolean = no\nstate s: boolean = no", in_secret ? "hidden" : "",
      odds("", "{ p = 0 }"), odds("", "{ p = 1 }"), odds("", "{ p = 2 }"), odds("", "{ q = no }"),
      odds("", "{ q = yes }"), odds("", "{ s = no }"), odds("", "{ s = yes }"), in_secret ? "" : "} chance Next {",
      fmt::format(
          "{0} up if x < 2 with 0.1 + 0.3 * {1} + 0.2 * {2} + 0.1 * {3} {{ x = x + 1 {4} }}\n"
          "    {0} down with 0.2 * {5} {{ x = 0 {4} }} pays B: 0.1\n    {0} same otherwise {{ x = x {4} }}\n  }}",
          in_secret ? "signal" : "", odds("P.r", "(p == 1)"), odds("Q.r", "q"), odds("R.r", "s"),
          odds("", "; p = 0; q = no; s = no"), odds("(if P.m then 1 else 0.5)", "(if p == 2 then 1 else 0.5)")),
      odds("hidden", ""));
}

TEST(EndlessSecrets, ThreeAtOnceWithOptionsThatAreNotAlwaysThere) {
  const auto s = solve_secretly(three_at_once(true));
  expect_secrets_certified(s);
  expect_all_equal(s, solve_secretly(three_at_once(false)), 1e-10, "three");
}

// One who shirks or works, of whom luck is seen: values iterated.
TEST(EndlessSecrets, OneWhoIsPaidByWhatIsSeen) {
  constexpr double d = 0.9, lambda = 3, effort = 0.25, works = 0.8, shirks = 0.3, wage = 0.5;
  const auto s = solve_secretly(fmt::format(R"(
case "a wage"
horizon none
discount {}
precision {}
actor Worker
state trust: 0..2 = 1
round {{
  move Work by Worker hidden {{
    shirk
    work pays Worker: -{}
    signal good with if Work.work then {} else {} {{ trust = min(trust + 1, 2) }} pays Worker: {} * trust
    signal bad otherwise {{ trust = max(trust - 1, 0) }}
  }}
}}
measure works = P(Work.work in the long run)
measure now = P(Work.work in round)
measure good = P(ever Work.good)
measure never = P(ever Work.shirk and trust == 0)
)",
                                            d, lambda, effort, works, shirks, wage));
  expect_secrets_certified(s);
  double v[3] = {0, 0, 0}, p[3] = {0, 0, 0};
  for (int k = 0; k < 2000; ++k) {
    double next[3];
    for (int x = 0; x < 3; ++x) {
      const auto worth = [&](double good) {
        return good * (wage * x + d * v[std::min(x + 1, 2)]) + (1 - good) * d * v[std::max(x - 1, 0)];
      };
      const double work = worth(works) - effort, shirk = worth(shirks);
      p[x] = 1 / (1 + std::exp(lambda * (shirk - work)));
      next[x] = p[x] * work + (1 - p[x]) * shirk;
    }
    std::copy(next, next + 3, v);
  }
  EXPECT_NEAR(s.values[0], v[1], 1e-11);
  double share[3] = {0, 1, 0};
  for (int k = 0; k < 4000; ++k) {
    if (k < 12) {
      double deeds = 0;
      for (int x = 0; x < 3; ++x) deeds += share[x] * p[x];
      EXPECT_NEAR(testing::mean(s, 1, static_cast<size_t>(k)), deeds, 1e-12);
    }
    double next[3] = {0, 0, 0};
    for (int x = 0; x < 3; ++x) {
      const double good = p[x] * works + (1 - p[x]) * shirks;
      next[std::min(x + 1, 2)] += share[x] * good;
      next[std::max(x - 1, 0)] += share[x] * (1 - good);
    }
    std::copy(next, next + 3, share);
  }
  EXPECT_NEAR(testing::mean(s, 0), share[0] * p[0] + share[1] * p[1] + share[2] * p[2], 1e-12);
  EXPECT_NEAR(testing::mean(s, 2), 1, 1e-14);
  EXPECT_NEAR(testing::mean(s, 3), 1, 1e-14);
}

// Mailath & Samuelson 2006, ch. 7: 2,2 / -1,3 / 0,0; what is seen is good with p, q or r if none, one or both shirk,
// and after a bad one both shirk for ever. Worked out apart from this program.
std::string grim_trigger(double discount, double precision) {
  return fmt::format(R"(
case "grim"
horizon none
discount {}
precision {}
actor One
actor Two
param p = 0.9
param q = 0.5
param r = 0.2
state bad: boolean = no
round {{
  simultaneous Work hidden when not bad {{
    move Own by One {{ effort shirk }}
    move Other by Two {{ effort shirk }}
    signal good with if Own.effort and Other.effort then p else if Own.shirk and Other.shirk then r else q
        pays One: 3 * Other.effort - Own.effort, Two: 3 * Own.effort - Other.effort
    signal bad_luck otherwise {{ bad = yes }}
        pays One: 3 * Other.effort - Own.effort, Two: 3 * Own.effort - Other.effort
  }}
}}
measure effort = P(Own.effort in round)
measure worth = E(payoff(One))
policy free
policy trusting {{ Two plays Other.effort }}
policy both {{ One plays Own.effort; Two plays Other.effort }}
policy cheats {{ One plays Own.shirk; Two plays Other.effort }}
)",
                     discount, precision);
}

Solution under_policy(const std::string& text, const char* policy, const solve::SolveOptions& options = {}) {
  const auto c = testing::load(text);
  base::Diagnostics diagnostics;
  const auto g = game::compile(c, model::find_policy(c, policy).value(), diagnostics);
  auto out = solve::solve_batch(*g, std::vector<std::vector<double>>{testing::fixed_params(c)}, options);
  if (!out[0].solution) throw std::runtime_error(out[0].error);
  return std::move(*out[0].solution);
}

TEST(EndlessSecrets, TwoSignalsOfAPrisonersDilemma) {
  const auto impatient = under_policy(grim_trigger(0.7, 1), "free");
  EXPECT_NEAR(testing::mean(impatient, 0), 0.30968579243900, 1e-12);
  EXPECT_NEAR(testing::mean(impatient, 1), 0.85640992579016, 1e-12);
  const auto precise = under_policy(grim_trigger(0.7, 5), "free");
  EXPECT_NEAR(testing::mean(precise, 0), 0.00680485932595, 1e-12);
  EXPECT_NEAR(testing::mean(precise, 1), 0.01587808177553, 1e-12);
  EXPECT_NEAR(testing::mean(under_policy(grim_trigger(0.7, 1), "both"), 1), 2 / (1 - 0.7 * 0.9), 1e-12);

  // Effort is a best reply to effort from a discount of 1 / (3p - 2q) on.
  constexpr double bound = 1 / (3 * 0.9 - 2 * 0.5);
  for (const double off : {-0.1, -1e-6, 1e-6, 0.1}) {
    const auto text = grim_trigger(bound + off, 5);
    EXPECT_EQ(testing::mean(under_policy(text, "trusting"), 0) > 0.5, off > 0) << off;
    EXPECT_EQ(testing::mean(under_policy(text, "both"), 1) > testing::mean(under_policy(text, "cheats"), 1), off > 0)
        << off;
  }

  solve::SolveOptions options;
  options.others.starts = 32;
  const auto patient = under_policy(grim_trigger(0.9, 5), "free", options);
  EXPECT_NEAR(testing::mean(patient, 0), 0.00684542107050, 1e-12);
  EXPECT_NEAR(testing::mean(patient, 1), 0.01677184200905, 1e-12);
  std::vector<double> others;
  for (const auto& other : patient.others.found) {
    expect_secrets_certified(other);
    others.push_back(testing::mean(other, 0));
  }
  std::sort(others.begin(), others.end());
  ASSERT_EQ(others.size(), 2u);
  EXPECT_NEAR(others[0], 0.6992681181182, 1e-11);
  EXPECT_NEAR(others[1], 0.9999991234618, 1e-11);
}

// Backward induction of a game with a last round, where the branch of all histories is lost: what is seen tells all.
TEST(EndlessSecrets, WarOfAttritionOfThreeHundredRoundsBehindSignals) {
  const auto war = [](bool in_secret) {
    return std::string(R"(
case "a war of attrition"
horizon 300 rounds
discount 0.95
precision 20
actor North
actor South
state war: { on, north, south, over } = on
round {
)") +
           (in_secret ? R"(
  simultaneous Stand hidden when war == on {
    move N by North { fight pays North: -0.1  leave }
    move S by South { fight pays South: -0.1  leave }
    signal both with N.fight and S.fight
    signal left with N.leave and S.fight { war = south }
    signal won with N.fight and S.leave { war = north }
    signal none otherwise { war = over }
  }
)"
                      : R"(
  simultaneous Stand when war == on {
    move N by North { fight pays North: -0.1  leave { war = south } }
    move S by South { fight pays South: -0.1  leave { war = if war == south then over else north } }
  }
)") + R"(
}
payoff North { each round: 0.1 * (war == north) }
payoff South { each round: 0.1 * (war == south) }
measure fights = P(N.fight in round)
measure won = P(ever war == north)
)";
  };
  const auto s = solve_secretly(war(true));
  EXPECT_LT(s.certificate.distance_anywhere, 1e-10);
  expect_all_equal(s, solve_secretly(war(false)), 1e-10, "war");
}

}  // namespace
}  // namespace casus

// Other equilibria of whole games on their histories: as many are found as an independent count says, and each is one.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "case_text.h"
#include "solve/exact/exact.h"
#include "solve/sums.h"

namespace casus {
namespace {

using solve::Solution;
using testing::logistic;

// Where f changes its sign between `from` and `to`: on a fine grid, then by bisection.
template <class F>
std::vector<double> roots(F&& f, double from, double to) {
  constexpr int cells = 200'001;  // odd, so that no cell ends in the middle
  const auto at = [&](double i) { return from + (to - from) * i / cells; };
  std::vector<double> out;
  for (int i = 0; i < cells; ++i) {
    double low = at(i), high = at(i + 1);
    const bool below = f(low) > 0;
    if (below == (f(high) > 0)) continue;
    for (int k = 0; k < 60; ++k) (below == (f((low + high) / 2) > 0) ? low : high) = (low + high) / 2;
    out.push_back(low);
  }
  return out;
}

Solution search(const std::string& text, uint32_t starts = 64) {
  const auto c = testing::load(text);
  const auto g = testing::compile(c);
  const auto w = testing::world(g, testing::fixed_params(c));
  const solve::World* world = &w;
  auto histories = solve::unfold(g);
  if (!histories) throw std::runtime_error("too many histories");
  solve::SolveOptions options;
  options.others = {.starts = starts, .sweeps = 10'000};
  return std::move(
      solve_exactly(std::make_shared<solve::SweepPlan>(g, std::move(*histories)), {&world, 1}, options, false)
          .solutions[0]);
}

// A measure in every equilibrium, the principal one's among them, in order.
std::vector<double> of_all(const Solution& s, size_t measure) {
  std::vector<double> out{testing::mean(s, measure)};
  for (const auto& other : s.others.found) out.push_back(testing::mean(other, measure));
  std::sort(out.begin(), out.end());
  return out;
}

std::string meeting(double precision, const char* a_gains, const char* b_gains) {
  return fmt::format(R"(
case "meeting"
horizon 1 rounds
precision {}
actor A
actor B
state a: 0..1 = 0
state b: 0..1 = 0
round {{ simultaneous Meet {{
  move GoA by A {{ stay {{ a = 0 }}
    go {{ a = 1 }} }}
  move GoB by B {{ stay {{ b = 0 }}
    go {{ b = 1 }} }}
}} }}
payoff A {{ at end: {} }}
payoff B {{ at end: {} }}
measure a_goes = P(ever GoA.go)
measure b_goes = P(ever GoB.go)
)",
                     precision, a_gains, b_gains);
}

// A plays the reply to the reply to its own choice: one equation in A's log-odds, whose roots are all equilibria.
TEST(Others, AllOfTwoByTwoGames) {
  struct Game {
    const char* name;
    std::array<double, 2> together;  // what both going gives to A and B, both staying being worth the other way round
    const char *a, *b;
  };
  const Game games[] = {
      {"battle", {2, 1}, "if a != b then 0 else 1 + a", "if a != b then 0 else 2 - a"},
      {"hunt", {1.5, 1.5}, "if a != b then 0 else 1 + 0.5 * a", "if a != b then 0 else 1 + 0.5 * a"},
  };
  for (const auto& game : games)
    for (const double precision : {0.5, 3.0, 6.0, 20.0}) {
      const bool battle = std::string_view(game.name) == "battle";
      const double stay_a = 1, stay_b = battle ? 2 : 1;
      const auto a_replies = [&](double b) { return precision * (game.together[0] * b - stay_a * (1 - b)); };
      const auto b_replies = [&](double a) { return precision * (game.together[1] * a - stay_b * (1 - a)); };
      const auto all = roots([&](double z) { return a_replies(logistic(b_replies(logistic(z)))) - z; }, -3 * precision,
                             3 * precision);
      const auto s = search(meeting(precision, game.a, game.b));
      EXPECT_EQ(s.others.starts, 64u);
      const auto found = of_all(s, 0);
      ASSERT_EQ(found.size(), all.size()) << game.name << " " << precision;
      EXPECT_EQ(all.size(), precision < 1 ? 1u : 3u) << game.name << " " << precision;
      for (size_t k = 0; k < all.size(); ++k)
        EXPECT_NEAR(found[k], logistic(all[k]), 1e-9) << game.name << " " << precision;
      for (const auto& other : s.others.found) {
        EXPECT_EQ(other.certificate.failed, 0u);
        EXPECT_LT(other.certificate.residual, 1e-9);
      }
    }
}

// What is worth joining if everybody else joins with probability p: a sum over how many others do.
double worth_of_joining(int n, int k, double p) {
  const auto chance = [&](int j) {
    return std::exp(std::lgamma(n) - std::lgamma(j + 1) - std::lgamma(n - j)) * std::pow(p, j) *
           std::pow(1 - p, n - 1 - j);
  };
  double out = 0;
  for (int j = 0; j < n; ++j) {
    const double stays = j >= k ? 1 : 0, joins = j + 1 >= k ? 1.2 : -0.3;
    out += chance(j) * (joins - 0.2 - stays);
  }
  return out;
}

TEST(Others, AllSymmetricOnesOfAnUprising) {
  constexpr double winning = 1;
  for (const auto& game : {std::pair(5, 3), std::pair(7, 4)}) {
    const int n = game.first, k = game.second;
    std::string people;
    for (int i = 0; i < n; ++i) people += fmt::format("{}p{}", i ? ", " : "", i);
    const auto s = search(fmt::format(R"(
case "uprising"
horizon 1 rounds
precision 5
set People = {{ {} }}
actor Citizen[m in People]
state joined[People]: boolean = no
round {{ simultaneous Rise {{ move Join[m in People] by Citizen[m] {{ stay
  join {{ joined[m] = yes }} }} }} }}
let success = (count(k in People) joined[k]) >= {}
payoff Citizen[m in People] {{
  at end: {} * success + (if joined[m] then (if success then 0.2 else -0.3) - 0.2 else 0)
}}
measure joins[m in People] = P(joined[m] at end)
)",
                                      people, k, winning));
    const auto all = roots([&](double p) { return logistic(5 * worth_of_joining(n, k, p)) - p; }, 0, 1);
    ASSERT_EQ(all.size(), 3u) << n;
    for (const double p : all) {
      const auto there = [&](const Solution& x) {
        for (int i = 0; i < n; ++i)
          if (std::fabs(testing::mean(x, static_cast<size_t>(i)) - p) > 1e-9) return false;
        return true;
      };
      EXPECT_TRUE(there(s) || std::any_of(s.others.found.begin(), s.others.found.end(), there)) << n << " " << p;
    }
  }
}

// S tells of its type by one of two words that cost nothing. R's choice is a reply to Bayes' rule, S's to R's: two
// equations in what either type says, checked at everything that is found.
TEST(Others, CheapTalkBabblesOrTellsInEitherLanguage) {
  const auto s = search(R"(
case "cheap talk"
horizon 1 rounds
precision 4
actor S { types { x: 0.5, y: 0.5 } }
actor R
state said: { nothing, one, two } = nothing
round {
  move Say by S { one { said = one }
    two { said = two } }
  move Act by R { one pays S: if S is x then 1 else 0, R: if S is x then 1 else 0
    two pays S: if S is y then 1 else 0, R: if S is y then 1 else 0 }
}
measure one = P(ever Say.one)
)");
  const auto symmetric = roots([](double p) { return logistic(4 * std::tanh(2 * (2 * p - 1))) - p; }, 0, 1);
  ASSERT_EQ(symmetric.size(), 3u);
  std::vector<std::pair<double, double>> said{{s.measures[0].by_profile[0], s.measures[0].by_profile[1]}};
  for (const auto& other : s.others.found)
    said.emplace_back(other.measures[0].by_profile[0], other.measures[0].by_profile[1]);
  for (const auto& [x, y] : said) {
    const double after_one = x / (x + y), after_two = (1 - x) / (2 - x - y);
    const double one = logistic(4 * (2 * after_one - 1)), two = logistic(4 * (2 * after_two - 1));
    EXPECT_NEAR(x, logistic(4 * (one - two)), 1e-9);
    EXPECT_NEAR(y, logistic(4 * (two - one)), 1e-9);
  }
  for (const double p : symmetric)
    EXPECT_TRUE(std::any_of(said.begin(), said.end(), [&](const auto& a) {
      return std::fabs(a.first - p) < 1e-9 && std::fabs(a.second - (1 - p)) < 1e-9;
    })) << p;
}

// Three types that R would place between 0 and 1, and three words: besides babbling there are languages with two words
// that mean something, and with three.
TEST(Others, CheapTalkOfThreeTypesInParts) {
  const auto s = search(R"(
case "three types"
horizon 1 rounds
precision 12
actor S { types { low: 1/3, mid: 1/3, high: otherwise } }
actor R
param ideal[S] { low = 0, mid = 0.5, high = 1 }
state said: { nothing, one, two, three } = nothing
set Places = { p0, p1, p2, p3, p4 }
param place[Places] { p0 = 0, p1 = 0.25, p2 = 0.5, p3 = 0.75, p4 = 1 }
round {
  move Say by S { one { said = one }
    two { said = two }
    three { said = three } }
  move Act by R { put[k in Places] pays S: -4 * (place[k] - ideal[S])^2, R: -4 * (place[k] - ideal[S])^2 }
}
measure one = P(ever Say.one)
measure two = P(ever Say.two)
measure right = E(payoff(R))
)",
                        256);
  // A word is said by all alike if the types say it alike; how many groups of types speak differently.
  const auto groups = [](const Solution& x) {
    int out = 0;
    for (int t = 0; t < 3; ++t) {
      bool fresh = true;
      for (int u = 0; u < t; ++u) {
        double apart = 0;
        for (size_t m = 0; m < 2; ++m)
          apart = std::max(apart, std::fabs(x.measures[m].by_profile[static_cast<size_t>(t)] -
                                            x.measures[m].by_profile[static_cast<size_t>(u)]));
        fresh &= apart > 0.3;
      }
      out += fresh;
    }
    return out;
  };
  EXPECT_EQ(groups(s), 1);
  std::array<int, 4> with{};
  for (const auto& other : s.others.found) {
    ++with[static_cast<size_t>(groups(other))];
    EXPECT_LT(other.certificate.residual, 1e-9);
  }
  EXPECT_GE(with[2], 1);
  EXPECT_GE(with[3], 6);  // every way of giving three words to three types
}

// The meeting is worth having only if it is likely to come about.
std::string entry(double outside) {
  return fmt::format(R"(
case "entry"
horizon 1 rounds
precision 6
actor A
actor B
state inside: boolean = no
state a: 0..1 = 0
state b: 0..1 = 0
round {{
  move Enter by A {{ leave pays A: {}
    come {{ inside = yes }} }}
  simultaneous Meet when inside {{
    move GoA by A {{ stay {{ a = 0 }}
      go {{ a = 1 }} }}
    move GoB by B {{ stay {{ b = 0 }}
      go {{ b = 1 }} }}
  }}
}}
payoff A {{ at end: if inside and a == b then 1 + 0.5 * a else 0 }}
payoff B {{ at end: if inside and a == b then 1 + 0.5 * a else 0 }}
measure goes = P(ever GoA.go)
)",
                     outside);
}

TEST(Others, WhatDiffersOnlyWhereHardlyAnybodyGetsDoesNotCount) {
  EXPECT_EQ(search(entry(0)).others.found.size(), 2u);
  const auto off = search(entry(4));  // come: at most exp(-6 * 2.5) as likely as leave
  EXPECT_EQ(off.others.starts, 64u);
  EXPECT_TRUE(off.others.found.empty());
}

TEST(Others, WhereNoChoiceBearsOnItselfNobodyNeedsToLook) {
  const auto s = search(R"(
case "one after the other"
horizon 1 rounds
precision 9
actor A
actor B
state a: 0..1 = 0
round {
  move First by A { left pays A: 1
    right { a = 1 } }
  move Second by B { left pays B: a, A: a
    right pays B: 1 }
}
measure left = P(ever First.left)
)");
  EXPECT_TRUE(s.others.looked);
  EXPECT_EQ(s.others.starts, 0u);
  EXPECT_TRUE(s.others.found.empty());
}

// On belief grids single decisions are looked at: both meet at one node, so the hunt's three equilibria show there.
TEST(Others, OfSingleDecisionsOnGrids) {
  for (const double precision : {0.5, 6.0}) {
    const auto c =
        testing::load(meeting(precision, "if a != b then 0 else 1 + 0.5 * a", "if a != b then 0 else 1 + 0.5 * a"));
    const auto g = testing::compile(c);
    const std::vector<std::vector<double>> worlds{testing::fixed_params(c)};
    solve::SolveOptions options{.exact_up_to = 0};
    options.others.decisions = 4;
    const auto s = std::move(*solve::solve_batch(g, worlds, options)[0].solution);
    EXPECT_TRUE(s.others.looked);
    EXPECT_EQ(s.others.starts, 16u);
    EXPECT_EQ(s.others.decisions.searched, 1u);
    EXPECT_EQ(s.others.decisions.several, precision > 1 ? 1u : 0u);
    EXPECT_EQ(s.others.decisions.most, precision > 1 ? 3u : 1u);
  }
}

TEST(Others, TheSameWhenLookedForAgainAndWithinTheSweepsGiven) {
  const auto text = meeting(6, "if a != b then 0 else 1 + a", "if a != b then 0 else 2 - a");
  const auto one = search(text), two = search(text);
  EXPECT_EQ(of_all(one, 1), of_all(two, 1));
  const auto few = search(text, 3);
  EXPECT_EQ(few.others.starts, 3u);
}

}  // namespace
}  // namespace casus

// Games that count actors who are alike, held to the same games with every actor by name.
#include <algorithm>
#include <cmath>

#include "case_text.h"
#include "solve/solver.h"
#include "uprising.h"

namespace casus {
namespace {

game::Game compiled(const model::Case& c, uint32_t policy, bool counts) {
  base::Diagnostics d;
  auto g = game::compile(c, policy, d, {.counts = counts});
  EXPECT_TRUE(g.has_value());
  return *std::move(g);
}

// `fewer`: so many times fewer nodes.
void expect_equal_by_name(const std::string& text, size_t fewer) {
  const model::Case c = testing::load(text);
  const auto world = std::vector<std::vector<double>>{testing::fixed_params(c)};
  for (uint32_t p = 0; p < c.policies.size(); ++p) {
    const game::Game counted = compiled(c, p, true), named = compiled(c, p, false);
    ASSERT_TRUE(counted.counted);
    ASSERT_FALSE(named.counted);
    EXPECT_LT(fewer * counted.nodes.size(), named.nodes.size());
    const auto a = solve::solve_batch(counted, world, {}), b = solve::solve_batch(named, world, {});
    ASSERT_TRUE(a[0].solution) << a[0].error;
    ASSERT_TRUE(b[0].solution) << b[0].error;
    EXPECT_EQ(a[0].solution->certificate.failed, 0u);
    EXPECT_LT(a[0].solution->certificate.distance_anywhere, 1e-10);
    for (size_t m = 0; m < c.measures.size(); ++m)
      for (size_t k = 0; k < a[0].solution->measures[m].by_profile.size(); ++k)
        EXPECT_NEAR(a[0].solution->measures[m].by_profile[k], b[0].solution->measures[m].by_profile[k], 1e-9)
            << c.measures[m].name << " " << k << " " << c.policies[p].name;
    ASSERT_EQ(a[0].solution->values.size(), b[0].solution->values.size());
    for (size_t i = 0; i < c.actors.size(); ++i)
      EXPECT_NEAR(a[0].solution->values[i], b[0].solution->values[i], 1e-9) << c.actors[i].name;
  }
}

TEST(Counted, EqualsTheGameWithEveryActorByName) {
  expect_equal_by_name(uprising, 20);
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// What members were in matters to nobody when they choose again, but to who is asked or who pays them.
TEST(Counted, WhatTheyWereInMattersToMeasuresAndToOthersPay) {
  const std::string six =
      changed(changed(changed(uprising, "{ a, b, c, d, e, f, g, h, i }", "{ a, b, c, d, e, f }"), "      join if",
                      "      wave { out[m] = no } pays Citizen[m]: -0.01\n      join if"),
              "crowd >= 5", "crowd >= 4");
  expect_equal_by_name(changed(six, "measure many",
                               "measure again[m in People] = P(ever Join[m].join and out[m])\n"
                               "measure many_again = P(ever (count(k in People) (Join[k].join and out[k])) >= 2)\n"
                               "measure many"),
                       5);
  expect_equal_by_name(changed(changed(six, "horizon 2", "horizon 1"), "  move Answer by Government",
                               "  simultaneous Night {\n"
                               "    move Sleep[m in People] by Citizen[m] {\n"
                               "      home { out[m] = no } pays Citizen[m]: 0.1\n"
                               "      square { out[m] = yes }\n"
                               "    }\n"
                               "    move Watch by Government {\n"
                               "      look_away\n"
                               "      beat pays Citizen[m in People]: -0.3 * out[m], Government: -0.05\n"
                               "    }\n"
                               "  }\n"
                               "  move Answer by Government"),
                       5);
}

// Mean over the profiles in which an actor has a type.
double given(const game::Game& g, const solve::Solution& s, const std::vector<double>& by_profile, size_t first,
             uint32_t actor, uint32_t type) {
  double weight = 0, sum = 0;
  for (uint32_t p = 0; p < g.profiles; ++p) {
    if (g.type_of(p, actor) != type) continue;
    weight += s.profile_prior[p];
    sum += s.profile_prior[p] * by_profile[first + p];
  }
  return sum / weight;
}

TEST(Counted, TypesAreTheMembersOwn) {
  const model::Case c = testing::load(angry_uprising);
  const std::vector<std::vector<double>> world{testing::fixed_params(c)};
  for (uint32_t p = 0; p < c.policies.size(); ++p) {
    const game::Game counted = compiled(c, p, true), named = compiled(c, p, false);
    ASSERT_TRUE(counted.counted);
    ASSERT_EQ(counted.profiles, 2u);
    ASSERT_EQ(named.profiles, 64u);
    const auto a = solve::solve_batch(counted, world, {}), b = solve::solve_batch(named, world, {});
    ASSERT_TRUE(a[0].solution) << a[0].error;
    ASSERT_TRUE(b[0].solution) << b[0].error;
    EXPECT_EQ(b[0].solution->certificate.method, solve::Method::exact);
    EXPECT_LT(a[0].solution->certificate.distance_anywhere, 1e-10);
    // Of whom a measure speaks: given whose type.
    const std::vector<std::pair<std::string, std::string>> asked = {
        {"success", "a"},        {"success", "d"},  {"size", "f"}, {"out_at_end[a]", "a"}, {"out_at_end[e]", "e"},
        {"ever_joined[b]", "b"}, {"leads[c]", "c"}, {"both", "c"}, {"joins[f]", "f"},      {"many", "e"},
        {"gain[a]", "a"},        {"gain[f]", "f"},  {"loss", "b"}};
    for (const auto& [name, whose] : asked) {
      const auto m = *model::find_measure(c, name);
      const auto actor = *model::find_actor(c, "Citizen[" + whose + "]");
      const auto &x = a[0].solution->measures[m].by_profile, &y = b[0].solution->measures[m].by_profile;
      for (uint32_t t = 0; t < 2; ++t)
        for (size_t k = 0; k * counted.profiles < x.size(); ++k)
          EXPECT_NEAR(given(counted, *a[0].solution, x, k * counted.profiles, actor, t),
                      given(named, *b[0].solution, y, k * named.profiles, actor, t), 1e-9)
              << name << " given type " << t << " of " << whose << ", round " << k + 1;
    }
    for (uint32_t i = 0; i < c.actors.size(); ++i)
      for (uint32_t t = 0; t < 2; ++t) {
        const uint32_t whose = i < 6 ? i : 0;
        EXPECT_NEAR(given(counted, *a[0].solution, a[0].solution->values, size_t{i} * counted.profiles, whose, t),
                    given(named, *b[0].solution, b[0].solution->values, size_t{i} * named.profiles, whose, t), 1e-9)
            << c.actors[i].name;
      }
  }
}

// Citizens who win together and lose apart, asked at once; roots of one equation.
std::string volunteers(int people, int needed, double precision) {
  std::string names;
  for (int k = 0; k < people; ++k) names += (k ? ", p" : "p") + std::to_string(k);
  return R"(
case "volunteers"
horizon 1 rounds
precision )" +
         std::to_string(precision) + R"(
set People = { )" +
         names + R"( }
actor Citizen[m in People]
state joined[People]: boolean = no
round {
  simultaneous Rise {
    move Join[m in People] by Citizen[m] {
      stay
      join { joined[m] = yes }
    }
  }
}
let success = (count(k in People) joined[k]) >= )" +
         std::to_string(needed) + R"(
payoff Citizen[m in People] {
  at end: success + (if joined[m] then (if success then 1 else -0.2) - 0.3 else 0)
}
measure p = P(joined[p0] at end)
measure win = P(success at end)
)";
}

// P(k of n or more).
double at_least(int n, int k, double p) {
  double sum = 0;
  for (int j = k; j <= n; ++j)
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(j + 1.0) - std::lgamma(n - j + 1.0) + j * std::log(p) +
                    (n - j) * std::log1p(-p));
  return sum;
}

// Goeree & Holt (2005), 'An explanation of anomalous behavior in models of political participation': a symmetric
// logit equilibrium of a binary game of participation is a root of one equation in the probability of joining.
TEST(Counted, FindsEveryRootOfABinaryGameOfParticipation) {
  const int people = 60, needed = 30;
  const double precision = 12;
  const model::Case c = testing::load(volunteers(people, needed, precision));
  const game::Game g = compiled(c, 0, true);
  ASSERT_TRUE(g.counted);
  solve::SolveOptions options;
  options.others.starts = 64;
  const auto solved = solve::solve_batch(g, std::vector<std::vector<double>>{{}}, options);
  ASSERT_TRUE(solved[0].solution) << solved[0].error;
  // What joining is worth more, the others joining with probability p.
  const auto gap = [&](double p) {
    const double with = at_least(people - 1, needed - 1, p), without = at_least(people - 1, needed, p);
    return precision * (with - without + with * 1 - (1 - with) * 0.2 - 0.3) - std::log(p / (1 - p));
  };
  std::vector<double> roots;
  double before = gap(1e-9);
  for (int k = 1; k <= 199999; ++k) {
    const double odds = -20 + 40.0 * k / 199999, p = 1 / (1 + std::exp(-odds)), now = gap(p);
    if (before * now < 0) roots.push_back(p);
    before = now;
  }
  ASSERT_EQ(roots.size(), 3u);
  std::vector<double> found{solved[0].solution->measures[0].by_profile[0]};
  for (const auto& other : solved[0].solution->others.found) {
    EXPECT_LT(other.certificate.distance_anywhere, 1e-9);
    found.push_back(other.measures[0].by_profile[0]);
    EXPECT_NEAR(other.measures[1].by_profile[0], at_least(people, needed, found.back()), 1e-9);
  }
  std::sort(found.begin(), found.end());
  ASSERT_EQ(found.size(), 3u);
  for (size_t k = 0; k < 3; ++k) EXPECT_NEAR(found[k], roots[k], 1e-4 * roots[k] + 1e-12);
}

TEST(Counted, TellsWhatItHasNot) {
  const model::Case c = testing::load(volunteers(60, 30, 12));
  const game::Game g = compiled(c, 0, true);
  const std::vector<std::vector<double>> world{{}};
  solve::SolveOptions options;
  options.selection = solve::Selection::global;
  EXPECT_NE(solve::solve_batch(g, world, options)[0].error.find("no global selection"), std::string::npos);
}

}  // namespace
}  // namespace casus

// Other equilibria in a study's file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "study/branch_worlds.h"
#include "study/branches.h"
#include "study/sqlite.h"
#include "study/store_folder.h"
#include "study/summary.h"

namespace casus::study {
namespace {

// Two who gain by doing alike: three equilibria at precision 6, one at precision 1.
constexpr const char* alike_case = R"(case "alike"
horizon 1 rounds
precision care
actor A
actor B
param care ~ uniform(0.5, 6)
state a: 0..1 = 0
state b: 0..1 = 0
round { simultaneous Meet {
  move Left by A { trust { a = 1 }
    shun { a = 0 } }
  move Right by B { trust { b = 1 }
    shun { b = 0 } }
} }
payoff A { at end: if a == b then 1 + 0.1 * a else 0 }
payoff B { at end: if a == b then 1 + 0.1 * a else 0 }
measure trust = P(a == 1 and b == 1 at end)
policy free
policy soft { care = 0.5 }
claim likely "They trust" { trust[free] > 0.25 }
claim same "Soft is soft" { trust[soft] > 0.25 }
)";

TEST_F(StoreTest, OtherEquilibriaAreFoundComparedAndKept) {
  const auto s = small_study({.worlds = 16}, alike_case);
  Store store = opened(file("a.sqlite"), *s);
  solve_all(*s, store);
  uint64_t folding = 0;
  const auto worlds = worlds_to_search(store, 6, folding);
  ASSERT_TRUE(worlds.ok());
  EXPECT_EQ(worlds->size(), 6u);
  const auto answer = search_branches(s->plan, *worlds, {}, {.threads = 2});
  ASSERT_TRUE(answer);
  size_t several = 0, one = 0;
  for (const auto& w : answer->worlds) {
    const double care = s->plan.world(static_cast<uint64_t>(w.world))[0];
    // The fold of 'shun': p = 1 / (1 + exp(care (1 - 2.1 p))) has three roots from a precision of about 2.3 on.
    if (care > 2.6 || care < 2) {
      EXPECT_EQ(w.policies[0].found.most, care > 2.6 ? 3u : 1u) << care;
    }
    EXPECT_EQ(w.policies[1].found.most, 1u);
    EXPECT_EQ(w.policies[1].readings.size(), 1u);
    (w.policies[0].found.several > 0 ? several : one) += 1;
    const bool flips = std::any_of(w.verdicts.begin(), w.verdicts.end(),
                                   [&](const auto& v) { return v[0].truth != w.verdicts[0][0].truth; });
    EXPECT_EQ(flips, w.policies[0].found.several > 0) << care;
    for (const auto& v : w.verdicts) EXPECT_EQ(v[1].truth, w.verdicts[0][1].truth);
  }
  EXPECT_GT(several, 0u);
  EXPECT_GT(one, 0u);
  const auto spreads = branch_spreads(s->plan, *answer);
  ASSERT_EQ(spreads.size(), 1u);
  EXPECT_EQ(spreads[0].policy_place, 0u);
  EXPECT_GT(spreads[0].most, 0.5);
  EXPECT_LT(spreads[0].low, spreads[0].high);

  ASSERT_TRUE(store.write(*answer).ok());
  ASSERT_TRUE(store.write(*answer).ok());  // again in its place
  Database d(file("a.sqlite"), Access::read);
  Statement rows(d, "SELECT count(*), count(DISTINCT world), max(most) FROM branches WHERE policy = 0");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.integer(0), static_cast<int64_t>(several * answer->readings.size() + one));
  EXPECT_EQ(rows.integer(1), 6);
  EXPECT_EQ(rows.integer(2), 3);
}

// A run looks by itself in some worlds, and keeps what it found.
TEST_F(StoreTest, ARunKeepsTheOtherEquilibriaOfTheWorldsThatItLookedAt) {
  const auto s = small_study({.worlds = 100}, alike_case);
  {
    Store store = opened(file("a.sqlite"), *s);
    solve_all(*s, store);
  }
  const auto reader = Store::read(file("a.sqlite"));
  ASSERT_TRUE(reader.ok()) << reader.error();
  std::set<int64_t> worlds, with_others;
  ASSERT_TRUE(reader
                  ->each_looked([&](int64_t world, uint32_t place, const PolicyResult& r) {
                    worlds.insert(world);
                    EXPECT_GT(r.starts, 0u);
                    EXPECT_EQ(r.certificate.method, solve::Method::exact);
                    const double care = world == median_world ? s->plan.map.midpoint()[0]
                                                              : s->plan.world(static_cast<uint64_t>(world))[0];
                    // Three from a precision of about 2.3 on (see above); 'soft' has one.
                    if (place == 1 || care < 2) {
                      EXPECT_TRUE(r.others.empty()) << care;
                    }
                    if (place == 0 && care > 2.6) {
                      EXPECT_EQ(r.others.size(), 2u) << care;
                      with_others.insert(world);
                    }
                    for (const auto& other : r.others) {
                      EXPECT_EQ(other.values.size(), s->plan.layout.size);
                      EXPECT_EQ(other.payoffs.size(), 2u);
                      EXPECT_LT(other.certificate.residual, 1e-9);
                    }
                  })
                  .ok());
  EXPECT_TRUE(worlds.contains(median_world));
  EXPECT_GE(worlds.size(), 4u);
  EXPECT_LE(worlds.size(), 8u);
  EXPECT_GE(with_others.size(), 1u);
  std::set<int64_t> turned;
  ASSERT_TRUE(reader
                  ->each_turned([&](int64_t world, uint32_t claim) {
                    EXPECT_EQ(claim, 0u);
                    turned.insert(world);
                  })
                  .ok());
  for (const int64_t world : with_others) EXPECT_TRUE(turned.contains(world)) << world;
  const auto summary = summarise(s->plan, *reader, std::nullopt);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->others.worlds.size(), worlds.size());
  EXPECT_EQ(summary->claims[0].looked, worlds.size());
  EXPECT_EQ(summary->claims[0].turned, turned.size());
  EXPECT_EQ(summary->claims[1].turned, 0u);
  ASSERT_FALSE(summary->others.moves.empty());
  EXPECT_GT(std::fabs(summary->others.moves[0].there - summary->others.moves[0].here), 0.5);
}

}  // namespace
}  // namespace casus::study

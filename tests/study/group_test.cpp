// Which policies of a study are solved together.
#include "study/group.h"
#include "solve/batch/work.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "study/small_case.h"

namespace casus::study {
namespace {

std::vector<std::string> names(const Plan& plan, const Group& group) {
  std::vector<std::string> out;
  for (const uint32_t p : group.places) out.push_back(plan.source->policies[plan.policies[p].policy].name);
  return out;
}

// Every policy is in one group, larger groups come first, and what is joined spares nodes and fits.
void expect_sound(const Plan& plan) {
  std::vector<uint32_t> places;
  size_t last = static_cast<size_t>(-1);
  for (const auto& group : plan.groups) {
    places.insert(places.end(), group.places.begin(), group.places.end());
    const auto& g = game_of(plan.policies, group);
    EXPECT_LE(g.nodes.size(), last);
    last = g.nodes.size();
    EXPECT_EQ(group.joined.has_value(), group.places.size() > 1);
    if (!group.joined) continue;
    size_t alone = 0;
    for (const uint32_t p : group.places) alone += plan.policies[p].game.nodes.size();
    EXPECT_LE(10 * g.nodes.size(), 9 * alone);
    EXPECT_LE(solve::grid_memory_estimate(g, plan.options.solve), most_joined_bytes);
  }
  std::sort(places.begin(), places.end());
  for (uint32_t p = 0; p < plan.policies.size(); ++p) EXPECT_EQ(places[p], p);
  EXPECT_EQ(places.size(), plan.policies.size());
}

class Flagship : public ::testing::Test {
 protected:
  Plan plan(uint32_t points, std::vector<std::string> policies = {}) {
    loaded_ = language::load_file(CASUS_SOURCE_DIR "/cases/kazakhstan-2022.casus",
                                  {.overlays = {}, .library_dirs = {CASUS_SOURCE_DIR "/library"}});
    Options options{.worlds = 8};
    options.solve.points = points;
    options.policies = std::move(policies);
    auto plan = make_plan(*loaded_.value, options, loaded_.diagnostics);
    EXPECT_TRUE(plan.ok());
    return std::move(*plan);
  }

 private:
  language::Loaded loaded_;
};

TEST_F(Flagship, PoliciesThatLeaveParametersAloneGoTogether) {
  const auto p = plan(7);
  expect_sound(p);
  ASSERT_EQ(p.groups.size(), 3u);
  EXPECT_EQ(p.groups[0].places.size(), 8u);
  EXPECT_EQ(names(p, p.groups[1]), std::vector<std::string>{"lives_double"});
  EXPECT_EQ(names(p, p.groups[2]), std::vector<std::string>{"sanctions"});
}

TEST_F(Flagship, OnFineGridsEveryPolicyIsSolvedAlone) {
  const auto p = plan(33);
  expect_sound(p);
  EXPECT_EQ(p.groups.size(), p.policies.size());
}

TEST_F(Flagship, OnePolicyIsAGroup) {
  const auto p = plan(7, {"support_now"});
  expect_sound(p);
  ASSERT_EQ(p.groups.size(), 1u);
  EXPECT_FALSE(p.groups[0].joined);
}

// A run under several policies is what the groups' solutions say, world by world and policy by policy.
TEST(Groups, ARunKeepsWhatTheySolve) {
  const auto s = small_study({.worlds = 11});
  expect_sound(s->plan);
  auto store = Store::open("", s->plan, identity_of(*s), Existing::refuse);
  ASSERT_TRUE(store.ok());
  const auto median = solve_median(s->plan, {});
  ASSERT_TRUE(run_worlds(s->plan, *store, *median, {.threads = 2}).ok());
  std::map<int64_t, std::vector<double>> params;
  ASSERT_TRUE(store->each_world([&](int64_t world, const std::vector<double>& p) { params[world] = p; }).ok());
  uint64_t seen = 0;
  ASSERT_TRUE(store
                  ->each_result([&](int64_t world, uint32_t place, const PolicyResult& r) {
                    if (world < 0) return;
                    ++seen;
                    for (const auto& group : s->plan.groups) {
                      const auto at = std::find(group.places.begin(), group.places.end(), place);
                      if (at == group.places.end()) continue;
                      const auto solved =
                          solve_group(s->plan.policies, group, {&params.at(world), 1}, s->plan.options.solve, false);
                      const auto& mine = solved[static_cast<size_t>(at - group.places.begin())];
                      EXPECT_EQ(r.values, result_of(s->plan, *mine.outcomes[0].solution).values);
                    }
                  })
                  .ok());
  EXPECT_EQ(seen, 11u * s->plan.policies.size());
}

}  // namespace
}  // namespace casus::study

// Types that tell of each other: what is believed is Bayes' rule over profiles, and all ways of solving agree.
#include <cmath>

#include "case_text.h"
#include "solve/belief/beliefs.h"
#include "solve/same_solution.h"
#include "solve/sums.h"
#include "solve/walk/course.h"

namespace casus {
namespace {

using testing::expect_same;
using testing::on_grids;

// An expert who knows something of a fact, and a rival who resembles the expert.
std::string expert(const std::string& policy = "") {
  return R"(case "expert"
horizon 2 rounds
precision 2
fact Oil { rich: 0.4, poor: otherwise }
actor Expert { types { hopeful: if Oil is rich then skill else 0.3, doubtful: otherwise } }
actor Rival { types { tough: if Expert is hopeful then 0.7 else 0.2, weak: otherwise } }
actor State
param skill = 0.8
state drilled: boolean = no
state left: boolean = no
round {
  move Talk by Expert when not drilled { praise pays Expert: 0.1 warn pays Expert: if Oil is rich then 0 else 0.15 }
  simultaneous Both when not drilled {
    move Stay by Rival when not left { stay leave { left = yes } }
    move Drill by State { wait drill { drilled = yes } }
  }
  chance Test when drilled { good with if Oil is rich then 0.7 else 0.2 bad otherwise }
}
payoff State { at end: if drilled then (if Oil is rich then 1 else -0.8) - 0.3 * (not left) else 0 }
payoff Rival { each round: (if Oil is rich then 0.3 else -0.2) * (not left) + 0.1 * (Rival is tough and not left) }
payoff Expert { at end: if drilled then (if Oil is rich then 0.7 else -0.8) else 0.05 }
measure drills = P(ever Drill.drill)
measure hope = E(belief(Oil.rich) in round)
measure fear = E(belief(Rival.tough)^2 at end)
measure gains = E(payoff(State))
)" + policy;
}

TEST(TiedTypes, PriorsAreThoseOfAllTogetherAndOfEachAlone) {
  const auto c = testing::load(expert());
  const auto g = testing::compile(c);
  const auto w = testing::world(g, {0.8});
  EXPECT_EQ(g.related, (std::vector<uint32_t>{7, 7, 7}));
  const double hopeful = 0.4 * 0.8 + 0.6 * 0.3, tough = hopeful * 0.7 + (1 - hopeful) * 0.2;
  EXPECT_NEAR(w.prior[1][0], hopeful, 1e-15);
  EXPECT_NEAR(w.prior[2][0], tough, 1e-15);
  // The first informed actor's type varies fastest.
  EXPECT_NEAR(w.profile_prior[0], 0.4 * 0.8 * 0.7, 1e-15);
  EXPECT_NEAR(w.profile_prior[1 + 2], 0.6 * 0.7 * 0.2, 1e-15);
  std::vector<double> weight;
  solve::weigh_profiles(g, w, w.prior_log_odds.data(), 1, game::none, weight);
  for (uint32_t p = 0; p < g.profiles; ++p) EXPECT_NEAR(weight[p], w.profile_prior[p], 1e-15);
  const auto told =
      solve::as_believed_by(g, solve::type_probabilities(g, w, {w.prior_log_odds, std::vector<int>(g.axes, -1)}),
                            weight, *model::find_actor(c, "Expert"), 0);
  EXPECT_NEAR(told[0][0], 0.4 * 0.8 / hopeful, 1e-14);
  EXPECT_NEAR(told[1][0], hopeful, 1e-14);  // what others believe of it
  EXPECT_NEAR(told[2][0], 0.7, 1e-14);
}

// What is seen of the expert moves what is believed of everybody by Bayes' rule.
TEST(TiedTypes, BeliefsFollowFromAllThatIsSeen) {
  const auto c = testing::load(expert());
  const auto g = testing::compile(c);
  const auto w = testing::world(g, {0.8});
  const std::vector<std::vector<double>> worlds{{0.8}};
  for (const bool exact : {true, false}) {
    auto options = exact ? solve::SolveOptions{} : on_grids(9);
    options.alone = true;
    const auto solved = solve::solve_walkable(g, worlds, options);
    ASSERT_TRUE(solved.first);
    solve::CourseWalk walk(g, w, *solved.first, options);
    std::vector<double> joint = w.profile_prior;
    while (!walk.over()) {
      const solve::CourseStep here = walk.here();
      const uint32_t edge = here.round == 1 && here.movers.size() == 1 && here.movers[0].actor == 1 ? 1 : 0;
      const auto pick = solve::picks(here, edge);
      double chance = 0;
      for (uint32_t p = 0; p < g.profiles; ++p) {
        for (size_t m = 0; m < here.movers.size(); ++m) {
          const auto& by_type = here.movers[m].options[pick[m]].by_type;
          const uint32_t about = here.movers[m].about(g);
          joint[p] *= by_type[about == game::none ? 0 : g.type_of(p, about)];
        }
        chance += joint[p];
      }
      EXPECT_NEAR(walk.chance()[edge], chance, 1e-12);
      const auto step = walk.take(edge);
      for (double& x : joint) x /= chance;
      for (uint32_t p = 0; p < g.profiles; ++p) EXPECT_NEAR(step.profiles[p], joint[p], 1e-12);
    }
  }
}

TEST(TiedTypes, BatchEqualsReferenceAndGridsConvergeToHistories) {
  for (const std::string policy :
       {"", "policy loud { Expert.hopeful plays Talk.praise }", "policy quiet { Rival plays Stay.leave }"}) {
    const auto c = testing::load(expert(policy));
    const auto g = testing::compile(c);
    const std::vector<std::vector<double>> worlds{{0.8}, {0.9}, {1.0}};
    const auto exact = solve::solve_batch(g, worlds, {});
    double last = 1;
    for (const uint32_t points : {7u, 13u}) {
      const auto fast = solve::solve_batch(g, worlds, on_grids(points));
      double worst = 0;
      for (size_t k = 0; k < worlds.size(); ++k) {
        ASSERT_TRUE(fast[k].solution) << fast[k].error;
        ASSERT_EQ(exact[k].solution->certificate.method, solve::Method::exact);
        for (size_t m = 0; m < c.measures.size(); ++m)
          for (size_t i = 0; i < exact[k].solution->measures[m].by_profile.size(); ++i) {
            // What cannot be is asked by nobody.
            if (exact[k].solution->profile_prior[i % g.profiles] == 0) continue;
            worst = std::max(worst, std::fabs(exact[k].solution->measures[m].by_profile[i] -
                                              fast[k].solution->measures[m].by_profile[i]));
          }
        auto options = on_grids(points);
        options.judge = k == 0;  // the first of a batch is
        expect_same(*fast[k].solution, solve::Reference(g, testing::world(g, worlds[k]), options).solve(), 1e-10);
      }
      last = worst;
    }
    EXPECT_LT(last, 1e-4) << policy;
  }
}

// Where types are in truth independent it makes no difference how that is written.
TEST(TiedTypes, PriorsThatTellNothingChangeNothing) {
  auto text = expert();
  const auto replace = [&](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace("if Oil is rich then skill else 0.3", "if Oil is rich then skill else skill");
  replace("if Expert is hopeful then 0.7 else 0.2", "if Expert is hopeful then 0.7 else 0.7");
  const auto tied = testing::load(text);
  replace("if Oil is rich then skill else skill", "skill");
  replace("if Expert is hopeful then 0.7 else 0.7", "0.7");
  const auto plain = testing::load(text);
  const auto a = testing::compile(tied), b = testing::compile(plain);
  EXPECT_FALSE(a.related.empty());
  EXPECT_TRUE(b.related.empty());
  const std::vector<std::vector<double>> worlds{{0.8}};
  const auto x = solve::solve_batch(a, worlds, {}), y = solve::solve_batch(b, worlds, {});
  expect_same(*x[0].solution, *y[0].solution, 1e-10);
}

}  // namespace
}  // namespace casus

// Infinite precision: limits that are published or known in closed form, and where the way to them ends.
#include "solve/exact/limit.h"

#include <cmath>
#include <functional>

#include "case_text.h"
#include "solve/beer.h"
#include "solve/exact/exact.h"
#include "solve/random_case.h"

namespace casus {
namespace {

using solve::Solution;

struct Limit {
  model::Case c;
  game::Game g = testing::compile(c);
  std::vector<double> params = testing::fixed_params(c);
  solve::World w = testing::world(g, params);
  solve::Walkable solved = solve::solve_walkable(g, {&params, 1}, {});
  explicit Limit(const std::string& text) : c(testing::load(text)) {}
  const Solution& solution() const { return *solved.outcomes.at(0).solution; }
  const solve::Certificate& certificate() const { return solution().certificate; }
  // What is left of a logit reply's distance from the limit: log-odds of choices that stay mixed, over the precision.
  double near() const { return 10 / certificate().ended_at; }
};

void expect_limit(const Limit& limit) {
  const auto& c = limit.certificate();
  EXPECT_EQ(c.failed, 0u);
  EXPECT_EQ(c.left_at, 1);
  EXPECT_GT(c.ended_at, 0);
  EXPECT_LE(c.gain_at_end, 1e-6 * (1 + 1e-6));
}

TEST(Limit, WeakDrinksBeer) {
  const Limit limit(testing::beer_and_quiche(INFINITY));
  expect_limit(limit);
  for (const double v : limit.solution().measures[0].by_profile) EXPECT_NEAR(v, 1, 1e-12);
  EXPECT_NEAR(testing::mean(limit.solution(), 1), 0, 1e-12);
  // After quiche it is the weak type, and there is a duel.
  auto walk = limit.solved.first->walk(limit.g, limit.w, {});
  walk->take(1);
  EXPECT_NEAR(std::exp(walk->here().movers[0].log_sigma[0]), 1, 1e-12);
  EXPECT_GT(walk->here().belief.log_odds[0], 0);
}

// The least costly schooling by which every type can be told (Riley 1979).
TEST(Limit, SchoolingSeparates) {
  const Limit limit(R"(
case "Job market signalling" source "Spence 1973"
horizon 1 rounds
precision infinity
set Levels = { e0, e1, e2, e3, e4 }
set Wages = { w10, w15, w20, w25, w30 }
param e[Levels] { e0 = 0, e1 = 1.1, e2 = 2.2, e3 = 3.3, e4 = 4.4 }
param w[Wages] { w10 = 1, w15 = 1.5, w20 = 2, w25 = 2.5, w30 = 3 }
actor Worker { types { low: 1/3, mid: 1/3, high: otherwise } }
actor Firm
param theta[Worker] { low = 1, mid = 2, high = 3 }
round {
  move School by Worker { take[k in Levels] pays Worker: -e[k] / theta[Worker] }
  move Hire by Firm { offer[v in Wages] pays Worker: w[v], Firm: -(w[v] - theta[Worker])^2 }
}
measure level[k in Levels] = P(ever School.take[k])
measure low = E(belief(Worker.low) at end)
)");
  expect_limit(limit);
  const size_t taken[] = {0, 1, 3};
  for (uint32_t p = 0; p < 3; ++p)
    for (size_t k = 0; k < 5; ++k)
      EXPECT_NEAR(limit.solution().measures[k].by_profile[p], k == taken[limit.g.type_of(p, 0)] ? 1 : 0, 1e-12);
  // Each type is known for what it is: a walk's beliefs are certainties, not bounds that types share.
  for (uint32_t t = 0; t < 3; ++t) {
    auto walk = limit.solved.first->walk(limit.g, limit.w, {});
    walk->take(static_cast<uint32_t>(taken[t]));
    const auto& odds = walk->here().belief.log_odds;
    const double of[] = {0, odds[0], odds[1]};
    for (uint32_t other = 0; other < 3; ++other) EXPECT_GE(of[t] - of[other], other == t ? 0 : 100) << t << other;
    EXPECT_NEAR(limit.solution().measures[5].by_profile[t], t == 0 ? 1 : 0, 1e-12);
  }
}

// Kreps & Wilson 1982, Proposition 1: with n towns left and a belief p that the store is strong, and a = 2, b = 1/2.
class ChainStore {
 public:
  explicit ChainStore(int towns) : limit_(text(towns, prior(towns))) {
    expect_limit(limit_);
    visit({}, prior(towns), towns);
  }
  double worst() const { return worst_; }
  double end() const { return limit_.certificate().ended_at; }
  int seen() const { return seen_; }

 private:
  static double prior(int towns) { return 0.3 * std::pow(0.5, towns - 1); }
  static std::string text(int towns, double prior) {
    std::string set = "t1", next = "t1";
    for (int t = 2; t <= towns; ++t) set += fmt::format(", t{}", t);
    for (int t = towns - 1; t >= 1; --t) next = fmt::format("if town == t{} then t{} else {}", t, t + 1, next);
    return fmt::format(R"(
case "Chain store" source "Kreps & Wilson 1982"
horizon {} rounds
precision infinity
set Towns = {{ {} }}
actor Store {{ types {{ weak: otherwise, strong: {} }} }}
actor Rival[t in Towns]
param fight[Store] {{ strong = 0, weak = -1 }}
param share[Store] {{ strong = -1, weak = 0 }}
state town: Towns = t1
state entered: boolean = no
round {{
  move Enter[t in Towns] by Rival[t] when town == t {{ stays_out pays Store: 2
    comes_in {{ entered = yes }} }}
  move Answer[t in Towns] by Store when town == t and entered {{
    fights {{ entered = no }} pays Store: fight[Store], Rival[t]: -0.5
    shares {{ entered = no }} pays Store: share[Store], Rival[t]: 0.5 }}
  chance Next {{ on otherwise {{ town = {} }} }}
}}
)",
                       towns, set, prior, next);
  }

  // The next choice of somebody who has one, after a path of edges; the path goes on there.
  solve::Situation next_choice(std::vector<uint32_t>& path) {
    auto walk = limit_.solved.first->walk(limit_.g, limit_.w, {});
    for (const uint32_t e : path) walk->take(e);
    while (limit_.g.nodes[walk->here().node].edges == 1) {
      path.push_back(0);
      walk->take(0);
    }
    return walk->here();
  }
  void expect(const solve::Situation& at, uint32_t type, double first) {
    worst_ = std::max(worst_, std::fabs(std::exp(at.movers[0].log_sigma[2 * type]) - first));
    ++seen_;
  }

  // Everything that is reached with some probability.
  void visit(std::vector<uint32_t> path, double p, int n) {
    if (n == 0) return;
    const double enough = std::pow(0.5, n - 1), tie = std::pow(0.5, n);
    const double out = p > tie ? 1 : p < tie ? 0 : 0.5;
    expect(next_choice(path), 0, out);
    if (out > 0) {
      path.push_back(0);
      visit(path, p, n - 1);
      path.pop_back();
    }
    if (out == 1) return;
    path.push_back(1);
    const auto answer = next_choice(path);
    const double fights = n == 1 ? 0 : p >= enough ? 1 : (1 - enough) * p / ((1 - p) * enough);
    expect(answer, 0, fights);
    if (p > 0) expect(answer, 1, 1);
    if (p > 0) {
      path.push_back(0);
      visit(path, n == 1 ? 1 : std::max(p, enough), n - 1);
      path.pop_back();
    }
    path.push_back(1);
    if (fights < 1) visit(path, 0, n - 1);
  }

  Limit limit_;
  double worst_ = 0;
  int seen_ = 0;
};

// Log-odds of mixed choices over the precision move beliefs that are to be b^n: the distance is of that order.
TEST(Limit, ChainStoreDefendsItsName) {
  for (const int towns : {2, 3, 4, 5}) {
    const ChainStore played(towns);
    EXPECT_GT(played.seen(), 3 * towns);
    EXPECT_LT(played.worst(), 10 * std::pow(2, towns) / played.end()) << towns;
  }
}

// Two who inspect and cheat: mixed for sure. Of infinite precision, each makes the other indifferent.
std::string inspection(const std::string& first, const std::string& second) {
  return fmt::format(R"(
case "Inspection"
horizon 1 rounds
actor A {{ precision {} }}
actor B {{ precision {} }}
state a: boolean = no
state b: boolean = no
round {{ simultaneous Both {{
  move First by A {{ one {{ a = yes }}
    two {{ a = no }} }}
  move Second by B {{ one {{ b = yes }}
    two {{ b = no }} }}
}} }}
payoff A {{ at end: if a then (if b then -2 else 1) else 0 }}
payoff B {{ at end: if b then (if a then 2 else -1) else 0 }}
measure first = P(ever First.one)
measure second = P(ever Second.one)
)",
                     first, second);
}

TEST(Limit, MixedChoicesMakeTheOtherIndifferent) {
  const Limit limit(inspection("infinity", "infinity"));
  expect_limit(limit);
  EXPECT_NEAR(testing::mean(limit.solution(), 0), 1.0 / 3, limit.near());
  EXPECT_NEAR(testing::mean(limit.solution(), 1), 1.0 / 3, limit.near());
  // What a mixed choice costs is log-odds over precision: sigma (1 - sigma) log(2) in units of stakes 4 each.
  EXPECT_NEAR(limit.certificate().gain_at_end, std::log(2.0) / 3 / limit.certificate().ended_at / 4, 1e-9);
}

// A's precision stays at 2, so B makes A reply such that B is indifferent: A plays 'one' with 1/3, so what it gains by
// it, 1 - 3 b, is log(1/2) / 2.
TEST(Limit, FinitePrecisionsStayWhereTheyAre) {
  const Limit limit(inspection("2", "infinity"));
  expect_limit(limit);
  EXPECT_NEAR(testing::mean(limit.solution(), 0), 1.0 / 3, limit.near());
  EXPECT_NEAR(testing::mean(limit.solution(), 1), (1 + std::log(2.0) / 2) / 3, limit.near());
  // And the other way round: B's 2 b's gain 3 a - 1 is log(sigma / (1 - sigma)) / 2 at sigma = 1/3.
  const Limit other(inspection("infinity", "2"));
  expect_limit(other);
  EXPECT_NEAR(testing::mean(other.solution(), 1), 1.0 / 3, other.near());
  EXPECT_NEAR(testing::mean(other.solution(), 0), (1 - std::log(2.0) / 2) / 3, other.near());
  // Somebody who chooses by lot goes on choosing by lot.
  const Limit lot(inspection("0", "infinity"));
  expect_limit(lot);
  EXPECT_NEAR(testing::mean(lot.solution(), 0), 0.5, 1e-15);
  EXPECT_NEAR(testing::mean(lot.solution(), 1), 1, 1e-12);
}

// The end: at a difference d of two options' values the choice costs d / (1 + exp(lambda d)), at most W(1 / e) /
// lambda.
TEST(Limit, EndsWhereNobodyCanLoseMore) {
  const Limit limit(inspection("infinity", "infinity"));
  const auto plan = solve::SweepPlan(limit.g, *solve::unfold(limit.g));
  const double end = limit.certificate().ended_at;
  EXPECT_DOUBLE_EQ(end, solve::limit_precision(plan, limit.w, 1e-6));
  double most = 0;
  for (double x = 0; x < 10; x += 1e-4) most = std::max(most, x / (1 + std::exp(x)));
  EXPECT_NEAR(most / end / limit.w.payoff_range, 1e-6, 1e-12);
}

// Without anything to learn the limit is backward induction, and no branch need be followed.
TEST(Limit, BackwardInductionWhereNothingIsLearned) {
  const Limit limit(R"(
case "Centipede"
horizon 6 rounds
precision infinity
actor A
actor B
state pot: 0..20 = 1
state over: boolean = no
round {
  move First by A when not over { take { over = yes } pays A: pot, B: 0.5
    pass { pot = pot + 1 } }
  move Second by B when not over { take { over = yes } pays B: pot, A: 0.5
    pass { pot = pot + 1 } }
}
measure taken = P(First.take in round)
)");
  expect_limit(limit);
  EXPECT_NEAR(testing::mean(limit.solution(), 0, 0), 1, 1e-12);
  EXPECT_NEAR(testing::mean(limit.solution(), 0, 1), 0, 1e-12);
}

class RandomLimit : public ::testing::TestWithParam<uint32_t> {};

std::string with_infinite_precision(const std::string& text) {
  const size_t at = text.find("precision "), end = text.find('\n', at);
  return text.substr(0, at) + "precision infinity" + text.substr(end);
}

// Found or not: what is told is an equilibrium to what it says, and nothing is told where none was found.
TEST_P(RandomLimit, NobodyCanGain) {
  for (const int rounds : {1, 2}) {
    if (rounds == 2 && GetParam() > 2) continue;
    const auto text = with_infinite_precision(testing::random_case(GetParam(), {.rounds = rounds}));
    const Limit limit(text);
    if (!limit.solved.outcomes[0].solution) {
      EXPECT_NE(limit.solved.outcomes[0].error.find("could be followed only up to precision"), std::string::npos);
      EXPECT_FALSE(limit.solved.first);
      continue;
    }
    const auto& c = limit.certificate();
    EXPECT_EQ(c.failed, 0u);
    EXPECT_LE(c.gain_at_end, 1.000001 * solve::limit_gains[0]);
    EXPECT_LE(c.distance_anywhere, 1e-3);
    for (const auto& m : limit.solution().measures)
      for (const double v : m.by_profile) EXPECT_TRUE(std::isfinite(v));
  }
}

// Worlds with and without a limit side by side: each as it is alone.
TEST_P(RandomLimit, BesideFiniteWorlds) {
  const auto c = testing::load(testing::random_case(GetParam(), {.rounds = 1}));
  const auto g = testing::compile(c);
  auto finite = testing::world(g, testing::fixed_params(c)), endless = finite, mixed = finite;
  for (double& x : endless.precision) x = INFINITY;
  mixed.precision[0] = INFINITY;
  const auto plan = std::make_shared<solve::SweepPlan>(g, *solve::unfold(g));
  const std::vector<const solve::World*> all{&finite, &endless, &mixed};
  const auto together = solve_exactly(plan, all, {}, false).solutions;
  for (size_t k = 0; k < all.size(); ++k) {
    const auto alone = solve_exactly(plan, {&all[k], 1}, {}, false).solutions[0];
    EXPECT_EQ(alone.values, together[k].values) << k;
    EXPECT_EQ(alone.certificate.ended_at, together[k].certificate.ended_at) << k;
    EXPECT_EQ(alone.certificate.ended_at > 0, k > 0) << k;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomLimit, ::testing::Range(1u, 25u));

TEST(Limit, IsRefusedOnGrids) {
  const auto c = testing::load(with_infinite_precision(testing::random_case(1, {.rounds = 1})));
  const auto g = testing::compile(c);
  solve::SolveOptions options;
  options.exact_up_to = 0;
  const auto out = solve::solve_batch(g, std::vector<std::vector<double>>{testing::fixed_params(c)}, options);
  EXPECT_FALSE(out[0].solution);
  EXPECT_NE(out[0].error.find("the precision of A0 is infinite"), std::string::npos) << out[0].error;
}

}  // namespace
}  // namespace casus

// Several equilibria at one node: as many are found as an independent count of the fixed points says.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "case_text.h"
#include "solve/scalar/reference.h"
#include "solve/sums.h"

namespace casus {
namespace {

using solve::NodeSearch;
using solve::Pick;
using testing::logistic;

// Roots of f in (0, 1), by sign changes on a fine grid.
template <class F>
std::vector<double> roots(F&& f) {
  constexpr int cells = 200'001;  // odd, so that no cell ends at 1/2
  std::vector<double> out;
  double before = f(0.5 / cells);
  for (int i = 1; i < cells; ++i) {
    const double now = f((i + 0.5) / cells);
    if ((before > 0) != (now > 0)) out.push_back(static_cast<double>(i) / cells);
    before = now;
  }
  return out;
}

struct Searched {
  solve::Solution solution;
  solve::SearchCount found;
};

Searched solve_with(const model::Case& c, const NodeSearch& search, uint32_t points = 17) {
  const auto g = testing::compile(c);
  const auto w = solve::evaluate_world(g, testing::fixed_params(c));
  if (!w.value) throw std::runtime_error(w.error);
  solve::SolveOptions options;
  options.points = points;
  solve::Reference reference(g, *w.value, options);
  reference.look_for_others(search);
  auto solution = reference.solve();
  return {std::move(solution), reference.found()};
}

// Both get 1 if neither trusts and `bonus` if both do.
model::Case coordination(double precision, double bonus) {
  return testing::load(fmt::format(R"(
case "coordination"
horizon 1 rounds
precision {}
actor A
actor B
state a: 0..1 = 0
state b: 0..1 = 0
round {{ simultaneous Meet {{
  move Left by A {{ trust {{ a = 1 }}
    shun {{ a = 0 }} }}
  move Right by B {{ trust {{ b = 1 }}
    shun {{ b = 0 }} }}
}} }}
payoff A {{ at end: if a == 1 and b == 1 then {} else if a == 0 and b == 0 then 1 else 0 }}
payoff B {{ at end: if a == 1 and b == 1 then {} else if a == 0 and b == 0 then 1 else 0 }}
measure trust = P(a == 1 at end)
measure gain = E(payoff(A))
)",
                                   precision, bonus, bonus));
}

TEST(Branches, CoordinationHasAsManyEquilibriaAsItsFixedPoints) {
  for (const auto& [precision, bonus] :
       {std::pair{1.5, 1.0}, {2.5, 1.0}, {6.0, 1.0}, {2.5, 1.5}, {4.0, 1.5}, {5.0, 1.2}}) {
    const auto reply = [precision = precision, bonus = bonus](double p) {
      return logistic(precision * (bonus * p - (1 - p)));
    };
    const auto expected = roots([&](double p) { return reply(reply(p)) - p; });
    const auto c = coordination(precision, bonus);
    const auto s = solve_with(c, {.starts = 16});
    EXPECT_EQ(s.found.searched, 1u);
    EXPECT_EQ(s.found.most, expected.size()) << "precision " << precision << ", bonus " << bonus;
    EXPECT_EQ(s.found.several, expected.size() > 1 ? 1u : 0u);
    // As many draws as there are fixed points take each of them.
    std::vector<double> taken;
    for (uint32_t draw = 0; draw < expected.size(); ++draw)
      taken.push_back(testing::mean(solve_with(c, {.starts = 16, .pick = Pick::random, .draw = draw}).solution, 0));
    std::sort(taken.begin(), taken.end());
    for (size_t k = 0; k < expected.size(); ++k) EXPECT_NEAR(taken[k], expected[k], 1e-5);
  }
}

TEST(Branches, TheBestAndTheWorstForAnActor) {
  const auto c = coordination(4, 1.5);
  const auto reply = [](double p) { return logistic(4 * (1.5 * p - (1 - p))); };
  double low = 1e9, high = -1e9;
  for (double p : roots([&](double x) { return reply(reply(x)) - x; })) {
    const double gain = 1.5 * p * reply(p) + (1 - p) * (1 - reply(p));
    low = std::min(low, gain);
    high = std::max(high, gain);
  }
  ASSERT_GT(high, low + 0.3);
  EXPECT_NEAR(testing::mean(solve_with(c, {.starts = 16, .pick = Pick::highest}).solution, 1), high, 1e-4);
  EXPECT_NEAR(testing::mean(solve_with(c, {.starts = 16, .pick = Pick::lowest}).solution, 1), low, 1e-4);
}

// Cheap talk: with even types S says `one` with probability a as x and 1 - a as y, and logit a = 4 tanh(2 (2 a - 1)):
// babbling and two languages.
TEST(Branches, CheapTalkCanBabbleOrTell) {
  const auto c = testing::load(R"(
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
measure right = E(payoff(R))
)");
  const auto a = roots([](double p) { return logistic(4 * std::tanh(2 * (2 * p - 1))) - p; });
  ASSERT_EQ(a.size(), 3u);
  const auto s = solve_with(c, {.starts = 16}, 65);
  EXPECT_EQ(s.found.most, 3u);
  const auto right = [](double p) {
    const double r = logistic(4 * (2 * p - 1));
    return p * r + (1 - p) * (1 - r);
  };
  EXPECT_NEAR(testing::mean(s.solution, 0), 0.5, 1e-9);  // the principal branch babbles
  const auto best = solve_with(c, {.starts = 16, .pick = Pick::highest, .actor = 1}, 65);
  EXPECT_NEAR(testing::mean(best.solution, 0), right(a[2]), 1e-4);
}

TEST(Branches, OneMoverWithoutAnAudienceIsNotSearched) {
  const auto c = testing::load(R"(
case "alone"
horizon 1 rounds
precision 9
actor A
round { move M by A { left pays A: 1
  right pays A: 1 } }
measure left = P(ever M.left)
)");
  const auto s = solve_with(c, {.starts = 16});
  EXPECT_EQ(s.found.searched, 0u);
  EXPECT_EQ(s.found.several, 0u);
}

}  // namespace
}  // namespace casus

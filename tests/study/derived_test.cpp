// Measures that are reckoned from others, held to all courses of play written out: each is known by its states and
// choices, what is asked is worked out here, course by course.
#include "study/derived.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "case_text.h"
#include "game/partial.h"
#include "solve/random_case.h"
#include "solve/sums.h"
#include "study/plan.h"
#include "study/solved.h"

namespace casus::study {
namespace {

// A step of a course: what is chosen, and the states before and after.
struct Moment {
  uint32_t round = 1;
  std::set<std::string> chosen;  // "Third.o0"
  std::vector<int> before, after;
};
struct Course {
  std::vector<double> chance;             // given each profile
  std::vector<Moment> moments;            // in order
  std::vector<std::vector<int>> at_ends;  // states at the ends of rounds
  const std::vector<int>& last() const { return at_ends.back(); }
};

// Every course of play with its probability. States are carried along by the rules of the case.
std::vector<Course> courses_of(const model::Case& c, const game::Game& g, const std::vector<double>& params) {
  std::vector<Course> out;
  const auto walkable = solve::solve_walkable(g, {&params, 1}, {});
  if (!walkable.first) throw std::runtime_error("no answer");
  const auto w = *solve::evaluate_world(g, params).value;
  const std::function<void(const solve::Walk&, std::vector<int>, Course)> descend =
      [&](const solve::Walk& walk, std::vector<int> state, Course course) {
        const auto& here = walk.here();
        const auto& node = g.nodes[here.node];
        const auto& shape = g.shapes[node.shape];
        if (shape.kind == game::NodeKind::end) {
          out.push_back(std::move(course));
          return;
        }
        for (uint32_t e = 0; e < node.edges; ++e) {
          Course next = course;
          std::vector<int> after = state;
          if (shape.kind == game::NodeKind::settle) {
            next.at_ends.push_back(state);
          } else {
            Moment moment{node.round, {}, state, {}};
            const auto& stage = c.stages[shape.stage];
            const auto perform = [&](const model::Option& o) {
              for (const auto& effect : o.effects)
                after[effect.state] = static_cast<int>(game::number_at(c, effect.value, after, node.round));
            };
            if (shape.kind == game::NodeKind::chance) {
              const auto& outcome = stage.outcomes[shape.outcomes[e]];
              moment.chosen.insert(stage.name + "." + outcome.name);
              perform(outcome);
              for (uint32_t p = 0; p < g.profiles; ++p) {
                const uint32_t t = shape.informer == game::none ? 0 : g.type_of(p, g.informed[shape.informer].actor);
                next.chance[p] *= w.slots[g.probability_tables[g.edges[node.first_edge + e].probability + t]];
              }
            }
            uint32_t stride = node.edges;
            for (size_t m = 0; m < shape.movers.size(); ++m) {
              const auto& mover = here.movers[m];
              stride /= mover.options;
              const uint32_t o = e / stride % mover.options;
              const auto& decision = stage.decisions[shape.movers[m].decision];
              const auto& option = decision.options[shape.movers[m].options[o]];
              moment.chosen.insert(decision.name + "." + option.name);
              perform(option);
              for (uint32_t p = 0; p < g.profiles; ++p)
                next.chance[p] *= std::exp(mover.log_sigma[g.type_of(p, shape.movers[m].actor) * mover.options + o]);
            }
            moment.after = after;
            next.moments.push_back(std::move(moment));
          }
          const auto on = walk.copy();
          on->take(e);
          descend(*on, after, std::move(next));
        }
      };
  Course start;
  start.chance.assign(g.profiles, 1);
  std::vector<int> state;
  for (const auto& v : c.states) state.push_back(v.initial);
  descend(*walkable.first->walk(g, w, {}), state, start);
  return out;
}

using Asks = std::function<double(const Course&, uint32_t profile)>;

constexpr const char* asked = R"(
param a = 0.7
measure end_given_end = P(x >= 1 | y == 1 at end)
measure type_given_end = P(A1 is t1 | x >= 1 at end)
measure type_given_choice = P(A1 is t1 | ever Second.o1)
measure end_given_type = P(x >= 1 at end | A1 is t1)
measure ever_given_type = P(ever Third.o1 | A1 is t1)
measure end_given_ever = P(y == 1 at end | ever x == 2)
measure ever_given_ever = P(ever Third.o0 | ever x == 2)
measure round_given_round = P(x >= 1 | y == 0 in round)
measure choice_given_state = P(Third.o0 | x == 1 in round)
measure state_given_choice = P(x == 1 | Third.o0 in round)
measure hit_first = P(x == 2 before Third.o1)
measure choice_first = P(Third.o1 before x == 2)
measure first_given = P(A1 is t1 | x == 2 before Third.o1)
measure wait = E(rounds until x == 2)
measure wait_given = E(rounds until x == 2 | A1 is t1)
measure spell = E(rounds with x >= 1)
measure picks = E(rounds with Third.o0)
measure mean_given = E(x + y | y == 1 at end)
measure mean_given_ever = E(x at end | ever Third.o1)
measure rho = correlation(ever x == 2, y == 1 at end)
measure rho_numbers = correlation(x, x + 2 * y at end)
measure rho_round = correlation(x >= 1, y == 1 in round)
measure high = quantile(x + 3 * y at end, 0.8)
measure middle = median(x * x in round)
measure low_given = quantile(x at end | ever Third.o1, 0.3)
measure typed = quantile((if A1 is t1 then 10 else 0) + x at end, 0.6)
measure some_round = P(x >= 1 in round)
measure paid = E(payoff(A0) | A1 is t1)
measure bill = a * P(ever x == 2) - 2 * hit_first / (1 + wait) + max(spell, picks)
measure bill_of = bill[A1.t1] - round_given_round[round 1]
)";

class DerivedMeasures : public ::testing::TestWithParam<uint32_t> {
 protected:
  // The first from there on in which A1 has two types.
  std::string text_ = [] {
    for (uint32_t seed = 10 * GetParam();; ++seed)
      if (auto text = testing::random_case(seed, {.precision = 1.5, .simultaneous = false, .most_types = 2});
          text.find("measure belief1") != text.npos)
        return text + asked;
  }();
  model::Case c_ = testing::load(text_);
  base::Diagnostics diagnostics_;
  PolicyResult result_;

  Plan plan(const solve::SolveOptions& options) {
    Options o;
    o.solve = options;
    auto made = make_plan(c_, o, diagnostics_);
    if (!made) throw std::runtime_error(made.error());
    return std::move(*made);
  }
};

TEST_P(DerivedMeasures, AreWhatAllCoursesOfPlaySay) {
  const Plan plan = this->plan({});
  const game::Game& g = plan.policies[0].game;
  const std::vector<double> params = testing::fixed_params(c_);
  const auto solved = solve_world(plan, 0, params, plan.options.solve, 1);
  const PolicyResult& r = solved->result();
  ASSERT_TRUE(r.ok()) << r.error;
  ASSERT_EQ(r.certificate.method, solve::Method::exact);
  const auto courses = courses_of(c_, g, params);
  const uint32_t x = *model::find_state(c_, "x"), y = *model::find_state(c_, "y");

  for (int type = -1; type < 2; ++type) {
    SCOPED_TRACE(type);
    const std::vector<int> given{-1, type, -1};
    // The mean of what is asked over all courses, given the type.
    const auto mean = [&](const Asks& asks) {
      double sum = 0, weight = 0;
      for (uint32_t p = 0; p < g.profiles; ++p) {
        if (type >= 0 && g.type_of(p, 1) != static_cast<uint32_t>(type)) continue;
        weight += r.profile_prior[p];
        for (const auto& course : courses) sum += r.profile_prior[p] * course.chance[p] * asks(course, p);
      }
      return sum / weight;
    };
    const auto value = [&](const char* name, uint32_t round = 0) {
      return expected(plan.layout, r.values, r.profile_prior, *model::find_measure(c_, name), round, given);
    };
    size_t numbers = 0;
    const auto expect = [&](const char* name, double right, uint32_t round = 0) {
      numbers += std::isfinite(right);
      const double found = value(name, round);
      if (std::isnan(right))
        EXPECT_TRUE(std::isnan(found)) << name << " " << found;
      else
        EXPECT_NEAR(found, right, 1e-9) << name;
    };
    const auto at_end = [](const std::function<bool(const std::vector<int>&)>& holds) -> Asks {
      return [=](const Course& k, uint32_t) { return holds(k.last()); };
    };
    // The place of the first moment, or past all.
    const auto first_state = [](const Course& k, const std::function<bool(const std::vector<int>&)>& holds) {
      size_t m = 0;
      while (m < k.moments.size() && !holds(k.moments[m].after)) ++m;
      return m;
    };
    const auto first_choice = [](const Course& k, const std::string& option) {
      size_t m = 0;
      while (m < k.moments.size() && !k.moments[m].chosen.count(option)) ++m;
      return m;
    };
    const auto two = [=](const std::vector<int>& s) { return s[x] == 2; };
    const Asks y1 = at_end([=](const auto&s) { return s[y] == 1; }),
               x1 = at_end([=](const auto&s) { return s[x] >= 1; });
    const Asks is_t1 = [&](const Course&, uint32_t p) { return g.type_of(p, 1) == 1; };
    const Asks ever_two = [=](const Course& k, uint32_t) { return first_state(k, two) < k.moments.size(); };
    const auto ever = [=](const std::string& option) -> Asks {
      return [=](const Course& k, uint32_t) { return first_choice(k, option) < k.moments.size(); };
    };
    const auto both = [](const Asks& a, const Asks& b) -> Asks {
      return [=](const Course& k, uint32_t p) { return a(k, p) * b(k, p); };
    };
    const auto ratio = [&](const Asks& a, const Asks& b) { return mean(both(a, b)) / mean(b); };
    const auto of_x = [=](const Course& k, uint32_t) { return static_cast<double>(k.last()[x]); };

    expect("end_given_end", ratio(x1, y1));
    expect("type_given_end", ratio(is_t1, x1));
    expect("type_given_choice", ratio(is_t1, ever("Second.o1")));
    expect("end_given_type", ratio(x1, is_t1));
    expect("ever_given_type", ratio(ever("Third.o1"), is_t1));
    expect("end_given_ever", ratio(y1, ever_two));
    expect("ever_given_ever", ratio(ever("Third.o0"), ever_two));
    const Asks hit_first = [=](const Course& k, uint32_t) { return first_state(k, two) < first_choice(k, "Third.o1"); };
    expect("hit_first", mean(hit_first));
    expect("choice_first",
           mean([=](const Course& k, uint32_t) { return first_choice(k, "Third.o1") < first_state(k, two); }));
    expect("first_given", ratio(is_t1, hit_first));
    const Asks round_of_two = [=](const Course& k, uint32_t) {
      const size_t m = first_state(k, two);
      return m < k.moments.size() ? static_cast<double>(k.moments[m].round) : 0;
    };
    expect("wait", mean(round_of_two) / mean(ever_two));
    expect("wait_given", mean(both(round_of_two, is_t1)) / mean(both(ever_two, is_t1)));
    const double spell = mean([=](const Course& k, uint32_t) {
      double n = 0;
      for (const auto& s : k.at_ends) n += s[x] >= 1;
      return n;
    });
    const double picks = mean([=](const Course& k, uint32_t) {
      double n = 0;
      for (const auto& m : k.moments) n += static_cast<double>(m.chosen.count("Third.o0"));
      return n;
    });
    expect("spell", spell);
    expect("picks", picks);
    expect("mean_given", ratio([=](const Course& k, uint32_t) { return k.last()[x] + k.last()[y]; }, y1));
    expect("mean_given_ever", ratio(of_x, ever("Third.o1")));
    const auto correlation = [&](const Asks& a, const Asks& b) {
      const double ma = mean(a), mb = mean(b);
      const double va = mean(both(a, a)) - ma * ma, vb = mean(both(b, b)) - mb * mb;
      return std::min(va, vb) > 1e-12 ? (mean(both(a, b)) - ma * mb) / std::sqrt(va * vb) : std::nan("");
    };
    expect("rho", correlation(ever_two, y1));
    expect("rho_numbers", correlation(of_x, [=](const Course& k, uint32_t) { return k.last()[x] + 2 * k.last()[y]; }));
    const auto quantile = [&](const Asks& asks, double q, const Asks& given_that) {
      std::map<double, double> mass;
      double all = 0;
      for (uint32_t p = 0; p < g.profiles; ++p)
        for (const auto& k : courses) {
          if (type >= 0 && g.type_of(p, 1) != static_cast<uint32_t>(type)) continue;
          const double m = r.profile_prior[p] * k.chance[p] * given_that(k, p);
          mass[asks(k, p)] += m;
          all += m;
        }
      double below = 0;
      for (const auto& [v, m] : mass)
        if ((below += m) > q * all - 1e-9) return v;
      return std::nan("");
    };
    const Asks always = [](const Course&, uint32_t) { return 1; };
    expect("high", quantile([=](const Course& k, uint32_t) { return k.last()[x] + 3 * k.last()[y]; }, 0.8, always));
    expect("low_given", quantile(of_x, 0.3, ever("Third.o1")));
    expect("typed", quantile([&](const Course& k, uint32_t p) { return 10 * is_t1(k, p) + k.last()[x]; }, 0.6, always));
    for (uint32_t round = 0; round < 2; ++round) {
      const auto in_round = [=](const std::function<bool(const std::vector<int>&)>& holds) -> Asks {
        return [=](const Course& k, uint32_t) { return holds(k.at_ends[round]); };
      };
      const Asks some = in_round([=](const auto& s) { return s[x] >= 1; });
      const Asks y_is_0 = in_round([=](const auto& s) { return s[y] == 0; });
      expect("round_given_round", ratio(some, y_is_0), round);
      expect("rho_round", correlation(some, in_round([=](const auto& s) { return s[y] == 1; })), round);
      expect(
          "middle",
          quantile([=](const Course& k, uint32_t) { return k.at_ends[round][x] * k.at_ends[round][x]; }, 0.5, always),
          round);
      // Of the moment at which the choice is made.
      const auto at_third = [=](bool o0, bool one) -> Asks {
        return [=](const Course& k, uint32_t) {
          double n = 0;
          for (const auto& m : k.moments)
            if (m.round == round + 1 && m.chosen.begin()->starts_with("Third."))
              n += (!o0 || m.chosen.count("Third.o0")) && (!one || m.before[x] == 1);
          return n;
        };
      };
      expect("choice_given_state", mean(at_third(true, true)) / mean(at_third(false, true)), round);
      expect("state_given_choice", mean(at_third(true, true)) / mean(at_third(true, false)), round);
    }
    EXPECT_GE(numbers, type < 0 ? 22u : 15u);  // the rest never happens
    // What is given by name is given whatever else is asked.
    if (type == 0) {
      EXPECT_TRUE(std::isnan(value("paid")));
      continue;
    }
    expect("paid", expected(plan.layout, r.values, r.profile_prior, *model::find_measure(c_, "pay"), 0, {-1, 1, -1}));
    const auto bill = [&](int of) {
      const auto read = [&](const char* name) {
        return expected(plan.layout, r.values, r.profile_prior, *model::find_measure(c_, name), 0, {-1, of, -1});
      };
      return 0.7 * read("hit") - 2 * read("hit_first") / (1 + read("wait")) + std::max(read("spell"), read("picks"));
    };
    expect("bill", bill(type));
    expect("bill_of", bill(1) - value("round_given_round", 0));
  }
}

// On grids nothing is exact, but what is counted is counted of the same particles: laws of probability hold.
TEST_P(DerivedMeasures, KeepTheLawsOfProbabilityOnGrids) {
  const Plan plan = this->plan(testing::on_grids(7));
  const std::vector<double> params = testing::fixed_params(c_);
  solve::SolveOptions options = plan.options.solve;
  const auto outcome = solve::solve_batch(plan.policies[0].game, {&params, 1}, options)[0];
  ASSERT_TRUE(outcome.solution) << outcome.error;
  std::vector<double> values, change;
  for (const auto& m : outcome.solution->measures) {
    values.insert(values.end(), m.by_profile.begin(), m.by_profile.end());
    change.insert(change.end(), m.change.begin(), m.change.end());
  }
  const auto& prior = outcome.solution->profile_prior;
  const auto value = [&](const char* name, const std::vector<int>& given = {}) {
    return expected(plan.layout, values, prior, *model::find_measure(c_, name), 0, given);
  };
  EXPECT_LE(value("hit_first") + value("choice_first"), 1 + 1e-12);
  EXPECT_LE(value("hit_first"), value("hit") + 1e-12);
  // Bayes' rule with what is known given each type.
  double of_t1 = 0, all = 0;
  for (int t = 0; t < 2; ++t) {
    double share = 0;
    for (uint32_t p = 0; p < plan.layout.profiles; ++p)
      if (plan.policies[0].game.type_of(p, 1) == static_cast<uint32_t>(t)) share += prior[p];
    const double here = share * value("hit_first", {-1, t, -1});
    all += here;
    if (t == 1) of_t1 = here;
  }
  EXPECT_NEAR(value("first_given"), of_t1 / all, 1e-12);
  EXPECT_NEAR(value("hit_first"), all, 1e-12);
  double rounds = 0;
  for (uint32_t k = 0; k < 2; ++k)
    rounds += expected(plan.layout, values, prior, *model::find_measure(c_, "some_round"), k);
  EXPECT_NEAR(value("spell"), rounds, 1e-12);
}

// What is stored says the same as the case.
TEST_P(DerivedMeasures, AreReadBackAsTheyWereWritten) {
  const Plan plan = this->plan({});
  const std::vector<double> params = testing::fixed_params(c_);
  const PolicyResult r = solve_world(plan, 0, params, plan.options.solve, 1)->result();
  MeasureRows rows = plan.layout;
  for (auto& d : rows.derived)
    if (!d.counted()) d = read_derived(text_of(d));
  size_t derived = 0;
  for (uint32_t m = 0; m < plan.layout.asked; ++m) {
    derived += !rows.derived[m].counted();
    for (uint32_t k = 0; k < rows.rounds[m]; ++k)
      for (const Profiles& given : {Profiles{}, plan.layout.having({-1, 1, -1})}) {
        const double right = measured(plan.layout, r.values, r.profile_prior, m, k, given);
        const double found = measured(rows, r.values, r.profile_prior, m, k, given);
        EXPECT_TRUE(found == right || (std::isnan(found) && std::isnan(right))) << c_.measures[m].name;
      }
  }
  EXPECT_EQ(derived, 29u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DerivedMeasures, ::testing::Range(0u, 4u));

}  // namespace
}  // namespace casus::study

// Courses drawn at random and games played from a seat, held to what the solver says of the same world.
#include "study/courses.h"

#include <gtest/gtest.h>

#include <cmath>

#include "language/language.h"
#include "study/seat.h"
#include "study/small_case.h"
#include "uprising.h"

namespace casus::study {
namespace {

TEST(Courses, AgreeWithTheSolverAndBeliefsAreAFairGame) {
  const auto s = small_study();
  const auto params = s->plan.map.midpoint();
  const uint32_t n = 2000;
  const auto world = solve_world(s->plan, 0, params, s->plan.options.solve);
  const auto sample = sample_courses(*world, n, 1);
  ASSERT_EQ(sample.error, "");
  const auto& solved = world->result();

  // The first choice is where the prior stands, so its odds are the measure's to rounding.
  const auto& first = sample.stages.front();
  EXPECT_EQ(first.round, 1u);
  EXPECT_NEAR(first.reached, 1, 1e-12);
  const auto by_month = *model::find_measure(*s->plan.source, "by_month");
  EXPECT_NEAR(first.options[1], expected(s->plan.layout, solved.values, solved.profile_prior, by_month, 0), 1e-9);
  double sum = 0;
  for (double p : first.options) sum += p;
  EXPECT_NEAR(sum, first.reached, 1e-12);

  for (const auto& path : sample.beliefs) {
    ASSERT_EQ(path.after.size(), 3u);  // two rounds
    const double start = path.after[0].mean, end = path.after[2].mean;
    EXPECT_EQ(path.after[0].low, path.after[0].high);
    // A belief's deviation is at most a half, and play speaks for the truth on average.
    if (path.given_type < 0) {
      EXPECT_NEAR(end, start, 5 * 0.5 / std::sqrt(n));
    } else if (path.given_type == static_cast<int>(path.type)) {
      EXPECT_GT(end, start);
    }
  }
}

TEST(Courses, AreTheSameForTheSameSeed) {
  const auto s = small_study();
  const auto params = s->plan.map.midpoint();
  const auto a = sample_courses(*solve_world(s->plan, 1, params, s->plan.options.solve), 50, 7);
  const auto b = sample_courses(*solve_world(s->plan, 1, params, s->plan.options.solve), 50, 7);
  ASSERT_EQ(a.stages.size(), b.stages.size());
  for (size_t k = 0; k < a.stages.size(); ++k) EXPECT_EQ(a.stages[k].options, b.stages[k].options);
}

// Who plays the equilibrium from a seat gets on average what the solver says.
TEST(Seat, PaysWhatTheSolverExpects) {
  const auto s = small_study();
  const auto solved = solve_world(s->plan, 0, s->plan.map.midpoint(), s->plan.options.solve);
  ASSERT_TRUE(solved->result().ok());
  for (uint32_t actor = 0; actor < 2; ++actor) {
    const uint64_t games = 2000;
    double sum = 0, squares = 0;
    for (uint64_t seed = 0; seed < games; ++seed) {
      base::RandomStream own(99, seed);
      const auto played = play(
          *solved, {.actor = actor, .type = -1, .seed = seed}, [](const auto&) {},
          [&](const solve::CourseStep&, const Choice& x) -> std::optional<uint32_t> {
            double u = own.unit();
            for (uint32_t k = 0; k + 1 < x.probability.size(); ++k) {
              if (u < x.probability[k]) return k;
              u -= x.probability[k];
            }
            return static_cast<uint32_t>(x.probability.size() - 1);
          },
          [](const solve::CourseStep&) {});
      ASSERT_TRUE(played.finished);
      sum += played.payoff[actor];
      squares += played.payoff[actor] * played.payoff[actor];
    }
    const double expectation = solved->result().payoffs[actor];
    const double mean = sum / games, deviation = std::sqrt(squares / games - mean * mean);
    EXPECT_NEAR(mean, expectation, 5 * deviation / std::sqrt(games) + 1e-3) << "actor " << actor;
  }
}

// One of those who are counted sits like anybody else; the others are paid what the solver says of each of them.
void sit_among_many(const std::string& text, const std::string& decision, uint32_t members) {
  const auto s = small_study({.worlds = 1}, text);
  ASSERT_TRUE(s->plan.policies.front().game.counted);
  const auto solved = solve_world(s->plan, 0, s->plan.map.midpoint(), s->plan.options.solve);
  ASSERT_TRUE(solved->result().ok()) << solved->error();
  const uint32_t actor = *model::find_actor(*s->plan.source, "Citizen[d]");
  const uint64_t games = 3000;
  double sum = 0, squares = 0, given = 0, others = 0, government = 0;
  for (uint64_t seed = 0; seed < games; ++seed) {
    base::RandomStream own(7, seed);
    const auto played = play(
        *solved, {.actor = actor, .type = -1, .seed = seed}, [](const auto&) {},
        [&](const solve::CourseStep& step, const Choice& x) -> std::optional<uint32_t> {
          EXPECT_EQ(s->plan.source->stages[step.stage].decisions[x.decision].name, decision);
          double u = own.unit();
          uint32_t k = 0;
          while (k + 1 < x.probability.size() && u >= x.probability[k]) u -= x.probability[k++];
          return k;
        },
        [](const solve::CourseStep&) {});
    ASSERT_TRUE(played.finished);
    sum += played.payoff[actor];
    squares += played.payoff[actor] * played.payoff[actor];
    given += solved->payoff_given(actor, played.types);
    for (uint32_t i = 0; i < members; ++i) others += played.payoff[i] / members;
    government += played.payoff[members];
  }
  const double n = games, expectation = solved->result().payoffs[actor];
  const double deviation = std::sqrt(squares / n - sum / n * sum / n);
  EXPECT_NEAR(sum / n, expectation, 5 * deviation / std::sqrt(n));
  EXPECT_NEAR(given / n, expectation, 5 * deviation / std::sqrt(n));
  EXPECT_NEAR(others / n, expectation, 5 * deviation / std::sqrt(n));
  EXPECT_NEAR(government / n, solved->result().payoffs[members], 5 * 1.0 / std::sqrt(n));
}

TEST(Seat, IsThereForOneOfMany) {
  sit_among_many(uprising, "Join[d]", 9);
  sit_among_many(angry_uprising, "Join[d]", 6);
}

TEST(Seat, MeetsTheSameLuckWhateverItChooses) {
  const auto s = small_study();
  const auto solved = solve_world(s->plan, 0, s->plan.map.midpoint(), s->plan.options.solve);
  auto game = [&](uint32_t option) {
    return play(
        *solved, {.actor = 1, .type = -1, .seed = 5}, [](const auto&) {},
        [&](const solve::CourseStep&, const Choice& x) -> std::optional<uint32_t> {
          return std::min<uint32_t>(option, static_cast<uint32_t>(x.options.size() - 1));
        },
        [](const solve::CourseStep&) {});
  };
  const auto a = game(0), b = game(1);
  EXPECT_EQ(a.types, b.types);
  ASSERT_FALSE(a.choices.empty());
  EXPECT_EQ(a.choices[0].value, b.choices[0].value);
  EXPECT_EQ(a.choices[0].best, b.choices[0].best);
  EXPECT_GE(a.choices[0].cost() + b.choices[0].cost(), 0);
  EXPECT_EQ(std::min(a.choices[0].cost(), b.choices[0].cost()), 0);
}

TEST(TiedTypes, TypesAreDrawnTogether) {
  const auto loaded = language::load_text("test.casus", R"(case "an expert"
horizon 1 rounds
precision 1
fact Oil { rich: 0.4, poor: otherwise }
actor Expert { types { hopeful: if Oil is rich then skill else 0.3, doubtful: otherwise } }
actor Rival { types { tough: if Expert is hopeful then 0.7 else 0.2, weak: otherwise } }
param skill = 0.8
round { move Talk by Expert { praise warn pays Expert: if Oil is rich then 0 else 0.15 } }
payoff Rival { at end: Rival is tough }
measure talks = P(ever Talk.praise)
)");
  ASSERT_TRUE(loaded.value);
  base::Diagnostics diagnostics;
  const auto compiled = game::compile(*loaded.value, 0, diagnostics);
  ASSERT_TRUE(compiled);
  const auto& g = *compiled;
  const auto w = solve::evaluate_world(g, std::vector<double>{0.8}).value.value();
  constexpr uint32_t draws = 20000;
  const auto frequencies = [&](const std::vector<int>& known) {
    std::vector<double> out(g.profiles, 0.0);
    for (uint32_t i = 0; i < draws; ++i) {
      base::RandomStream uniform(7, i);
      const auto types = draw_types(g, w, uniform, known);
      for (uint32_t p = 0; p < g.profiles; ++p) {
        bool same = true;
        for (uint32_t a = 0; a < g.actors(); ++a) same &= g.type_of(p, a) == types[a];
        if (same) out[p] += 1.0 / draws;
      }
    }
    return out;
  };
  const auto all = frequencies({});
  const auto given = frequencies({-1, -1, 0});  // the rival is tough
  for (uint32_t p = 0; p < g.profiles; ++p) {
    const auto close = [&](double x, double truth) {
      EXPECT_NEAR(x, truth, 4 * std::sqrt(truth * (1 - truth) / draws) + 1e-12);
    };
    close(all[p], w.profile_prior[p]);
    close(given[p], g.type_of(p, 2) == 0 ? w.profile_prior[p] / w.prior[2][0] : 0);
  }
}

}  // namespace
}  // namespace casus::study

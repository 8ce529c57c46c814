#include "study/claims.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "study/small_case.h"

namespace casus::study {
namespace {

using model::Op;
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Pool {
  model::ExprPool pool;
  model::ExprId number(double v) { return pool.add({.op = Op::constant, .value = v, .span = {}}); }
  model::ExprId ref(uint32_t k) { return pool.add({.op = Op::measure, .index = k, .span = {}}); }
  model::ExprId op(Op o, model::ExprId a, model::ExprId b = model::no_expr) {
    return pool.add({.op = o, .a = a, .b = b, .span = {}});
  }
};

TEST(Claims, MarginsOfComparisons) {
  Pool p;
  const auto a = p.ref(0), b = p.ref(1);
  const std::vector<double> refs{0.5, 0.2};
  auto check = [&](Op op, bool holds, double margin) {
    const Judged j = judge(p.pool, p.op(op, a, b), refs);
    EXPECT_EQ(j.holds, holds);
    EXPECT_DOUBLE_EQ(j.margin, margin);
  };
  check(Op::gt, true, 0.3);
  check(Op::ge, true, 0.3);
  check(Op::lt, false, -0.3);
  check(Op::le, false, -0.3);
  check(Op::eq, false, -0.3);
  check(Op::ne, true, 0.3);
}

TEST(Claims, AndTakesTheSmallerMarginOrTheLarger) {
  Pool p;
  const auto above = p.op(Op::gt, p.ref(0), p.number(0.4));  // by 0.1
  const auto below = p.op(Op::lt, p.ref(1), p.number(0.1));  // fails by 0.1
  const std::vector<double> refs{0.5, 0.2};
  const Judged both = judge(p.pool, p.op(Op::and_, above, below), refs);
  EXPECT_FALSE(both.holds);
  EXPECT_DOUBLE_EQ(both.margin, -0.1);
  const Judged either = judge(p.pool, p.op(Op::or_, above, below), refs);
  EXPECT_TRUE(either.holds);
  EXPECT_NEAR(either.margin, 0.1, 1e-15);
  const Judged neither = judge(p.pool, p.op(Op::not_, p.op(Op::or_, above, below)), refs);
  EXPECT_FALSE(neither.holds);
  EXPECT_NEAR(neither.margin, -0.1, 1e-15);
  EXPECT_EQ(judge(p.pool, p.number(1), refs).margin, infinity);
  EXPECT_EQ(judge(p.pool, p.number(0), refs).margin, -infinity);
}

TEST(Claims, MayReckonWithParametersAndOnlyWithWhatAnIfTakes) {
  Pool p;
  const auto param = p.pool.add({.op = Op::param, .index = 1, .span = {}});
  const std::vector<double> refs{0.5, std::nan("")}, params{7, 0.2};
  const Judged j = judge(p.pool, p.op(Op::gt, p.op(Op::mul, p.ref(0), param), p.number(0.04)), refs, params);
  EXPECT_TRUE(j.holds);
  EXPECT_NEAR(j.margin, 0.06, 1e-15);
  const auto either =
      p.pool.add({.op = Op::if_, .a = p.op(Op::gt, p.ref(0), param), .b = p.ref(0), .c = p.ref(1), .span = {}});
  EXPECT_NEAR(judge(p.pool, p.op(Op::gt, either, p.number(0.1)), refs, params).margin, 0.4, 1e-15);
}

// Results made up so that every number of the verdict can be computed by hand.
TEST(Claims, AMeasureIsWeightedWithThePriorAndTheGridChangeGivesTheUncertainty) {
  const auto s = small_study();
  const auto& layout = s->plan.layout;
  ASSERT_EQ(layout.profiles, 2u);
  ASSERT_EQ(layout.size, 2u * (2 + 4));  // by_month has two rounds
  PolicyResult r{.error = "", .profile_prior = {0.25, 0.75}};
  r.values.assign(layout.size, 0);
  r.change.assign(layout.size, 0);
  const uint32_t lost = *model::find_measure(*s->plan.source, "lost");
  r.values[layout.at(lost, 0, 0)] = 0.8;
  r.values[layout.at(lost, 0, 1)] = 0.1;
  r.change[layout.at(lost, 0, 0)] = 0.04;
  EXPECT_DOUBLE_EQ(expected(layout, r.values, r.profile_prior, lost, 0), 0.275);
  EXPECT_DOUBLE_EQ(expected(layout, r.values, r.profile_prior, lost, 0, {1, -1}), 0.1);
  std::vector<PolicyResult> results(3, r);
  const Verdict v = evaluate_claim(s->plan, s->plan.source->claims[0], {}, results);
  EXPECT_EQ(v.truth, Truth::holds);
  EXPECT_NEAR(v.margin, 0.025, 1e-15);
  EXPECT_NEAR(v.uncertainty, 0.01, 1e-15);
  EXPECT_FALSE(v.too_close());
  results[1].change[layout.at(lost, 0, 0)] = -0.2;
  EXPECT_TRUE(evaluate_claim(s->plan, s->plan.source->claims[0], {}, results).too_close());
  results[1].change[layout.at(lost, 0, 0)] = infinity;  // nobody knows how far off it is
  EXPECT_TRUE(evaluate_claim(s->plan, s->plan.source->claims[0], {}, results).too_close());
  results[1].error = "no solution";
  EXPECT_EQ(evaluate_claim(s->plan, s->plan.source->claims[0], {}, results).truth, Truth::unknown);
}

TEST(Claims, ATypeWithoutPriorWeightMakesAClaimUnknown) {
  const auto s = small_study();
  PolicyResult r{.error = "", .profile_prior = {0, 1}};
  r.values.assign(s->plan.layout.size, 0.5);
  r.change.assign(s->plan.layout.size, 0);
  EXPECT_EQ(evaluate_claim(s->plan, s->plan.source->claims[1], {}, {r, r, r}).truth, Truth::unknown);
}

}  // namespace
}  // namespace casus::study

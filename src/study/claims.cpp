#include "study/claims.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "study/others.h"

namespace casus::study {
namespace {

using model::Op;
constexpr double infinity = std::numeric_limits<double>::infinity();

// What a condition is read with.
struct Said {
  const model::ExprPool& pool;
  const std::vector<double>&refs, &params;
};

double number(const Said& r, model::ExprId id) {
  const auto& e = r.pool[id];
  if (e.op == Op::constant) return e.value;
  if (e.op == Op::measure) return r.refs[e.index];
  if (e.op == Op::param) return r.params[e.index];
  if (e.op == Op::if_) return number(r, number(r, e.a) != 0 ? e.b : e.c);  // the other may have no value
  return model::apply(e.op, number(r, e.a), model::arity(e.op) > 1 ? number(r, e.b) : 0, 0);
}

Judged judge(const Said& r, model::ExprId condition) {
  const auto& e = r.pool[condition];
  auto both = [&] { return std::pair(judge(r, e.a), judge(r, e.b)); };
  auto difference = [&] { return number(r, e.a) - number(r, e.b); };
  switch (e.op) {
    case Op::not_: {
      const Judged a = judge(r, e.a);
      return {!a.holds, -a.margin};
    }
    case Op::and_: {
      const auto [a, b] = both();
      return {a.holds && b.holds, std::min(a.margin, b.margin)};
    }
    case Op::or_: {
      const auto [a, b] = both();
      return {a.holds || b.holds, std::max(a.margin, b.margin)};
    }
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::eq:
    case Op::ne: {
      const double d = difference();
      if (e.op == Op::lt) return {d < 0, -d};
      if (e.op == Op::le) return {d <= 0, -d};
      if (e.op == Op::gt) return {d > 0, d};
      if (e.op == Op::ge) return {d >= 0, d};
      if (e.op == Op::eq) return {d == 0, -std::fabs(d)};
      return {d != 0, std::fabs(d)};
    }
    case Op::if_:
      return judge(r, number(r, e.a) != 0 ? e.b : e.c);
    default: {
      const bool holds = number(r, condition) != 0;
      return {holds, holds ? infinity : -infinity};
    }
  }
}

}  // namespace

Judged judge(const model::ExprPool& pool, model::ExprId condition, const std::vector<double>& refs,
             const std::vector<double>& params) {
  return judge(Said{pool, refs, params}, condition);
}

Verdict evaluate_claim(const Plan& plan, const model::Claim& claim, const std::vector<double>& params,
                       const std::vector<PolicyResult>& results) {
  std::vector<double> refs, changes;
  bool known = true;
  for (const auto& ref : claim.refs) {
    const auto& r = results[plan.policy_place[ref.policy]];
    if (!r.ok()) return {Truth::unknown, nan, nan};
    const uint32_t round = ref.round > 0 ? static_cast<uint32_t>(ref.round - 1) : 0;
    refs.push_back(expected(plan.layout, r.values, r.profile_prior, ref.measure, round, ref.given_type));
    changes.push_back(
        expected_change(plan.layout, r.values, r.change, r.profile_prior, ref.measure, round, ref.given_type));
    known &= std::isfinite(refs.back());
  }
  const auto& pool = plan.source->pool;
  const Judged now = judge(pool, claim.condition, refs, params);
  if (!known || std::isnan(now.margin)) return {Truth::unknown, nan, nan};
  double uncertainty = 0;
  for (size_t k = 0; k < refs.size() && std::isfinite(now.margin); ++k) {
    auto moved = refs;
    if (std::isinf(changes[k])) {  // nobody knows what it is worth
      uncertainty = infinity;
      break;
    }
    moved[k] += changes[k];
    const double margin = judge(pool, claim.condition, moved, params).margin;
    if (std::isfinite(margin)) uncertainty += std::fabs(margin - now.margin);
  }
  return {now.holds ? Truth::holds : Truth::fails, now.margin, uncertainty};
}

std::vector<Verdict> judge_claims(const Plan& plan, const std::vector<double>& params,
                                  const std::vector<PolicyResult>& results) {
  std::vector<Verdict> out;
  for (uint32_t k : plan.claims) out.push_back(evaluate_claim(plan, plan.source->claims[k], params, results));
  judge_others(plan, params, results, out);
  return out;
}

}  // namespace casus::study

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;
using K = Type::Kind;
using model::MeasureKind;
using model::Op;

// Whether a condition has ever held, as a yes-or-no that play carries along. `unless`: not after that one.
Checker::ExprId Checker::latch(const Expr& condition, int unless) {
  const Value value = lower(condition, ever_context);
  if (!want_boolean(value, condition.span, "what P(...) asks for")) return model::no_expr;
  std::string key = fmt::format("{} ", unless);
  shape(value.id, key);
  if (case_.endless) {
    no_round(condition.span, "without a last round what happened before is not remembered");
    return model::no_expr;
  }
  if (asks_of_secrets(value.id)) {
    error("not-allowed-here", condition.span, "what was done in secret is not remembered with the course of events",
          "ask P(ever Move.option), P(Move.option in round), or about what is seen of it");
    return model::no_expr;
  }
  const auto [known, fresh] = latches_.try_emplace(key, model::no_expr);
  if (fresh) {
    model::Expr e;
    e.op = Op::state;
    e.index = static_cast<uint32_t>(case_.states.size() + case_.latches.size());
    case_.latches.push_back({value.id, unless});
    known->second = leaf(e, on_state, condition.span);
  }
  return known->second;
}

Checker::Told Checker::told(const Event& event, When when, Wanted wanted, const Context* context) {
  Told out;
  out.each_round = when == When::in_round;
  if (when == When::long_run && !case_.endless) {
    error("no-long-run", event.span, "the case has a last round, so there is no long run",
          "ask for '... in round' or '... at end', or write: horizon none");
    return out;
  }
  if (when == When::ever || when == When::before) {
    int rival = -1;
    if (when == When::before) {
      const ExprId other = latch(*event.rival, -1);
      if (other == model::no_expr) return out;
      rival = static_cast<int>(case_.pool[other].index - case_.states.size());
    }
    out.type = boolean_type;
    out.body = latch(*event.body, rival);
    return out;
  }
  if (!context)
    context = when == When::unsaid       ? &types_context
              : wanted == Wanted::number ? &expectation_context
              : when == When::at_end     ? &end_context
                                         : &round_context;
  const Value value = lower(*event.body, *context);
  const Span span = event.body->span;
  if (wanted == Wanted::condition) {
    if (!want_boolean(value, span, "what P(...) asks for")) return out;
  } else if (wanted == Wanted::number && value.type.kind == K::boolean) {
    error("wrong-kind", span, "E(...) expects a number, found a condition", "ask for its probability: P(...)");
    return out;
  } else if (value.type.kind != K::boolean && !want_number(value, span, "what is asked for")) {
    return out;
  }
  out.type = value.type;
  out.body = value.id;
  return out;
}

// What is given of types alone, and so at no time. Fails where something else is given.
Checker::ExprId Checker::types_given(const std::optional<Event>& given) {
  if (!given) return model::no_expr;
  if (given->when != When::unsaid) {
    error("not-allowed-here", given->span, "only types may be given here",
          "write E(... | Actor is type); of other events ask for E(number | condition at end)");
    return model::no_expr;
  }
  return told(*given, When::unsaid, Wanted::condition).body;
}

Value Checker::lower_term(const Expr& e, const Context& context) {
  if (!allowed(on_measure, context, e.span, "P(...) or E(...)")) return {};
  const Term& t = *e.term;
  switch (t.kind) {
    case TermKind::mean:
      return lower_mean(t, e.span);
    case TermKind::payoff:
      return lower_payoff(t, e.span);
    case TermKind::until:
    case TermKind::lasting:
      return lower_rounds(t, e.span);
    case TermKind::correlation:
      return lower_correlation(t, e.span);
    case TermKind::quantile:
    case TermKind::median:
      return lower_quantile(t, e.span);
  }
  return {};
}

bool Checker::same_time(const Told& a, const Told& b, Span span) {
  if (a.each_round == b.each_round) return true;
  error("several-times", span, "the one has a value for each round, the other has one value",
        "write 'in round' for both, or for neither");
  return false;
}

Checker::ExprId Checker::first_choice(ExprId id) const {
  if (id == model::no_expr || !(facts_[id].dependence & on_chosen)) return model::no_expr;
  const model::Expr& e = case_.pool[id];
  if (e.op == Op::chosen) return id;
  for (const ExprId child : {e.a, e.b, e.c})
    if (const ExprId found = first_choice(child); found != model::no_expr) return found;
  return model::no_expr;
}

// Where one of two that are asked for in each round, or in the long run, speaks of a choice, both are asked for where
// that choice is made: `P(Attack.invade | tied == 0 in round)`, when nothing is tied down as the attack is decided.
bool Checker::at_one_stage(Told& a, Told& b, MeasureKind kind, Span span) {
  if (!model::looks_at_rounds(kind)) return true;
  const ExprId in_a = first_choice(a.body), in_b = first_choice(b.body);
  if (in_a == model::no_expr && in_b == model::no_expr) return true;
  for (auto [told, own, other] : {std::tuple(&a, in_a, in_b), std::tuple(&b, in_b, in_a)}) {
    if (told->type.kind != K::boolean) {
      error("not-allowed-here", span, "a number has no mean beside a choice",
            "ask for the probability of the choice, or keep the choice in a state");
      return false;
    }
    // It always holds, and is asked for at the stage of that choice only.
    if (own == model::no_expr)
      told->body = node(Op::and_, span, told->body, node(Op::or_, span, other, node(Op::not_, span, other)));
  }
  one_stage(node(Op::and_, span, a.body, b.body), span);
  return true;
}

// A part of a probability: at most all of it, and nothing where there is none.
Checker::ExprId Checker::share(ExprId of, ExprId all, Span span) {
  return node(Op::if_, span, node(Op::lt, span, of, all), node(Op::div, span, of, all), node(Op::div, span, all, all));
}

Checker::ExprId Checker::sum_of(std::vector<ExprId> terms, Span span) {
  while (terms.size() > 1) {  // pairwise, so that it is not deep
    std::vector<ExprId> next;
    for (size_t i = 0; i < terms.size(); i += 2)
      next.push_back(i + 1 < terms.size() ? node(Op::add, span, terms[i], terms[i + 1]) : terms[i]);
    terms = std::move(next);
  }
  return terms.front();
}

Value Checker::lower_mean(const Term& t, Span span) {
  When when = t.event.when;
  const When given_when = t.given ? t.given->when : When::unsaid;
  if (case_.endless && !t.given && (when == When::ever || when == When::before)) return lower_first(t, span);
  if (when == When::unsaid &&
      (given_when == When::at_end || given_when == When::in_round || given_when == When::long_run))
    when = given_when;
  const Told a = told(t.event, when, t.probability ? Wanted::condition : Wanted::number);
  const auto kind = a.each_round             ? MeasureKind::in_round
                    : when == When::long_run ? MeasureKind::long_run
                                             : MeasureKind::at_end;
  if (given_when == When::unsaid) {
    const ExprId given = types_given(t.given);
    if (!a.good() || (t.given && given == model::no_expr)) return {};
    if (model::looks_at_rounds(kind)) one_stage(a.body, span);
    return {number_type, reads(counted(kind, t.probability, a.body, span), 0, given, span)};
  }
  Told event = a, given = told(*t.given, given_when, Wanted::condition);
  if (!event.good() || !given.good() || !same_time(event, given, span) || !at_one_stage(event, given, kind, span))
    return {};
  const ExprId both = t.probability ? node(Op::and_, span, event.body, given.body)
                                    : node(Op::if_, span, given.body, event.body, constant_node(0, span));
  const ExprId part = reads(counted(kind, t.probability, both, span), 0, model::no_expr, span),
               all = reads(counted(kind, true, given.body, span), 0, model::no_expr, span);
  return {number_type, t.probability ? share(part, all, span) : node(Op::div, span, part, all)};
}

Value Checker::lower_payoff(const Term& t, Span span) {
  const auto actor = actor_of(t.actor, t.actor.parts.size());
  const ExprId given = types_given(t.given);
  if (!actor || (t.given && given == model::no_expr)) return {};
  return {number_type, reads(counted(MeasureKind::payoff, false, model::no_expr, span, *actor), 0, given, span)};
}

// With a last round: rounds at whose end something holds; or the round in which it first does, given that it ever does:
// that is horizon - (chances that it has by the end of each round but the last) / (chance that it ever does).
Value Checker::lower_rounds(const Term& t, Span span) {
  if (case_.endless) return lower_endless_rounds(t, span);
  const bool until = t.kind == TermKind::until;
  const Told event =
      until ? Told{boolean_type, latch(*t.event.body, -1), true} : told(t.event, When::in_round, Wanted::condition);
  const ExprId given = types_given(t.given);
  if (!event.good() || (t.given && given == model::no_expr)) return {};
  one_stage(event.body, span);
  const uint32_t measure = counted(MeasureKind::in_round, true, event.body, span);
  std::vector<ExprId> rounds;
  for (int r = 1; r <= case_.horizon; ++r) rounds.push_back(reads(measure, r, given, span));
  if (!until) return {number_type, sum_of(std::move(rounds), span)};
  const ExprId all = rounds.back();
  rounds.pop_back();
  const ExprId last = constant_node(case_.horizon, span);
  if (rounds.empty()) return {number_type, node(Op::div, span, all, all)};
  const ExprId early = sum_of(std::move(rounds), span);
  return {number_type, node(Op::sub, span, last, node(Op::div, span, early, all))};
}

Value Checker::lower_correlation(const Term& t, Span span) {
  const When second = t.other.when;
  const When first = t.event.when == When::unsaid ? second : t.event.when;
  Told a = told(t.event, first, Wanted::either),
       b = told(t.other, second == When::unsaid ? first : second, Wanted::either);
  const auto kind = a.each_round              ? MeasureKind::in_round
                    : first == When::long_run ? MeasureKind::long_run
                                              : MeasureKind::at_end;
  if (!a.good() || !b.good() || !same_time(a, b, span) || !at_one_stage(a, b, kind, span)) return {};
  // Numbers in units of the largest, so that what is counted, their squares too, is no more than 1 and errors of it are
  // told like those of probabilities.
  for (Told* x : {&a, &b}) {
    if (x->type.kind == K::boolean) continue;
    double most = 0;
    if (const auto values = values_of(x->body, x->each_round))
      most = std::max(std::fabs(values->front()), std::fabs(values->back()));
    if (most > 1) x->body = node(Op::div, span, x->body, constant_node(most, span));
  }
  const auto mean = [&](ExprId x, ExprId y, bool both_conditions) {
    const ExprId body = both_conditions ? node(Op::and_, span, x, y) : node(Op::mul, span, x, y);
    return reads(counted(kind, both_conditions, body, span), 0, model::no_expr, span);
  };
  const auto alone = [&](const Told& x) {
    return reads(counted(kind, x.type.kind == K::boolean, x.body, span), 0, model::no_expr, span);
  };
  const bool condition_a = a.type.kind == K::boolean, condition_b = b.type.kind == K::boolean;
  const ExprId x = alone(a), y = alone(b);
  const auto less_product = [&](ExprId of, ExprId m, ExprId n) {
    return node(Op::sub, span, of, node(Op::mul, span, m, n));
  };
  const ExprId together = less_product(mean(a.body, b.body, condition_a && condition_b), x, y);
  const ExprId spread_a = less_product(condition_a ? x : mean(a.body, a.body, false), x, x),
               spread_b = less_product(condition_b ? y : mean(b.body, b.body, false), y, y);
  // What does not vary is correlated with nothing; less than this is rounding.
  const ExprId varies = node(Op::gt, span, node(Op::min, span, spread_a, spread_b), constant_node(1e-12, span));
  const ExprId zero = node(Op::sub, span, x, x);
  const ExprId value = node(Op::div, span, together, node(Op::sqrt, span, node(Op::mul, span, spread_a, spread_b)));
  return {number_type, node(Op::if_, span, varies, value, node(Op::div, span, zero, zero))};
}

// The least value that is not exceeded with that probability: the least of all, and every step to the next that the
// distribution does not yet reach.
Value Checker::lower_quantile(const Term& t, Span span) {
  static constexpr Context context{on_state | on_round | on_type, "a quantile",
                                   "states, 'round', types and constants may stand here: the values are the same in "
                                   "every world"};
  std::optional<double> q = 0.5;
  if (t.share) q = constant(*t.share);
  if (!q) return {};
  if (!(*q > 0 && *q < 1)) {
    error("out-of-domain", t.share->span, fmt::format("the share {} does not lie between 0 and 1", *q),
          "write quantile(number at end, 0.9) for what is not exceeded in nine cases of ten");
    return {};
  }
  When when = t.event.when;
  const When given_when = t.given ? t.given->when : When::unsaid;
  if (when == When::unsaid) when = given_when;
  if (when != When::at_end && when != When::in_round) {
    error("several-times", t.event.span, "a quantile is of a number at the end or in each round",
          "write quantile(number at end, 0.9)");
    return {};
  }
  Told number = told(t.event, when, Wanted::either, &context);
  if (!number.good()) return {};
  const auto values = values_of(number.body, number.each_round);
  if (!values) {
    error("too-large", t.event.body->span,
          fmt::format("a number with more than {} values has no quantile here", most_values),
          "ask for it in coarser steps: floor(x / 10)");
    return {};
  }
  Told given;
  ExprId types = model::no_expr;
  if (t.given && given_when == When::unsaid) {
    types = types_given(t.given);
    if (types == model::no_expr) return {};
  } else if (t.given) {
    given = told(*t.given, given_when, Wanted::condition);
    if (!given.good() || !same_time(number, given, span)) return {};
    if (first_choice(given.body) != model::no_expr && number.each_round) {
      error("not-allowed-here", t.given->span, "a quantile given a choice is not counted",
            "keep the choice in a state");
      return {};
    }
  }
  const auto kind = number.each_round ? MeasureKind::in_round : MeasureKind::at_end;
  const auto chance = [&](ExprId body) { return reads(counted(kind, true, body, span), 0, types, span); };
  // All of it, so that a condition that never comes true has no quantile.
  const ExprId all = chance(given.good() ? given.body : constant_node(1, span));
  const ExprId enough =
      node(Op::sub, span, node(Op::mul, span, constant_node(*q, span), all), constant_node(1e-9, span));
  std::vector<ExprId> parts{constant_node(values->front(), span)};
  for (size_t k = 0; k + 1 < values->size(); ++k) {
    ExprId below = node(Op::le, span, number.body, constant_node((*values)[k], span));
    if (given.good()) below = node(Op::and_, span, below, given.body);
    parts.push_back(node(Op::mul, span, constant_node((*values)[k + 1] - (*values)[k], span),
                         node(Op::lt, span, chance(below), enough)));
  }
  const ExprId value = sum_of(std::move(parts), span);
  return {number_type,
          node(Op::if_, span, node(Op::gt, span, all, constant_node(0, span)), value, node(Op::div, span, all, all))};
}

}  // namespace casus::language

// `horizon none`: what a game without a last round asks of a case.
#include <fmt/format.h>

#include <algorithm>

#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;
using model::MeasureKind;
using model::Op;

Value Checker::no_round(Span span, const std::string& why) {
  error("no-last-round", span, why,
        "keep what it needs to know in a state, such as 'state waited: 0..3', or give a number of rounds: horizon 12 "
        "rounds");
  return {};
}

// A condition of which is asked when it first holds. Nothing has to be remembered for that, so deeds done in secret may
// stand in it.
Checker::ExprId Checker::at_first(const Expr& condition) {
  const Value value = lower(condition, ever_context);
  return want_boolean(value, condition.span, "what is asked for") ? value.id : model::no_expr;
}

// P(ever a) and P(a before b) in a formula.
Value Checker::lower_first(const Term& t, Span span) {
  const ExprId body = at_first(*t.event.body);
  uint32_t rival = model::no_rival;
  if (t.event.when == When::before) {
    const ExprId other = at_first(*t.event.rival);
    if (other == model::no_expr) return {};
    rival = counted(MeasureKind::ever, true, other, span);
  }
  if (body == model::no_expr) return {};
  return {number_type, reads(counted(MeasureKind::ever, true, body, span, 0, rival), 0, model::no_expr, span)};
}

// In all rounds until it ends; or in which round first, given that it ever is.
Value Checker::lower_endless_rounds(const Term& t, Span span) {
  if (t.given) {
    error("not-allowed-here", t.given->span, "without a last round a number of rounds is given nothing");
    return {};
  }
  const auto value = [&](MeasureKind kind, bool probability, ExprId body) {
    return reads(counted(kind, probability, body, span), 0, model::no_expr, span);
  };
  if (t.kind == TermKind::until) {
    const ExprId body = at_first(*t.event.body);
    if (body == model::no_expr) return {};
    const ExprId round = value(MeasureKind::awaited, false, body);
    return {number_type, node(Op::div, span, round, value(MeasureKind::ever, true, body))};
  }
  const Told event = told(t.event, When::in_round, Wanted::condition);
  if (!event.good()) return {};
  one_stage(event.body, span);
  return {number_type, value(MeasureKind::lasting, false, event.body)};
}

// What is done in secret, and types that change, move beliefs that no stationary equilibrium can follow.
void Checker::no_secrets_of_types() {
  const auto who = std::find_if(case_.actors.begin(), case_.actors.end(),
                                [](const model::Actor& actor) { return actor.types.size() > 1; });
  if (who == case_.actors.end()) return;
  const char* hint = "give a last round, such as: horizon 60 rounds; without private types it may be hidden";
  for (const auto& stage : case_.stages) {
    if (stage.hidden) {
      error("secret-without-end", stage.span,
            fmt::format("without a last round '{}' cannot be hidden beside the private types of '{}'", stage.name,
                        who->name),
            hint);
      return;
    }
    std::vector<const model::Option*> steps;
    for (const auto& o : stage.outcomes) steps.push_back(&o);
    for (const auto& d : stage.decisions)
      for (const auto& o : d.options) steps.push_back(&o);
    for (const model::Option* o : steps)
      if (o->redraw) {
        error("secret-without-end", o->redraw->span,
              fmt::format("without a last round the types of '{}' cannot change", case_.actors[o->redraw->actor].name),
              "give a last round, such as: horizon 60 rounds");
        return;
      }
  }
}

// Once actors have their discounts, and payoffs and measures are known.
void Checker::endless() {
  const Unit* unit = nullptr;
  for (const Unit& u : program_.units)
    if (const auto* h = std::get_if<Horizon>(u.item); h && !h->rounds) unit = &u;
  const auto in_the_long_run = [](const model::Measure& m) { return m.kind == MeasureKind::long_run; };
  // A formula, which has no body, has no time of its own; what it reckons with stands among the measures.
  const auto at_its_end = [this](const model::Measure& m) {
    return m.kind == MeasureKind::at_end && m.body != model::no_expr && !model::is_a_parameter(case_, m);
  };
  if (!case_.endless || !unit) {
    for (const auto& m : case_.measures)
      if (in_the_long_run(m))
        error("no-long-run", m.span, "the case has a last round, so there is no long run",
              "ask for '... in round' or '... at end', or write: horizon none");
    return;
  }
  no_secrets_of_types();
  const auto& horizon = std::get<Horizon>(*unit->item);
  if (horizon.ends) {
    scope_ = unit->scope;
    case_.ends = number(*horizon.ends, prior_context);
    if (const auto fixed = constant_of(case_.ends); fixed && !(*fixed >= 0 && *fixed <= 1))
      error("out-of-domain", horizon.ends->span, fmt::format("a chance lies between 0 and 1, but this is {}", *fixed));
  }
  const bool never = case_.ends == model::no_expr || constant_of(case_.ends) == 0.0;
  if (never) {
    for (const auto& actor : case_.actors)
      if (constant_of(actor.discount) == 1.0) {
        error(
            "endless-sum", horizon.span,
            fmt::format("without a last round what '{}' is paid never stops adding up: its discount is 1", actor.name),
            "write 'discount 0.95' (or any number below 1), or a chance each round that it ends: horizon none ends "
            "with 0.05");
        break;
      }
    for (const auto& p : case_.payoffs)
      if (p.at_end)
        error("never-ends", p.span, "what never ends pays nothing at its end",
              "pay it each round, or give a chance each round that it ends: horizon none ends with 0.05");
    for (const auto& m : case_.measures)
      if (at_its_end(m))
        error("never-ends", m.span, fmt::format("what never ends has no end for '{}' to be asked at", m.name),
              "ask for '... in the long run', or give a chance each round that it ends: horizon none ends with 0.05");
      else if (m.kind == MeasureKind::lasting)
        error("never-ends", m.span, "what never ends may last for ever, and has no number of rounds",
              "ask for P(... in the long run), or give a chance each round that it ends: horizon none ends with 0.05");
  } else {
    for (const auto& m : case_.measures)
      if (in_the_long_run(m))
        error("no-long-run", m.span, "what ends by chance has no long run", "ask for '... at end'");
  }
}

}  // namespace casus::language

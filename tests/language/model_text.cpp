#include "language/model_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casus::language {

using model::Op;

std::string expression_text(const model::Case& c, model::ExprId id) {
  if (id == model::no_expr) return "-";
  const model::Expr& e = c.pool[id];
  const auto sub = [&](model::ExprId x) { return expression_text(c, x); };
  switch (e.op) {
    case Op::constant:
      return fmt::format("{}", e.value);
    case Op::param:
      return c.params[e.index].name;
    case Op::type_param:
      return fmt::format("{}@{}", c.params[e.index].name, c.actors[e.actor].name);
    case Op::state:
      return e.index < c.states.size() ? c.states[e.index].name : fmt::format("latch#{}", e.index - c.states.size());
    case Op::round:
      return "round";
    case Op::type_is:
      return fmt::format("({} is {})", c.actors[e.actor].name, c.actors[e.actor].types[e.index]);
    case Op::chosen:
      return fmt::format("chosen({},{},{})", e.actor, e.decision, e.index);
    case Op::belief:
      return fmt::format("belief({}.{})", c.actors[e.actor].name, c.actors[e.actor].types[e.index]);
    case Op::measure:
      return fmt::format("measure#{}", e.index);
    default:
      break;
  }
  std::string out = fmt::format("op{}({}", static_cast<int>(e.op), sub(e.a));
  if (model::arity(e.op) > 1) out += ", " + sub(e.b);
  if (model::arity(e.op) > 2) out += ", " + sub(e.c);
  return out + ")";
}

namespace {
std::string option_text(const model::Case& c, const model::Option& o) {
  std::string out = fmt::format("    {} '{}' if {} with {}\n", o.name, o.words.text, expression_text(c, o.guard),
                                expression_text(c, o.probability));
  for (const auto& a : o.effects)
    out += fmt::format("      {} = {}\n", c.states[a.state].name, expression_text(c, a.value));
  for (const auto& p : o.pays)
    out += fmt::format("      pays {}: {}\n", c.actors[p.actor].name, expression_text(c, p.amount));
  return out;
}
}  // namespace

std::string model_text(const model::Case& c) {
  const auto ex = [&](model::ExprId id) { return expression_text(c, id); };
  std::string out =
      fmt::format("case '{}' '{}' '{}' {} {}\n", c.title, c.words.text, c.words.source, c.horizon, c.round_label);
  for (const auto& a : c.actors) {
    out += fmt::format("actor {} '{}' {} precision {} discount {}\n", a.name, a.words.text, a.types, ex(a.precision),
                       ex(a.discount));
    for (auto p : a.prior) out += "  prior " + ex(p) + "\n";
  }
  for (const auto& p : c.params)
    out += fmt::format("param {} '{}' '{}' {} {} {} {} {} {} {} {}\n", p.name, p.words.text, p.words.source,
                       static_cast<int>(p.distribution), p.arguments, p.values, p.weights, p.lower.value_or(-99),
                       p.upper.value_or(-99), ex(p.formula), p.integer);
  for (const auto& r : c.correlations)
    out += fmt::format("correlate {} {} {}\n", c.params[r.a].name, c.params[r.b].name, r.rho);
  for (const auto& s : c.states)
    out += fmt::format("state {} '{}' {} {}..{} {} = {}\n", s.name, s.words.text, static_cast<int>(s.kind), s.low,
                       s.high, s.labels, s.initial);
  for (const auto& s : c.stages) {
    out += fmt::format("stage {} '{}' when {}\n", s.name, s.words.text, ex(s.guard));
    for (const auto& d : s.decisions) {
      out += fmt::format("  decision {} by {} when {}\n", d.name, c.actors[d.actor].name, ex(d.guard));
      for (const auto& o : d.options) out += option_text(c, o);
    }
    for (const auto& o : s.outcomes) out += option_text(c, o);
  }
  for (const auto& p : c.payoffs)
    out += fmt::format("payoff {} {} {}\n", c.actors[p.actor].name, p.at_end, ex(p.amount));
  for (const auto& m : c.measures) {
    out += fmt::format("measure {} {} {} {} {} {}\n", m.name, static_cast<int>(m.kind), m.probability, ex(m.body),
                       m.actor, ex(m.formula));
    for (const auto& t : m.terms) out += fmt::format("  of {} in round {} given {}\n", t.measure, t.round, ex(t.given));
  }
  out += fmt::format("{} unasked\n", c.unasked);
  for (const auto& l : c.latches) out += fmt::format("latch {} unless {}\n", ex(l.body), l.unless);
  for (const auto& p : c.policies) {
    out += fmt::format("policy {} '{}'\n", p.name, p.words.text);
    for (const auto& k : p.commitments)
      out += fmt::format("  plays {} {} {} type {} when {}\n", k.stage, k.decision, k.option, k.type, ex(k.condition));
    for (const auto& s : p.starts) out += fmt::format("  start {} = {}\n", c.states[s.state].name, s.value);
    for (const auto& s : p.params) out += fmt::format("  param {} = {}\n", c.params[s.param].name, ex(s.value));
  }
  for (const auto& k : c.claims) {
    out += fmt::format("claim {} '{}' '{}' {}\n", k.name, k.words.text, k.words.source, ex(k.condition));
    for (const auto& r : k.refs)
      out += fmt::format("  {} under {} round {} given {}\n", c.measures[r.measure].name, c.policies[r.policy].name,
                         r.round, r.given_type);
  }
  return out;
}

}  // namespace casus::language

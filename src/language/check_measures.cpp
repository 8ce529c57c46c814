#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>

#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;
using K = Type::Kind;
using model::MeasureKind;
using model::Op;

namespace {

constexpr uint32_t first_unasked = 0x80000000;  // until all that is asked for has its number
constexpr int most_formulas = 100;              // one upon the other

MeasureKind kind_of(const Term& t) {
  if (t.kind == TermKind::payoff) return MeasureKind::payoff;
  return t.event.when == When::ever       ? MeasureKind::ever
         : t.event.when == When::in_round ? MeasureKind::in_round
         : t.event.when == When::long_run ? MeasureKind::long_run
                                          : MeasureKind::at_end;
}

}  // namespace

void Checker::measures() {
  for (MeasureFamily& family : measures_) one_measure(family);
  const auto asked = static_cast<uint32_t>(case_.measures.size());
  const auto numbered = [&](uint32_t m) { return m >= first_unasked ? asked + (m - first_unasked) : m; };
  for (auto& m : case_.measures)
    for (auto& t : m.terms) t.measure = numbered(t.measure);
  for (auto& m : unasked_)
    if (m.rival != model::no_rival) m.rival = numbered(m.rival);
  case_.unasked = static_cast<uint32_t>(unasked_.size());
  for (auto& m : unasked_) case_.measures.push_back(std::move(m));
  unasked_.clear();
}

void Checker::one_measure(MeasureFamily& family) {
  scope_ = family.scope;
  const MeasureDecl& decl = *family.decl;
  family.first = static_cast<uint32_t>(case_.measures.size());
  for_each(family.dims, [&](const std::vector<int>& tuple) {
    model::Measure out;
    out.name = element_name(family.name, family.dims, tuple);
    out.words = words(decl.words);
    out.span = decl.name.span;
    if (decl.value->kind == ExprKind::term && decl.value->term->plain()) {
      plain_measure(*decl.value->term, decl.value->span, out);
      if (out.kind == MeasureKind::payoff || out.body != model::no_expr)
        counted_.emplace(asked_text(out), static_cast<uint32_t>(case_.measures.size()));
      depth_of_measure_.push_back(0);
    } else {
      formula(*decl.value, out);
      depth_of_measure_.push_back(formula_depth_ + 1);
    }
    case_.measures.push_back(std::move(out));
  });
  family.ready = true;
}

void Checker::plain_measure(const Term& term, Span, model::Measure& out) {
  out.kind = kind_of(term);
  out.probability = term.probability;
  if (out.kind == MeasureKind::payoff) {
    if (const auto actor = actor_of(term.actor, term.actor.parts.size())) out.actor = *actor;
    return;
  }
  const Span span = term.event.body->span;
  const Context& context = !term.probability                 ? expectation_context
                           : out.kind == MeasureKind::ever   ? ever_context
                           : out.kind == MeasureKind::at_end ? end_context
                                                             : round_context;
  const Value value = lower(*term.event.body, context);
  if (term.probability) {
    want_boolean(value, span, "what P(...) asks for");
  } else if (value.type.kind == K::boolean) {
    error("wrong-kind", span, "E(...) expects a number, found a condition", "ask for its probability: P(...)");
  } else {
    want_number(value, span, "what E(...) averages");
  }
  out.body = value.id;
  alone_in_measure(out.body, span);
  if (model::looks_at_rounds(out.kind)) one_stage(out.body, span);
}

// Choices and beliefs are the same whatever the types and in every world, so nothing that differs stands beside them.
void Checker::alone_in_measure(ExprId body, Span span) {
  if (body == model::no_expr) return;
  const uint8_t reads = facts_[body].dependence;
  if (!(reads & (on_param | on_type)) || !(reads & (on_chosen | on_belief))) return;
  const char* what = reads & on_type ? "a type" : "a parameter";
  error("not-allowed-here", span,
        fmt::format("a measure may not use {} beside {}", what, reads & on_chosen ? "a choice" : "a belief"),
        "ask for the one and for the other in measures of their own; given a type is measure[policy, Actor.type]");
}

void Checker::one_stage(ExprId body, Span span) {
  if (body == model::no_expr) return;
  std::set<std::string> chosen;
  std::set<uint32_t> stages;
  std::vector<ExprId> todo{body};
  std::set<ExprId> visited;
  while (!todo.empty()) {
    const ExprId id = todo.back();
    todo.pop_back();
    if (id == model::no_expr || !(facts_[id].dependence & on_chosen) || !visited.insert(id).second) continue;
    const model::Expr& e = case_.pool[id];
    if (e.op == Op::chosen && stages.insert(e.actor).second) chosen.insert(case_.stages[e.actor].name);
    for (ExprId child : {e.a, e.b, e.c}) todo.push_back(child);
  }
  if (stages.size() > 1)
    error("several-stages", span,
          fmt::format("a measure in each round speaks of the choices of one stage, not of {}",
                      fmt::join(chosen, " and ")),
          "write one measure for each stage, or keep what happened in a state");
}

// A measure that is reckoned from others: what it is made of is counted as measures that nobody sees.
void Checker::formula(const Expr& e, model::Measure& out) {
  formula_ = &out;
  each_round_ = false;
  formula_depth_ = 0;
  const Value value = lower(e, formula_of_measures);
  if (value.type.kind == K::boolean)
    error("wrong-kind", e.span, "a measure is a number, found a condition (yes or no)",
          "write 'if ... then 1 else 0', or put the comparison into a claim");
  else
    want_number(value, e.span, "a measure");
  if (value.id != model::no_expr && value.type.kind == K::number) {
    if (!(facts_[value.id].dependence & on_measure))
      error("no-question", e.span, "this measure asks nothing of the case",
            "a measure is P(...), E(...), or a formula of such and of other measures");
    out.formula = params_as_terms(value.id);
  }
  if (formula_depth_ >= most_formulas)
    error("too-deep", e.span, fmt::format("more than {} measures are reckoned one from the other", most_formulas),
          "write the formula out");
  out.kind = each_round_ ? MeasureKind::in_round : MeasureKind::at_end;
  if (e.kind == ExprKind::term) out.probability = e.term->kind == TermKind::mean && e.term->probability;
  formula_ = nullptr;
}

// A parameter as its own mean: so it has the value that the policy gives it, and a formula needs no world.
Checker::ExprId Checker::params_as_terms(ExprId id) {
  if (id == model::no_expr || !(facts_[id].dependence & on_param)) return id;
  const model::Expr e = case_.pool[id];
  if (e.op == Op::param) return reads(counted(MeasureKind::at_end, false, id, e.span), 0, model::no_expr, e.span);
  const ExprId a = params_as_terms(e.a), b = params_as_terms(e.b), c = params_as_terms(e.c);
  return node(e.op, e.span, a, b, c);
}

// An expression in a form that is the same wherever it is written the same.
void Checker::shape(ExprId id, std::string& out) const {
  if (id == model::no_expr) {
    out += '.';
    return;
  }
  const model::Expr& e = case_.pool[id];
  out += fmt::format("({},{},{},{},{:x}", static_cast<int>(e.op), e.index, e.actor, e.decision,
                     std::bit_cast<uint64_t>(e.value));
  for (const ExprId child : {e.a, e.b, e.c})
    if (child != model::no_expr) shape(child, out);
  out += ')';
}

std::string Checker::asked_text(const model::Measure& m) const {
  std::string out = fmt::format("{} {} {} {} ", static_cast<int>(m.kind), m.probability, m.actor, m.rival);
  shape(m.body, out);
  return out;
}

// The number of a measure that is counted: one asked for, or one that nobody sees.
uint32_t Checker::counted(MeasureKind kind, bool probability, ExprId body, Span span, uint32_t actor, uint32_t rival) {
  alone_in_measure(body, span);
  model::Measure m;
  m.name = "part of " + formula_->name;  // where an error must name it
  m.kind = kind;
  m.probability = probability;
  m.body = body;
  m.actor = actor;
  m.rival = rival;
  m.span = formula_->span;
  const auto [known, fresh] = counted_.try_emplace(asked_text(m), 0);
  if (!fresh) return known->second;
  known->second = first_unasked + static_cast<uint32_t>(unasked_.size());
  unasked_.push_back(std::move(m));
  tick();
  return known->second;
}

const model::Measure& Checker::measure_numbered(uint32_t measure) const {
  return measure >= first_unasked ? unasked_[measure - first_unasked] : case_.measures[measure];
}

// A leaf of the formula that is read.
Checker::ExprId Checker::reads(uint32_t measure, int round, ExprId given, Span span) {
  const model::Measure& of = measure_numbered(measure);
  each_round_ |= of.kind == MeasureKind::in_round && round == 0;
  if (measure < first_unasked) formula_depth_ = std::max(formula_depth_, depth_of_measure_[measure]);
  std::string condition;
  shape(given, condition);
  auto& terms = formula_->terms;
  const auto known = std::find_if(terms.begin(), terms.end(), [&](const model::Term& t) {
    std::string other;
    if (t.measure != measure || t.round != round) return false;
    shape(t.given, other);
    return other == condition;
  });
  model::Expr e;
  e.op = Op::measure;
  e.index = static_cast<uint32_t>(known - terms.begin());
  if (known == terms.end()) terms.push_back({measure, round, given});
  return leaf(e, on_measure, span);
}

// `measure[Actor.type, round 3]` in a formula.
Value Checker::read_measure(const model::MeasureRef& ref, Span span) {
  ExprId given = model::no_expr;
  for (uint32_t a = 0; a < ref.given_type.size(); ++a) {
    if (ref.given_type[a] < 0) continue;
    model::Expr e;
    e.op = Op::type_is;
    e.index = static_cast<uint32_t>(ref.given_type[a]);
    e.actor = a;
    const ExprId is = leaf(e, on_type, span);
    given = given == model::no_expr ? is : node(Op::and_, span, given, is);
  }
  return {number_type, reads(ref.measure, ref.round, given, span)};
}

}  // namespace casus::language

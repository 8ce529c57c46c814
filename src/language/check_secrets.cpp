// What is done in secret and what becomes of types: signals, and types drawn anew.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "language/checker_state.h"

namespace casus::language {

using model::Op;

namespace {

// Every expression in it, once.
template <class Visit>
void walk(const model::ExprPool& pool, model::ExprId id, Visit&& visit) {
  std::set<model::ExprId> visited;
  std::vector<model::ExprId> todo{id};
  while (!todo.empty()) {
    const model::ExprId at = todo.back();
    todo.pop_back();
    if (at == model::no_expr || !visited.insert(at).second) continue;
    visit(pool[at]);
    for (const model::ExprId child : {pool[at].a, pool[at].b, pool[at].c}) todo.push_back(child);
  }
}

}  // namespace

// Actors on whose types it depends.
std::set<uint32_t> Checker::types_read(ExprId id) const {
  std::set<uint32_t> out;
  if (id == model::no_expr || !(facts_[id].dependence & on_type)) return out;
  walk(case_.pool, id, [&](const model::Expr& e) {
    if (e.op == Op::type_is || e.op == Op::type_param) out.insert(e.actor);
  });
  return out;
}

// Whether it asks what was done at a hidden stage, and not only what was seen of it.
bool Checker::asks_of_secrets(ExprId id) const {
  bool out = false;
  if (id == model::no_expr || !(facts_[id].dependence & on_chosen)) return out;
  walk(case_.pool, id, [&](const model::Expr& e) {
    out |= e.op == Op::chosen && case_.stages[e.actor].hidden && e.decision != model::signal_of_stage;
  });
  return out;
}

// The signals of a stage that stands in the case already, since they name its options.
void Checker::signals(const syntax::Stage& stage, uint32_t index) {
  std::vector<model::Option> outcomes;
  if (!stage.signals.empty())
    build_options(stage, stage.signals, {"signal", signal_context, signal_pay_context}, outcomes);
  model::Stage& out = case_.stages[index];
  out.outcomes = std::move(outcomes);
  if (!stage.signals.empty()) check_chance(stage, stage.signals, out);
  check_deeds(out, index, out.span);
  check_secret(out, out.span);
}

// Only what is done at the stage itself may stand in what follows from it at once.
void Checker::only_own_deeds(ExprId id, uint32_t stage, Span span) {
  if (id == model::no_expr || !(facts_[id].dependence & on_chosen)) return;
  bool other = false;
  walk(case_.pool, id, [&](const model::Expr& e) {
    other |= e.op == Op::chosen && (e.actor != stage || e.decision == model::signal_of_stage);
  });
  if (other)
    error("not-allowed-here", span, "a signal may speak of what is done at its own stage only",
          "keep what happened elsewhere in a state, or in what the actor becomes");
}

void Checker::check_deeds(const model::Stage& out, uint32_t index, Span span) {
  for (const model::Option& signal : out.outcomes) {
    only_own_deeds(signal.probability, index, span);
    for (const model::Pay& pay : signal.pays) only_own_deeds(pay.amount, index, span);
    for (const auto& d : out.decisions)
      for (const auto& option : d.options)
        if (option.name == signal.name)
          error("duplicate-name", signal.span,
                fmt::format("'{}' is both an option and a signal of '{}'", signal.name, out.name),
                "what is done and what is seen have names of their own");
  }
  for (const auto& d : out.decisions)
    for (const auto& option : d.options) {
      if (!option.effects.empty())
        error("not-allowed-here", option.effects.front().span,
              fmt::format("nobody sees '{}.{}', so no state can change with it", d.name, option.name),
              "put what everybody sees into a signal, and what only the mover knows into what it becomes: "
              "{ Actor becomes type }");
      if (option.redraw && option.redraw->actor != d.actor)
        error("not-allowed-here", option.redraw->span,
              fmt::format("'{}' happens in secret and can change {} alone", d.name, case_.actors[d.actor].name),
              "let a signal, or a stage that follows, change others");
    }
}

// A type that nobody is at first has to be one that somebody may become.
void Checker::come_about() {
  for (const NeverAtFirst& x : never_at_first_) {
    bool comes = false;
    const auto look = [&](const std::vector<model::Option>& options) {
      for (const auto& o : options) comes |= o.redraw && o.redraw->actor == x.actor;
    };
    for (const auto& stage : case_.stages) {
      look(stage.outcomes);
      for (const auto& d : stage.decisions) look(d.options);
    }
    if (!comes)
      error("bad-prior", x.span,
            fmt::format("the prior of '{}' is 0; it lies strictly between 0 and 1, unless one may become so",
                        x.type.text),
            "leave out a type that cannot occur");
  }
}

// Of those who move at once one may change a type.
void Checker::one_change(const model::Stage& out) {
  const model::Option* first = nullptr;
  const model::Decision* by = nullptr;
  for (const auto& d : out.decisions)
    for (const auto& option : d.options) {
      if (!option.redraw) continue;
      if (first && by != &d) {
        error("duplicate-name", option.redraw->span,
              fmt::format("'{}.{}' changes a type, and so may '{}.{}' at the same time", d.name, option.name, by->name,
                          first->name),
              "keep what was done in a state, and let a stage that follows change types: step Name when ... { ... }");
        return;
      }
      first = &option;
      by = &d;
    }
}

// A signal speaks of one actor: of two it would tie what is believed of one to what is believed of the other.
void Checker::check_secret(const model::Stage& out, Span span) {
  std::set<uint32_t> of;
  for (const auto& d : out.decisions)
    if (case_.actors[d.actor].types.size() > 1) of.insert(d.actor);
  for (const model::Option& signal : out.outcomes) {
    of.merge(types_read(signal.probability));
    if (signal.redraw) of.insert(signal.redraw->actor);
  }
  if (of.size() < 2) return;
  std::vector<std::string> names;
  names.reserve(of.size());
  for (const uint32_t actor : of) names.push_back(case_.actors[actor].name);
  error("signals-correlate", span,
        fmt::format("what is seen of '{}' speaks of {}: what is believed of one would hang on what is believed of the "
                    "other",
                    out.name, fmt::join(names, " and ")),
        "a hidden stage speaks of one actor with types; write one stage for each, with signals of its own");
}

void Checker::redraw(const syntax::Effect& effect, model::Option& out) {
  const auto actor = actor_of(effect.target, effect.target.parts.size());
  if (!actor) return;
  const auto& of = case_.actors[*actor];
  if (of.types.size() < 2) {
    error("unknown-type", effect.target.span, fmt::format("'{}' has one type only: nothing can become of it", of.name),
          "give the actor types: types { a: 0.5, b: otherwise }");
    return;
  }
  if (tied_.count(*actor)) {
    error("not-allowed-here", effect.span,
          fmt::format("the type of '{}' cannot change: a prior ties it to what another actor is", of.name),
          "what is believed of one would hang on the other's past; give it a prior of its own, or let its type stay");
    return;
  }
  if (out.redraw) {
    error("duplicate-name", effect.span, "a second change of a type at the same step",
          "let another stage follow: step Name { ... }");
    return;
  }
  model::Redraw result{*actor, {}, effect.span};
  if (effect.kind == syntax::Effect::Kind::becomes) {
    const auto type = type_index(*actor, effect.type);
    if (!type) return;
    for (uint32_t t = 0; t < of.types.size(); ++t) result.to.push_back(constant_node(t == *type, effect.span));
    out.redraw = result;
    return;
  }
  if (!effect.has_types) {
    result.to = of.prior;
    out.redraw = result;
    return;
  }
  result.to.assign(of.types.size(), constant_node(0, effect.span));
  std::vector<bool> seen(of.types.size(), false);
  bool rest = false;
  for (const syntax::TypeDecl& written : effect.types) {
    const auto type = type_index(*actor, written.name);
    if (!type) return;
    if (seen[*type]) {
      error("duplicate-name", written.name.span, fmt::format("the type '{}' is listed twice", written.name.text));
      return;
    }
    seen[*type] = true;
    if (!written.prior) {
      if (rest) error("bad-prior", written.name.span, "only one type can take what the others leave");
      rest = true;
      result.to[*type] = model::no_expr;
      continue;
    }
    const ExprId id = number(*written.prior, redraw_context);
    if (id == model::no_expr) return;
    for (const uint32_t read : types_read(id))
      if (read != *actor) {
        error("not-allowed-here", written.prior->span,
              fmt::format("what {} becomes may depend on its own type, not on {}'s", of.name, case_.actors[read].name),
              "what is believed of one would hang on what is believed of the other");
        return;
      }
    const auto fixed = constant_of(id);
    if (fixed && !(*fixed >= 0 && *fixed <= 1)) {
      error("bad-probability", written.prior->span,
            fmt::format("the probability of '{}' is {}; it lies between 0 and 1", written.name.text, *fixed));
      return;
    }
    result.to[*type] = id;
  }
  double sum = 0;
  bool constants = !rest;
  for (const ExprId id : result.to) {
    const auto fixed = constant_of(id);
    constants &= fixed.has_value();
    sum += fixed.value_or(0);
  }
  if (constants && std::fabs(sum - 1) > 1e-9) {
    error("bad-probability", effect.span, fmt::format("these probabilities sum to {}, not to 1", sum),
          "let the last type read 'otherwise'");
    return;
  }
  out.redraw = result;
}

}  // namespace casus::language

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;
using K = Type::Kind;
using model::MeasureKind;

void Checker::measures() {
  for (MeasureFamily& family : measures_) one_measure(family);
}

void Checker::one_measure(MeasureFamily& family) {
  scope_ = family.scope;
  const MeasureDecl& decl = *family.decl;
  family.first = static_cast<uint32_t>(case_.measures.size());
  for_each(family.dims, [&](const std::vector<int>& tuple) {
    model::Measure out;
    out.name = element_name(family.name, family.dims, tuple);
    out.words = words(decl.words);
    out.kind = decl.kind;
    out.probability = decl.probability;
    out.span = decl.name.span;
    if (decl.kind == MeasureKind::payoff) {
      if (const auto actor = actor_of(decl.actor, decl.actor.parts.size())) out.actor = *actor;
      case_.measures.push_back(std::move(out));
      return;
    }
    Context context = decl.probability ? measure_context : expectation_context;
    if (decl.kind == MeasureKind::at_end && decl.probability) {
      context.allowed = on_state | on_round;
      context.place = "a measure at the end";
      context.reason =
          "states, 'round' and constants may stand here; a choice is asked for with P(ever Stage.option) or "
          "P(Stage.option in round)";
    }
    const Value value = lower(*decl.body, context);
    if (decl.probability) {
      want_boolean(value, decl.body->span, "what P(...) asks for");
    } else if (value.type.kind == K::boolean) {
      error("wrong-kind", decl.body->span, "E(...) expects a number, found a condition",
            "ask for its probability: P(...)");
    } else {
      want_number(value, decl.body->span, "what E(...) averages");
    }
    out.body = value.id;
    if (out.body != model::no_expr && decl.kind == MeasureKind::in_round) {
      std::set<std::string> chosen;
      std::set<uint32_t> stages;
      std::vector<ExprId> todo{out.body};
      std::set<ExprId> visited;
      while (!todo.empty()) {
        const ExprId id = todo.back();
        todo.pop_back();
        if (id == model::no_expr || !(facts_[id].dependence & on_chosen) || !visited.insert(id).second) continue;
        const model::Expr& e = case_.pool[id];
        if (e.op == model::Op::chosen && stages.insert(e.actor).second) chosen.insert(case_.stages[e.actor].name);
        for (ExprId child : {e.a, e.b, e.c}) todo.push_back(child);
      }
      if (stages.size() > 1)
        error("several-stages", decl.body->span,
              fmt::format("a measure in each round speaks of the choices of one stage, not of {}",
                          fmt::join(chosen, " and ")),
              "write one measure for each stage, or keep what happened in a state");
    }
    case_.measures.push_back(std::move(out));
  });
}

// ---- policies
// --------------------------------------------------------------------------------------------------------

void Checker::policies() {
  std::vector<std::pair<const PolicyDecl*, const Scope*>> decls;
  for (const Unit& unit : program_.units)
    if (const auto* decl = std::get_if<PolicyDecl>(unit.item)) {
      if (declare(decl->name, *unit.scope, Kind::policy, decls.size())) decls.emplace_back(decl, unit.scope);
    }
  for (const Unit& unit : program_.overlays)
    if (const auto* decl = std::get_if<PolicyDecl>(unit.item)) {
      const auto known = policies_by_name_.find(decl->name.text);
      if (known != policies_by_name_.end())
        decls[known->second.index] = {decl, unit.scope};
      else if (declare(decl->name, *unit.scope, Kind::policy, decls.size()))
        decls.emplace_back(decl, unit.scope);
    }
  if (decls.empty()) {
    model::Policy out;
    out.name = "free";
    out.words.text = "everybody plays as they see fit";
    out.span = program_.start;
    policies_by_name_.emplace("free", Symbol{Kind::policy, 0, program_.start, true});
    case_.policies.push_back(std::move(out));
  }
  for (const auto& [decl, scope] : decls) one_policy(*decl, *scope);
}

void Checker::one_policy(const PolicyDecl& decl, const Scope& scope) {
  scope_ = &scope;
  model::Policy out;
  out.name = scope.prefix() + decl.name.text;
  out.words = words(decl.words);
  out.span = decl.name.span;
  for (const PolicyItem& item : decl.items) {
    if (item.plays)
      commitment(item, out);
    else
      for_each_binding({&item.target}, [&] { change(item, out); });
  }
  case_.policies.push_back(std::move(out));
}

void Checker::commitment(const PolicyItem& item, model::Policy& out) {
  std::vector<const Path*> paths{&item.actor};
  for (const Path& option : item.options) paths.push_back(&option);
  for_each_binding(paths, [&] {
    const auto actor = actor_of(item.actor, item.actor.parts.size());
    const ExprId when = item.condition ? condition(*item.condition, rule_context) : model::no_expr;
    if (const auto fixed = constant_of(when); fixed && *fixed == 0)
      warning("never-applies", item.condition->span, "this condition is never true, so nobody is bound by it");
    for (const Path& path : item.options) {
      const auto option = option_of(path);
      if (!option || !actor) continue;
      const auto [stage, decision, index] = *option;
      if (case_.stages[stage].is_chance()) {
        error("wrong-actor", path.span,
              fmt::format("'{}' is decided by chance; nobody can play it", case_.stages[stage].name),
              "change a probability's parameter instead: name = value");
        continue;
      }
      const model::Decision& d = case_.stages[stage].decisions[decision];
      if (d.actor != *actor) {
        error("wrong-actor", path.span,
              fmt::format("'{}' is decided by '{}', not by '{}'", d.name, case_.actors[d.actor].name,
                          case_.actors[*actor].name),
              fmt::format("write: {} plays {}", case_.actors[d.actor].name, path_text(path)));
        continue;
      }
      tick(out.commitments.size());
      for (const model::Commitment& earlier : out.commitments)
        if (earlier.stage == stage && earlier.decision == decision && earlier.condition == model::no_expr)
          error(
              "never-binds", path.span,
              fmt::format("'{}' is already tied to '{}' in every circumstance", d.name, d.options[earlier.option].name),
              "put the line with 'when' first, or remove one of the two");
      out.commitments.push_back({stage, decision, index, when, path.span});
    }
  });
}

void Checker::change(const PolicyItem& item, model::Policy& out) {
  size_t used = 0;
  Symbol* symbol = resolve(item.target, used);
  if (symbol && symbol->kind == Kind::state && used == item.target.parts.size()) {
    State& state = states_[symbol->index];
    std::vector<uint32_t> which;
    if (item.target.parts.back().indices.empty()) {
      for (size_t i = 0; i < count(state.dims); ++i) which.push_back(state.first + static_cast<uint32_t>(i));
    } else {
      const auto tuple = tuple_of(item.target.parts.back(), state.dims, state.name);
      if (!tuple) return;
      which.push_back(state.first + static_cast<uint32_t>(flat(state.dims, *tuple)));
    }
    if (!state.good) return;
    const auto value = value_in(state, *item.value, "the starting value");
    if (!value) return;
    for (uint32_t index : which) {
      tick(out.starts.size());
      if (std::any_of(out.starts.begin(), out.starts.end(), [&](const auto& s) { return s.state == index; }))
        error("duplicate-name", item.span, fmt::format("the policy sets '{}' twice", case_.states[index].name));
      out.starts.push_back({index, *value, item.span});
    }
  } else if (symbol && symbol->kind == Kind::param && used == item.target.parts.size()) {
    const auto cells = cells_of(item.target, params_[symbol->index]);
    const ExprId value = number_or_infinity(*item.value, override_context);
    if (!cells || value == model::no_expr) return;
    for (uint32_t index : *cells) {
      tick(out.params.size());
      if (std::any_of(out.params.begin(), out.params.end(), [&](const auto& p) { return p.param == index; }))
        error("duplicate-name", item.span, fmt::format("the policy sets '{}' twice", case_.params[index].name));
      out.params.push_back({index, value, item.span});
    }
  } else {
    unknown(item.target, "state or parameter", {Kind::state, Kind::param});
  }
}

}  // namespace casus::language

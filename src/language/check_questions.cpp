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
    if (out.body != model::no_expr && model::looks_at_rounds(decl.kind)) {
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

// Whom a line binds: an actor, and -1 or its one type.
std::optional<std::pair<uint32_t, int>> Checker::player_of(const Path& path) {
  size_t used = 0;
  const Symbol* symbol = resolve(path, used);
  if (!symbol || symbol->kind != Kind::actor || used == path.parts.size()) {
    const auto actor = actor_of(path, path.parts.size());
    if (!actor) return std::nullopt;
    return std::pair(*actor, -1);
  }
  if (used + 1 != path.parts.size() || !path.parts.back().indices.empty()) {
    error("syntax", path.span, fmt::format("expected an actor or an actor's type, found '{}'", path_text(path)),
          "write Actor plays Stage.option, or Actor.type plays Stage.option");
    return std::nullopt;
  }
  const auto found = actor_type(path);
  if (!found) return std::nullopt;
  return std::pair(found->first, static_cast<int>(found->second));
}

// Earlier lines that bind everybody of whom this one speaks, whatever happens.
void Checker::never_binds(const model::Commitment& line, uint32_t actor, const model::Policy& policy) {
  const model::Decision& d = case_.stages[line.stage].decisions[line.decision];
  const model::Commitment* first = nullptr;
  const int types = std::max(1, static_cast<int>(case_.actors[actor].types.size()));
  for (int t = std::max(line.type, 0); t < (line.type < 0 ? types : line.type + 1); ++t) {
    const auto tie = std::find_if(policy.commitments.begin(), policy.commitments.end(), [&](const auto& earlier) {
      return earlier.stage == line.stage && earlier.decision == line.decision && earlier.condition == model::no_expr &&
             (earlier.type < 0 || earlier.type == t);
    });
    if (tie == policy.commitments.end()) return;
    if (!first || tie->type < 0) first = &*tie;
  }
  const std::string option = d.options[first->option].name;
  const char* hint = "put the line with 'when' first, or remove one of the two";
  if (first->type < 0) {
    error("never-binds", line.span, fmt::format("'{}' is already tied to '{}' in every circumstance", d.name, option),
          line.type < 0 ? hint : "the first line that applies binds: put the one for a type alone first");
  } else if (line.type < 0) {
    error("never-binds", line.span,
          fmt::format("every type of '{}' is already tied at '{}' in every circumstance", case_.actors[actor].name,
                      d.name),
          "remove this line, or a line that binds one type");
  } else {
    error("never-binds", line.span,
          fmt::format("'{}.{}' is already tied to '{}' at '{}' in every circumstance", case_.actors[actor].name,
                      case_.actors[actor].types[static_cast<size_t>(line.type)], option, d.name),
          hint);
  }
}

void Checker::commitment(const PolicyItem& item, model::Policy& out) {
  std::vector<const Path*> paths{&item.actor};
  for (const Path& option : item.options) paths.push_back(&option);
  for_each_binding(paths, [&] {
    const auto player = player_of(item.actor);
    const ExprId when = item.condition ? condition(*item.condition, rule_context) : model::no_expr;
    if (const auto fixed = constant_of(when); fixed && *fixed == 0)
      warning("never-applies", item.condition->span, "this condition is never true, so nobody is bound by it");
    for (const Path& path : item.options) {
      const auto option = option_of(path);
      if (!option || !player) continue;
      const auto [actor, type] = *player;
      const auto [stage, decision, index] = *option;
      if (case_.stages[stage].is_chance()) {
        error("wrong-actor", path.span,
              fmt::format("'{}' is decided by chance; nobody can play it", case_.stages[stage].name),
              "change a probability's parameter instead: name = value");
        continue;
      }
      const model::Decision& d = case_.stages[stage].decisions[decision];
      if (d.actor != actor) {
        error("wrong-actor", path.span,
              fmt::format("'{}' is decided by '{}', not by '{}'", d.name, case_.actors[d.actor].name,
                          case_.actors[actor].name),
              fmt::format("write: {} plays {}", case_.actors[d.actor].name, path_text(path)));
        continue;
      }
      tick(out.commitments.size());
      const model::Commitment line{stage, decision, index, type, when, path.span};
      never_binds(line, actor, out);
      out.commitments.push_back(line);
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

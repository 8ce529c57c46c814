#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;
using model::Op;
using K = Type::Kind;

Value Checker::lower_path(const Expr& e, const Context& context, const Type* expected) {
  const Path& path = e.path;
  const std::string& first = path.parts[0].name.text;
  const bool bare = path.parts.size() == 1 && path.parts[0].indices.empty();
  if (bare) {
    if (const Binding* bound = binding(first)) {
      const Set& set = sets_[bound->set];
      if (!set.numbers.empty()) return {number_type, number_of(set, static_cast<size_t>(bound->element), e.span)};
      const Type type{K::labels, &set.elements, set.name};
      return {type, constant_node(bound->element, e.span)};
    }
    if (expected && expected->kind == K::labels) {
      const auto label = std::find(expected->labels->begin(), expected->labels->end(), first);
      if (label != expected->labels->end()) {
        const Symbol* symbol = lookup(first, *scope_);
        if (symbol && is_value(*symbol)) {
          error("ambiguous-name", e.span,
                fmt::format("'{}' is a value of '{}' and also the name of something else", first, expected->name),
                "give one of the two another name");
          return {};
        }
        return {*expected, constant_node(static_cast<double>(label - expected->labels->begin()), e.span)};
      }
    }
  }
  if (context.allowed & on_measure) {
    std::string name;
    for (size_t i = 0; i < path.parts.size(); ++i) {
      name += (i ? "." : "") + path.parts[i].name.text;
      const auto found = measures_by_name_.find(scope_->prefix() + name);
      if (found != measures_by_name_.end()) return lower_measure(path, found->second, i + 1, context);
    }
  }
  size_t used = 0;
  Symbol* symbol = resolve(path, used);
  if (symbol && symbol->kind != Kind::stage && used < path.parts.size() && is_value(*symbol)) {
    error("unknown-name", path.parts[used].name.span,
          fmt::format("'{}' has no parts, but '.{}' follows it", first, path.parts[used].name.text));
    return {};
  }
  if (symbol) switch (symbol->kind) {
      case Kind::param:
        return lower_param(path, *symbol, context);
      case Kind::state:
        return lower_state(path, *symbol, context);
      case Kind::let:
        return lower_let(path, *symbol, context);
      case Kind::stage:
        return lower_chosen(path, used, context);
      default:
        break;
    }
  if (bare && expected && expected->kind == K::labels) {
    const std::string near = base::nearest_name(first, *expected->labels);
    error("unknown-value", e.span, fmt::format("'{}' is no value of '{}'", first, expected->name),
          !near.empty()
              ? fmt::format("did you mean '{}'?", near)
              : fmt::format("its values: {}", fmt::join(expected->labels->begin(),
                                                        expected->labels->begin() + static_cast<long>(std::min<size_t>(
                                                                                        12, expected->labels->size())),
                                                        ", ")));
    return {};
  }
  if (symbol) {
    if (symbol->kind == Kind::actor)
      error("wrong-kind", e.span, fmt::format("'{}' is an actor, not a value", path_text(path)),
            "write 'Actor is type', or belief(Actor.type) in a measure");
    else
      error("wrong-kind", e.span, fmt::format("'{}' is a set, not a value", path_text(path)),
            "write sum(h in Set) ..., all(h in Set) ... or any(h in Set) ...");
    return {};
  }
  if (context.allowed & on_measure) {
    unknown(path, "measure or parameter", {Kind::measure, Kind::param});
    return {};
  }
  if (bare)
    for (const State& state : states_)
      if (std::find(state.labels.begin(), state.labels.end(), first) != state.labels.end()) {
        error("loose-value", e.span,
              fmt::format("'{}' is a value of '{}'; it means something only beside a variable with that value", first,
                          state.name),
              fmt::format("write '{} == {}'", state.name, first));
        return {};
      }
  Labels bound;
  for (const Binding& b : bindings_) bound.push_back(b.name);
  unknown(path, "parameter, state or definition", {Kind::param, Kind::state, Kind::let}, bound);
  return {};
}

Value Checker::lower_state(const Path& path, Symbol& symbol, const Context& context) {
  State& state = states_[symbol.index];
  if (!allowed(on_state, context, path.span, fmt::format("the state '{}'", state.name))) return {};
  const auto tuple = tuple_of(path.parts.back(), state.dims, state.name);
  if (!tuple) return {};
  symbol.used = true;
  model::Expr e;
  e.op = Op::state;
  e.index = state.first + static_cast<uint32_t>(flat(state.dims, *tuple));
  const ExprId id = leaf(e, on_state, path.span);
  if (state.numbers) facts_[id].scale = state.numbers->scale();
  return {state.type, id};
}

Value Checker::lower_let(const Path& path, Symbol& symbol, const Context& context) {
  Let& let = lets_[symbol.index];
  const auto tuple = tuple_of(path.parts.back(), let.dims, let.name);
  symbol.used = true;
  if (!tuple) return {};
  Value value = let_value(symbol.index, *tuple);
  if (value.type.kind == K::error) return {};
  const NodeFacts facts = facts_[value.id];
  const uint8_t excess = static_cast<uint8_t>(facts.dependence & ~context.allowed);
  const char* culprit = excess & on_param    ? "parameters"
                        : excess & on_type   ? "an actor's type"
                        : excess & on_belief ? "beliefs"
                        : excess & on_state  ? "states"
                                             : "'round'";
  if (!allowed(facts.dependence, context, path.span, fmt::format("'{}', which depends on {}", let.name, culprit)))
    return {};
  if (facts.params_below > context.param_limit) {
    error("declared-later", path.span, fmt::format("'{}' depends on a parameter declared later", let.name),
          "declare that parameter first");
    return {};
  }
  return value;
}

Value Checker::lower_param(const Path& path, Symbol& symbol, const Context& context) {
  Param& param = params_[symbol.index];
  symbol.used = true;
  if (!allowed(on_param, context, path.span, fmt::format("the parameter '{}'", param.name))) return {};
  const PathPart& part = path.parts.back();
  const size_t typed = param.actor >= 0 ? 1 : 0;
  if (part.indices.size() != param.dims.size() + typed) {
    std::vector<std::string> over;
    for (const Dim& dim : param.dims) over.push_back(sets_[dim.set].name);
    if (typed) over.push_back(actors_[static_cast<size_t>(param.actor)].name);
    error("index-count", path.span,
          over.empty() ? fmt::format("'{}' has no index", param.name)
                       : fmt::format("'{}' is indexed by {}, but {} {} given", param.name, fmt::join(over, ", "),
                                     part.indices.size(), part.indices.size() == 1 ? "index is" : "indices are"),
          over.empty() ? fmt::format("write '{}' alone", param.name)
                       : fmt::format("write {}[{}]", param.name, fmt::join(over, ", ")));
    return {};
  }
  if (param.broken) return {};
  ExprId round = model::no_expr;
  const auto tuple = tuple_of(part, param.dims, param.name, 0, typed == 0, &round);
  if (!tuple) return {};
  if (round != model::no_expr && !allowed(on_round, context, path.span, "'round'")) return {};
  model::Expr e;
  e.op = Op::param;
  size_t of_types = 0, each = 1;  // place among the values that differ by type, and how many there are
  uint8_t dependence = on_param;
  if (typed) {
    const Actor& family = actors_[static_cast<size_t>(param.actor)];
    const Index& index = part.indices.back();
    const bool is_path = !index.binder && index.value->kind == ExprKind::path;
    const std::string name = is_path ? index.value->path.parts[0].name.text : "";
    const auto type = std::find(family.types.begin(), family.types.end(), name);
    const size_t members = count(family.dims);
    each = members * family.types.size();
    if (is_path && family.dims.empty() && type != family.types.end() && !lookup(name, *scope_)) {
      of_types = static_cast<size_t>(type - family.types.begin());
    } else {
      if (!is_path) {
        error("bad-index", index.span, fmt::format("'{}' is indexed by the types of '{}'", param.name, family.name),
              fmt::format("write {}[{}]", param.name, family.name));
        return {};
      }
      const auto actor = actor_of(index.value->path, index.value->path.parts.size());
      if (!actor) return {};
      if (*actor < family.first || *actor >= family.first + members) {
        error("bad-index", index.span,
              fmt::format("'{}' is indexed by the types of '{}', not of '{}'", param.name, family.name,
                          path_text(index.value->path)));
        return {};
      }
      if (!allowed(on_type, context, path.span, fmt::format("'{}', which depends on an actor's type", param.name)))
        return {};
      of_types = (*actor - family.first) * family.types.size();
      e.op = Op::type_param;
      e.actor = *actor;
      dependence |= on_type;
    }
  }
  const auto cell = [&](const std::vector<int>& at) {
    e.index = param.first + static_cast<uint32_t>(flat(param.dims, at) * each + of_types);
    if (e.index < context.param_limit) return leaf(e, dependence, path.span);
    error("declared-later", path.span, fmt::format("'{}' is declared later", param.name),
          "a formula may use the parameters declared before it");
    return model::no_expr;
  };
  const ExprId id = round == model::no_expr ? cell(*tuple) : by_round(round, path.span, [&](int r) {
    std::vector<int> at = *tuple;
    for (size_t d = 0; d < at.size(); ++d)
      if (param.dims[d].set == round_set) at[d] = r - 1;
    return cell(at);
  });
  if (id == model::no_expr) return {};
  return {number_type, id};
}

std::optional<std::tuple<uint32_t, uint32_t, uint32_t>> Checker::option_of(const Path& path) {
  size_t used = 0;
  Symbol* symbol = resolve(path, used);
  if (!symbol || symbol->kind != Kind::stage) {
    unknown(path, "stage", {Kind::stage});
    return std::nullopt;
  }
  const StageFamily& family = stages_[symbol->index];
  if (used + 1 != path.parts.size()) {
    error("unknown-name", path.span, fmt::format("expected an option of '{}'", family.name),
          fmt::format("write {}.option", family.name));
    return std::nullopt;
  }
  const auto tuple = tuple_of(path.parts[used - 1], family.dims, family.name);
  if (!tuple) return std::nullopt;
  const auto place = family.places.find(*tuple);
  if (place == family.places.end()) return std::nullopt;  // the stage itself was in error
  const auto [stage, decision] = place->second;
  using Names = StageFamily::Names;
  const auto& options =
      family.names == Names::outcomes ? case_.stages[stage].outcomes : case_.stages[stage].decisions[decision].options;
  // The number of a decision that stands for outcomes: those of chance, or signals.
  const uint32_t of_outcomes = case_.stages[stage].is_chance() ? 0 : model::signal_of_stage;
  const PathPart& last = path.parts[used];
  Labels known;
  for (const auto& option : options) known.push_back(option.name);
  for (const auto& signal : case_.stages[stage].outcomes)
    if (family.names == Names::both) known.push_back(signal.name);
  const auto named = option_name(last, known);
  if (!named) return std::nullopt;
  const std::string& name = *named;
  for (size_t i = 0; i < options.size(); ++i)
    if (options[i].name == name)
      return std::tuple(stage, family.names == Names::outcomes ? of_outcomes : decision, static_cast<uint32_t>(i));
  const auto& signals = case_.stages[stage].outcomes;
  for (size_t i = 0; family.names == Names::both && i < signals.size(); ++i)
    if (signals[i].name == name) return std::tuple(stage, of_outcomes, static_cast<uint32_t>(i));
  const std::string near = base::nearest_name(name, known);
  error(
      "unknown-option", last.name.span, fmt::format("'{}' has no option '{}'", family.name, name),
      near.empty() ? fmt::format("its options: {}", model::list_text(known)) : fmt::format("did you mean '{}'?", near));
  return std::nullopt;
}

Value Checker::lower_chosen(const Path& path, size_t, const Context& context) {
  if (!allowed(on_chosen, context, path.span, fmt::format("the choice '{}'", path_text(path)))) return {};
  const auto option = option_of(path);
  if (!option) return {};
  model::Expr e;
  e.op = Op::chosen;
  std::tie(e.actor, e.decision, e.index) = *option;
  return {boolean_type, leaf(e, on_chosen, path.span)};
}

std::optional<uint32_t> Checker::actor_of(const Path& path, size_t parts) {
  size_t used = 0;
  Symbol* symbol = resolve(path, used);
  if (!symbol || symbol->kind != Kind::actor || used != parts) {
    unknown(path, "actor", {Kind::actor});
    return std::nullopt;
  }
  const Actor& family = actors_[symbol->index];
  const auto tuple = tuple_of(path.parts[used - 1], family.dims, family.name);
  if (!tuple) return std::nullopt;
  return family.first + static_cast<uint32_t>(flat(family.dims, *tuple));
}

std::optional<uint32_t> Checker::type_index(uint32_t actor, const Name& type) {
  for (const Actor& family : actors_) {
    if (actor < family.first || actor >= family.first + count(family.dims)) continue;
    const auto found = std::find(family.types.begin(), family.types.end(), type.text);
    if (found != family.types.end()) return static_cast<uint32_t>(found - family.types.begin());
    const std::string near = base::nearest_name(type.text, family.types);
    error("unknown-type", type.span, fmt::format("'{}' has no type '{}'", family.name, type.text),
          !near.empty()                  ? fmt::format("did you mean '{}'?", near)
          : family.types.front().empty() ? "it has one type only: nothing about it is private"
                                         : fmt::format("its types: {}", fmt::join(family.types, ", ")));
  }
  return std::nullopt;
}

std::optional<std::pair<uint32_t, uint32_t>> Checker::actor_type(const Path& path) {
  if (path.parts.size() < 2) {
    error("syntax", path.span, fmt::format("expected an actor's type, found '{}'", path_text(path)),
          "write Actor.type");
    return std::nullopt;
  }
  const auto actor = actor_of(path, path.parts.size() - 1);
  if (!actor) return std::nullopt;
  const auto type = type_index(*actor, path.parts.back().name);
  if (!type) return std::nullopt;
  return std::pair(*actor, *type);
}

Value Checker::lower_is(const Expr& e, const Context& context) {
  const auto actor = actor_of(e.path, e.path.parts.size());
  if (!actor) return {};
  const auto type = type_index(*actor, e.type);
  if (!type || !allowed(on_type, context, e.span, fmt::format("the type of '{}'", path_text(e.path)))) return {};
  model::Expr out;
  out.op = Op::type_is;
  out.index = *type;
  out.actor = *actor;
  return {boolean_type, leaf(out, on_type, e.span)};
}

Value Checker::lower_belief(const Expr& e, const Context& context) {
  if (!allowed(on_belief, context, e.span, "a belief")) return {};
  const auto found = actor_type(e.path);
  if (!found) return {};
  model::Expr out;
  out.op = Op::belief;
  out.actor = found->first;
  out.index = found->second;
  return {number_type, leaf(out, on_belief, e.span)};
}

}  // namespace casus::language

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;

// An error in an indexed declaration would come once for each element; the first is enough.
void Checker::error(std::string code, Span span, std::string message, std::string hint) {
  if (said_.emplace(span.file, span.begin, span.end, code).second)
    diagnostics_.error(std::move(code), span, std::move(message), std::move(hint));
  if (diagnostics_.error_count() > base::Diagnostics::most_errors) throw Stop{};
}

void Checker::warning(std::string code, Span span, std::string message, std::string hint) {
  if (said_.emplace(span.file, span.begin, span.end, code).second)
    diagnostics_.warning(std::move(code), span, std::move(message), std::move(hint));
}

void Checker::missing(std::string code, std::string message, std::string hint) {
  diagnostics_.error(std::move(code), program_.start, std::move(message), std::move(hint));
}

// ---- registering
// -----------------------------------------------------------------------------------------------------

void Checker::register_all() {
  sets_.push_back({"round", {}, {}, {}});
  for (const Unit& unit : program_.units) {
    scope_ = unit.scope;
    if (const auto* set = std::get_if<SetDecl>(unit.item)) register_set(*set, *unit.scope);
  }
  if (bad_set_) throw Stop{};  // what is made of it cannot be judged
  for (const Unit& unit : program_.units)
    if (const auto* round = std::get_if<syntax::Round>(unit.item))
      for (const Stage& stage : round->stages) {
        if (stage.kind != StageKind::use) continue;
        const auto found = std::find_if(program_.scopes.begin(), program_.scopes.end(), [&](const auto& scope) {
          return scope->instance == unit.scope->prefix() + stage.name.text;
        });
        if (found == program_.scopes.end())
          error("unknown-module", stage.name.span, fmt::format("no module is used as '{}'", stage.name.text),
                fmt::format("write: use \"...\" as {}", stage.name.text));
        else if (!placed_.insert(found->get()).second)
          error("duplicate-name", stage.name.span,
                fmt::format("the stages of '{}' already have a place", stage.name.text));
      }
  for (const Unit& unit : program_.units) {
    scope_ = unit.scope;
    register_item(*unit.item, *unit.scope);
  }
  check_needs();
}

// A module's need and what the case gave for it are of one kind; an expression becomes a definition without a name.
void Checker::check_needs() {
  static constexpr std::pair<const char*, Kind> kinds[] = {{"an actor", Kind::actor},
                                                           {"a set", Kind::set},
                                                           {"a parameter", Kind::param},
                                                           {"a state", Kind::state},
                                                           {"a definition", Kind::let}};
  for (const Need& need : program_.needs) {
    scope_ = need.scope;
    const auto [what, kind] = kinds[static_cast<size_t>(need.needs->kind)];
    if (kind == Kind::let) {
      size_t used = 0;
      Symbol* known = need.value->kind == syntax::ExprKind::path ? resolve(need.value->path, used) : nullptr;
      if (known && known->kind == Kind::let && need.value->path.parts.back().indices.empty()) {
        known->used = true;
        symbols_[need.name] = *known;
        continue;
      }
      symbols_[need.name] = {Kind::let, static_cast<uint32_t>(lets_.size()), need.value->span, true};
      lets_.push_back({need.needs->name.text, need.value, need.value->span, need.scope, {}, {}, {}});
      continue;
    }
    const auto found = symbols_.find(need.name);
    if (found != symbols_.end() && found->second.kind == kind) {
      found->second.used = true;
      continue;
    }
    const std::string near = base::nearest_name(need.name, names_of({kind}));
    error("unknown-name", need.value->span,
          fmt::format("'{}' stands for {}, but '{}' is none", need.needs->name.text, what, need.name),
          near.empty() ? "declare it in the case" : fmt::format("did you mean '{}'?", near));
  }
}

void Checker::register_item(const Item& item, const Scope& scope) {
  const std::string prefix = scope.prefix();
  const auto dims = [&](const std::vector<Dimension>& d) { return dims_of(d).value_or(std::vector<Dim>{}); };
  if (const auto* a = std::get_if<ActorDecl>(&item)) {
    Actor family{prefix + a->name.text, a, &scope, nullptr, dims(a->dimensions), {}, 0};
    std::set<std::string> seen;
    for (const TypeDecl& type : a->types) {
      if (!seen.insert(type.name.text).second)
        error("duplicate-name", type.name.span,
              fmt::format("'{}' has the type '{}' twice", a->name.text, type.name.text));
      else
        family.types.push_back(type.name.text);
    }
    if (family.types.empty()) family.types.emplace_back();
    if (family.types.size() > 16)
      error("too-large", a->types_span,
            fmt::format("'{}' has {} types; at most 16 are accepted", a->name.text, family.types.size()));
    if (declare(a->name, scope, Kind::actor, actors_.size())) actors_.push_back(std::move(family));
  } else if (const auto* p = std::get_if<ParamDecl>(&item)) {
    if (declare(p->name, scope, Kind::param, params_.size()))
      params_.push_back({prefix + p->name.text, p, &scope, {}, -1, {}, {}, {}, 0, false});
  } else if (const auto* s = std::get_if<StateDecl>(&item)) {
    if (declare(s->name, scope, Kind::state, states_.size())) {
      State family;
      family.name = prefix + s->name.text;
      family.decl = s;
      family.scope = &scope;
      family.dims = dims(s->dimensions);
      states_.push_back(std::move(family));
    }
  } else if (const auto* l = std::get_if<LetDecl>(&item)) {
    if (declare(l->name, scope, Kind::let, lets_.size()))
      lets_.push_back({prefix + l->name.text, l->value.get(), l->name.span, &scope, dims(l->dimensions), {}, {}});
  } else if (const auto* m = std::get_if<MeasureDecl>(&item)) {
    if (declare(m->name, scope, Kind::measure, measures_.size()))
      measures_.push_back({prefix + m->name.text, m, &scope, dims(m->dimensions)});
  } else if (const auto* r = std::get_if<syntax::Round>(&item)) {
    for (const Stage& stage : r->stages) register_stage(stage, scope, {});
  }
}

void Checker::register_stage(const Stage& stage, const Scope& scope, std::vector<Dim> outer) {
  if (stage.kind == StageKind::use) return;
  const auto own = dims_of(stage.dimensions);
  if (own) outer.insert(outer.end(), own->begin(), own->end());
  if (stage.kind == StageKind::simultaneous)
    for (const Stage& move : stage.moves) register_stage(move, scope, outer);
  if (stage.kind == StageKind::simultaneous && (stage.signals.empty() || !stage.name)) return;
  if (!declare(stage.name, scope, Kind::stage, stages_.size())) return;
  stage_family_[&stage][&scope] = static_cast<uint32_t>(stages_.size());
  using Names = StageFamily::Names;
  const Names names = stage.kind != StageKind::move ? Names::outcomes : stage.hidden ? Names::both : Names::options;
  stages_.push_back({scope.prefix() + stage.name.text, &scope, outer, names, {}});
}

bool Checker::declare(const Name& name, const Scope& scope, Kind kind, size_t index) {
  auto& table = kind == Kind::measure ? measures_by_name_ : kind == Kind::policy ? policies_by_name_ : symbols_;
  const std::string full = scope.prefix() + name.text;
  if (scope.aliases.count(name.text)) {
    error("duplicate-name", name.span, fmt::format("'{}' is both needed and declared by the module", name.text));
    return false;
  }
  const auto [entry, fresh] = table.emplace(full, Symbol{kind, static_cast<uint32_t>(index), name.span, false});
  if (!fresh) {
    const bool other = entry->second.span.file != name.span.file;
    error("duplicate-name", name.span, fmt::format("'{}' is already declared{}", full, other ? " in another file" : ""),
          "every actor, parameter, state, definition, set and stage has a name of its own");
  }
  return fresh;
}

// ---- looking up
// ------------------------------------------------------------------------------------------------------

Checker::Symbol* Checker::lookup(const std::string& name, const Scope& scope) {
  const auto alias = scope.aliases.find(name);
  const auto found = symbols_.find(alias != scope.aliases.end() ? alias->second : scope.prefix() + name);
  return found == symbols_.end() ? nullptr : &found->second;
}

Checker::Symbol* Checker::resolve(const Path& path, size_t& used) {
  std::string name;
  for (size_t i = 0; i < path.parts.size(); ++i) {
    name += (i ? "." : "") + path.parts[i].name.text;
    used = i + 1;
    if (Symbol* symbol = lookup(name, *scope_)) return symbol;
    if (!path.parts[i].indices.empty()) break;
  }
  return nullptr;
}

bool Checker::is_value(const Symbol& symbol) const {
  return symbol.kind == Kind::param || symbol.kind == Kind::state || symbol.kind == Kind::let;
}

std::vector<std::string> Checker::names_of(std::initializer_list<Kind> kinds) const {
  std::vector<std::string> out;
  if (symbols_.size() > 5000) return out;  // advice is not worth a search through thousands of names for each error
  const std::string prefix = scope_ ? scope_->prefix() : "";
  for (const auto* table : {&symbols_, &measures_by_name_, &policies_by_name_})
    for (const auto& [name, symbol] : *table)
      if (name[0] != hidden_name && std::find(kinds.begin(), kinds.end(), symbol.kind) != kinds.end() &&
          name.substr(0, prefix.size()) == prefix)
        out.push_back(name.substr(prefix.size()));
  if (scope_)
    for (const auto& [alias, name] : scope_->aliases) {
      const auto found = symbols_.find(name);
      if (found != symbols_.end() && std::find(kinds.begin(), kinds.end(), found->second.kind) != kinds.end())
        out.push_back(alias);
    }
  std::sort(out.begin(), out.end());
  return out;
}

std::string Checker::path_text(const Path& path) {
  std::string out;
  for (const PathPart& part : path.parts) {
    if (!out.empty()) out += '.';
    out += part.name.text;
    if (!part.indices.empty()) out += "[...]";
  }
  return out;
}

void Checker::unknown(const Path& path, std::string_view what, std::initializer_list<Kind> kinds, const Labels& extra) {
  auto candidates = names_of(kinds);
  candidates.insert(candidates.end(), extra.begin(), extra.end());
  std::string name = path.parts[0].name.text;
  std::string near = base::nearest_name(name, candidates);
  for (size_t i = 1; near.empty() && i < path.parts.size(); ++i)
    near = base::nearest_name(name += "." + path.parts[i].name.text, candidates);
  std::string hint;
  if (!near.empty())
    hint = fmt::format("did you mean '{}'?", near);
  else if (!candidates.empty() && candidates.size() <= 12)
    hint = fmt::format("known here: {}", fmt::join(candidates, ", "));
  error("unknown-name", path.span, fmt::format("there is no {} '{}'", what, path_text(path)), hint);
}

std::optional<uint32_t> Checker::set_of(const Path& path) {
  size_t used = 0;
  Symbol* symbol = resolve(path, used);
  if (!symbol || used != path.parts.size() || symbol->kind != Kind::set) {
    unknown(path, "set", {Kind::set});
    return std::nullopt;
  }
  symbol->used = true;
  return symbol->index;
}

std::optional<std::vector<Checker::Dim>> Checker::dims_of(const std::vector<Dimension>& dims) {
  std::vector<Dim> out;
  for (const Dimension& d : dims) {
    if (d.is_round()) {
      error("bad-index", d.span, "only parameters are indexed by 'round'", "write a set: set Months = 1 .. 6");
      return std::nullopt;
    }
    const auto set = set_of(d.over);
    if (!set) return std::nullopt;
    out.push_back({*set, d.binder.text});
  }
  if (count(out) > 100000) {
    error("too-large", dims[0].span,
          fmt::format("this index has {} elements; at most 100000 are accepted", count(out)));
    return std::nullopt;
  }
  return out;
}

}  // namespace casus::language

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;
using K = Type::Kind;
using model::MeasureKind;

void Checker::claims() {
  std::set<std::string> seen;
  for (const Unit& unit : program_.units) {
    const auto* decl = std::get_if<ClaimDecl>(unit.item);
    if (!decl) continue;
    scope_ = unit.scope;
    model::Claim out;
    out.name = unit.scope->prefix() + (decl->name ? decl->name.text : fmt::format("claim_{}", case_.claims.size() + 1));
    if (!seen.insert(out.name).second)
      error("duplicate-name", decl->name ? decl->name.span : decl->span,
            fmt::format("there are two claims '{}'", out.name));
    out.words = words(decl->words);
    out.span = decl->name ? decl->name.span : decl->words.text.span;
    claim_ = &out;
    const Value value = lower(*decl->condition, claim_context);
    claim_ = nullptr;
    want_boolean(value, decl->condition->span, "a claim");
    out.condition = value.id;
    if (out.condition != model::no_expr && !(facts_[out.condition].dependence & on_measure))
      warning("constant-claim", decl->condition->span,
              "this claim does not depend on the case: it mentions no measure");
    case_.claims.push_back(std::move(out));
  }
}

Value Checker::lower_measure(const Path& path, Symbol& symbol, size_t used, const Context& context) {
  if (!allowed(on_measure, context, path.span, "a measure")) return {};
  const MeasureFamily& family = measures_[symbol.index];
  if (!family.ready) {
    error("declared-later", path.span, fmt::format("'{}' is declared later", family.name),
          "a measure may use the measures declared before it");
    return {};
  }
  if (used != path.parts.size()) {
    error("unknown-name", path.parts[used].name.span,
          fmt::format("'{}' is a measure; nothing follows it after '.'", family.name),
          "write measure[policy, Actor.type, round 3]");
    return {};
  }
  const PathPart& part = path.parts.back();
  const auto tuple = tuple_of(part, family.dims, family.name, 0, false);
  if (!tuple) return {};
  model::MeasureRef ref;
  ref.measure = family.first + static_cast<uint32_t>(flat(family.dims, *tuple));
  ref.given_type.assign(case_.actors.size(), -1);
  const bool by_round = measure_numbered(ref.measure).kind == MeasureKind::in_round;
  int policy = -1;
  for (size_t i = family.dims.size(); i < part.indices.size(); ++i) {
    const Index& index = part.indices[i];
    if (index.is_round) {
      const auto round = constant(*index.value);
      if (!round) return {};
      if (!by_round) {
        error("bad-index", index.span, fmt::format("'{}' has one value, not one for each round", family.name),
              "leave out the round");
        return {};
      }
      if (*round != std::floor(*round) || *round < 1 || *round > case_.horizon) {
        error("out-of-domain", index.span,
              case_.endless ? fmt::format("without a last round the first {} are told, and {} is none of them",
                                          case_.horizon, *round)
                            : fmt::format("there is no round {}; the horizon is {}", *round, case_.horizon));
        return {};
      }
      ref.round = static_cast<int>(*round);
      continue;
    }
    if (index.binder || index.value->kind != ExprKind::path) {
      error("bad-index", index.span, "expected a policy, Actor.type or 'round N'");
      return {};
    }
    const Path& item = index.value->path;
    if (formula_ && item.parts.size() == 1) {
      error("bad-index", index.span, "expected Actor.type or 'round N'",
            "a formula of measures is taken under the policy that it is asked for; policies are compared in a claim");
      return {};
    }
    std::string name;
    for (const PathPart& p : item.parts) name += (name.empty() ? "" : ".") + p.name.text;
    auto found = policies_by_name_.find(scope_->prefix() + name);
    if (found == policies_by_name_.end()) found = policies_by_name_.find(name);
    if (found != policies_by_name_.end()) {
      if (policy >= 0) error("bad-index", index.span, "a second policy: a measure is taken under one");
      policy = static_cast<int>(found->second.index);
      continue;
    }
    if (item.parts.size() == 1) {
      Labels known;
      for (const auto& [policy_name, s] : policies_by_name_) known.push_back(policy_name);
      std::sort(known.begin(), known.end());
      const std::string near = base::nearest_name(name, known);
      error("unknown-policy", index.span, fmt::format("there is no policy '{}'", name),
            near.empty() ? fmt::format("policies: {}; a type is written Actor.type", fmt::join(known, ", "))
                         : fmt::format("did you mean '{}'?", near));
      return {};
    }
    const auto type = actor_type(item);
    if (!type) return {};
    if (ref.given_type[type->first] >= 0)
      error("bad-index", index.span, fmt::format("the type of '{}' is given twice", case_.actors[type->first].name));
    ref.given_type[type->first] = static_cast<int>(type->second);
  }
  if (formula_) return read_measure(ref, path.span);
  if (by_round && ref.round == 0) {
    error("missing-round", path.span, fmt::format("'{}' has a value for each round; which one?", family.name),
          fmt::format("write {}[..., round {}]", family.name, case_.horizon));
    return {};
  }
  if (policy < 0 && case_.policies.size() > 1) {
    error("missing-policy", path.span, fmt::format("under which policy is '{}' taken?", family.name),
          fmt::format("write {}[{}]", family.name, case_.policies.front().name));
    return {};
  }
  ref.policy = static_cast<uint32_t>(std::max(policy, 0));
  const auto known = std::find_if(claim_->refs.begin(), claim_->refs.end(), [&](const model::MeasureRef& r) {
    return r.measure == ref.measure && r.policy == ref.policy && r.round == ref.round && r.given_type == ref.given_type;
  });
  model::Expr e;
  e.op = model::Op::measure;
  e.index = static_cast<uint32_t>(known - claim_->refs.begin());
  if (known == claim_->refs.end()) claim_->refs.push_back(ref);
  return {{K::number, nullptr, {}}, leaf(e, on_measure, path.span)};
}

}  // namespace casus::language

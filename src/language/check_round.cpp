#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;
using K = Type::Kind;

void Checker::stages() {
  const auto build_round = [&](const syntax::Round& round, const Scope& scope) {
    for (const Stage& stage : round.stages) {
      if (stage.kind != StageKind::use) {
        build_stage(stage, scope);
        continue;
      }
      for (const Unit& unit : program_.units)
        if (const auto* inner = std::get_if<syntax::Round>(unit.item);
            inner && unit.scope->instance == scope.prefix() + stage.name.text)
          for (const Stage& s : inner->stages)
            if (s.kind != StageKind::use) build_stage(s, *unit.scope);
    }
  };
  for (const Unit& unit : program_.units)
    if (const auto* round = std::get_if<syntax::Round>(unit.item); round && !placed_.count(unit.scope))
      build_round(*round, *unit.scope);
  if (case_.stages.empty() && !diagnostics_.has_errors())
    missing("no-round", "nothing happens: there is no stage", "write: round { move Name by Actor { option ... } }");
}

void Checker::build_stage(const Stage& stage, const Scope& scope) {
  scope_ = &scope;
  const auto dims = dims_of(stage.dimensions);
  if (!dims) return;
  if (stage.kind == StageKind::simultaneous && stage.moves.empty())
    error("empty-stage", stage.span, "a simultaneous stage without moves",
          "put 'move ... by ... { ... }' between the braces");
  for_each(*dims, [&](const std::vector<int>& tuple) {
    model::Stage out;
    const auto index = static_cast<uint32_t>(case_.stages.size());
    if (index >= 100000) {
      error("too-large", stage.span, "a round has more than 100000 stages once its index sets are written out");
      throw Stop{};
    }
    out.words = words(stage.words);
    out.span = stage.name ? stage.name.span : stage.span;
    if (stage.guard) {
      out.guard = condition(*stage.guard, rule_context);
      if (const auto fixed = constant_of(out.guard)) {
        if (*fixed == 0 && dims->empty())
          warning("never-applies", stage.guard->span, "this stage never applies: its condition is never true");
        if (*fixed != 0) out.guard = model::no_expr;
      }
    }
    const Assume applies(*this, out.guard, true);
    if (stage.kind == StageKind::simultaneous) {
      for (const Stage& move : stage.moves) build_decision(move, tuple, out.decisions, index);
      std::vector<std::string> names;
      for (const auto& decision : out.decisions) names.push_back(decision.name);
      out.name = stage.name ? element_name(scope.prefix() + stage.name.text, *dims, tuple)
                            : fmt::format("{}", fmt::join(names, " + "));
      std::map<uint32_t, std::string> movers;
      for (const auto& decision : out.decisions) {
        const auto [other, fresh] = movers.emplace(decision.actor, decision.name);
        if (!fresh)
          error("duplicate-mover", decision.span,
                fmt::format("'{}' decides twice at once: '{}' and '{}'", case_.actors[decision.actor].name,
                            other->second, decision.name),
                "make it one move with all combinations as options, or two stages");
      }
      if (out.decisions.empty()) return;
      one_change(out);
      if (const auto family = stage_family_.find(&stage); family != stage_family_.end())
        stages_[family->second.at(&scope)].places[tuple] = {index, model::signal_of_stage};
    } else {
      const auto family = stage_family_.find(&stage);
      if (family == stage_family_.end()) return;
      StageFamily& f = stages_[family->second.at(&scope)];
      out.name = element_name(f.name, f.dims, tuple);
      f.places[tuple] = {index, 0};
      if (stage.kind == StageKind::chance || stage.kind == StageKind::step) {
        build_options(stage, stage.options, {"outcome", probability_context, pay_context}, out.outcomes);
        check_chance(stage, stage.options, out);
      } else {
        model::Decision decision;
        decision.name = out.name;
        decision.words = out.words;
        decision.span = out.span;
        if (const auto actor = mover_of(stage.by)) decision.actor = *actor;
        build_options(stage, stage.options, {"option", probability_context, pay_context}, decision.options);
        out.decisions.push_back(std::move(decision));
      }
    }
    out.hidden = stage.hidden;
    case_.stages.push_back(std::move(out));
    if (stage.hidden) signals(stage, index);
  });
}

// Who moves: an actor, not a fact.
std::optional<uint32_t> Checker::mover_of(const Path& path) {
  const auto actor = actor_of(path, path.parts.size());
  if (actor && case_.actors[*actor].fact) {
    error("wrong-kind", path.span, fmt::format("'{}' is a fact: it chooses nothing", path_text(path)),
          "let an actor move, or write 'chance'");
    return std::nullopt;
  }
  return actor;
}

// The decisions of one move inside a simultaneous stage: one for each element of its own index.
void Checker::build_decision(const Stage& stage, const std::vector<int>& outer, std::vector<model::Decision>& out,
                             uint32_t stage_index) {
  const auto dims = dims_of(stage.dimensions);
  const auto family = stage_family_.find(&stage);
  if (!dims || family == stage_family_.end()) return;
  for_each(*dims, [&](const std::vector<int>& own) {
    StageFamily& f = stages_[family->second.at(scope_)];
    std::vector<int> tuple = outer;
    tuple.insert(tuple.end(), own.begin(), own.end());
    model::Decision decision;
    decision.name = element_name(f.name, f.dims, tuple);
    decision.words = words(stage.words);
    decision.span = stage.name.span;
    if (stage.guard) {
      decision.guard = condition(*stage.guard, rule_context);
      if (const auto fixed = constant_of(decision.guard); fixed && *fixed != 0) decision.guard = model::no_expr;
    }
    const Assume applies(*this, decision.guard, true);
    if (const auto actor = mover_of(stage.by)) decision.actor = *actor;
    build_options(stage, stage.options, {"option", probability_context, pay_context}, decision.options);
    f.places[tuple] = {stage_index, static_cast<uint32_t>(out.size())};
    out.push_back(std::move(decision));
  });
}

void Checker::build_options(const Stage& stage, const std::vector<syntax::Option>& options, const OptionKind& kind,
                            std::vector<model::Option>& out) {
  std::set<std::string> seen;
  for (const syntax::Option& option : options) {
    const auto dims = dims_of(option.dimensions);
    if (!dims) continue;
    for_each(*dims, [&](const std::vector<int>& tuple) {
      model::Option result;
      result.name = element_name(option.name.text, *dims, tuple);
      result.words = words(option.words);
      result.span = option.name.span;
      if (!seen.insert(result.name).second)
        error("duplicate-name", option.name.span,
              fmt::format("'{}' has the {} '{}' twice", stage.name.text, kind.what, result.name));
      if (option.guard) {
        result.guard = condition(*option.guard, rule_context);
        if (const auto fixed = constant_of(result.guard)) {
          if (*fixed == 0 && dims->empty() && stage.dimensions.empty())
            warning("never-applies", option.guard->span,
                    fmt::format("'{}' can never be taken: its condition is never true", result.name));
          if (*fixed != 0) result.guard = model::no_expr;
        }
      }
      const Assume open(*this, result.guard, true);
      if (option.probability) {
        result.probability = number(*option.probability, kind.probability);
        const auto fixed = constant_of(result.probability);
        if (fixed && !(*fixed >= 0 && *fixed <= 1))
          error("bad-probability", option.probability->span,
                fmt::format("the probability of '{}' is {}; it lies between 0 and 1", result.name, *fixed));
      }
      effects(option.effects, result);
      for (const syntax::Pay& pay : option.pays)
        for_each_binding({&pay.actor}, [&] {
          const auto actor = paid_of(pay.actor);
          const ExprId amount = number(*pay.amount, kind.pay);
          if (actor && amount != model::no_expr) result.pays.push_back({*actor, amount});
        });
      out.push_back(std::move(result));
    });
  }
  if (options.empty())
    error("empty-stage", stage.name.span, fmt::format("'{}' has no {}s", stage.name.text, kind.what),
          "name at least one between the braces");
}

// Who is paid: an actor, not a fact.
std::optional<uint32_t> Checker::paid_of(const Path& path) {
  const auto actor = actor_of(path, path.parts.size());
  if (actor && case_.actors[*actor].fact) {
    error("wrong-kind", path.span, fmt::format("'{}' is a fact: nothing is paid to it", path_text(path)));
    return std::nullopt;
  }
  return actor;
}

void Checker::check_chance(const Stage& stage, const std::vector<syntax::Option>& options, const model::Stage& out) {
  bool rest = false, all_constant = true, guarded = false;
  const size_t without = static_cast<size_t>(std::count_if(
      out.outcomes.begin(), out.outcomes.end(), [](const auto& o) { return o.probability == model::no_expr; }));
  double sum = 0;
  for (size_t i = 0; i < options.size(); ++i) {
    if (!options[i].otherwise) continue;
    rest = true;
    if (i + 1 < options.size() || !options[i].dimensions.empty())
      error("bad-probability", options[i].name.span,
            "'otherwise' takes what the others leave, so it comes last and has no index");
  }
  std::set<uint32_t> types;
  for (const model::Option& outcome : out.outcomes) {
    if (outcome.guard != model::no_expr) guarded = true;
    if (outcome.probability == model::no_expr) continue;
    const auto fixed = constant_of(outcome.probability);
    if (fixed)
      sum += *fixed;
    else
      all_constant = false;
    types.merge(types_read(outcome.probability));
  }
  if (types.size() > 1) {
    std::vector<std::string> names;
    names.reserve(types.size());
    for (uint32_t actor : types) names.push_back(case_.actors[actor].name);
    error("bad-probability", stage.name.span,
          fmt::format("'{}' depends on the types of {}", out.name, fmt::join(names, " and ")),
          out.hidden ? "a signal speaks of one actor; let two stages tell, one of each"
                     : "chance may reveal the type of one actor at most; split it into two stages");
  }
  if (guarded || without > (rest ? 1u : 0u)) return;  // a probability that was in error has been reported
  if (sum > 1 + 1e-9)
    error("bad-probability", stage.name.span,
          fmt::format("the probabilities of '{}' sum to {}{}, more than 1", out.name, sum,
                      all_constant ? "" : " already in the constant ones"));
  else if (!rest && all_constant && std::fabs(sum - 1) > 1e-9)
    error("bad-probability", stage.name.span,
          fmt::format("the probabilities of '{}' sum to {}, not to 1", out.name, sum),
          "let the last outcome read 'otherwise'");
}

void Checker::effects(const std::vector<syntax::Effect>& list, model::Option& out) {
  for (const syntax::Effect& effect : list) {
    if (effect.kind != syntax::Effect::Kind::loop) {
      if (effect.kind == syntax::Effect::Kind::assign)
        assign(effect, out.effects);
      else
        redraw(effect, out);
      continue;
    }
    const auto dims = dims_of(effect.dimensions);
    if (dims) for_each(*dims, [&](const std::vector<int>&) { effects(effect.body, out); });
  }
}

void Checker::assign(const syntax::Effect& effect, std::vector<model::Assign>& out) {
  size_t used = 0;
  Symbol* symbol = resolve(effect.target, used);
  if (!symbol || symbol->kind != Kind::state || used != effect.target.parts.size()) {
    if (symbol && symbol->kind != Kind::state)
      error("wrong-kind", effect.target.span,
            fmt::format("'{}' is no state; only states change", path_text(effect.target)));
    else
      unknown(effect.target, "state", {Kind::state});
    return;
  }
  State& state = states_[symbol->index];
  const auto tuple = tuple_of(effect.target.parts.back(), state.dims, state.name);
  const Value value = lower(*effect.value, rule_context, &state.type);
  if (!tuple || value.type.kind == K::error || !state.good) return;
  if (!same(value.type, state.type)) {
    error("wrong-kind", effect.value->span,
          fmt::format("'{}' takes {}, but this is {}", state.name,
                      state.type.kind == K::number ? "a number" : domain_text(state), kind_name(value.type)),
          value.type.kind == K::boolean ? "write 'if ... then ... else ...'" : "");
    return;
  }
  const auto fixed = constant_of(value.id);
  if (fixed && !value_of(state, *fixed)) {
    error("out-of-domain", effect.value->span,
          fmt::format("'{}' becomes {}, outside its domain {}", state.name, *fixed, domain_text(state)),
          state.numbers ? nearest(state.numbers->ascending, *fixed)
                        : "widen the domain, or bound the value with min and max");
    return;
  }
  out.push_back({state.first + static_cast<uint32_t>(flat(state.dims, *tuple)), value.id, effect.span});
}

void Checker::payoffs() {
  std::set<std::pair<uint32_t, bool>> seen;
  for (const Unit& unit : program_.units) {
    const auto* decl = std::get_if<PayoffDecl>(unit.item);
    if (!decl) continue;
    scope_ = unit.scope;
    for_each_binding({&decl->actor}, [&] {
      const auto actor = paid_of(decl->actor);
      for (const PayoffPart& part : decl->parts) {
        const ExprId amount = number(*part.amount, payoff_context);
        if (!actor || amount == model::no_expr) continue;
        if (unit.scope == program_.scopes[0].get() && !seen.emplace(*actor, part.at_end).second)
          error("duplicate-name", part.span,
                fmt::format("'{}' already has a payoff {}", case_.actors[*actor].name,
                            part.at_end ? "at the end" : "of each round"),
                "add the two up in one place");
        case_.payoffs.push_back({*actor, part.at_end, amount, part.span});
      }
    });
  }
}

}  // namespace casus::language

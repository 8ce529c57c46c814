#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "language/checker.h"
#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;

std::optional<model::Case> check(const Program& program, base::Diagnostics& diagnostics) {
  return Checker(program, diagnostics).run();
}

std::optional<model::Case> Checker::run() {
  scope_ = program_.scopes[0].get();
  try {
    register_all();
    overlay();
    number_all();
    header();
    number_params();
    params();
    actor_numbers();
    correlations();
    states();
    for (uint32_t i = 0; i < lets_.size(); ++i)
      for_each(lets_[i].dims, [&](const std::vector<int>& tuple) { let_value(i, tuple); });
    stages();
    come_about();
    payoffs();
    measures();
    endless();
    policies();
    claims();
    infinite_params();
  } catch (const Stop&) {
    return std::nullopt;
  }
  if (diagnostics_.has_errors()) return std::nullopt;
  unused();
  return std::move(case_);
}

model::Words Checker::words(const syntax::Words& words) {
  return {words.text.text, words.source.text};
}

// Model indices and kinds first, so that expressions may be lowered in any order afterwards.
void Checker::number_all() {
  uint32_t next = 0;
  for (Actor& family : actors_) {
    family.first = next;
    next += static_cast<uint32_t>(count(family.dims));
    if (next > 1000) {
      error("too-large", family.decl->name.span, "the case has more than 1000 actors");
      throw Stop{};
    }
  }
  actors();
  next = 0;
  for (State& state : states_) {
    scope_ = state.scope;
    state.first = next;
    next += static_cast<uint32_t>(count(state.dims));
    if (next > 100000) {
      error("too-large", state.decl->name.span,
            "the case has more than 100000 state variables once its index sets are written out");
      throw Stop{};
    }
    if (state.decl->kind == model::StateKind::enumeration) {
      if (!state.decl->over.parts.empty()) {
        if (const auto set = set_of(state.decl->over)) {
          state.labels = sets_[*set].elements;
          if (!sets_[*set].numbers.empty()) state.numbers = &sets_[*set];
        }
      } else {
        std::set<std::string> seen;
        for (const Name& label : state.decl->labels) {
          if (!seen.insert(label.text).second)
            error("duplicate-name", label.span, fmt::format("the value '{}' is listed twice", label.text));
          else
            state.labels.push_back(label.text);
        }
        if (state.labels.empty())
          error("empty-domain", state.decl->name.span, fmt::format("'{}' has no values", state.name),
                "name its values between the braces");
      }
      state.type = state.numbers ? number_type : Type{Type::Kind::labels, &state.labels, state.name};
      if (state.numbers) {
        state.labels.clear();
        for (const double x : state.numbers->ascending) state.labels.push_back(fmt::format("{}", x));
      }
    } else {
      state.type.kind = state.decl->kind == model::StateKind::boolean ? Type::Kind::boolean : Type::Kind::number;
    }
  }
}

// Once it is known how many rounds there are.
void Checker::number_params() {
  uint32_t next = 0;
  for (Param& param : params_) {
    scope_ = param.scope;
    param.first = next;
    prepare_param(param);
    next += static_cast<uint32_t>(param.cells.size());
    if (next > 100000) {
      error("too-large", param.decl->name.span,
            "the case has more than 100000 parameters once its index sets are written out");
      throw Stop{};
    }
  }
}

void Checker::header() {
  constexpr int rounds_told = 12;  // of a game without a last one
  const CaseHeader* head = nullptr;
  const Horizon* horizon = nullptr;
  for (const Unit& unit : program_.units) {
    scope_ = unit.scope;
    if (const auto* h = std::get_if<CaseHeader>(unit.item); h && !h->is_module) {
      if (head) error("duplicate-name", h->span, "a second 'case'", "one file is one case");
      head = h;
    }
    if (const auto* h = std::get_if<Horizon>(unit.item)) {
      if (horizon) error("duplicate-name", h->span, "a second 'horizon'");
      horizon = h;
      if (!h->rounds) {
        case_.endless = true;
        case_.horizon = rounds_told;
      } else if (const auto rounds = constant(*h->rounds)) {
        if (*rounds != std::floor(*rounds) || *rounds < 1 || *rounds > 1000)
          error("bad-horizon", h->rounds->span,
                fmt::format("the horizon is {} rounds; expected a whole number from 1 to 1000", *rounds));
        else
          case_.horizon = static_cast<int>(*rounds);
      }
      number_rounds();
      case_.round_label = h->label ? h->label.text : "round";
    }
    if (const auto* note = std::get_if<Note>(unit.item))
      case_.words.text += (case_.words.text.empty() ? "" : "\n") + note->text.text;
  }
  if (head) {
    case_.title = head->title.text;
    if (head->words.text)
      case_.words.text = head->words.text.text + (case_.words.text.empty() ? "" : "\n" + case_.words.text);
    case_.words.source = head->words.source.text;
  } else {
    missing("no-case", "there is no 'case'", "begin the file with: case \"title\"");
  }
  if (!horizon) missing("no-horizon", "there is no 'horizon'", "write: horizon 6 rounds \"month\", or: horizon none");
  if (actors_.empty()) missing("no-actor", "there is no actor", "write: actor Name");
}

// ---- overlays
// --------------------------------------------------------------------------------------------------------

void Checker::overlay() {
  for (const Unit& unit : program_.overlays) {
    scope_ = unit.scope;
    const auto refuse = [&](Span span) {
      error("not-in-overlay", span,
            "an overlay may change only parameters, actors' priors, precision and discount, correlations and policies",
            "put this into the case itself");
    };
    if (const auto* param = std::get_if<ParamDecl>(unit.item)) {
      Symbol* symbol = lookup(param->name.text, *unit.scope);
      if (!symbol || symbol->kind != Kind::param) {
        const std::string near = base::nearest_name(param->name.text, names_of({Kind::param}));
        error("unknown-name", param->name.span,
              fmt::format("the case has no parameter '{}' to change", param->name.text),
              near.empty() ? "" : fmt::format("did you mean '{}'?", near));
      }
    } else if (const auto* actor = std::get_if<ActorDecl>(unit.item)) {
      Symbol* symbol = lookup(actor->name.text, *unit.scope);
      if (!symbol || symbol->kind != Kind::actor) {
        const std::string near = base::nearest_name(actor->name.text, names_of({Kind::actor}));
        error("unknown-name", actor->name.span, fmt::format("the case has no actor '{}' to change", actor->name.text),
              near.empty() ? "" : fmt::format("did you mean '{}'?", near));
        continue;
      }
      Actor& family = actors_[symbol->index];
      family.overlay = actor;
      Labels types;
      for (const TypeDecl& type : actor->types) types.push_back(type.name.text);
      if (!types.empty() && types != family.types)
        error("not-in-overlay", actor->types_span,
              fmt::format("an overlay may not change the types of '{}'", family.name),
              fmt::format("list the same types in the same order: {}", fmt::join(family.types, ", ")));
    } else if (const auto* policy = std::get_if<PolicyDecl>(unit.item)) {
      (void)policy;
    } else if (const auto* head = std::get_if<CaseHeader>(unit.item)) {
      if (head->is_module) refuse(head->span);
    } else if (!std::holds_alternative<Setting>(*unit.item) && !std::holds_alternative<CorrelateDecl>(*unit.item) &&
               !std::holds_alternative<Note>(*unit.item)) {
      std::visit([&](const auto& item) { refuse(item.span); }, *unit.item);
    }
  }
}

// ---- actors
// ----------------------------------------------------------------------------------------------------------

// Names and types only; the numbers need parameters.
void Checker::actors() {
  for (Actor& family : actors_) {
    scope_ = family.scope;
    for_each(family.dims, [&](const std::vector<int>& tuple) {
      model::Actor out;
      out.name = element_name(family.name, family.dims, tuple);
      out.words = words(family.decl->words);
      out.types = family.types;
      for (const TypeDecl& type : family.decl->types) out.type_words.push_back(words(type.words));
      out.type_words.resize(out.types.size());
      out.fact = family.decl->fact;
      out.nodes = family.decl->nodes;
      out.span = family.decl->name.span;
      case_.actors.push_back(std::move(out));
    });
  }
}

void Checker::actor_numbers() {
  for (Actor& family : actors_) one_actor(family);
}

void Checker::one_actor(Actor& family) {
  const ActorDecl* over = family.overlay;
  const ExprPtr* precision = &family.decl->precision;
  const ExprPtr* discount = &family.decl->discount;
  const Scope* precision_scope = family.scope;
  const Scope* discount_scope = family.scope;
  const auto take_default = [](const Unit& unit, bool is_discount, const ExprPtr*& slot, const Scope*& slot_scope) {
    const auto* setting = std::get_if<Setting>(unit.item);
    if (!setting || setting->is_discount != is_discount) return;
    slot = &setting->value;
    slot_scope = unit.scope;
  };
  static const ExprPtr no_number;
  const bool own_precision = family.decl->precision != nullptr, own_discount = family.decl->discount != nullptr;
  for (const auto* units : {&program_.units, &program_.overlays})
    for (const Unit& unit : *units) {
      if (!own_precision) take_default(unit, false, precision, precision_scope);
      if (!own_discount) take_default(unit, true, discount, discount_scope);
    }
  if (over && over->precision) {
    precision = &over->precision;
    precision_scope = program_.scopes[0].get();
  }
  if (over && over->discount) {
    discount = &over->discount;
    discount_scope = program_.scopes[0].get();
  }
  if (family.decl->fact) {
    if (family.types.size() < 2 && !diagnostics_.has_errors())
      error("bad-prior", family.decl->name.span, fmt::format("'{}' has one thing that may be the case", family.name),
            "a fact that everybody knows is a 'state' or a 'param'");
    precision = discount = &no_number;
  }
  if (!*precision && !family.decl->fact)
    error("no-precision", family.decl->name.span, fmt::format("the precision of '{}' is not given", family.name),
          "write 'precision 4' inside the actor's braces, or once for all actors at the top");
  const bool new_prior = over && !over->types.empty();
  uint32_t index = family.first;
  for_each(family.dims, [&](const std::vector<int>&) {
    model::Actor& out = case_.actors[index++];
    const auto value = [&](const ExprPtr& e, const Scope* scope, bool is_discount) {
      scope_ = scope;
      const ExprId id = is_discount ? number(*e, prior_context) : number_or_infinity(*e, prior_context);
      const auto fixed = constant_of(id);
      if (fixed && is_discount && !(*fixed > 0 && *fixed <= 1))
        error("out-of-domain", e->span,
              fmt::format("a discount lies above 0 and is at most 1, but this is {}", *fixed));
      if (fixed && !is_discount && !(*fixed >= 0))
        error("out-of-domain", e->span, fmt::format("a precision is 0 or more, but this is {}", *fixed));
      return id;
    };
    if (family.decl->fact) out.precision = constant_node(0, family.decl->name.span);
    if (*precision) out.precision = value(*precision, precision_scope, false);
    out.discount = *discount ? value(*discount, discount_scope, true) : constant_node(1, family.decl->name.span);
    scope_ = new_prior ? program_.scopes[0].get() : family.scope;
    if (!family.decl->types.empty())
      prior(family, new_prior ? over->types : family.decl->types,
            new_prior ? over->types_span : family.decl->types_span, out);
  });
}

void Checker::prior(const Actor& family, const std::vector<TypeDecl>& types, Span span, model::Actor& out) {
  if (types.size() == 1) {  // nothing is private, but the type has a name
    if (types[0].prior) {
      const auto only = constant_of(number(*types[0].prior, prior_context));
      if (!only || std::fabs(*only - 1) > 1e-9)
        error("bad-prior", types[0].prior->span, fmt::format("the only type of '{}' has prior 1", family.name),
              "leave the types out, or name another one");
    }
    return;
  }
  ExprId sum = constant_node(0, span);
  size_t rest = types.size();
  for (size_t i = 0; i < types.size(); ++i) {
    if (!types[i].prior) {
      if (rest != types.size()) error("bad-prior", types[i].name.span, "only one type can take what the others leave");
      rest = i;
      out.prior.push_back(model::no_expr);
      continue;
    }
    const ExprId id = number(*types[i].prior, type_prior_context);
    out.prior.push_back(id);
    if (id == model::no_expr || !ties_to_earlier(id, types[i].prior->span, out)) return;
    const auto fixed = constant_of(id);
    if (fixed && *fixed == 0)
      never_at_first_.push_back(
          {static_cast<uint32_t>(&out - case_.actors.data()), types[i].name, types[i].prior->span});
    // 1 beside a type that nobody is at first.
    const bool all =
        fixed && *fixed == 1 && !never_at_first_.empty() && &case_.actors[never_at_first_.back().actor] == &out;
    if (fixed && !all && !(*fixed >= 0 && *fixed < 1)) {
      error("bad-prior", types[i].prior->span,
            fmt::format("the prior of '{}' is {}; it lies strictly between 0 and 1", types[i].name.text, *fixed),
            "leave out a type that cannot occur");
      return;
    }
    sum = node(model::Op::add, span, sum, id);
  }
  const auto fixed = constant_of(sum);
  if (rest != types.size()) {
    if (fixed && !(*fixed < 1))
      error("bad-prior", span,
            fmt::format("the priors of '{}' leave nothing for '{}': the others sum to {}", family.name,
                        types[rest].name.text, *fixed));
    out.prior[rest] = node(model::Op::sub, types[rest].name.span, constant_node(1, span), sum);
  } else if (fixed && std::fabs(*fixed - 1) > 1e-9) {
    error("bad-prior", span, fmt::format("the priors of '{}' sum to {}, not to 1", family.name, *fixed),
          "write 'otherwise' for the last type");
  }
}

// Whether a prior hangs on none but actors before this one; of whom it does is noted.
bool Checker::ties_to_earlier(ExprId prior, Span span, const model::Actor& out) {
  const auto own = static_cast<uint32_t>(&out - case_.actors.data());
  for (const uint32_t read : types_read(prior)) {
    if (read >= own) {
      error("bad-prior", span,
            read == own ? fmt::format("the prior of '{}' hangs on its own type", out.name)
                        : fmt::format("the prior of '{}' hangs on the type of '{}', which is declared after it",
                                      out.name, case_.actors[read].name),
            "a prior may hang on the types of actors and facts that are declared before it");
      return false;
    }
    tied_.insert({own, read});
  }
  return true;
}

// ---- what nothing uses
// -----------------------------------------------------------------------------------------------

void Checker::unused() {
  for (const auto& [name, symbol] : symbols_) {
    if (symbol.used) continue;
    switch (symbol.kind) {
      case Kind::param:
        warning("unused", symbol.span, fmt::format("the parameter '{}' is not used", name),
                "remove it, or use it in a payoff or a probability");
        break;
      case Kind::state:
        warning("unused", symbol.span, fmt::format("the state '{}' is never read", name),
                "remove it, or let a guard, payoff or measure depend on it");
        break;
      case Kind::let:
        warning("unused", symbol.span, fmt::format("the definition '{}' is not used", name), "remove it");
        break;
      case Kind::set:
        warning("unused", symbol.span, fmt::format("the set '{}' is not used", name), "remove it");
        break;
      default:
        break;
    }
  }
}

}  // namespace casus::language

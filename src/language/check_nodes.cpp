#include <fmt/format.h>

#include <cmath>

#include "language/checker_state.h"

namespace casus::language {

using model::Op;

const Context let_context{on_param | on_type | on_state | on_round | on_belief, "a definition",
                          "states, 'round', parameters and types may stand here; write choices in the measure itself"};
const Context constant_context{0, "a constant", "only numbers, and definitions made of numbers, may stand here"};
const Context index_context{
    0, "an index",
    "an index is an element or a name bound by 'h in Set'; to follow a state, write sum(h in Set) (state == h) * x[h]"};
const Context round_index_context{on_round, "an index of rounds",
                                  "a number, 'round' and what is reckoned from them may stand here: x[round - 1]"};
const Context formula_context{on_param, "a parameter's formula",
                              "only numbers and parameters declared before it may stand here"};
const Context prior_context{on_param, "a prior, precision or discount", "only numbers and parameters may stand here"};
const Context type_prior_context{on_param | on_type, "a prior",
                                 "numbers, parameters and the types of actors named before it may stand here"};
const Context override_context{on_param, "a policy's number", "only numbers and parameters may stand here"};
const Context rule_context{on_state | on_round, "a guard or an effect",
                           "worlds differ in numbers, not in rules: only states, 'round' and constants may stand here "
                           "(a constant of the rules is written with 'let')"};
const Context probability_context{on_state | on_round | on_param | on_type, "a probability",
                                  "states, 'round', parameters and one actor's type may stand here"};
const Context pay_context{on_state | on_round | on_param | on_type, "a payment",
                          "states, 'round', parameters and actors' types may stand here; what hangs on beliefs is paid "
                          "by a payoff, each round or at end"};
const Context payoff_context{on_state | on_round | on_param | on_type | on_belief, "a payoff",
                             "states, 'round', parameters, actors' types and belief(Actor.type) may stand here"};
const Context signal_context{on_state | on_round | on_param | on_type | on_chosen, "the probability of a signal",
                             "what was done here (Move.option), states, 'round', parameters and the type of the actor "
                             "who did it may stand here"};
const Context signal_pay_context{on_state | on_round | on_param | on_type | on_chosen, "a payment",
                                 "what was done here (Move.option), states, 'round', parameters and actors' types may "
                                 "stand here"};
const Context redraw_context{on_state | on_round | on_param | on_type, "the probability of a type",
                             "states, 'round', parameters and the type that the actor has had may stand here"};
const Context ever_context{on_state | on_round | on_chosen, "a measure of what ever happens",
                           "states, 'round', constants and choices (Stage.option) may stand here"};
const Context end_context{on_state | on_round | on_param | on_type, "a measure at the end",
                          "states, 'round', parameters, types and constants may stand here; a choice is asked for with "
                          "P(ever Stage.option) or P(Stage.option in round)"};
const Context round_context{on_state | on_round | on_param | on_type | on_chosen, "a measure in each round",
                            "states, 'round', parameters, types, constants and choices may stand here"};
const Context expectation_context{
    on_state | on_round | on_param | on_type | on_belief, "an expectation",
    "states, 'round', parameters, types, constants and belief(Actor.type) may stand here"};
const Context types_context{on_type, "a condition without a time",
                            "only types stand alone; of anything else say when: 'at end', 'in round' or 'ever'"};
const Context formula_of_measures{on_measure | on_param, "a formula of measures",
                                  "measures, P(...), E(...), parameters and numbers may stand here; what is asked of "
                                  "states, types and choices stands inside P(...) or E(...)"};
const Context claim_context{on_measure | on_param, "a claim",
                            "a claim compares measures, parameters and numbers: measure[policy, Actor.type, round 3]"};

namespace {
constexpr size_t most_nodes = 2'000'000, many_nodes = 1 << 17;
constexpr size_t most_ticks = 10'000'000;
constexpr int most_depth = 1000;
constexpr float most_size = 1e6;
}  // namespace

void Checker::tick(size_t steps) {
  ticks_ += steps;
  if (ticks_ <= most_ticks) return;
  missing("too-large", fmt::format("the case takes more than {} steps to write out its index sets", most_ticks),
          "use smaller sets");
  throw Stop{};
}

std::optional<double> Checker::constant_of(ExprId id) const {
  if (id == model::no_expr || case_.pool[id].op != Op::constant) return std::nullopt;
  return case_.pool[id].value;
}

Checker::ExprId Checker::leaf(model::Expr e, uint8_t dependence, Span span) {
  if (facts_.size() >= most_nodes) {
    error("too-large", span,
          fmt::format("the case has more than {} operations once its index sets are written out", most_nodes),
          "use smaller sets, or fewer sums over them");
    throw Stop{};
  }
  // A case so large may well come to the limit: room for all at once, since moving what is there takes longer than
  // making it.
  if (facts_.size() == many_nodes) {
    facts_.reserve(most_nodes);
    case_.pool.nodes.reserve(most_nodes);
  }
  e.span = span;
  const uint32_t below = e.op == Op::param ? e.index + 1 : 0;
  facts_.push_back({dependence, 1, 1, 0, below});
  return case_.pool.add(e);
}

Checker::ExprId Checker::constant_node(double value, Span span) {
  model::Expr e;
  e.value = value;
  return leaf(e, 0, span);
}

// Constant operands are worked out here, so that what is left depends on something.
Checker::ExprId Checker::node(Op op, Span span, ExprId a, ExprId b, ExprId c) {
  const auto ca = constant_of(a), cb = constant_of(b), cc = constant_of(c);
  if (op == Op::if_ && ca) return *ca != 0 ? b : c;
  if (op == Op::and_ && (ca || cb)) {
    if (ca) return *ca != 0 ? b : a;
    return *cb != 0 ? a : b;
  }
  if (op == Op::or_ && (ca || cb)) {
    if (ca) return *ca != 0 ? a : b;
    return *cb != 0 ? b : a;
  }
  if (op == Op::div && cb && *cb == 0) {
    error("division-by-zero", span, "division by zero", "the divisor is always 0 here");
    return constant_node(0, span);
  }
  const int n = model::arity(op);
  float scale = 0;
  for (const ExprId id : {a, b, c})
    if (id != model::no_expr) scale = std::max(scale, facts_[id].scale);
  if (ca && (n < 2 || cb) && (n < 3 || cc)) {
    const double value = model::apply(op, *ca, cb.value_or(0), cc.value_or(0));
    if (!std::isfinite(value)) {
      error("not-a-number", span,
            std::isnan(value) ? "this has no value (such as the logarithm or root of a negative number)"
            : op == Op::log   ? "the logarithm of 0 has no value"
                              : "this is larger than any number");
      return constant_node(0, span);
    }
    const ExprId folded = constant_node(value, span);
    facts_[folded].scale = scale;
    return folded;
  }
  model::Expr e;
  e.op = op;
  e.a = a;
  e.b = b;
  e.c = c;
  NodeFacts facts{0, 0, 1, scale, 0};
  for (ExprId id : {a, b, c}) {
    if (id == model::no_expr) continue;
    facts.dependence |= facts_[id].dependence;
    facts.depth = std::max(facts.depth, facts_[id].depth);
    facts.size += facts_[id].size;
    facts.params_below = std::max(facts.params_below, facts_[id].params_below);
  }
  if (++facts.depth > most_depth || facts.size > most_size) {
    error(facts.depth > most_depth ? "too-deep" : "too-large", span,
          fmt::format(
              "this formula has more than {} once its definitions are put in",
              facts.depth > most_depth ? fmt::format("{} operations in a chain", most_depth) : "a million operations"),
          "simplify the definitions it uses");
    throw Stop{};
  }
  const ExprId id = leaf(e, 0, span);
  facts_[id] = facts;
  return id;
}

// A comparison. Numbers of sets that are reckoned with miss each other by rounding errors, as 0.3 and 0.35 - 0.05 do,
// so they are compared to within these.
Checker::ExprId Checker::compare(Op op, Span span, ExprId a, ExprId b) {
  constexpr double rounding = 1e-9;
  const double near = rounding * static_cast<double>(std::max(facts_[a].scale, facts_[b].scale));
  if (near == 0) return node(op, span, a, b);
  const ExprId gap = node(Op::sub, span, a, b);
  const auto with = [&](Op how, ExprId what, double limit) {
    return node(how, span, what, constant_node(limit, span));
  };
  switch (op) {
    case Op::eq:
      return with(Op::le, node(Op::abs, span, gap), near);
    case Op::ne:
      return with(Op::gt, node(Op::abs, span, gap), near);
    case Op::lt:
      return with(Op::lt, gap, -near);
    case Op::le:
      return with(Op::le, gap, near);
    case Op::gt:
      return with(Op::gt, gap, near);
    default:
      return with(Op::ge, gap, -near);
  }
}

bool Checker::allowed(uint8_t dependence, const Context& context, Span span, const std::string& what) {
  if ((dependence & ~context.allowed) == 0) return true;
  error("not-allowed-here", span, fmt::format("{} may not use {}", context.place, what), context.reason);
  return false;
}

bool Checker::same(const Type& a, const Type& b) {
  return a.kind == b.kind && (a.kind != Type::Kind::labels || a.labels == b.labels || *a.labels == *b.labels);
}

std::string Checker::kind_name(const Type& type) {
  switch (type.kind) {
    case Type::Kind::number:
      return "a number";
    case Type::Kind::boolean:
      return "a condition (yes or no)";
    case Type::Kind::labels:
      return fmt::format("a value of '{}'", type.name);
    case Type::Kind::error:
      break;
  }
  return "something unknown";
}

}  // namespace casus::language

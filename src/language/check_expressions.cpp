#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;
using model::Op;
using K = Type::Kind;

namespace {
constexpr int most_nested = 400;  // calls of lower() within each other, also through definitions
}  // namespace

bool Checker::want_number(const Value& value, Span span, std::string_view what) {
  if (value.type.kind == K::number) return true;
  if (value.type.kind != K::error)
    error("wrong-kind", span, fmt::format("{} is a number, found {}", what, kind_name(value.type)),
          value.type.kind == K::boolean ? "write 'if ... then 1 else 0'" : "compare it: '... == value'");
  return false;
}

bool Checker::want_boolean(const Value& value, Span span, std::string_view what) {
  if (value.type.kind == K::boolean) return true;
  if (value.type.kind != K::error)
    error("wrong-kind", span, fmt::format("{} is a condition, found {}", what, kind_name(value.type)),
          "compare it: '... > 0' or '... == value'");
  return false;
}

Checker::ExprId Checker::number(const Expr& e, const Context& context) {
  const Value value = lower(e, context);
  // A condition counts as 1 or 0 where a number is added up or paid.
  if (value.type.kind == K::boolean) return value.id;
  return want_number(value, e.span, "this") ? value.id : model::no_expr;
}

Checker::ExprId Checker::condition(const Expr& e, const Context& context) {
  const Value value = lower(e, context);
  return want_boolean(value, e.span, "this") ? value.id : model::no_expr;
}

std::optional<double> Checker::constant(const Expr& e, const Context& context) {
  const Value value = lower(e, context);
  if (!want_number(value, e.span, "this")) return std::nullopt;
  return constant_of(value.id);  // the context lets nothing else through
}

// A name that means something only beside a variable: a value of an enumeration or an element of a set.
bool Checker::is_loose_label(const Expr& e) {
  if (e.kind == ExprKind::if_) return is_loose_label(*e.operands[1]) && is_loose_label(*e.operands[2]);
  if (e.kind != ExprKind::path || e.path.parts.size() != 1 || !e.path.parts[0].indices.empty()) return false;
  if (binding(e.path.parts[0].name.text)) return false;
  const Symbol* symbol = lookup(e.path.parts[0].name.text, *scope_);
  return !symbol || !is_value(*symbol);
}

Value Checker::lower(const Expr& e, const Context& context, const Type* expected) {
  struct Deeper {
    int& depth;
    explicit Deeper(int& d) : depth(++d) {}
    ~Deeper() { --depth; }
  } deeper(depth_);
  if (depth_ > most_nested) {
    error("too-deep", e.span, fmt::format("definitions are nested more than {} operations deep", most_nested),
          "simplify the definitions this one uses");
    throw Stop{};
  }
  switch (e.kind) {
    case ExprKind::number:
      if (is_infinity(e)) {
        infinity_elsewhere(e);
        return {};
      }
      return {number_type, constant_node(e.value, e.span)};
    case ExprKind::boolean:
      return {boolean_type, constant_node(e.value, e.span)};
    case ExprKind::horizon:
      if (case_.endless) return no_round(e.span, "there is no last round, so 'horizon' is no number");
      return {number_type, constant_node(case_.horizon, e.span)};
    case ExprKind::round: {
      if (cell_round_ > 0)
        return {number_type, number_of(sets_[round_set], static_cast<size_t>(cell_round_ - 1), e.span)};
      if (case_.endless) return no_round(e.span, "without a last round nothing may hang on the number of the round");
      if (!allowed(on_round, context, e.span, "'round'")) return {};
      model::Expr leaf_node;
      leaf_node.op = Op::round;
      return {number_type, leaf(leaf_node, on_round, e.span)};
    }
    case ExprKind::path:
      return lower_path(e, context, expected);
    case ExprKind::unary: {
      const Value operand = lower(*e.operands[0], context);
      if (e.op == Op::not_) {
        if (!want_boolean(operand, e.operands[0]->span, "what 'not' denies")) return {};
        return {boolean_type, node(Op::not_, e.span, operand.id)};
      }
      if (operand.type.kind != K::boolean && !want_number(operand, e.operands[0]->span, "what '-' negates")) return {};
      return {number_type, node(Op::neg, e.span, operand.id)};
    }
    case ExprKind::binary:
      return e.op == Op::eq || e.op == Op::ne ? lower_equality(e, context) : lower_binary(e, context);
    case ExprKind::call: {
      Value out;
      bool good = true;
      for (const auto& operand : e.operands) {
        const Value value = lower(*operand, context);
        if (value.type.kind != K::boolean && !want_number(value, operand->span, "the argument of a function"))
          good = false;
        if (!good) continue;
        if (e.operands.size() == 1)
          out.id = node(e.op, e.span, value.id);
        else
          out.id = out.id == model::no_expr ? value.id : node(e.op, e.span, out.id, value.id);
      }
      out.type = good ? number_type : Type{};
      return out;
    }
    case ExprKind::if_:
      return lower_if(e, context, expected);
    case ExprKind::fold:
      return lower_fold(e, context);
    case ExprKind::is_type:
      return lower_is(e, context);
    case ExprKind::belief:
      return lower_belief(e, context);
    case ExprKind::term:
      return lower_term(e, context);
  }
  return {};
}

Value Checker::lower_binary(const Expr& e, const Context& context) {
  const Value a = lower(*e.operands[0], context), b = lower(*e.operands[1], context);
  const Span sa = e.operands[0]->span, sb = e.operands[1]->span;
  if (e.op == Op::and_ || e.op == Op::or_) {
    const char* what = e.op == Op::and_ ? "what 'and' joins" : "what 'or' joins";
    const bool good_a = want_boolean(a, sa, what), good_b = want_boolean(b, sb, what);
    if (!good_a || !good_b) return {};
    return {boolean_type, node(e.op, e.span, a.id, b.id)};
  }
  const bool order = e.op >= Op::lt && e.op <= Op::ge;
  if (order)
    for (const auto& [value, span] : {std::pair(a, sa), std::pair(b, sb)})
      if (value.type.kind == K::labels) {
        error("wrong-kind", span, fmt::format("the values of '{}' have no order", value.type.name),
              "compare them with '==' or '!='");
        return {};
      }
  const char* what = order ? "what is compared by size" : "what is reckoned with";
  // Conditions count as 1 or 0 in arithmetic, but have no size to compare.
  const bool good_a = (!order && a.type.kind == K::boolean) || want_number(a, sa, what);
  const bool good_b = (!order && b.type.kind == K::boolean) || want_number(b, sb, what);
  if (!good_a || !good_b) return {};
  if (order) return {boolean_type, compare(e.op, e.span, a.id, b.id)};
  return {number_type, node(e.op, e.span, a.id, b.id)};
}

Value Checker::lower_equality(const Expr& e, const Context& context) {
  const Expr *left = e.operands[0].get(), *right = e.operands[1].get();
  const bool loose_left = is_loose_label(*left), loose_right = is_loose_label(*right);
  Value a, b;
  if (loose_left && !loose_right) {
    b = lower(*right, context);
    a = lower(*left, context, &b.type);
  } else {
    a = lower(*left, context);
    b = lower(*right, context, &a.type);
  }
  if (a.type.kind == K::error || b.type.kind == K::error) return {};
  if (!same(a.type, b.type)) {
    error("wrong-kind", e.span, fmt::format("cannot compare {} with {}", kind_name(a.type), kind_name(b.type)),
          a.type.kind == K::labels && b.type.kind == K::labels ? "the two have different values"
                                                               : "both sides must be of one kind");
    return {};
  }
  return {boolean_type, a.type.kind == K::number ? compare(e.op, e.span, a.id, b.id) : node(e.op, e.span, a.id, b.id)};
}

Value Checker::lower_if(const Expr& e, const Context& context, const Type* expected) {
  const Value test = lower(*e.operands[0], context);
  // What an element of a set of numbers decides is decided: if d > 0 then x[d - 1] else 0.
  if (const auto fixed = constant_of(test.id); fixed && test.type.kind == K::boolean && facts_[test.id].scale > 0)
    return lower(*e.operands[*fixed != 0 ? 1 : 2], context, expected);
  const auto branch = [&](size_t i, const Type* type) {
    const Assume assume(*this, test.id, i == 1);
    return lower(*e.operands[i], context, type);
  };
  Value yes, no;
  if (!expected && is_loose_label(*e.operands[1]) && !is_loose_label(*e.operands[2])) {
    no = branch(2, nullptr);
    yes = branch(1, &no.type);
  } else {
    yes = branch(1, expected);
    no = branch(2, expected ? expected : &yes.type);
  }
  const bool good = want_boolean(test, e.operands[0]->span, "what follows 'if'");
  if (!good || yes.type.kind == K::error || no.type.kind == K::error) return {};
  // A number on one side makes the other one a number too.
  const auto numeric = [](const Value& v) { return v.type.kind == K::number || v.type.kind == K::boolean; };
  if (!same(yes.type, no.type) && numeric(yes) && numeric(no)) yes.type = no.type = number_type;
  if (!same(yes.type, no.type)) {
    error("wrong-kind", e.span,
          fmt::format("'then' gives {} and 'else' gives {}", kind_name(yes.type), kind_name(no.type)),
          "both must be of one kind");
    return {};
  }
  return {yes.type, node(Op::if_, e.span, test.id, yes.id, no.id)};
}

Value Checker::lower_fold(const Expr& e, const Context& context) {
  const auto dims = dims_of(e.dimensions);
  if (!dims) return {};
  const bool logical = e.fold == Fold::all || e.fold == Fold::any;
  const bool wants_condition = logical || e.fold == Fold::count;
  const Op op = e.fold == Fold::all       ? Op::and_
                : e.fold == Fold::any     ? Op::or_
                : e.fold == Fold::product ? Op::mul
                                          : Op::add;
  std::vector<ExprId> terms;
  bool good = true;
  for_each(*dims, [&](const std::vector<int>&) {
    if (!good) return;
    const Value value = lower(*e.operands[0], context);
    good = wants_condition ? want_boolean(value, e.operands[0]->span, "what is counted or tested")
                           : value.type.kind == K::boolean ||
                                 want_number(value, e.operands[0]->span, "what is added or multiplied");
    if (good) terms.push_back(value.id);
  });
  if (!good) return {};
  const double neutral = e.fold == Fold::all || e.fold == Fold::product ? 1 : 0;
  if (terms.empty()) terms.push_back(constant_node(neutral, e.span));
  // Joined pairwise, so that a sum over a large set is not a deep chain.
  while (terms.size() > 1) {
    std::vector<ExprId> next;
    for (size_t i = 0; i < terms.size(); i += 2)
      next.push_back(i + 1 < terms.size() ? node(op, e.span, terms[i], terms[i + 1]) : terms[i]);
    terms = std::move(next);
  }
  return {logical ? boolean_type : number_type, terms[0]};
}

Value Checker::let_value(uint32_t index, const std::vector<int>& tuple) {
  if (const auto known = lets_[index].values.find(tuple); known != lets_[index].values.end()) return known->second;
  if (!lets_[index].open.insert(tuple).second) {
    std::string cycle;
    size_t from = open_lets_.size();
    while (from > 0 && open_lets_[from - 1] != index) --from;
    for (size_t i = from ? from - 1 : 0; i < open_lets_.size(); ++i) cycle += lets_[open_lets_[i]].name + " -> ";
    error("cycle", lets_[index].span,
          fmt::format("'{}' is defined by itself: {}{}", lets_[index].name, cycle, lets_[index].name),
          "a definition may use only what does not lead back to it");
    return {};
  }
  const auto bindings = std::move(bindings_);
  const auto assumed = std::exchange(assumed_, {});
  const int cell_round = std::exchange(cell_round_, 0);
  const Scope* scope = scope_;
  bindings_.clear();
  scope_ = lets_[index].scope;
  for (size_t i = 0; i < tuple.size(); ++i)
    bindings_.push_back({lets_[index].dims[i].binder, lets_[index].dims[i].set, tuple[i]});
  open_lets_.push_back(index);
  Value out = lower(*lets_[index].expression, let_context);
  open_lets_.pop_back();
  bindings_ = bindings;
  assumed_ = assumed;
  cell_round_ = cell_round;
  scope_ = scope;
  lets_[index].open.erase(tuple);
  lets_[index].values[tuple] = out;
  return out;
}

}  // namespace casus::language

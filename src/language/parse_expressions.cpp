#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "language/parser_state.h"

namespace casus::language {

using namespace syntax;
using model::Op;

namespace {

// Binding strengths; `or` binds least. `not` stands between `and` and the comparisons.
constexpr int bind_or = 1, bind_and = 2, bind_compare = 4, bind_add = 5, bind_mul = 6, bind_neg = 7, bind_pow = 8;

struct Binary {
  std::string_view text;
  Op op;
  int strength;
};
constexpr Binary binaries[] = {
    {"or", Op::or_, bind_or},     {"and", Op::and_, bind_and},  {"==", Op::eq, bind_compare},
    {"!=", Op::ne, bind_compare}, {"<", Op::lt, bind_compare},  {"<=", Op::le, bind_compare},
    {">", Op::gt, bind_compare},  {">=", Op::ge, bind_compare}, {"+", Op::add, bind_add},
    {"-", Op::sub, bind_add},     {"*", Op::mul, bind_mul},     {"/", Op::div, bind_mul},
    {"^", Op::pow, bind_pow},
};

struct Function {
  std::string_view name;
  Op op;
};
constexpr Function functions[] = {
    {"abs", Op::abs},     {"exp", Op::exp},           {"log", Op::log},
    {"sqrt", Op::sqrt},   {"logistic", Op::logistic}, {"normal_cdf", Op::normal_cdf},
    {"floor", Op::floor}, {"min", Op::min},           {"max", Op::max},
};

}  // namespace

ExprPtr ParserState::make(ExprKind kind, Span begin, std::vector<ExprPtr> operands) {
  auto out = std::make_unique<Expr>();
  out->kind = kind;
  int height = 0;
  for (const auto& operand : operands) height = std::max<int>(height, operand->height);
  out->span = since(begin);
  if (height + 1 > most_height)
    fail_at("too-deep", begin, fmt::format("an expression of more than {} operations in a chain", most_height),
            "give parts of it names with 'let', or use sum(...)");
  out->height = static_cast<uint16_t>(height + 1);
  out->operands = std::move(operands);
  return out;
}

ExprPtr ParserState::expression(int least) {
  const Nested nested(*this);
  const Span begin = peek().span;
  ExprPtr left = prefix();
  for (;;) {
    if (at("is") && least <= bind_compare) {
      if (left->kind != ExprKind::path || left->parentheses)
        fail_at("syntax", peek().span, "only an actor can be of a type", "write 'Actor is type'");
      take();
      const Name type = name("the name of a type");
      auto is = make(ExprKind::is_type, begin);
      is->path = std::move(left->path);
      is->type = type;
      left = std::move(is);
      continue;
    }
    const auto* found =
        std::find_if(std::begin(binaries), std::end(binaries), [&](const Binary& b) { return at(b.text); });
    if (at("|") && !giving_)
      fail_at("bad-character", peek().span, "the character '|' has no meaning here",
              measuring_ ? "a condition is given inside P(...): P(a | b at end)" : "write 'or'");
    if (found == std::end(binaries) || found->strength < least) return left;
    if (found->strength == bind_compare && !left->parentheses && left->kind == ExprKind::binary && left->op >= Op::eq &&
        left->op <= Op::ge)
      fail_at("chained-comparison", peek().span, "comparisons cannot be chained", "write 'a < b and b < c'");
    take();
    std::vector<ExprPtr> operands;
    operands.push_back(std::move(left));
    // '^' associates to the right, the others to the left.
    operands.push_back(expression(found->strength == bind_pow ? bind_neg : found->strength + 1));
    left = make(ExprKind::binary, begin, std::move(operands));
    left->op = found->op;
  }
}

ExprPtr ParserState::prefix() {
  const Span begin = peek().span;
  if (at("-") || at("not")) {
    const bool minus = take().text == "-";
    std::vector<ExprPtr> operands;
    operands.push_back(expression(minus ? bind_neg : bind_compare));
    auto out = make(ExprKind::unary, begin, std::move(operands));
    out->op = minus ? Op::neg : Op::not_;
    return out;
  }
  if (at("+")) fail_at("syntax", begin, "a number has no sign '+'", "leave out the '+'");
  if (accept("if")) {
    std::vector<ExprPtr> operands;
    operands.push_back(expression());
    expect("then", "after the condition of 'if'");
    operands.push_back(expression());
    expect("else", "after what follows 'then'");
    operands.push_back(expression());
    return make(ExprKind::if_, begin, std::move(operands));
  }
  return primary();
}

ExprPtr ParserState::primary() {
  const Token& token = peek();
  const Span begin = token.span;
  switch (token.kind) {
    case TokenKind::number: {
      const Token literal = take();
      auto out = make(ExprKind::number, begin);
      out->value = literal.number;
      out->literal = literal.text;
      return out;
    }
    case TokenKind::name: {
      if (at_term()) return term();
      Path p = path("a name");
      if (at("(") && !peek().first_on_line && p.parts.size() == 1 && p.parts[0].indices.empty()) {
        std::vector<std::string> known;
        for (const Word& word : language::words())
          if (word.group == WordGroup::function || word.group == WordGroup::fold) known.emplace_back(word.text);
        const std::string near = base::nearest_name(p.parts[0].name.text, known);
        if (p.parts[0].name.text == "P" || p.parts[0].name.text == "E")
          fail_at("unknown-function", p.span, fmt::format("'{}(' stands in measures only", p.parts[0].name.text),
                  "declare a measure and name it here: measure[policy]");
        fail_at("unknown-function", p.span, fmt::format("there is no function '{}'", p.parts[0].name.text),
                near.empty() ? "functions: min max abs exp log sqrt logistic normal_cdf floor; indices stand in [...]"
                             : fmt::format("did you mean '{}'?", near));
      }
      auto out = make(ExprKind::path, begin);
      out->path = std::move(p);
      return out;
    }
    case TokenKind::word:
      return word_expression();
    case TokenKind::symbol:
      if (accept("(")) {
        auto inner = expression();
        if (at(",")) fail("')'", "a pair in parentheses has no meaning here");
        expect(")", "to close '('");
        inner->parentheses = true;
        inner->span = since(begin);
        return inner;
      }
      [[fallthrough]];
    default:
      fail("an expression");
  }
}

ExprPtr ParserState::word_expression() {
  const Span begin = peek().span;
  const std::string_view word = peek().text;
  if (word == "yes" || word == "true" || word == "no" || word == "false") {
    take();
    auto out = make(ExprKind::boolean, begin);
    out->value = word == "yes" || word == "true";
    out->literal = word;
    return out;
  }
  if (word == "infinity") {
    take();
    auto out = make(ExprKind::number, begin);
    out->value = std::numeric_limits<double>::infinity();
    out->literal = word;
    return out;
  }
  if (word == "round" || word == "horizon") {
    take();
    return make(word == "round" ? ExprKind::round : ExprKind::horizon, begin);
  }
  if (word == "belief") {
    take();
    expect("(", "after 'belief'");
    Path p = path("an actor's type, as in belief(Russia.limited)");
    expect(")", "to close 'belief('");
    auto out = make(ExprKind::belief, begin);
    out->path = std::move(p);
    return out;
  }
  for (std::string_view fold : {"sum", "product", "count", "all", "any"})
    if (word == fold) return fold_expression();
  for (const Function& function : functions) {
    if (word != function.name) continue;
    take();
    expect("(", fmt::format("after '{}'", word));
    std::vector<ExprPtr> arguments;
    if (!at(")")) do
        arguments.push_back(expression());
      while (accept(","));
    expect(")", fmt::format("to close '{}('", word));
    const bool many = function.op == Op::min || function.op == Op::max;
    if (many ? arguments.size() < 2 : arguments.size() != 1)
      fail_at("argument-count", since(begin),
              fmt::format("'{}' takes {}, not {}", word, many ? "two or more arguments" : "one argument",
                          arguments.size()));
    auto out = make(ExprKind::call, begin, std::move(arguments));
    out->op = function.op;
    return out;
  }
  if (word == "payoff" || word == "ever" || word == "at")
    fail("an expression", fmt::format("'{}' belongs to a measure: P(ever ...), P(... at end), E(payoff(Actor))", word));
  fail("an expression");
}

ExprPtr ParserState::fold_expression() {
  const Span begin = peek().span;
  const std::string_view word = take().text;
  const Fold fold = word == "sum"       ? Fold::sum
                    : word == "product" ? Fold::product
                    : word == "count"   ? Fold::count
                    : word == "all"     ? Fold::all
                                        : Fold::any;
  if (!at("(")) fail(fmt::format("'(' after '{}'", word), fmt::format("write {}(h in Set) ...", word));
  auto dims = dimensions("(", ")");
  for (const Dimension& d : dims)
    if (!d.binder)
      fail_at("syntax", d.span, fmt::format("'{}' needs a name for the element", word),
              fmt::format("write {}(h in Set) ...", word));
  std::vector<ExprPtr> operands;
  // A sum reaches over products, as in mathematics; a count, all or any over one comparison.
  operands.push_back(expression(fold == Fold::sum || fold == Fold::product ? bind_mul : bind_compare));
  auto out = make(ExprKind::fold, begin, std::move(operands));
  out->fold = fold;
  out->dimensions = std::move(dims);
  return out;
}

Index ParserState::index() {
  Index out;
  out.span = peek().span;
  if (at("round") && peek(1).kind == TokenKind::number) {
    take();
    out.is_round = true;
    out.value = expression(bind_add);
  } else if (peek().kind == TokenKind::name && ahead(1, "in")) {
    out.binder = name("a name");
    take();
    const Span begin = peek().span;
    Path set = path("the name of a set");
    out.value = make(ExprKind::path, begin);
    out.value->path = std::move(set);
  } else {
    out.value = expression();
  }
  out.span = since(out.span);
  return out;
}

Path ParserState::path(std::string_view what) {
  Path out;
  out.span = peek().span;
  do {
    PathPart part;
    part.name = name(what);
    if (at("[") && !peek().first_on_line) {
      const Nested nested(*this);
      take();
      do part.indices.push_back(index());
      while (accept(","));
      expect("]", "to close '['");
    }
    out.parts.push_back(std::move(part));
    what = "a name after '.'";
  } while (accept("."));
  out.span = since(out.span);
  return out;
}

std::vector<Dimension> ParserState::dimensions(std::string_view open, std::string_view close) {
  std::vector<Dimension> out;
  expect(open, "before an index");
  do {
    Dimension d;
    d.span = peek().span;
    if (peek().kind == TokenKind::name && ahead(1, "in")) {
      d.binder = name("a name");
      take();
    }
    if (!accept("round")) d.over = path("the name of a set");
    d.span = since(d.span);
    out.push_back(std::move(d));
  } while (accept(","));
  expect(close, fmt::format("to close '{}'", open));
  return out;
}

std::vector<Dimension> ParserState::maybe_dimensions() {
  return at("[") ? dimensions("[", "]") : std::vector<Dimension>{};
}

}  // namespace casus::language

#include <fmt/format.h>

#include "language/parser_state.h"

namespace casus::language {

using namespace syntax;
using model::Distribution;

void ParserState::item(std::vector<Item>& out) {
  const Token& token = peek();
  const Span begin = token.span;
  if (at("case") || at("module")) return void(out.emplace_back(case_header()));
  if (accept("note")) {
    Note note{text("the note"), {}};
    note.span = since(begin);
    return void(out.emplace_back(std::move(note)));
  }
  if (at("horizon")) return void(out.emplace_back(horizon()));
  if (at("discount") || at("precision")) {
    Setting setting;
    setting.is_discount = take().text == "discount";
    setting.value = expression();
    setting.span = since(begin);
    return void(out.emplace_back(std::move(setting)));
  }
  if (at("set")) return void(out.emplace_back(set()));
  if (at("actor")) return void(out.emplace_back(actor()));
  if (at_name("fact") && peek(1).kind == TokenKind::name) return void(out.emplace_back(fact()));
  if (at("param")) return void(out.emplace_back(param()));
  if (at("correlate")) return void(out.emplace_back(correlate()));
  if (at("state")) return void(out.emplace_back(state()));
  if (at("let")) return void(out.emplace_back(let()));
  if (at("round")) return void(out.emplace_back(round()));
  if (at("payoff")) return void(out.emplace_back(payoff()));
  if (at("measure")) return void(out.emplace_back(measure()));
  if (at("policy")) return void(out.emplace_back(policy()));
  if (at("claim")) return void(out.emplace_back(claim()));
  if (at("needs")) return void(out.emplace_back(needs()));
  if (at("use")) return void(out.emplace_back(use()));
  if (at("move") || at("chance") || at("simultaneous"))
    fail_at("syntax", token.span, fmt::format("'{}' stands outside a round", token.text),
            "put it between 'round {' and '}'");
  if (at("}")) fail_at("syntax", token.span, "this '}' closes nothing", "remove it, or look for a '}' too many above");
  if (token.kind == TokenKind::name) {
    std::vector<std::string> known;
    for (const Word& word : language::words())
      if (word.group == WordGroup::declaration) known.emplace_back(word.text);
    const std::string near = base::nearest_name(token.text, known);
    if (!near.empty())
      fail_at("syntax", token.span, fmt::format("expected a declaration, found {}", found()),
              fmt::format("did you mean '{}'?", near));
  }
  fail("a declaration",
       "a declaration begins with case, horizon, actor, param, state, let, round, payoff, measure, policy or claim");
}

// A name that may carry the prefix of a module's instance, as overlays write it.
Name ParserState::declared_name(std::string_view what) {
  Name out = name(what);
  while (at(".") && !peek().first_on_line) {
    take();
    const Name part = name("a name after '.'");
    out.text += "." + part.text;
    out.span = since(out.span);
  }
  return out;
}

CaseHeader ParserState::case_header() {
  CaseHeader out;
  out.span = peek().span;
  out.is_module = take().text == "module";
  out.title = text("the title");
  words(out.words);
  out.span = since(out.span);
  return out;
}

Horizon ParserState::horizon() {
  Horizon out;
  out.span = take().span;
  if (at_name("none")) {
    take();
  } else {
    out.rounds = expression();
    if (!at_name("rounds") && !at("round")) fail("'rounds'", "write: horizon 6 rounds \"month\", or: horizon none");
    take();
  }
  if (peek().kind == TokenKind::string) out.label = text("what a round is called");
  if (!out.rounds && at_name("ends")) {
    take();
    expect("with", "and the chance each round that it ends");
    out.ends = expression();
  }
  out.span = since(out.span);
  return out;
}

ActorDecl ParserState::actor() {
  ActorDecl out;
  out.span = take().span;
  out.name = declared_name("the name of the actor");
  out.dimensions = maybe_dimensions();
  words(out.words);
  if (at("{")) {
    out.has_body = true;
    block("the actor", [&] {
      const Span begin = peek().span;
      if (accept("types")) {
        if (!out.types.empty() || !out.continua.empty()) fail_at("syntax", begin, "a second list of types");
        if (at("{"))
          out.types = types("'types'");
        else
          out.continua = continua();
        out.types_span = since(begin);
      } else if (at("precision") || at("discount")) {
        ExprPtr& slot = take().text == "precision" ? out.precision : out.discount;
        if (slot) fail_at("syntax", begin, "set twice");
        slot = expression();
      } else {
        fail("'types', 'precision' or 'discount'");
      }
      accept(",");
    });
  }
  out.span = since(out.span);
  return out;
}

// `resolve ~ normal(0, 1) by 8, cost ~ uniform(0, 1) by 2`.
std::vector<Continuum> ParserState::continua() {
  std::vector<Continuum> out;
  do {
    Continuum one;
    one.span = peek().span;
    if (peek().kind != TokenKind::name || !ahead(1, "~"))
      fail("'{' and the types, or a name and its distribution",
           "write: types { hard: 0.3, soft: otherwise }, or: types resolve ~ normal(0, 1) by 8");
    one.name = name("what is distributed");
    one.draw = draw();
    expect("by", "and the number of types that stand for it");
    one.nodes = expression();
    one.span = since(one.span);
    out.push_back(std::move(one));
  } while (peek(1).kind == TokenKind::name && ahead(2, "~") && accept(","));
  return out;
}

// `{ name: prior, ..., name: otherwise }`.
std::vector<TypeDecl> ParserState::types(std::string_view what) {
  std::vector<TypeDecl> out;
  block(what, [&] {
    TypeDecl type;
    type.name = name("the name of a type");
    words(type.words);
    if (accept("otherwise")) {
    } else {
      expect(":", "after the name of a type");
      if (!accept("otherwise")) type.prior = expression();
    }
    words(type.words);
    out.push_back(std::move(type));
    accept(",");
  });
  return out;
}

// What nobody knows, written as an actor's types are.
ActorDecl ParserState::fact() {
  ActorDecl out;
  out.fact = out.has_body = true;
  out.span = take().span;
  out.name = declared_name("the name of the fact");
  out.dimensions = maybe_dimensions();
  words(out.words);
  const Span begin = peek().span;
  if (!at("{")) fail("'{' and what may be the case", "as in: fact Oil { rich: 0.3, poor: otherwise }");
  out.types = types("the fact");
  out.types_span = since(begin);
  out.span = since(out.span);
  return out;
}

Draw ParserState::draw() {
  struct Entry {
    std::string_view name;
    Distribution distribution;
    size_t arguments;
  };
  static constexpr Entry entries[] = {
      {"uniform", Distribution::uniform, 2}, {"triangular", Distribution::triangular, 3},
      {"normal", Distribution::normal, 2},   {"lognormal", Distribution::lognormal, 2},
      {"beta", Distribution::beta, 2},       {"discrete", Distribution::discrete, 0},
  };
  Draw out;
  out.span = peek().span;
  if (accept("=")) {
    out.fixed = expression();
    out.span = since(out.span);
    return out;
  }
  if (!accept("~")) fail("'=' and a value, or '~' and a distribution");
  const Name which = name("a distribution");
  const Entry* entry = nullptr;
  std::vector<std::string> known;
  for (const Entry& e : entries) {
    known.emplace_back(e.name);
    if (e.name == which.text) entry = &e;
  }
  if (!entry) {
    const std::string near = base::nearest_name(which.text, known);
    fail_at("unknown-distribution", which.span, fmt::format("there is no distribution '{}'", which.text),
            near.empty() ? "distributions: uniform, triangular, normal, lognormal, beta, discrete"
                         : fmt::format("did you mean '{}'?", near));
  }
  out.distribution = entry->distribution;
  expect("(", fmt::format("after '{}'", which.text));
  if (!at(")")) do {
      out.arguments.push_back(expression());
      if (entry->distribution == Distribution::discrete) {
        expect(":", "between a value and its weight");
        out.arguments.push_back(expression());
      }
    } while (accept(","));
  expect(")", fmt::format("to close '{}('", which.text));
  if (entry->arguments && out.arguments.size() != entry->arguments)
    fail_at(
        "argument-count", since(which.span),
        fmt::format("'{}' takes {} numbers, not {}", which.text, entry->arguments, out.arguments.size()),
        "uniform(low, high), triangular(low, mode, high), normal(mean, sd), lognormal(mu, sigma), beta(alpha, beta)");
  if (out.arguments.empty())
    fail_at("argument-count", since(which.span), "a discrete distribution has at least one value",
            "write discrete(1: 0.5, 2: 0.5)");
  if (accept("in")) {
    expect("[", "and the bounds, as in 'in [0, 1]'");
    out.lower = expression();
    expect(",", "between the bounds");
    out.upper = expression();
    expect("]", "to close '['");
  }
  out.span = since(out.span);
  return out;
}

ParamDecl ParserState::param() {
  ParamDecl out;
  out.span = take().span;
  out.name = declared_name("the name of the parameter");
  out.dimensions = maybe_dimensions();
  words(out.words);
  if (at("=") || at("~")) {
    out.draw = draw();
  } else if (at("{")) {
    block("the parameter", [&] {
      ParamCell cell;
      cell.key = key("an element or type");
      words(cell.words);
      cell.draw = draw();
      words(cell.words);
      accept(",");
      out.cells.push_back(std::move(cell));
    });
  } else {
    fail("'=' and a value, '~' and a distribution, or '{' and a value for each index");
  }
  words(out.words);
  out.span = since(out.span);
  return out;
}

CorrelateDecl ParserState::correlate() {
  CorrelateDecl out;
  out.span = take().span;
  out.a = path("a parameter");
  expect(",", "between the two parameters");
  out.b = path("a parameter");
  out.rho = expression();
  out.span = since(out.span);
  return out;
}

StateDecl ParserState::state() {
  StateDecl out;
  out.span = take().span;
  out.name = name("the name of the state variable");
  out.dimensions = maybe_dimensions();
  words(out.words);
  expect(":", "and the domain: { a, b }, 0..3 or boolean");
  if (at("{")) {
    out.kind = model::StateKind::enumeration;
    block("the domain", [&] {
      out.labels.push_back(name("a value of the domain"));
      accept(",");
    });
  } else if (accept("boolean")) {
    out.kind = model::StateKind::boolean;
  } else if (peek().kind == TokenKind::name && !ahead(1, "..")) {
    out.kind = model::StateKind::enumeration;
    out.over = path("a set");
  } else {
    out.low = expression(5);
    expect("..", "between the least and the greatest value");
    out.high = expression(5);
  }
  if (accept("=")) out.initial = expression();
  if (at("{") && !out.dimensions.empty()) {
    block("the initial values", [&] {
      StateCell cell;
      cell.key = key("an element");
      expect("=", "and the initial value");
      cell.value = expression();
      accept(",");
      out.cells.push_back(std::move(cell));
    });
  }
  if (!out.initial && out.cells.empty()) fail("'=' and the initial value");
  words(out.words);
  out.span = since(out.span);
  return out;
}

LetDecl ParserState::let() {
  LetDecl out;
  out.span = take().span;
  out.name = name("the name of the definition");
  out.dimensions = maybe_dimensions();
  words(out.words);
  expect("=", "and an expression");
  out.value = expression();
  words(out.words);
  out.span = since(out.span);
  return out;
}

NeedsDecl ParserState::needs() {
  NeedsDecl out;
  out.span = take().span;
  static constexpr std::pair<std::string_view, NeedKind> kinds[] = {{"actor", NeedKind::actor},
                                                                    {"set", NeedKind::set},
                                                                    {"param", NeedKind::param},
                                                                    {"state", NeedKind::state},
                                                                    {"let", NeedKind::let}};
  bool known = false;
  for (const auto& [word, kind] : kinds)
    if (!known && accept(word)) {
      out.kind = kind;
      known = true;
    }
  if (!known) fail("'actor', 'set', 'param', 'state' or 'let' after 'needs'");
  out.name = name("the name the module gives it");
  words(out.words);
  out.span = since(out.span);
  return out;
}

UseDecl ParserState::use() {
  UseDecl out;
  out.span = take().span;
  out.module = text("the module's name");
  if (accept("as")) out.alias = name("the name of this use");
  if (at("{")) {
    out.has_body = true;
    block("'use'", [&] {
      UseArgument argument;
      argument.name = name("what the module needs, or one of its parameters");
      argument.draw = draw();
      accept(",");
      accept(";");
      out.arguments.push_back(std::move(argument));
    });
  }
  out.span = since(out.span);
  return out;
}

}  // namespace casus::language

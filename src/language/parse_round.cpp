#include <fmt/format.h>

#include "language/parser_state.h"

namespace casus::language {

using namespace syntax;

Round ParserState::round() {
  Round out;
  out.span = take().span;
  block("the round", [&] { out.stages.push_back(stage(false)); });
  out.span = since(out.span);
  return out;
}

Stage ParserState::stage(bool inside_simultaneous) {
  Stage out;
  const Span begin = peek().span;
  if (accept("move")) {
    out.kind = StageKind::move;
  } else if (!inside_simultaneous && accept("chance")) {
    out.kind = StageKind::chance;
  } else if (!inside_simultaneous && accept("simultaneous")) {
    out.kind = StageKind::simultaneous;
  } else if (!inside_simultaneous && accept("use")) {
    out.kind = StageKind::use;
    out.name = name("the name of a module's use");
    out.span = since(begin);
    return out;
  } else {
    fail(inside_simultaneous ? "'move'" : "'move', 'chance', 'simultaneous' or 'use'",
         "a stage begins with its kind, as in 'move Attack by Russia { ... }'");
  }
  if (out.kind != StageKind::simultaneous || peek().kind == TokenKind::name) {
    out.name = name("the name of the stage");
    out.dimensions = maybe_dimensions();
  }
  words(out.words);
  if (out.kind == StageKind::move) {
    expect("by", "and the actor who moves");
    out.by = path("the actor who moves");
    words(out.words);
  }
  if (accept("when")) out.guard = expression();
  if (out.kind == StageKind::simultaneous)
    block("'simultaneous'", [&] { out.moves.push_back(stage(true)); });
  else
    block(fmt::format("'{}'", out.name.text), [&] { out.options.push_back(option(out.kind == StageKind::chance)); });
  out.span = since(begin);
  return out;
}

Option ParserState::option(bool chance) {
  Option out;
  out.span = peek().span;
  out.name = name(chance ? "the name of an outcome" : "the name of an option");
  out.dimensions = maybe_dimensions();
  words(out.words);
  for (;;) {
    if (at("if") && !out.guard) {
      take();
      out.guard = expression();
    } else if (chance && at("with") && !out.probability) {
      take();
      out.probability = expression();
    } else if (chance && at("otherwise") && !out.otherwise) {
      take();
      out.otherwise = true;
    } else {
      break;
    }
  }
  if (at("with") || at("otherwise"))
    fail("the effects between braces", chance ? "" : "only the outcomes of chance have probabilities");
  if (at("when")) fail("the effects between braces", "the condition of an option is written with 'if'");
  if (chance && !out.probability && !out.otherwise)
    fail("'with' and a probability, or 'otherwise'", "every outcome of chance has a probability");
  if (at("{")) {
    out.has_effects = true;
    block(fmt::format("'{}'", out.name.text), [&] {
      out.effects.push_back(effect());
      if (!accept(";")) accept(",");
    });
  }
  if (accept("pays")) {
    do {
      Pay pay;
      pay.actor = path("the actor who is paid");
      expect(":", "and the amount, as in 'pays Russia: -1'");
      pay.amount = expression();
      out.pays.push_back(std::move(pay));
    } while (accept(","));
  }
  words(out.words);
  out.span = since(out.span);
  return out;
}

Effect ParserState::effect() {
  const Nested nested(*this);
  Effect out;
  out.span = peek().span;
  if (accept("for")) {
    do {
      Dimension d;
      d.span = peek().span;
      d.binder = name("a name for the element");
      expect("in", "and a set");
      d.over = path("the name of a set");
      d.span = since(d.span);
      out.dimensions.push_back(std::move(d));
    } while (accept(","));
    block("'for'", [&] {
      out.body.push_back(effect());
      if (!accept(";")) accept(",");
    });
  } else {
    out.target = path("a state variable");
    if (at("==")) fail("'=' and the new value", "an effect assigns with '='; '==' compares");
    expect("=", "and the new value");
    out.value = expression();
  }
  out.span = since(out.span);
  return out;
}

PayoffDecl ParserState::payoff() {
  PayoffDecl out;
  out.span = take().span;
  out.actor = path("an actor");
  block("the payoff", [&] {
    PayoffPart part;
    part.span = peek().span;
    if (accept("each")) {
      expect("round", "after 'each'");
    } else if (accept("at")) {
      if (!at_name("end")) fail("'end' after 'at'");
      take();
      part.at_end = true;
    } else {
      fail("'each round:' or 'at end:'");
    }
    expect(":", "and the amount");
    part.amount = expression();
    part.span = since(part.span);
    out.parts.push_back(std::move(part));
    if (!accept(";")) accept(",");
  });
  out.span = since(out.span);
  return out;
}

}  // namespace casus::language

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
  const auto at_step = [&] { return at_name("step") && peek(1).kind == TokenKind::name; };
  if (accept("move")) {
    out.kind = StageKind::move;
  } else if (!inside_simultaneous && accept("chance")) {
    out.kind = StageKind::chance;
  } else if (!inside_simultaneous && accept("simultaneous")) {
    out.kind = StageKind::simultaneous;
  } else if (!inside_simultaneous && at_step()) {
    take();
    out.kind = StageKind::step;
  } else if (!inside_simultaneous && accept("use")) {
    out.kind = StageKind::use;
    out.name = name("the name of a module's use");
    out.span = since(begin);
    return out;
  } else {
    fail(inside_simultaneous ? "'move'" : "'move', 'chance', 'simultaneous', 'step' or 'use'",
         "a stage begins with its kind, as in 'move Attack by Russia { ... }'");
  }
  if (out.kind == StageKind::simultaneous && at_name("hidden") && (ahead(1, "{") || ahead(1, "when")))
    fail_at("syntax", peek().span, "a hidden stage needs a name, by which its signals are called",
            "write 'simultaneous Name hidden { ... }'");
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
  const bool may_be_hidden = out.kind == StageKind::move || out.kind == StageKind::simultaneous;
  if (may_be_hidden && at_name("hidden")) {
    if (inside_simultaneous)
      fail_at("syntax", peek().span, "one of several moves at once cannot be hidden alone",
              "write 'simultaneous Name hidden { ... }', or two stages");
    take();
    out.hidden = true;
    words(out.words);
  }
  if (accept("when")) out.guard = expression();
  const auto entry = [&] {
    if (out.hidden && at_signal()) {
      take();
      out.signals.push_back(option(true));
    } else if (!out.hidden && may_be_hidden && at_signal() && (ahead(2, "with") || ahead(2, "otherwise"))) {
      fail_at("syntax", peek().span, "a signal tells of what nobody sees, but everybody sees this move",
              fmt::format("write '{} hidden {{ ... }}'",
                          out.kind == StageKind::move ? "move ... by ..." : "simultaneous Name"));
    } else if (out.kind == StageKind::simultaneous) {
      out.moves.push_back(stage(true));
    } else {
      out.options.push_back(option(out.kind == StageKind::chance));
    }
  };
  if (out.kind == StageKind::step) {
    Option happens;
    happens.span = peek().span;
    happens.name = {"happens", out.name.span};
    option_tail(happens);
    happens.otherwise = true;
    out.options.push_back(std::move(happens));
  } else {
    block(out.kind == StageKind::simultaneous ? "'simultaneous'" : fmt::format("'{}'", out.name.text), entry);
  }
  out.span = since(begin);
  return out;
}

bool ParserState::at_signal() const {
  return at_name("signal") && peek(1).kind == TokenKind::name && !peek(1).first_on_line;
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
  option_tail(out);
  return out;
}

// Effects and payments.
void ParserState::option_tail(Option& out) {
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
}

Effect ParserState::effect() {
  const Nested nested(*this);
  Effect out;
  out.span = peek().span;
  if (accept("for")) {
    out.kind = Effect::Kind::loop;
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
  } else if (at_name("redraw") && peek(1).kind == TokenKind::name) {
    take();
    out.kind = Effect::Kind::redraw;
    out.target = path("the actor whose type is drawn anew");
    if (at("{")) {
      out.has_types = true;
      out.types = types("'redraw'");
    }
  } else {
    out.target = path("a state variable");
    if (at_name("becomes")) {
      take();
      out.kind = Effect::Kind::becomes;
      out.type = name("what the actor becomes: one of its types");
      out.span = since(out.span);
      return out;
    }
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

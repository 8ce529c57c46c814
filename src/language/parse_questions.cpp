#include <fmt/format.h>

#include "language/parser_state.h"

namespace casus::language {

using namespace syntax;
using model::MeasureKind;

MeasureDecl ParserState::measure() {
  static constexpr std::string_view forms =
      "a measure is P(condition at end), P(ever condition), P(condition in round), P(condition in the long run), "
      "E(number at end), E(number in round), E(number in the long run) or E(payoff(Actor))";
  MeasureDecl out;
  out.span = take().span;
  out.name = name("the name of the measure");
  out.dimensions = maybe_dimensions();
  words(out.words);
  expect("=", "and P(...) or E(...)");
  if (!at_name("P") && !at_name("E")) fail("P(...) or E(...)", std::string(forms));
  out.probability = take().text == "P";
  expect("(", out.probability ? "after 'P'" : "after 'E'");
  if (at("payoff")) {
    const Span begin = take().span;
    if (out.probability) fail_at("syntax", begin, "a payoff has no probability", "write E(payoff(Actor))");
    expect("(", "after 'payoff'");
    out.kind = MeasureKind::payoff;
    out.actor = path("an actor");
    expect(")", "to close 'payoff('");
  } else if (at("ever")) {
    const Span begin = take().span;
    if (!out.probability) fail_at("syntax", begin, "'ever' goes with P, not with E", "write P(ever condition)");
    out.kind = MeasureKind::ever;
    out.body = expression();
  } else {
    out.body = expression();
    if (accept("at")) {
      if (!at_name("end")) fail("'end' after 'at'");
      take();
      out.kind = MeasureKind::at_end;
    } else if (accept("in")) {
      if (at_name("the")) {
        take();
        for (const char* word : {"long", "run"}) {
          if (!at_name(word)) fail("'the long run' after 'in'", std::string(forms));
          take();
        }
        out.kind = MeasureKind::long_run;
      } else {
        expect("round", "after 'in'");
        out.kind = MeasureKind::in_round;
      }
    } else {
      fail("'at end', 'in round' or 'in the long run'", std::string(forms));
    }
  }
  expect(")", out.probability ? "to close 'P('" : "to close 'E('");
  words(out.words);
  out.span = since(out.span);
  return out;
}

PolicyDecl ParserState::policy() {
  PolicyDecl out;
  out.span = take().span;
  out.name = name("the name of the policy");
  words(out.words);
  if (at("{")) {
    out.has_body = true;
    block("the policy", [&] {
      out.items.push_back(policy_item());
      accept(";");
    });
    words(out.words);
  }
  out.span = since(out.span);
  return out;
}

PolicyItem ParserState::policy_item() {
  PolicyItem out;
  out.span = peek().span;
  Path first = path("an actor or an actor's type that plays, or what is changed");
  if (accept("plays")) {
    out.plays = true;
    out.actor = std::move(first);
    do out.options.push_back(path("Stage.option"));
    while (accept(","));
    if (accept("when")) out.condition = expression();
  } else if (accept("=")) {
    out.target = std::move(first);
    out.value = expression();
  } else {
    fail("'plays' and Stage.option, or '=' and a value",
         "write 'West plays Reply.concede when ...', or 'uprising = calm'");
  }
  out.span = since(out.span);
  return out;
}

ClaimDecl ParserState::claim() {
  ClaimDecl out;
  out.span = take().span;
  if (peek().kind == TokenKind::name) out.name = name("the name of the claim");
  words(out.words);
  if (!out.words.text) fail("the sentence that is put to the test, in double quotes");
  bool done = false;
  const Span open = peek().span;
  block("the claim", [&] {
    if (done) fail("'}'", "a claim is one condition; join parts with 'and'");
    done = true;
    out.condition = expression();
  });
  if (!done)
    fail_at("syntax", open, "this claim has no condition", "write a comparison of measures between the braces");
  out.span = since(out.span);
  return out;
}

}  // namespace casus::language

#include <fmt/format.h>

#include "language/parser_state.h"

namespace casus::language {

using namespace syntax;
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

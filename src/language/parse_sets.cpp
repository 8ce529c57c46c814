// Index sets, of names or of numbers, and the keys by which lines between braces name their elements.
#include "language/parser_state.h"

namespace casus::language {

using namespace syntax;

SetDecl ParserState::set() {
  SetDecl out;
  out.span = take().span;
  out.name = name("the name of the set");
  words(out.words);
  expect("=", "and the set's elements");
  out.braces = at("{");
  if (at_number()) {
    numbers(out.numbers);
  } else if (!out.braces) {
    fail("the set's elements: names between braces, or numbers",
         "write: set Theatres = { North, East }, or: set Offers = 0, 0.05 .. 1");
  } else {
    block("the set", [&] {
      if (out.elements.empty() && at_number()) return numbers(out.numbers);
      if (!out.numbers.empty() || at_number())
        fail_at("syntax", peek().span, "a set has names or numbers for elements, not both", "make it two sets");
      out.elements.push_back(name("the name of an element"));
      accept(",");
    });
  }
  words(out.words);
  out.span = since(out.span);
  return out;
}

bool ParserState::at_number() const {
  return peek().kind == TokenKind::number || at("-") || at("(");
}

// `0.1, 0.25, 1`, `0, 0.05 .. 1`: a range goes on from the one or two numbers before it.
void ParserState::numbers(std::vector<NumberRange>& out) {
  constexpr int sum = 5;  // binds as tightly as '+'
  do {
    if (at("}")) break;
    NumberRange item;
    item.span = peek().span;
    item.first = expression(sum);
    if (accept("..")) {
      item.last = expression(sum);
      if (!out.empty() && !out.back().last) {
        item.span = out.back().span;
        item.second = std::move(item.first);
        item.first = std::move(out.back().first);
        out.pop_back();
      }
    }
    item.span = since(item.span);
    out.push_back(std::move(item));
  } while (accept(","));
}

Key ParserState::key(std::string_view what) {
  Key out;
  out.span = peek().span;
  if (at("-")) fail_at("syntax", peek().span, "a number below 0 stands between brackets here", "write [-1] = ...");
  out.brackets = accept("[");
  do out.parts.push_back(key_part(what, out.brackets));
  while (accept(out.brackets ? "," : "."));
  if (out.brackets) expect("]", "to close '['");
  out.span = since(out.span);
  return out;
}

KeyPart ParserState::key_part(std::string_view what, bool bracketed) {
  constexpr int sum = 5;
  KeyPart out;
  out.span = peek().span;
  // Without brackets a sign would belong to the line before.
  if (bracketed ? at_number() : peek().kind == TokenKind::number) {
    out.number = expression(sum);
    if (accept("..")) out.upper = expression(sum);
  } else {
    out.name = name(what);
  }
  out.span = since(out.span);
  return out;
}

}  // namespace casus::language

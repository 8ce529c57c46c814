#include <fmt/format.h>

#include "language/parser_state.h"

namespace casus::language {

using namespace syntax;

namespace {

constexpr std::string_view forms =
    "a measure is P(condition at end), P(ever condition), P(condition in round), P(condition in the long run), "
    "E(number at end), E(number in round) "
    "or E(payoff(Actor)), or a formula of such";

}  // namespace

MeasureDecl ParserState::measure() {
  MeasureDecl out;
  out.span = take().span;
  out.name = name("the name of the measure");
  out.dimensions = maybe_dimensions();
  words(out.words);
  expect("=", "and P(...) or E(...)");
  struct Measuring {
    bool& on;
    explicit Measuring(bool& b) : on(b) { on = true; }
    ~Measuring() { on = false; }
  } measuring(measuring_);
  out.value = expression();
  words(out.words);
  out.span = since(out.span);
  return out;
}

// None of these words is reserved: they mean something before a parenthesis only, and only in a measure.
bool ParserState::at_term() const {
  if (!measuring_ || !ahead(1, "(") || peek(1).first_on_line) return false;
  for (const std::string_view word : {"P", "E", "correlation", "quantile", "median"})
    if (at_name(word)) return true;
  return false;
}

ExprPtr ParserState::term() {
  const Nested nested(*this);
  const Span begin = peek().span;
  const std::string_view word = take().text;
  auto term = std::make_shared<Term>();
  expect("(", fmt::format("after '{}'", word));
  struct Inside {
    bool &measuring, &giving, was_measuring, was_giving;
    Inside(bool& m, bool& g) : measuring(m), giving(g), was_measuring(m), was_giving(g) { m = false, g = true; }
    ~Inside() { measuring = was_measuring, giving = was_giving; }
  };
  {
    const Inside inside(measuring_, giving_);
    term->probability = word == "P";
    if (word == "correlation") {
      term->kind = TermKind::correlation;
      term->event = event();
      expect(",", "between the two that are correlated");
      term->other = event();
      if (term->event.when == When::unsaid && term->other.when == When::unsaid)
        fail("'at end', 'in round' or 'in the long run'");
    } else if (word == "quantile" || word == "median") {
      term->kind = word == "median" ? TermKind::median : TermKind::quantile;
      term->event = event();
      given(*term);
      if (word == "quantile") {
        expect(",", "and the share that lies below, as in quantile(number at end, 0.9)");
        term->share = expression();
      }
    } else if (at("payoff")) {
      const Span at = take().span;
      if (term->probability) fail_at("syntax", at, "a payoff has no probability", "write E(payoff(Actor))");
      expect("(", "after 'payoff'");
      term->kind = TermKind::payoff;
      term->actor = path("an actor");
      expect(")", "to close 'payoff('");
      given(*term);
    } else if (at_name("rounds") &&
               (ahead(1, "with") || (peek(1).kind == TokenKind::name && peek(1).text == "until"))) {
      term_of_rounds(*term);
    } else {
      if (at("ever") && !term->probability)
        fail_at("syntax", peek().span, "'ever' goes with P, not with E", "write P(ever condition)");
      term->event = event();
      given(*term);
    }
  }
  expect(")", fmt::format("to close '{}('", word));
  auto out = make(ExprKind::term, begin);
  out->term = std::move(term);
  return out;
}

// `rounds until condition`, `rounds with condition`.
void ParserState::term_of_rounds(Term& out) {
  const Span begin = take().span;
  if (out.probability)
    fail_at("syntax", begin, "a number of rounds has no probability", "write E(rounds with condition)");
  out.kind = take().text == "with" ? TermKind::lasting : TermKind::until;
  out.event.span = peek().span;
  out.event.body = expression();
  given(out);
}

Event ParserState::event() {
  Event out;
  out.span = peek().span;
  if (accept("ever")) {
    out.when = When::ever;
    out.body = expression();
  } else {
    out.body = expression();
    if (at_name("before")) {
      take();
      out.when = When::before;
      out.rival = expression();
    } else if (accept("at")) {
      if (!at_name("end")) fail("'end' after 'at'");
      take();
      out.when = When::at_end;
    } else if (accept("in")) {
      if (at_name("the")) {
        take();
        for (const char* word : {"long", "run"}) {
          if (!at_name(word)) fail("'the long run' after 'in'", std::string(forms));
          take();
        }
        out.when = When::long_run;
      } else {
        expect("round", "after 'in'");
        out.when = When::in_round;
      }
    }
  }
  out.span = since(out.span);
  return out;
}

// What follows '|', if anything. A time that is said once, at the end, holds for both.
void ParserState::given(Term& out) {
  if (accept("|")) {
    out.given = event();
  } else if (out.event.when == When::unsaid && out.kind != TermKind::payoff && out.kind != TermKind::until &&
             out.kind != TermKind::lasting) {
    fail("'at end', 'in round' or 'in the long run'", std::string(forms));
  }
}

}  // namespace casus::language

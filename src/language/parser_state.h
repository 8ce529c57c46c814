// The parser's working state: in, tokens; out, parts of the syntax tree. Private to the parse_*.cpp files.
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "base/diagnostic.h"
#include "language/lexer.h"
#include "language/syntax.h"
#include "language/words.h"

namespace casus::language {

class ParserState {
 public:
  ParserState(const Tokens& tokens, base::Diagnostics& diagnostics)
      : tokens_(tokens.tokens), diagnostics_(diagnostics) {}

  std::vector<syntax::Item> file();

 private:
  // Thrown after a syntax error has been reported; caught where the parser knows how to go on.
  struct Bail {};
  // Nesting of parentheses, blocks and prefix operators; beyond it the text is refused instead of the stack used up.
  static constexpr int most_depth = 200;
  static constexpr int most_height = 300;
  struct Nested {
    explicit Nested(ParserState& p);
    ~Nested() { --parser.depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    ParserState& parser;
  };

  // ---- tokens (parse_tokens.cpp) ----
  const Token& peek(size_t k = 0) const { return tokens_[std::min(at_ + k, tokens_.size() - 1)]; }
  const Token& last() const { return tokens_[at_ > 0 ? at_ - 1 : 0]; }
  Token take();
  bool at(std::string_view text) const;       // a symbol or reserved word
  bool at_name(std::string_view text) const;  // a plain name with this spelling (end, rounds, P, E)
  bool ahead(size_t k, std::string_view text) const;
  bool accept(std::string_view text);
  void expect(std::string_view text, std::string_view after);
  [[noreturn]] void fail(std::string_view expected, std::string hint = {});
  [[noreturn]] void fail_at(std::string code, syntax::Span span, std::string message, std::string hint = {});
  syntax::Span since(syntax::Span begin) const;
  syntax::Name name(std::string_view what);
  syntax::Name text(std::string_view what);
  void words(syntax::Words& out);
  std::string found() const;
  bool opens_item() const;  // a declaration begins here, on a line of its own
  // Runs `item` for each entry of a `{ ... }` block; an entry that fails is skipped to the next line or the block's
  // end.
  template <class F>
  void block(std::string_view what, F item);
  void skip_in_block(int depth);
  void skip_to_item();

  // ---- expressions (parse_expressions.cpp) ----
  syntax::ExprPtr expression(int least = 0);
  syntax::ExprPtr prefix();
  syntax::ExprPtr primary();
  syntax::ExprPtr word_expression();
  syntax::ExprPtr fold_expression();
  bool at_term() const;  // parse_measures.cpp
  syntax::ExprPtr term();
  void term_of_rounds(syntax::Term& out);
  syntax::Event event();
  void given(syntax::Term& out);
  syntax::ExprPtr make(syntax::ExprKind kind, syntax::Span begin, std::vector<syntax::ExprPtr> operands = {});
  syntax::Path path(std::string_view what);
  syntax::Index index();
  std::vector<syntax::Dimension> dimensions(std::string_view open, std::string_view close);
  std::vector<syntax::Dimension> maybe_dimensions();

  // ---- declarations (parse_declarations.cpp) ----
  void item(std::vector<syntax::Item>& out);
  syntax::Name declared_name(std::string_view what);
  syntax::CaseHeader case_header();
  syntax::Horizon horizon();
  syntax::SetDecl set();
  void numbers(std::vector<syntax::NumberRange>& out);
  bool at_number() const;
  syntax::Key key(std::string_view what);
  syntax::KeyPart key_part(std::string_view what, bool bracketed);
  syntax::ActorDecl actor();
  syntax::ActorDecl fact();
  std::vector<syntax::TypeDecl> types(std::string_view what);
  std::vector<syntax::Continuum> continua();
  syntax::ParamDecl param();
  syntax::Draw draw();
  syntax::CorrelateDecl correlate();
  syntax::StateDecl state();
  syntax::LetDecl let();
  syntax::NeedsDecl needs();
  syntax::UseDecl use();

  // ---- the round (parse_round.cpp) ----
  syntax::Round round();
  syntax::Stage stage(bool inside_simultaneous);
  syntax::Option option(bool chance);
  void option_tail(syntax::Option& out);
  bool at_signal() const;
  syntax::Effect effect();
  syntax::PayoffDecl payoff();

  // ---- questions (parse_questions.cpp) ----
  syntax::MeasureDecl measure();
  syntax::PolicyDecl policy();
  syntax::PolicyItem policy_item();
  syntax::ClaimDecl claim();

  const std::vector<Token>& tokens_;
  base::Diagnostics& diagnostics_;
  size_t at_ = 0;
  int depth_ = 0;
  int braces_ = 0;
  bool measuring_ = false;  // in the formula of a measure, where P(...) and the like may stand
  bool giving_ = false;     // where '|' may follow
};

template <class F>
void ParserState::block(std::string_view what, F item) {
  const Nested nested(*this);
  const Token open = peek();
  expect("{", what);
  const int depth = ++braces_;
  while (!accept("}")) {
    if (peek().kind == TokenKind::end || opens_item()) {
      diagnostics_.error("unclosed-block", open.span,
                         "this '{' of " + std::string(what) + " is never closed: expected '}' before " + found(),
                         "add the missing '}'");
      braces_ = depth - 1;
      return;
    }
    const size_t before = at_;
    try {
      item();
    } catch (const Bail&) {
      braces_ = depth;
      if (at_ == before && !at("}") && !opens_item()) take();
      skip_in_block(depth);
    }
  }
  braces_ = depth - 1;
}

}  // namespace casus::language

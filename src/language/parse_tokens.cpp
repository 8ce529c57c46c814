#include <fmt/format.h>

#include "language/parser.h"
#include "language/parser_state.h"

namespace casus::language {

using namespace syntax;

ParserState::Nested::Nested(ParserState& p) : parser(p) {
  if (++p.depth_ > most_depth) {
    --p.depth_;
    p.fail_at("too-deep", p.peek().span, fmt::format("nested more than {} levels deep", most_depth),
              "give parts of it names with 'let'");
  }
}

Token ParserState::take() {
  const Token token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool ParserState::ahead(size_t k, std::string_view text) const {
  const Token& token = peek(k);
  return (token.kind == TokenKind::symbol || token.kind == TokenKind::word) && token.text == text;
}

bool ParserState::at(std::string_view text) const {
  return ahead(0, text);
}

bool ParserState::at_name(std::string_view text) const {
  return peek().kind == TokenKind::name && peek().text == text;
}

bool ParserState::accept(std::string_view text) {
  if (!at(text)) return false;
  take();
  return true;
}

std::string ParserState::found() const {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::end:
      return "the end of the file";
    case TokenKind::string:
      return "a text in quotes";
    case TokenKind::number:
      return fmt::format("the number {}", token.text);
    case TokenKind::name:
      return fmt::format("the name '{}'", token.text.substr(0, 60));
    default:
      return fmt::format("'{}'", token.text);
  }
}

void ParserState::fail_at(std::string code, Span span, std::string message, std::string hint) {
  diagnostics_.error(std::move(code), span, std::move(message), std::move(hint));
  throw Bail{};
}

// What is missing at the end of a line is shown there, not at the start of the next.
void ParserState::fail(std::string_view expected, std::string hint) {
  const Token& token = peek();
  const bool next_line = at_ > 0 && (token.first_on_line || token.kind == TokenKind::end);
  const Span span = next_line ? last().span : token.span;
  fail_at("syntax", span, fmt::format("expected {}, found {}", expected, found()), std::move(hint));
}

void ParserState::expect(std::string_view text, std::string_view after) {
  if (!accept(text)) fail(fmt::format("'{}' {}", text, after));
}

Span ParserState::since(Span begin) const {
  return {begin.file, begin.begin, std::max(begin.end, last().span.end)};
}

Name ParserState::name(std::string_view what) {
  const Token& token = peek();
  if (token.kind == TokenKind::word)
    fail_at("reserved-word", token.span,
            fmt::format("'{}' is a word of the language and cannot be {}", token.text, what), "choose another name");
  if (token.kind != TokenKind::name) fail(what);
  take();
  return {std::string(token.text), token.span};
}

Name ParserState::text(std::string_view what) {
  if (peek().kind != TokenKind::string) fail(fmt::format("{} in double quotes", what));
  const Token token = take();
  Name out{string_content(token.text), token.span};
  if (out.text.empty()) {
    diagnostics_.error("empty-text", token.span, fmt::format("{} is empty", what),
                       "write something between the quotes");
    out.text = " ";
  }
  return out;
}

void ParserState::words(Words& out) {
  for (;;) {
    if (peek().kind == TokenKind::string) {
      if (out.text) fail_at("syntax", peek().span, "a second description", "one text in quotes describes one thing");
      out.text = text("the description");
    } else if (at("source")) {
      if (out.source) fail_at("syntax", peek().span, "a second source", "name all origins in one text");
      take();
      out.source = text("the source");
    } else {
      return;
    }
  }
}

bool ParserState::opens_item() const {
  if (!peek().first_on_line || peek().kind != TokenKind::word) return false;
  const Word* word = find_word(peek().text);
  // A declaration says what it declares; a reserved word used as a name is followed by what follows names.
  const bool declares = peek(1).kind == TokenKind::name || peek(1).kind == TokenKind::word ||
                        peek(1).kind == TokenKind::string || peek(1).kind == TokenKind::end ||
                        (at("claim") && ahead(1, "{"));
  if (word->opens_item) return declares && !ahead(1, "pays");
  return (at("payoff") && !ahead(1, "(")) || (at("round") && ahead(1, "{")) ||
         (at("horizon") &&
          (peek(1).kind == TokenKind::number || (peek(1).kind == TokenKind::name && peek(1).text == "none")));
}

// To the next entry of the block at brace depth `depth`: the start of a line, or the closing brace.
void ParserState::skip_in_block(int depth) {
  int open = depth;
  while (peek().kind != TokenKind::end && !opens_item()) {
    if (at("{")) {
      ++open;
    } else if (at("}")) {
      if (open <= depth) return;
      --open;
    } else if (open == depth && (at(";") || peek().first_on_line)) {
      if (!accept(";") && peek().kind != TokenKind::name && peek().kind != TokenKind::word) {
        take();
        continue;
      }
      return;
    }
    take();
  }
}

void ParserState::skip_to_item() {
  while (peek().kind != TokenKind::end && !opens_item()) {
    const bool starts = peek().first_on_line && (at("discount") || at("precision") || at("use") || at("horizon"));
    if (starts) return;
    take();
  }
}

std::vector<Item> ParserState::file() {
  std::vector<Item> out;
  while (peek().kind != TokenKind::end) {
    const size_t before = at_;
    try {
      item(out);
    } catch (const Bail&) {
      depth_ = braces_ = 0;
      if (at_ == before) take();
      skip_to_item();
    }
  }
  return out;
}

Parsed parse(const base::SourceSet& sources, uint32_t file, base::Diagnostics& diagnostics) {
  Parsed out;
  out.file.source = file;
  if (sources.text(file).size() > most_bytes) {
    diagnostics.error(
        "file-too-large", {file, 0, 0},
        fmt::format("the file has {} bytes; at most {} are accepted", sources.text(file).size(), most_bytes),
        "split it into modules, or use index sets instead of copies");
    return out;
  }
  lex(sources, file, out.tokens, diagnostics);
  out.file.items = ParserState(out.tokens, diagnostics).file();
  return out;
}

}  // namespace casus::language

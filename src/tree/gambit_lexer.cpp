#include "tree/gambit_lexer.h"

#include <fmt/format.h>

#include <charconv>

namespace casus::tree {

GambitLexer::GambitLexer(std::string_view text, uint32_t file, base::Diagnostics& diagnostics)
    : text_(text), file_(file), diagnostics_(diagnostics) {
  if (text_.substr(0, 3) == "\xEF\xBB\xBF") position_ = 3;
  scan();
}

void GambitLexer::fail(std::string code, base::Span span, std::string message, std::string hint) {
  if (failed_) return;
  diagnostics_.error(std::move(code), span, std::move(message), std::move(hint));
  failed_ = true;
  token_.kind = TokenKind::end;
}

void GambitLexer::scan() {
  auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == ','; };
  while (position_ < text_.size() && blank(text_[position_])) ++position_;
  const size_t begin = position_;
  token_.value.clear();
  auto span_to = [&](size_t end) {
    return base::Span{file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  };
  if (failed_ || position_ >= text_.size()) {
    token_.kind = TokenKind::end;
    token_.span = span_to(begin);
    return;
  }
  const char c = text_[position_];
  if (c == '{' || c == '}') {
    token_.kind = c == '{' ? TokenKind::open : TokenKind::close;
    ++position_;
  } else if (c == '"') {
    token_.kind = TokenKind::text;
    ++position_;
    while (position_ < text_.size() && text_[position_] != '"') {
      if (text_[position_] == '\\' && position_ + 1 < text_.size() &&
          (text_[position_ + 1] == '"' || text_[position_ + 1] == '\\'))
        ++position_;
      token_.value += text_[position_++];
    }
    if (position_ >= text_.size()) {
      fail("unterminated-text", span_to(begin + 1), "this quotation mark is never closed");
      token_.span = span_to(begin + 1);
      return;
    }
    ++position_;
  } else {
    token_.kind = TokenKind::word;
    while (position_ < text_.size() && !blank(text_[position_]) && text_[position_] != '{' && text_[position_] != '}' &&
           text_[position_] != '"')
      ++position_;
    token_.value = text_.substr(begin, position_ - begin);
  }
  token_.span = span_to(position_);
}

Token GambitLexer::next() {
  Token taken = std::move(token_);
  scan();
  return taken;
}

bool GambitLexer::accept(TokenKind kind) {
  if (failed_ || token_.kind != kind) return false;
  scan();
  return true;
}

std::string GambitLexer::take_text(const char* what) {
  if (!at(TokenKind::text)) {
    fail("expected-text", token_.span, fmt::format("expected {} in quotation marks", what));
    return {};
  }
  return next().value;
}

void GambitLexer::take(TokenKind kind, const char* what) {
  if (!at(kind)) return fail("unexpected-token", token_.span, fmt::format("expected {}", what));
  scan();
}

int GambitLexer::take_integer(const char* what, int least, int most) {
  int value = least;
  if (at(TokenKind::word)) {
    const auto& word = token_.value;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error == std::errc() && end == word.data() + word.size() && value >= least && value <= most) {
      scan();
      return value;
    }
  }
  fail("expected-integer", token_.span,
       least == most ? fmt::format("expected {}, which must be {}", what, least)
                     : fmt::format("expected {}, a whole number from {} to {}", what, least, most));
  return least;
}

Number GambitLexer::take_number(const char* what) {
  if (at(TokenKind::word)) {
    if (auto number = parse_number(token_.value)) {
      scan();
      return *number;
    }
  }
  fail("expected-number", token_.span, fmt::format("expected {}, such as 2, -0.5 or 1/3", what),
       at(TokenKind::word) ? "a divisor of zero and values beyond 1e308 are no numbers here" : "");
  return {};
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace casus::tree

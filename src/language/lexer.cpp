#include "language/lexer.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "language/words.h"

namespace casus::language {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Length of the well-formed UTF-8 character at `at` (1 to 4), or 0 (RFC 3629: no overlong forms, no surrogates).
size_t utf8_length(std::string_view text, size_t at) {
  const auto byte = [&](size_t k) { return at + k < text.size() ? static_cast<unsigned char>(text[at + k]) : 0u; };
  const auto follows = [&](size_t k) { return (byte(k) & 0xC0) == 0x80; };
  const unsigned c = byte(0);
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF) return follows(1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if ((c == 0xE0 && byte(1) < 0xA0) || (c == 0xED && byte(1) > 0x9F)) return 0;
    return 3;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if ((c == 0xF0 && byte(1) < 0x90) || (c == 0xF4 && byte(1) > 0x8F)) return 0;
    return 4;
  }
  return 0;
}

class Lexer {
 public:
  Lexer(uint32_t file, Tokens& out, base::Diagnostics& diagnostics)
      : text_(out.text), file_(file), out_(out), diagnostics_(diagnostics) {}

  void run() {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;  // byte order mark
    while (at_ < text_.size()) step();
    add(TokenKind::end, text_.size());
  }

 private:
  base::Span span(size_t begin, size_t end) const {
    return {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  char peek(size_t k) const { return at_ + k < text_.size() ? text_[at_ + k] : '\0'; }

  void add(TokenKind kind, size_t end, double number = 0) {
    out_.tokens.push_back({kind, fresh_line_, span(at_, end), text_.substr(at_, end - at_), number});
    fresh_line_ = false;
    at_ = end;
  }

  void step() {
    const char c = text_[at_];
    if (c == '\n') {
      fresh_line_ = true;
      ++at_;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '#') {
      comment();
    } else if (is_letter(c)) {
      size_t end = at_;
      while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
      add(find_word(text_.substr(at_, end - at_)) ? TokenKind::word : TokenKind::name, end);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      number();
    } else if (c == '"') {
      string();
    } else {
      symbol();
    }
  }

  // Reports bytes of [begin, end) that are no UTF-8 or are control characters, once for each run of them.
  void check_bytes(size_t begin, size_t end) {
    for (size_t i = begin; i < end;) {
      const size_t length = utf8_length(text_, i);
      if (length == 0) {
        size_t last = i;
        while (last < end && utf8_length(text_, last) == 0) ++last;
        diagnostics_.error("invalid-utf8", span(i, last),
                           fmt::format("byte 0x{:02X} is not valid UTF-8", static_cast<unsigned char>(text_[i])),
                           "save the file as UTF-8");
        i = last;
      } else if (length == 1 && (static_cast<unsigned char>(text_[i]) < 0x20 || text_[i] == 0x7F) && text_[i] != '\t' &&
                 text_[i] != '\r') {
        control(i);
        ++i;
      } else {
        i += length;
      }
    }
  }

  void control(size_t at) {
    diagnostics_.error("bad-character", span(at, at + 1),
                       fmt::format("control character 0x{:02X} in the text", static_cast<unsigned char>(text_[at])),
                       "remove it; a case file is plain text");
  }

  void comment() {
    size_t end = text_.find('\n', at_);
    if (end == std::string_view::npos) end = text_.size();
    check_bytes(at_, end);
    size_t last = end;
    while (last > at_ && (text_[last - 1] == '\r' || text_[last - 1] == ' ' || text_[last - 1] == '\t')) --last;
    out_.comments.push_back({span(at_, last), fresh_line_});
    at_ = end;
  }

  void number() {
    size_t end = at_;
    if (text_[at_] == '.') {
      size_t last = at_ + 1;
      while (last < text_.size() && is_digit(text_[last])) ++last;
      diagnostics_.error("bad-number", span(at_, last), "a number begins with a digit",
                         fmt::format("write 0{}", text_.substr(at_, last - at_)));
      return add(TokenKind::number, last);
    }
    while (end < text_.size() && is_digit(text_[end])) ++end;
    if (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
      ++end;
      while (end < text_.size() && is_digit(text_[end])) ++end;
    }
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      size_t digits = end + 1;
      if (digits < text_.size() && (text_[digits] == '+' || text_[digits] == '-')) ++digits;
      if (digits < text_.size() && is_digit(text_[digits])) {
        end = digits;
        while (end < text_.size() && is_digit(text_[end])) ++end;
      }
    }
    double value = std::strtod(std::string(text_.substr(at_, end - at_)).c_str(), nullptr);
    if (end < text_.size() && text_[end] == '%') {
      value /= 100;
      ++end;
    }
    if (end < text_.size() && is_letter(text_[end])) {
      size_t last = end;
      while (last < text_.size() && (is_letter(text_[last]) || is_digit(text_[last]))) ++last;
      diagnostics_.error("bad-number", span(at_, last),
                         fmt::format("'{}' is neither a number nor a name", text_.substr(at_, last - at_)),
                         "a name begins with a letter; numbers look like 3, 0.5, 1e-3 or 40%");
      end = last;
    } else if (!std::isfinite(value)) {
      diagnostics_.error("bad-number", span(at_, end), "this number is too large", "the largest is about 1.8e308");
      value = 0;
    }
    add(TokenKind::number, end, value);
  }

  void string() {
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') {
      if (text_[end] == '\\' && end + 1 < text_.size() && text_[end + 1] != '\n') {
        if (text_[end + 1] != '"' && text_[end + 1] != '\\')
          diagnostics_.error("bad-string", span(end, end + 2), "only \\\" and \\\\ are escapes in a text",
                             "write \\\\ for a backslash");
        ++end;
      }
      ++end;
    }
    check_bytes(at_, end);
    if (end >= text_.size() || text_[end] == '\n') {
      diagnostics_.error("bad-string", span(at_, end), "this text has no closing '\"'",
                         "a text in quotes ends on the line where it begins");
      add(TokenKind::string, end);
    } else {
      add(TokenKind::string, end + 1);
    }
  }

  void symbol() {
    static constexpr std::string_view two[] = {"==", "!=", "<=", ">=", ".."};
    for (std::string_view s : two)
      if (text_.substr(at_, 2) == s) return add(TokenKind::symbol, at_ + 2);
    const char c = text_[at_];
    if (std::string_view("{}()[]=<>+-*/^:;,.~|").find(c) != std::string_view::npos)
      return add(TokenKind::symbol, at_ + 1);
    const size_t length = utf8_length(text_, at_);
    if (length == 0 || static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      size_t end = at_ + 1;
      if (length == 0)
        while (end < text_.size() && utf8_length(text_, end) == 0) ++end;
      check_bytes(at_, end);
      at_ = end;
      return;
    }
    const std::string_view found = text_.substr(at_, length);
    diagnostics_.error("bad-character", span(at_, at_ + length),
                       fmt::format("the character '{}' has no meaning here", found), advice(found));
    at_ += length;
  }

  static std::string advice(std::string_view c) {
    if (c == "\u201C" || c == "\u201D" || c == "'" || c == "\u2018" || c == "\u2019")
      return "texts stand between straight double quotes: \"...\"";
    if (c == "&") return "write 'and'";
    if (c == "!") return "write 'not', or '!=' for 'differs from'";
    if (c == "\u2264" || c == "\u2265") return c == "\u2264" ? "write '<='" : "write '>='";
    if (c == "\u2212" || c == "\u2013") return "write '-'";
    if (c == "%") return "a percentage is a number directly followed by '%', as in 40%";
    if (c.size() > 1) return "names are made of the letters a-z and A-Z, digits and '_'; other letters go in texts";
    return "remove it";
  }

  std::string_view text_;
  uint32_t file_;
  Tokens& out_;
  base::Diagnostics& diagnostics_;
  size_t at_ = 0;
  bool fresh_line_ = true;
};

}  // namespace

void lex(const base::SourceSet& sources, uint32_t file, Tokens& out, base::Diagnostics& diagnostics) {
  out.text = sources.text(file);
  out.tokens.clear();
  out.comments.clear();
  Lexer(file, out, diagnostics).run();
}

std::string string_content(std::string_view token) {
  std::string out;
  size_t end = token.size();
  if (end > 1 && token.back() == '"') --end;
  for (size_t i = 1; i < end; ++i) {
    if (token[i] == '\\' && i + 1 < end) ++i;
    out += token[i];
  }
  return out;
}

}  // namespace casus::language

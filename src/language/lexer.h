// The lexer: in, the text of one file; out, its tokens and comments, and a diagnostic for every byte that fits neither.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"

namespace casus::language {

enum class TokenKind : uint8_t { end, name, word, number, string, symbol };

struct Token {
  TokenKind kind = TokenKind::end;
  bool first_on_line = false;
  base::Span span;
  std::string_view text;  // as written (strings with their quotes); lives as long as Tokens
  double number = 0;      // numbers; a percentage is already divided by 100
};

struct Comment {
  base::Span span;        // from '#' to the end of the line
  bool own_line = false;  // nothing but blanks before it
};

struct Tokens {
  std::string text;           // the file; tokens point into it
  std::vector<Token> tokens;  // the last one is `end`
  std::vector<Comment> comments;
};

// Largest accepted file, in bytes.
inline constexpr size_t most_bytes = 4u << 20;

// Splits file `file` of the sources. Errors: invalid UTF-8, control characters, unknown characters, malformed numbers,
// strings without an end.
void lex(const base::SourceSet& sources, uint32_t file, Tokens& out, base::Diagnostics& diagnostics);

// The content of a string token: without quotes, \" and \\ resolved.
std::string string_content(std::string_view token);

}  // namespace casus::language

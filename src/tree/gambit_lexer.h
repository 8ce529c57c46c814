// Tokens of Gambit's .efg and .nfg formats: in, a text; out, quoted strings, words and brackets with their spans.
#pragma once
#include <limits>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "base/source.h"
#include "tree/tree.h"

namespace casus::tree {

enum class TokenKind { text, word, open, close, end };

struct Token {
  TokenKind kind = TokenKind::end;
  base::Span span;
  std::string value;  // of a quoted text with its escapes resolved; of a word as written
};

// Reads one token ahead. Commas are white space, as they are in Gambit. The first error is reported and every later
// call gives `end`, so a caller needs to check `failed` only now and then.
class GambitLexer {
 public:
  static constexpr int largest = std::numeric_limits<int>::max() - 1;  // number that a file may give

  GambitLexer(std::string_view text, uint32_t file, base::Diagnostics& diagnostics);

  const Token& peek() const { return token_; }
  Token next();
  bool at(TokenKind kind) const { return token_.kind == kind; }
  bool accept(TokenKind kind);
  // Each takes a token of the kind named, or reports what was expected (`what` names it) and fails.
  std::string take_text(const char* what);
  void take(TokenKind kind, const char* what);
  int take_integer(const char* what, int least, int most);
  Number take_number(const char* what);
  void fail(std::string code, base::Span span, std::string message, std::string hint = {});
  bool failed() const { return failed_; }

 private:
  void scan();

  std::string_view text_;
  uint32_t file_;
  size_t position_ = 0;
  Token token_;
  base::Diagnostics& diagnostics_;
  bool failed_ = false;
};

// A quoted text: quotation marks and backslashes are escaped by a backslash.
std::string quoted(std::string_view text);

}  // namespace casus::tree

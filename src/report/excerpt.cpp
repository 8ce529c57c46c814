#include "report/excerpt.h"

#include <cctype>

namespace casus::report {
namespace {

// Reads a text without its comments; what stands between quotation marks is left as it is.
class Reader {
 public:
  Reader(const std::string& text, size_t at) : text_(text), at_(at) {}
  bool done() const { return at_ >= text_.size(); }
  char next() {
    const char c = text_[at_++];
    if (c == '"') quoted_ = !quoted_;
    if (c == '#' && !quoted_) {
      while (!done() && text_[at_] != '\n') ++at_;
      return done() ? ' ' : text_[at_++];
    }
    return c;
  }
  bool quoted() const { return quoted_; }
  size_t at() const { return at_; }

 private:
  const std::string& text_;
  size_t at_;
  bool quoted_ = false;
};

// Spaces at the start of the line that `at` stands in.
size_t indent(const std::string& text, size_t at) {
  size_t begin = at;
  while (begin > 0 && text[begin - 1] != '\n') --begin;
  size_t spaces = 0;
  while (begin + spaces < text.size() && text[begin + spaces] == ' ') ++spaces;
  return spaces;
}

bool continues(const std::string& text, size_t next_line, size_t own_indent) {
  if (next_line >= text.size()) return false;
  const size_t spaces = indent(text, next_line);
  return spaces > own_indent && next_line + spaces < text.size() && text[next_line + spaces] != '\n';
}

// A name that is a quoted text begins at its quotation mark.
size_t beginning(const std::string& text, base::Span span) {
  return span.begin > 0 && text[span.begin] != '"' && text[span.begin - 1] == '"' ? span.begin - 1 : span.begin;
}

// Whether a line break between two words ends a statement: not before a word that only continues one.
bool ends_statement(char last, const std::string& text, size_t next) {
  if (!(std::isalnum(static_cast<unsigned char>(last)) || last == '_' || last == ')' || last == ']')) return false;
  size_t end = next;
  while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_')) ++end;
  const std::string word = text.substr(next, end - next);
  for (const char* going_on : {"", "and", "or", "when", "if", "then", "else", "with", "otherwise", "pays", "plays"})
    if (word == going_on) return false;
  return true;
}

// White space made single; a line break inside braces that ends a statement becomes a semicolon.
std::string single_spaced(const std::string& text) {
  std::string out;
  int braces = 0, others = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    braces += c == '{' ? 1 : c == '}' ? -1 : 0;
    others += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) {
      out += c;
      continue;
    }
    if (c == '\n' && braces > 0 && others == 0 && !out.empty()) {
      while (out.back() == ' ' && out.size() > 1) out.pop_back();
      if (const auto next = text.find_first_not_of(" \n\t\r", i);
          next != std::string::npos && ends_statement(out.back(), text, next))
        out += ';';
    }
    if (!out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

std::string excerpt(const base::SourceSet& sources, base::Span span, bool head) {
  if (span.file >= sources.size() || span.begin == span.end) return "";
  const auto& text = sources.text(span.file);
  Reader reader(text, beginning(text, span));
  const size_t own_indent = indent(text, span.begin);
  std::string out;
  int depth = 0;
  while (!reader.done()) {
    const char c = reader.next();
    const bool quoted = reader.quoted();
    if (!quoted && c == '{' && head) break;
    if (!quoted && (c == '{' || c == '(' || c == '[')) ++depth;
    if (!quoted && (c == '}' || c == ')' || c == ']') && --depth < 0) break;
    if (!quoted && c == '\n' && depth == 0 && !continues(text, reader.at(), own_indent)) break;
    out += c;
  }
  return single_spaced(out);
}

std::string braced(const base::SourceSet& sources, base::Span span) {
  const std::string all = excerpt(sources, span);
  // A brace between quotation marks opens nothing.
  bool quoted = false;
  for (size_t i = 0; i < all.size(); ++i) {
    quoted ^= all[i] == '"';
    if (quoted || all[i] != '{') continue;
    const auto end = all.rfind('}');
    return end == std::string::npos || end < i ? "" : single_spaced(all.substr(i + 1, end - i - 1));
  }
  return "";
}

}  // namespace casus::report

// Diagnostics: what is wrong with a user's text, as data. Collected by every stage, rendered once, as text or JSON.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace casus::base {

enum class Severity { error, warning };

struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;     // a stable, short name in kebab-case: "unknown-name", "out-of-domain", ...
  std::string message;  // one sentence without a full stop: what is wrong, with the culprit's name
  Span span;            // where; rendered with the line and a caret
  std::string hint;     // what to do, or "did you mean 'x'?"; may be empty
};

// Collects. After `most_errors` errors one last one says that there are more; the rest are dropped.
class Diagnostics {
 public:
  static constexpr size_t most_errors = 50;
  void error(std::string code, Span span, std::string message, std::string hint = {});
  void warning(std::string code, Span span, std::string message, std::string hint = {});
  bool has_errors() const { return errors_ > 0; }
  size_t error_count() const { return errors_; }
  const std::vector<Diagnostic>& all() const { return all_; }

 private:
  std::vector<Diagnostic> all_;
  size_t errors_ = 0;
};

// All diagnostics in the order of their place in the text, as a compiler prints them:
//   file:line:column: error: message
//     12 | the line itself
//        |     ^^^^
//     hint
std::string render_text(const Diagnostics& diagnostics, const SourceSet& sources, bool colour);

// The same as a JSON list of { severity, code, message, hint, file, line, column, end_line, end_column }; lines and
// columns from 1, the end exclusive. What has no place has "file": null and no lines. Bytes that are no UTF-8 become
// U+FFFD.
std::string render_json(const Diagnostics& diagnostics, const SourceSet& sources);

// All of them in the order of their place: by file, then by first byte; what has no place comes last.
std::vector<const Diagnostic*> in_order(const Diagnostics& diagnostics);

// The nearest of the candidates by edit distance, or empty if none is near (at most a third of the letters wrong).
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace casus::base

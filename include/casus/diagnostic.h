// What is wrong with a case, as data: in what file, at which line and column, and what to do.
#pragma once
#include <string>

namespace casus {

struct Diagnostic {
  bool error = true;                                            // else a warning
  std::string code;                                             // stable, in kebab-case: "unknown-name"
  std::string message;                                          // one sentence without a full stop
  std::string hint;                                             // what to do, or "did you mean 'x'?"; may be empty
  std::string file;                                             // empty: it has no place, and there are no lines
  unsigned line = 0, column = 0, end_line = 0, end_column = 0;  // from 1, in characters; the end is exclusive
};

// How a text for people is laid out.
struct Style {
  bool colour = false;
  unsigned columns = 80;
};

}  // namespace casus

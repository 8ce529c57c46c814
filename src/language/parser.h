// The parser: in, the text of one file; out, its syntax tree, and as many syntax errors as can be told apart.
#pragma once
#include "base/diagnostic.h"
#include "base/source.h"
#include "language/lexer.h"
#include "language/syntax.h"

namespace casus::language {

struct Parsed {
  syntax::File file;
  Tokens tokens;  // kept for their comments
};

// Parses file `file` of the sources. What could not be parsed is left out of the tree and reported.
Parsed parse(const base::SourceSet& sources, uint32_t file, base::Diagnostics& diagnostics);

}  // namespace casus::language

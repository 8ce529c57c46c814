// The formatter: in, a parsed file with its comments; out, its canonical form.
#pragma once
#include <string>

#include "language/parser.h"

namespace casus::language {

// Two blanks of indentation, one blank between words, one declaration, stage, option or effect on a line (short blocks
// on one line), at most one empty line in a row. Comments keep their place: on lines of their own before what they
// stood before, or at the end of the line they ended. Formatting a formatted text changes nothing.
std::string format(const Parsed& parsed);

}  // namespace casus::language

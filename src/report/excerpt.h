// Pieces of a case's text for a reader: in, the sources and where a name stands; out, the lines that belong to it.
#pragma once
#include <string>

#include "base/source.h"

namespace casus::report {

// From the name at `span` to the end of its construct: up to the end of the line, and on while brackets are open or the
// next line is indented deeper; comments dropped, white space made single. With `head` only what stands before the
// first brace.
std::string excerpt(const base::SourceSet& sources, base::Span span, bool head = false);
// What stands between its braces: a claim's condition, a policy's commitments; empty if it has none.
std::string braced(const base::SourceSet& sources, base::Span span);

}  // namespace casus::report

// Continuous types: in, a parsed file; out, the same file with every `types x ~ normal(0, 1) by 8` written out as the
// nodes of a quadrature, types with priors and a parameter `x` that says what each stands for.
#pragma once
#include "base/diagnostic.h"
#include "language/syntax.h"

namespace casus::language {

// `other_nodes`: with another number of nodes than the text says, mostly one fewer, which tells how much hangs on it.
void write_out_types(syntax::File& file, bool other_nodes, base::Diagnostics& diagnostics);

}  // namespace casus::language

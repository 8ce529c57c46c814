// The checker: in, a parsed program; out, the checked model with names resolved, kinds verified and index sets
// unrolled.
#pragma once
#include <optional>

#include "base/diagnostic.h"
#include "language/program.h"
#include "model/case_model.h"

namespace casus::language {

// Nothing if there are errors; they and the warnings are in `diagnostics`.
std::optional<model::Case> check(const Program& program, base::Diagnostics& diagnostics);

}  // namespace casus::language

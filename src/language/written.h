// Numbers that need nothing but their text: in, an expression; out, its value, if it is made of numbers alone.
#pragma once
#include <optional>

#include "language/syntax.h"

namespace casus::language {

std::optional<double> written_number(const syntax::Expr& e);

}  // namespace casus::language

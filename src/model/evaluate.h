// Values of expressions that need no state: in, an expression of constants and parameters and one world's parameters;
// out, its number.
#pragma once
#include <span>

#include "model/expression.h"

namespace casus::model {

// `id` holds constants, params and operators only (a prior, a precision, the formula of a fixed parameter); asserts
// that. `params` has a value for every parameter that the expression names.
double evaluate(const ExprPool& pool, ExprId id, std::span<const double> params);

}  // namespace casus::model

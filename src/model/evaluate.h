// Values of expressions that need no state: in, an expression of constants and parameters and one world's parameters;
// out, its number.
#pragma once
#include <span>
#include <vector>

#include "model/case_model.h"

namespace casus::model {

// `id` holds constants, params and operators only (a prior, a precision, the formula of a fixed parameter); asserts
// that. `params` has a value for every parameter that the expression names.
double evaluate(const ExprPool& pool, ExprId id, std::span<const double> params);
// The same where types may stand, too; `types` has one for every actor that is named.
double evaluate(const ExprPool& pool, ExprId id, std::span<const double> params, std::span<const uint32_t> types);
// Prior of each type of an actor, whatever others are.
std::vector<double> prior_of(const Case& c, uint32_t actor, std::span<const double> params);

}  // namespace casus::model

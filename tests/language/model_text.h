// A checked model as text without places in the source, so that two models can be compared and shown.
#pragma once
#include <string>

#include "model/case_model.h"

namespace casus::language {

std::string model_text(const model::Case& c);
std::string expression_text(const model::Case& c, model::ExprId id);

}  // namespace casus::language

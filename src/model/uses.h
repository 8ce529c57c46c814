// Where a case uses a parameter: in, a checked model; out, whether nothing but a precision is made of it.
#pragma once
#include "model/case_model.h"

namespace casus::model {

// Whether the parameter is some actor's precision, as it is, and is read nowhere else. Only such a parameter can be
// infinite: anything reckoned with it would not be a number.
bool is_precision_only(const Case& c, uint32_t param);

}  // namespace casus::model

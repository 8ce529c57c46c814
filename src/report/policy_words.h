// What a policy binds single types to, in words.
#pragma once
#include <string>
#include <vector>

#include "model/case_model.h"

namespace casus::report {

// "Sender's weak type plays Talk.bark"; of a line with a condition, ", where the policy's condition holds" follows.
// Empty where a policy binds whole actors only.
std::vector<std::string> bound_types(const model::Case& c, const model::Policy& policy);

}  // namespace casus::report

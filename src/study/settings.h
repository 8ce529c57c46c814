// Settings of the command line: in, "name=value"; out, a case in which that parameter or starting value is fixed.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/case_model.h"

namespace casus::study {

// Fixes a parameter (any number or percentage; its correlations go) or the starting value of a state variable (a label,
// a whole number of its domain, yes or no, true or false). Returns a remark for the user, empty if there is nothing to
// say: a value outside the range that the case calls plausible is taken, but not in silence. Fails with a near name for
// unknown ones.
base::Result<std::string> apply_setting(model::Case& c, std::string_view setting);

// What a setting sets; empty if it is none.
std::string name_set(std::string_view setting);

// All of them, each name once; the remarks.
base::Result<std::vector<std::string>> apply_settings(model::Case& c, const std::vector<std::string>& settings);

// "unknown policy 'appese'; did you mean 'appease'?" with the names there are if none is near.
std::string unknown_name(std::string_view kind, std::string_view name, const std::vector<std::string>& known);

}  // namespace casus::study

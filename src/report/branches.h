// Several equilibria for people and machines: in, what the search found; out, how much hangs on the selection.
#pragma once
#include <string>

#include "report/answer.h"
#include "study/branches.h"

namespace casus::report {

// A section of the terminal answer, heading included.
std::string branches_text(const study::Plan& plan, const study::BranchAnswer& answer, const Style& style);
// The object under "branches" of the JSON answers, as text; docs/json.md says what is in it.
std::string branches_json(const study::Plan& plan, const study::BranchAnswer& answer);

}  // namespace casus::report

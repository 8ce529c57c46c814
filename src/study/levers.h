// Levers: in, a case and numbers that the one who decides may choose; out, the case with one more policy for each
// setting of them, so that a run compares settings as it compares policies.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "model/case_model.h"

namespace casus::study {

// Each lever is "name=low:high" or "name=low:high:steps": a parameter at `steps` (5) equally spaced values, or the
// starting value of a whole-number state at every whole number of the range, or at `steps` of them. Several levers make
// every combination. Each policy that is a choice and, unless `policies` is empty, named there, gets one new policy for
// each setting, "arm luck=0.3": the same with the lever at that value, known to everybody, in every world. Returns the
// names of the new policies. Fails where a lever is wrong, a policy sets it already, or there are over 500 new
// policies.
base::Result<std::vector<std::string>> add_levers(model::Case& c, const std::vector<std::string>& levers,
                                                  const std::vector<std::string>& policies);

}  // namespace casus::study

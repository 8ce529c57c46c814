// Words for the limit of ever higher precision: in, a world's certificate; out, how far its branch was followed.
#pragma once
#include <string>

#include "report/answer.h"
#include "solve/solution.h"

namespace casus::report {

// Empty where all precisions are finite.
std::string limit_sentence(const solve::Certificate& c);
// The same for a run: of the median world, under the policy where most can be gained.
std::string limit_sentence(const Answer& a);

}  // namespace casus::report

// On what a game was solved, in words: in, a plan; out, the end of "solved ...".
#pragma once
#include <string>

#include "study/accuracy.h"

namespace casus::report {

// "on belief grids of 7 points an axis", and whose beliefs were held.
std::string grids_text(const study::Plan& plan, const study::Resolution& by);

}  // namespace casus::report

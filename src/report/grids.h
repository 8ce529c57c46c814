// On what a game was solved, in words: in, a plan; out, the end of "solved ...".
#pragma once
#include <string>

#include "study/accuracy.h"

namespace casus::report {

// "on belief grids of 7 points an axis", and whose beliefs were held.
std::string grids_text(const study::Plan& plan, const study::Resolution& by);

// Whether a finer grid, or replies, are known to change a measure by `PolicyResult::change`. What replies would change
// is not known of measures that read beliefs or may come true more than once. `round` counts from 0.
bool change_is_known(const study::Plan& plan, const study::PolicyResult& r, uint32_t measure, uint32_t round);

}  // namespace casus::report

// Other equilibria in words: in, what was found in the worlds looked at; out, sentences for every form of the answer.
#pragma once
#include <string>
#include <vector>

#include "study/others.h"

namespace casus::report {

// `searched`: --branches was given, and what it found follows.
std::vector<std::string> other_sentences(const study::Plan& plan, const study::OtherSummary& others,
                                         bool searched = false);
// "in 2 of 8 worlds looked at another equilibrium turns this verdict"; empty if none does.
std::string turned_words(uint64_t turned, uint64_t looked);
// The object under "other_equilibria" of the JSON answers, as text; docs/json.md says what is in it.
std::string others_json(const study::Plan& plan, const study::OtherSummary& others);

}  // namespace casus::report

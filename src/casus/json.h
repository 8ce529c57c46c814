// The library's values as JSON, for languages that bind to the C interface: in, a project, a situation, a study; out,
// text under the names of include/casus/.
#pragma once
#include <string>

#include "casus/study.h"

namespace casus::detail {

std::string json_of(const std::vector<Diagnostic>& diagnostics);
std::string json_of(const Project& project);
std::string json_of(const Situation& situation);
std::string json_of(const std::vector<Verdict>& verdicts);

}  // namespace casus::detail

// The command that gives a study's numbers again: in, what was asked for; out, one line for a shell.
#pragma once
#include <string>

#include "casus/study.h"

namespace casus::detail {

std::string command_of(const std::string& case_file, const ProjectOptions& project, const StudyRequest& request);

}  // namespace casus::detail

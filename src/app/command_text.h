// A run's command line as text: in, its arguments; out, what to type.
#pragma once
#include <string>

#include "app/arguments.h"

namespace casus::app {

// The command that gives the same numbers again, defaults that matter to them spelt out.
std::string command_of(const RunArguments& arguments);

}  // namespace casus::app

// The command line: in, the program's arguments; out, the exit code of the command that ran.
#pragma once

namespace casus::app {

int run_command_line(int argc, char** argv);

}  // namespace casus::app

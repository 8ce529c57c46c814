// The commands as the command line knows them: in, the program's options; out, a command with its options, ready to
// run.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace casus::app {

struct Command {
  CLI::App* options;         // owned by the program's
  std::function<int()> run;  // its exit code; to be called once they are parsed
};

Command add_check(CLI::App& root);
Command add_format(CLI::App& root);
Command add_solve(CLI::App& root);
Command add_run(CLI::App& root);
Command add_play(CLI::App& root);
Command add_serve(CLI::App& root);
Command add_report(CLI::App& root);
Command add_unroll(CLI::App& root);
Command add_verify(CLI::App& root);
Command add_analyse(CLI::App& root);
Command add_compare(CLI::App& root);
Command add_export(CLI::App& root);

}  // namespace casus::app

#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/arguments.h"
#include "app/commands.h"
#include "app/session.h"
#include "solve/lanes/kernel.h"

namespace casus::app {
namespace {

// What was typed, last first as the parser wants it, with the names that options have now. analyse once said --measure.
std::vector<std::string> typed(int argc, char** argv) {
  std::vector<std::string> out;
  for (int k = argc - 1; k > 0; --k) {
    out.emplace_back(argv[k]);
    if (out.back() == "--measure" || out.back().starts_with("--measure=")) out.back().replace(0, 9, "--objective");
  }
  return out;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App root{"Casus: a crisis as a game, solved in every plausible world.", "casus"};
  root.set_version_flag("--version", "casus " + version());
  root.set_help_all_flag("--help-all", "help on every command");
  root.require_subcommand(1);
  root.footer(
      "Examples:\n"
      "  casus run cases/kazakhstan-2022.casus          the answer, with verdicts\n"
      "  casus check my.casus                           mistakes, lints and the size of the game\n"
      "  casus solve my.casus --policy appease          one world in full\n\n"
      "Exit codes: 0 good, 1 failure, 2 mistake in the input, 130 interrupted.");
  std::vector<Command> commands;
  for (const auto add : {add_check, add_format, add_solve, add_run, add_play, add_serve, add_report, add_unroll,
                         add_verify, add_analyse, add_compare, add_export})
    commands.push_back(add(root));
  try {
    root.parse(typed(argc, argv));
  } catch (const CLI::ParseError& e) {
    return root.exit(e) == 0 ? exit_good : exit_input;
  }
  if (const auto problem = solve::kernels_problem(); !problem.empty()) return complain(exit_input, problem);
  for (const auto& command : commands)
    if (*command.options) return command.run();
  return exit_input;
}

}  // namespace casus::app

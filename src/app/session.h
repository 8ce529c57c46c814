// What every command does around the library: in, the command line's arguments; out, a project and its plan, or
// messages and an exit code.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/arguments.h"
#include "app/interrupts.h"
#include "casus/compiled.h"
#include "report/answer.h"

namespace casus::app {

struct Session {
  std::shared_ptr<const Project::Impl> project;
  std::shared_ptr<detail::Compiled> compiled;
  int exit = exit_good;  // not good: the messages are out, stop
  const model::Case& source() const { return project->source(); }
  study::Plan& plan() const { return *compiled->plan; }
};

// What the arguments ask of the library.
ProjectOptions project_options(const CaseArguments& arguments);
Method method_of(const CaseArguments& arguments);

// Reads, checks and sets. With `quiet` the diagnostics are not printed (for JSON).
Session load(const CaseArguments& arguments, bool quiet = false);
// A user's own worlds, for `options`; does nothing if there is no file. A message where it cannot be read.
std::string read_worlds(const std::filesystem::path& file, study::Options& options);
// Compiles. `options` beyond those of the arguments are the caller's.
void make_plan(Session& session, const CaseArguments& arguments, study::Options options, bool quiet = false);

// Prints "casus: message" to the standard error and returns the code.
int complain(int code, std::string_view message);
void print_diagnostics(const base::Diagnostics& diagnostics, const Session& session, bool no_colour);
// Writes to the standard output; a full disk or a closed file gives a message and exit_failure.
int print(std::string_view text, int code = exit_good);

// Colours and width of a stream (1 or 2).
report::Style style_of(int stream, bool no_colour);

}  // namespace casus::app

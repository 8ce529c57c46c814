// What every command on a case does first: in, its arguments; out, the case and its plan, or messages and an exit code.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/arguments.h"
#include "language/language.h"
#include "report/answer.h"
#include "study/plan.h"

namespace casus::app {

// A case with its settings applied. Its address does not change: plans and games point to it.
struct Session {
  language::Loaded loaded;
  std::vector<std::string> lever_policies;  // that the levers added to the case
  std::optional<study::Plan> plan;
  int exit = exit_good;  // not good: the messages are out, stop
  const model::Case& source() const { return *loaded.value; }
};

// Reads, checks and sets. With `quiet` the diagnostics are kept but not printed (for JSON).
std::unique_ptr<Session> load(const CaseArguments& arguments, bool quiet = false);
// Compiles. `options` beyond those of the arguments are the caller's.
void make_plan(Session& session, const CaseArguments& arguments, study::Options options, bool quiet = false);

// Prints "casus: message" to the standard error and returns the code.
int complain(int code, std::string_view message);
void print_diagnostics(const Session& session, bool no_colour);
// Writes to the standard output; a full disk or a closed file gives a message and exit_failure.
int print(std::string_view text, int code = exit_good);

// Colours and width of a stream (1 or 2).
report::Style style_of(int stream, bool no_colour);
std::filesystem::path program_folder();

// Ctrl-C (and a polite kill) set this; a second one ends the program at once.
const std::atomic<bool>& interrupted();
void catch_interrupts();

}  // namespace casus::app

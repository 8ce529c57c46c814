#include "app/session.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "app/progress.h"

namespace casus::app {

ProjectOptions project_options(const CaseArguments& arguments) {
  ProjectOptions out{.settings = arguments.settings, .levers = arguments.levers, .policies = arguments.policies};
  for (const auto& file : arguments.overlays) out.overlays.push_back(file.string());
  for (const auto& folder : arguments.libraries) out.libraries.push_back(folder.string());
  return out;
}

Method method_of(const CaseArguments& arguments) {
  Method out{.accuracy = arguments.accuracy, .exact_up_to = arguments.exact_up_to, .threads = arguments.threads};
  if (arguments.points_given) out.points = arguments.points;
  out.held = arguments.held;
  if (arguments.selection)
    out.selection = *arguments.selection == solve::Selection::global ? Selection::global : Selection::recursive;
  return out;
}

Session load(const CaseArguments& arguments, bool quiet) {
  Session session{.project = detail::load(arguments.file.string(), nullptr, project_options(arguments)),
                  .compiled = nullptr};
  const auto& project = *session.project;
  if (!project.loaded.value) {
    session.exit = exit_input;
    if (!quiet) print_diagnostics(project.loaded.diagnostics, session, arguments.no_colour);
    return session;
  }
  for (const auto& remark : project.remarks) complain(exit_good, remark);
  if (!project.error.empty()) session.exit = complain(exit_input, project.error);
  return session;
}

std::string read_worlds(const std::filesystem::path& file, study::Options& options) {
  if (file.empty()) return "";
  std::ifstream in(file, std::ios::binary);
  options.worlds_file = file.string();
  options.worlds_text.assign(std::istreambuf_iterator<char>(in), {});
  return in.is_open() ? "" : fmt::format("cannot read '{}': {}", options.worlds_file, std::strerror(errno));
}

void make_plan(Session& session, const CaseArguments& arguments, study::Options options, bool quiet) {
  options.solves = arguments.solves;
  options.counts = arguments.counts;
  options.mends = arguments.mends;
  options = detail::with_method(std::move(options), method_of(arguments), *session.project, arguments.policies,
                                arguments.accuracy, arguments.points);
  const bool own = options.solve.stop != nullptr;  // the caller knows what it means
  if (!own) options.solve.stop = &interrupted();
  {
    SolveProgress progress;
    options.solve.meter = progress.meter();
    session.compiled = detail::compile(session.project, options, arguments.threads);
  }
  if (!quiet) print_diagnostics(session.compiled->diagnostics, session, arguments.no_colour);
  if (session.compiled->stopped)
    session.exit = own ? int{exit_interrupted} : complain(exit_interrupted, "interrupted");
  else if (!session.compiled->ok())
    session.exit = session.compiled->error.empty() ? int{exit_input} : complain(exit_input, session.compiled->error);
}

int complain(int code, std::string_view message) {
  fmt::print(stderr, "casus: {}\n", message);
  return code;
}

void print_diagnostics(const base::Diagnostics& diagnostics, const Session& session, bool no_colour) {
  if (diagnostics.all().empty()) return;
  fmt::print(stderr, "{}",
             base::render_text(diagnostics, session.project->loaded.sources, style_of(2, no_colour).colour));
}

int print(std::string_view text, int code) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return code;
  return complain(exit_failure, fmt::format("cannot write the answer: {}", std::strerror(errno)));
}

report::Style style_of(int stream, bool no_colour) {
  report::Style style;
  const bool terminal = isatty(stream) != 0;
  const char* term = std::getenv("TERM");
  const char* no_color = std::getenv("NO_COLOR");
  style.colour = terminal && !no_colour && !(no_color && *no_color) && !(term && std::strcmp(term, "dumb") == 0);
  winsize size{};
  if (terminal && ioctl(stream, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.columns = size.ws_col;
  if (const char* columns = std::getenv("COLUMNS")) {
    size_t value = 0;
    const auto [end, error] = std::from_chars(columns, columns + std::strlen(columns), value);
    if (error == std::errc() && *end == 0 && value >= 40) style.columns = value;
  }
  return style;
}

}  // namespace casus::app

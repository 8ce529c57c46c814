#include "app/session.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "study/inspect.h"
#include "study/levers.h"
#include "study/settings.h"

namespace casus::app {
namespace {

std::atomic<bool> interrupt_flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_interrupt(int) {
  interrupt_flag = true;
}

}  // namespace

std::filesystem::path program_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

std::unique_ptr<Session> load(const CaseArguments& arguments, bool quiet) {
  language::LoadOptions options{.overlays = arguments.overlays, .library_dirs = arguments.libraries};
  options.library_dirs.emplace_back(CASUS_LIBRARY_DIR);
  options.library_dirs.push_back(program_folder() / "library");
  auto session = std::make_unique<Session>();
  session->loaded = language::load_file(arguments.file, options);
  if (!session->loaded.value) {
    session->exit = exit_input;
    if (!quiet) print_diagnostics(*session, arguments.no_colour);
    return session;
  }
  for (const auto& setting : arguments.settings) {
    const auto remark = study::apply_setting(*session->loaded.value, setting);
    if (!remark) {
      session->exit = complain(exit_input, remark.error());
      return session;
    }
    if (!remark->empty()) complain(exit_good, *remark);
  }
  auto added = study::add_levers(*session->loaded.value, arguments.levers, arguments.policies);
  if (!added)
    session->exit = complain(exit_input, added.error());
  else
    session->lever_policies = std::move(*added);
  return session;
}

void make_plan(Session& session, const CaseArguments& arguments, study::Options options, bool quiet) {
  options.policies = arguments.policies;
  if (!options.policies.empty())
    options.policies.insert(options.policies.end(), session.lever_policies.begin(), session.lever_policies.end());
  options.solves = arguments.solves;
  options.settings = arguments.settings;
  options.levers = arguments.levers;
  options.solve.points = arguments.points;
  options.solve.selection = arguments.selection.value_or(solve::Selection::recursive);
  // A grid or its selection is asked for only by who wants grids.
  const bool grids = arguments.points_given || arguments.selection == solve::Selection::recursive;
  options.solve.exact_up_to = arguments.exact_up_to.value_or(grids ? 0 : options.solve.exact_up_to);
  options.solve.alone = options.worlds == 1;
  options.accuracy = arguments.accuracy;
  options.refine = !arguments.points_given;
  auto plan = study::make_plan(session.source(), options, session.loaded.diagnostics);
  if (!quiet) print_diagnostics(session, arguments.no_colour);
  if (!plan) {
    session.exit = plan.error().empty() ? int{exit_input} : complain(exit_input, plan.error());
    return;
  }
  session.plan = std::move(*plan);
  if (!arguments.solves) return;
  if (const auto message = study::too_large(*session.plan, arguments.threads); !message.empty())
    session.exit = complain(exit_input, message);
}

int complain(int code, std::string_view message) {
  fmt::print(stderr, "casus: {}\n", message);
  return code;
}

void print_diagnostics(const Session& session, bool no_colour) {
  const auto& d = session.loaded.diagnostics;
  if (d.all().empty()) return;
  fmt::print(stderr, "{}", base::render_text(d, session.loaded.sources, style_of(2, no_colour).colour));
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

const std::atomic<bool>& interrupted() {
  return interrupt_flag;
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESETHAND | SA_RESTART;  // a write to a slow pager is not cut short
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace casus::app

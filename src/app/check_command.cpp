#include <fmt/format.h>

#include <chrono>

#include "app/arguments.h"
#include "app/session.h"
#include "base/deadline.h"
#include "report/inspection.h"

namespace casus::app {

namespace {

// By how much the median world hangs on the number of nodes for continuous types, where that is soon known.
std::optional<study::NodeChange> nodes_of(const Session& session, unsigned threads) {
  if (study::nodes_of(session.source()).empty()) return std::nullopt;
  const base::Deadline late(std::chrono::steady_clock::now() + std::chrono::milliseconds(500));
  std::optional<study::NodeChange> out;
  if (const auto solved = detail::solve_all(session.compiled, {}, threads, &late.passed(), false)) {
    std::vector<study::PolicyResult> answers;
    for (const auto& world : *solved) answers.push_back(world.impl().result);
    out = detail::node_change(*session.compiled, answers, threads, &late.passed());
  }
  if (!out)
    out = study::NodeChange{
        .why_not = "that takes longer than a check may; 'casus solve' tells", .nodes = {}, .others = {}};
  return out;
}

}  // namespace

int check(const CheckArguments& arguments) {
  // Mistakes are told at once, and what a run will cost is not worth more than two seconds.
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
  const base::Deadline late(until);  // the plan refers to it
  auto session = load(arguments, arguments.json);
  const auto answer = [&](const base::Diagnostics& diagnostics, const study::Inspection* inspection) {
    return report::InspectionAnswer{.case_file = arguments.file.string(),
                                    .version = version(),
                                    .diagnostics = &diagnostics,
                                    .sources = &session.project->loaded.sources,
                                    .plan = inspection ? &session.plan() : nullptr,
                                    .inspection = inspection,
                                    .threads = arguments.threads,
                                    .nodes = nullptr};
  };
  if (session.exit != exit_good)
    return arguments.json ? print(report::json_text(answer(session.project->loaded.diagnostics, nullptr)), session.exit)
                          : session.exit;
  study::Options options{.worlds = arguments.worlds, .seed = arguments.seed};
  options.solve.stop = &late.passed();
  make_plan(session, arguments, options, true);
  auto& diagnostics = session.compiled->diagnostics;
  if (session.compiled->stopped) {
    if (arguments.json) return print(report::json_text(answer(diagnostics, nullptr)));
    print_diagnostics(diagnostics, session, arguments.no_colour);
    return print(
        fmt::format("{}: no mistakes in the text; to lay out its games takes more than two seconds, so their "
                    "size and numbers were not looked at\n",
                    arguments.file.string()));
  }
  if (session.exit != exit_good) {
    if (arguments.json) return print(report::json_text(answer(diagnostics, nullptr)), session.exit);
    print_diagnostics(diagnostics, session, arguments.no_colour);
    return session.exit;
  }
  const auto inspection = study::inspect(session.plan(), 200, until, diagnostics);
  const int code = diagnostics.has_errors() ? exit_input : exit_good;
  const auto nodes = code == exit_good ? nodes_of(session, arguments.threads) : std::nullopt;
  auto told = answer(diagnostics, &inspection);
  told.nodes = nodes ? &*nodes : nullptr;
  if (arguments.json) return print(report::json_text(told), code);
  print_diagnostics(diagnostics, session, arguments.no_colour);
  if (code != exit_good) return code;
  return print(report::terminal_text(told, style_of(1, arguments.no_colour)));
}

}  // namespace casus::app

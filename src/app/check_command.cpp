#include "app/arguments.h"
#include "app/session.h"
#include "report/inspection.h"

namespace casus::app {

int check(const CheckArguments& arguments) {
  auto session = load(arguments, arguments.json);
  const auto answer = [&](const base::Diagnostics& diagnostics, const study::Inspection* inspection) {
    return report::InspectionAnswer{.case_file = arguments.file.string(),
                                    .version = version(),
                                    .diagnostics = &diagnostics,
                                    .sources = &session.project->loaded.sources,
                                    .plan = inspection ? &session.plan() : nullptr,
                                    .inspection = inspection,
                                    .threads = arguments.threads};
  };
  if (session.exit != exit_good)
    return arguments.json ? print(report::json_text(answer(session.project->loaded.diagnostics, nullptr)), session.exit)
                          : session.exit;
  make_plan(session, arguments, {.worlds = arguments.worlds, .seed = arguments.seed}, true);
  auto& diagnostics = session.compiled->diagnostics;
  if (session.exit != exit_good) {
    if (arguments.json) return print(report::json_text(answer(diagnostics, nullptr)), session.exit);
    print_diagnostics(diagnostics, session, arguments.no_colour);
    return session.exit;
  }
  const auto inspection = study::inspect(session.plan(), 200, diagnostics);
  const int code = diagnostics.has_errors() ? exit_input : exit_good;
  if (arguments.json) return print(report::json_text(answer(diagnostics, &inspection)), code);
  print_diagnostics(diagnostics, session, arguments.no_colour);
  if (code != exit_good) return code;
  return print(report::terminal_text(answer(diagnostics, &inspection), style_of(1, arguments.no_colour)));
}

}  // namespace casus::app

#include "app/arguments.h"
#include "app/session.h"
#include "report/inspection.h"

namespace casus::app {

int check(const CheckArguments& arguments) {
  auto session = load(arguments, arguments.json);
  auto json = [&](const study::Inspection* inspection, int code) {
    return print(report::json_text(report::InspectionAnswer{.case_file = arguments.file.string(),
                                                            .version = CASUS_VERSION,
                                                            .diagnostics = &session->loaded.diagnostics,
                                                            .sources = &session->loaded.sources,
                                                            .plan = session->plan ? &*session->plan : nullptr,
                                                            .inspection = inspection,
                                                            .threads = arguments.threads}),
                 code);
  };
  if (session->exit != exit_good) return arguments.json ? json(nullptr, session->exit) : session->exit;
  make_plan(*session, arguments, {.worlds = arguments.worlds, .seed = arguments.seed}, true);
  if (session->exit != exit_good) {
    if (arguments.json) return json(nullptr, session->exit);
    print_diagnostics(*session, arguments.no_colour);
    return session->exit;
  }
  const auto inspection = study::inspect(*session->plan, 200, session->loaded.diagnostics);
  const int code = session->loaded.diagnostics.has_errors() ? exit_input : exit_good;
  if (arguments.json) return json(&inspection, code);
  print_diagnostics(*session, arguments.no_colour);
  if (code != exit_good) return code;
  return print(report::terminal_text(report::InspectionAnswer{.case_file = arguments.file.string(),
                                                              .version = CASUS_VERSION,
                                                              .diagnostics = &session->loaded.diagnostics,
                                                              .sources = &session->loaded.sources,
                                                              .plan = &*session->plan,
                                                              .inspection = &inspection,
                                                              .threads = arguments.threads},
                                     style_of(1, arguments.no_colour)));
}

}  // namespace casus::app

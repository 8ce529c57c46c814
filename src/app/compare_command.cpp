#include "app/arguments.h"
#include "app/session.h"
#include "app/study_commands.h"
#include "report/comparison.h"
#include "study/compare.h"

namespace casus::app {

int compare(const CompareArguments& arguments) {
  const auto comparison = study::compare(arguments.before.string(), arguments.after.string());
  if (!comparison) return complain(exit_input, comparison.error());
  const report::ComparisonAnswer answer{.before = arguments.before.string(),
                                        .after = arguments.after.string(),
                                        .version = version(),
                                        .comparison = &*comparison};
  return print(arguments.json ? report::json_text(answer)
                              : report::terminal_text(answer, style_of(1, arguments.no_colour)));
}

}  // namespace casus::app

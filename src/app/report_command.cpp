#include <fmt/format.h>

#include "app/arguments.h"
#include "app/output.h"
#include "app/page.h"
#include "app/session.h"
#include "casus/study.h"

namespace casus::app {

int report(const ReportArguments& arguments) {
  auto page = arguments.out;
  if (page.empty()) page = std::filesystem::path(arguments.study.filename()).replace_extension(".html");
  const Output output{page, Content::report, "-o"};
  if (const auto problem = output_problem({&output, 1}, {arguments.study, page_template()}); !problem.empty())
    return complain(exit_input, problem);
  if (const auto problem = page_problem(page); !problem.empty()) return complain(exit_failure, problem);
  std::error_code ignored;
  if (!std::filesystem::exists(arguments.study, ignored))
    return complain(exit_input, fmt::format("there is no study '{}'; casus run writes one under casus-runs/",
                                            arguments.study.string()));
  std::optional<bool> minimise;
  if (arguments.minimise || arguments.maximise) minimise = arguments.minimise;
  auto study = Study::open(arguments.study.string(), arguments.threads, arguments.objective, minimise);
  if (!study.ok()) return complain(study.input_error() ? exit_input : exit_failure, study.error());
  if (study.median(&interrupted()).empty()) return complain(exit_interrupted, "interrupted; nothing was written");
  if (const auto problem = write_page(page, study); !problem.empty()) return complain(exit_failure, problem);
  return print(fmt::format("{} ({} of {} worlds)\n", page.string(), study.worlds(), study.planned()));
}

}  // namespace casus::app

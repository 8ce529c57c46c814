#include <fmt/format.h>

#include <chrono>

#include "app/arguments.h"
#include "app/command_text.h"
#include "app/page.h"
#include "app/stored.h"
#include "study/run.h"
#include "study/summary.h"

namespace casus::app {

int report(const ReportArguments& arguments) {
  catch_interrupts();
  const auto begin = std::chrono::steady_clock::now();
  auto page = arguments.out;
  if (page.empty()) page = std::filesystem::path(arguments.study.filename()).replace_extension(".html");
  if (const auto problem = page_problem(page); !problem.empty()) return complain(exit_failure, problem);
  std::error_code ignored;
  if (!std::filesystem::exists(arguments.study, ignored))
    return complain(exit_input, fmt::format("there is no study '{}'; casus run writes one under casus-runs/",
                                            arguments.study.string()));
  const auto stored = open_stored(arguments.study);
  if (!stored.error.empty()) return complain(exit_input, stored.error);
  const auto& plan = stored.plan();
  std::optional<bool> minimise;
  if (arguments.minimise || arguments.maximise) minimise = arguments.minimise;
  const auto objective = study::choose_objective(*plan.source, arguments.objective, minimise);
  if (!objective) return complain(exit_input, objective.error());
  const auto median = study::solve_median(plan, {.threads = arguments.threads, .stop = &interrupted()});
  if (!median) return complain(exit_interrupted, "interrupted; nothing was written");
  const auto summary = study::summarise(plan, *stored.store, *objective);
  if (!summary) return complain(exit_failure, summary.error());
  RunArguments again = stored.arguments;
  again.objective = arguments.objective;
  again.minimise = arguments.minimise;
  again.maximise = arguments.maximise;
  const report::Answer answer{
      .plan = &plan,
      .summary = &*summary,
      .median = &*median,
      .case_file = again.file.string(),
      .version = CASUS_VERSION,
      .store = arguments.study.string(),
      .command = command_of(again),
      .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
      .threads = arguments.threads,
      .stopped = summary->worlds < plan.worlds};
  if (const auto problem = write_page(page, answer, *stored.store, stored.sources); !problem.empty())
    return complain(exit_failure, problem);
  return print(fmt::format("{} ({} of {} worlds)\n", page.string(), summary->worlds, plan.worlds));
}

}  // namespace casus::app

#include <fmt/format.h>

#include <array>

#include "app/arguments.h"
#include "app/output.h"
#include "app/page.h"
#include "app/progress.h"
#include "app/session.h"
#include "casus/study.h"

namespace casus::app {
namespace {

StudyRequest request_of(const RunArguments& a) {
  StudyRequest out{.worlds = a.worlds, .seed = a.seed, .design = std::string(lab::design_name(a.design))};
  out.until = a.until;
  out.policies = a.policies;
  out.objective = a.objective;
  if (a.minimise || a.maximise) out.minimise = a.minimise;
  if (!a.no_store) {
    out.store = a.out.string();
    out.store_folder = "casus-runs";
  }
  out.existing = a.resume ? Existing::resume : a.overwrite ? Existing::overwrite : Existing::refuse;
  out.search = a.branches;
  out.keep = !a.report.empty();
  out.method = method_of(a);
  return out;
}

}  // namespace

int run(const RunArguments& arguments) {
  catch_interrupts(arguments.no_store
                       ? "interrupted"
                       : "interrupted; what is stored by now, if anything, is kept, and --resume continues it");
  const auto session = load(arguments);
  if (session.exit != exit_good) return session.exit;
  // Before the work, not after it.
  auto inputs = inputs_of(session);
  inputs.push_back(arguments.worlds_file);
  inputs.push_back(page_template());
  const Output page{arguments.report, Content::report, "--report"};
  const auto objection = [&](const std::filesystem::path& study) {
    return output_problem(std::array{Output{study, Content::study, "--out"}, page}, inputs);
  };
  if (const auto problem = objection(arguments.out); !problem.empty()) return complain(exit_input, problem);
  if (const auto problem = page_problem(arguments.report); !problem.empty()) return complain(exit_failure, problem);
  StudyRequest request = request_of(arguments);
  request.objection = objection;
  study::Options worlds;
  if (const auto problem = read_worlds(arguments.worlds_file, worlds); !problem.empty())
    return complain(exit_input, problem);
  request.worlds_name = std::move(worlds.worlds_file);
  request.worlds_csv = std::move(worlds.worlds_text);
  Study study = Project(session.project).study(request, &interrupted());
  fmt::print(stderr, "{}", study.diagnostics_text(style_of(2, arguments.no_colour).colour));
  if (interrupted()) return complain(exit_interrupted, "interrupted; nothing was solved");
  if (!study.ok()) return study.error().empty() ? int{exit_input} : complain(exit_input, study.error());
  for (const auto& remark : study.remarks()) complain(exit_good, remark);

  ProgressBar bar;
  study.run(&interrupted(), [&](const Progress& p) { bar.show(p); });
  bar.clear();
  if (!study.ok()) return complain(study.input_error() ? exit_input : exit_failure, study.error());
  const auto style = style_of(1, arguments.no_colour);
  const std::string text = arguments.json       ? study.json()
                           : arguments.markdown ? study.markdown()
                                                : study.text({style.colour, static_cast<unsigned>(style.columns)});
  if (!study.complete() && study.worlds() == 0 && study.file().empty())
    return complain(exit_interrupted, "interrupted before the first world; no file was written or changed");
  if (!study.complete()) {
    if (const int written = print(text); written != exit_good) return written;
    return complain(exit_interrupted, fmt::format("interrupted with {} of {} worlds done{}", study.worlds(),
                                                  study.planned(), study.file().empty() ? "" : "; --resume continues"));
  }
  if (study.searching_stopped()) {
    if (const int written = print(text); written != exit_good) return written;
    return complain(exit_interrupted, "interrupted while looking for other equilibria; every world is solved");
  }
  if (!arguments.report.empty())
    if (const auto problem = write_page(arguments.report, study); !problem.empty())
      return complain(exit_failure, problem);
  return print(text, study.any_solution() ? exit_good : exit_failure);
}

}  // namespace casus::app

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>

#include "app/arguments.h"
#include "app/command_text.h"
#include "app/page.h"
#include "app/progress.h"
#include "app/session.h"
#include "report/answer.h"
#include "study/run.h"
#include "study/store.h"
#include "study/summary.h"

namespace casus::app {
namespace {

// Where the study goes; its folder is made. Empty: it is not kept.
base::Result<std::string> store_path(const RunArguments& a, const study::Identity& identity) {
  if (a.no_store) return std::string();
  auto path = a.out;
  if (path.empty())
    path = std::filesystem::path("casus-runs") / fmt::format("{}-{}.sqlite", a.file.stem().string(), identity.hash());
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error)
    return base::Error{
        fmt::format("cannot make the folder '{}': {}; choose another with --out, or keep nothing with "
                    "--no-store",
                    path.parent_path().string(), error.message())};
  return path.string();
}

}  // namespace

int run(const RunArguments& arguments) {
  catch_interrupts();
  // Before the work, not after it.
  if (const auto problem = page_problem(arguments.report); !problem.empty()) return complain(exit_failure, problem);
  const auto begin = std::chrono::steady_clock::now();
  auto session = load(arguments);
  if (session->exit != exit_good) return session->exit;
  std::optional<bool> minimise;
  if (arguments.minimise || arguments.maximise) minimise = arguments.minimise;
  const auto objective = study::choose_objective(session->source(), arguments.objective, minimise);
  if (!objective) return complain(exit_input, objective.error());
  study::Options options{.worlds = arguments.worlds, .seed = arguments.seed, .design = arguments.design};
  options.until = arguments.until;
  if (!arguments.worlds_file.empty()) {
    std::ifstream in(arguments.worlds_file, std::ios::binary);
    options.worlds_file = arguments.worlds_file.string();
    options.worlds_text.assign(std::istreambuf_iterator<char>(in), {});
    if (!in.is_open())
      return complain(exit_input, fmt::format("cannot read '{}': {}", options.worlds_file, std::strerror(errno)));
  }
  make_plan(*session, arguments, options);
  if (session->exit != exit_good) return session->exit;
  auto& plan = *session->plan;
  if (arguments.branches > 0 && study::has_limit(plan))
    return complain(exit_input,
                    "--branches looks for other equilibria on belief grids, where an infinite precision has "
                    "no limit; give a finite precision with it");
  for (const auto& remark : plan.remarks) complain(exit_good, remark);

  ProgressBar bar;
  const study::RunControl control{
      .threads = arguments.threads, .stop = &interrupted(), .progress = [&](const study::Progress& p) { bar.show(p); }};
  const auto median = study::solve_accurately(plan, control);
  const auto identity = study::identity_of(plan, session->loaded.sources, CASUS_VERSION);
  const auto path = store_path(arguments, identity);
  if (!path) return complain(exit_failure, path.error());
  std::error_code ignored;
  if (arguments.resume && !std::filesystem::exists(*path, ignored))
    return complain(exit_input, fmt::format("there is no study '{}' to resume", *path));
  const auto existing = arguments.resume      ? study::Existing::resume
                        : arguments.overwrite ? study::Existing::overwrite
                                              : study::Existing::refuse;
  if (const auto refusal = study::Store::refusal(*path, identity, existing); !refusal.empty())
    return complain(exit_input, refusal);
  auto store = study::Store::open(*path, plan, identity, existing);
  if (!store) return complain(exit_failure, store.error());

  bool stopped = !median, precise = false;
  if (median) {
    const auto end = study::run_worlds(plan, *store, *median, control);
    bar.clear();
    if (!end) return complain(exit_failure, end.error());
    stopped = end->stopped;
    precise = end->precise;
  }
  std::optional<study::BranchAnswer> branches;
  if (arguments.branches > 0 && !stopped) {
    study::BranchOptions search{.seed = arguments.seed};
    uint64_t folding = 0;
    const auto worlds = study::worlds_to_search(*store, arguments.branches, folding);
    if (!worlds) return complain(exit_failure, worlds.error());
    branches = study::search_branches(plan, *worlds, search, control);
    bar.clear();
    if (branches) {
      branches->folding = folding;
      if (const auto kept = store->write(*branches); !kept) return complain(exit_failure, kept.error());
    }
  }
  bar.clear();

  const auto summary = study::summarise(plan, *store, *objective);
  if (!summary) return complain(exit_failure, summary.error());
  const report::Answer answer{
      .plan = &plan,
      .summary = &*summary,
      .median = median ? &*median : nullptr,
      .case_file = arguments.file.string(),
      .version = CASUS_VERSION,
      .store = *path,
      .command = command_of(arguments),
      .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
      .threads = arguments.threads,
      .stopped = stopped,
      .branches = branches ? &*branches : nullptr,
      .precise = precise};
  const std::string text = arguments.json       ? report::json_text(answer)
                           : arguments.markdown ? report::markdown_text(answer)
                                                : report::terminal_text(answer, style_of(1, arguments.no_colour));
  if (stopped) {
    if (const int written = print(text); written != exit_good) return written;
    return complain(exit_interrupted, fmt::format("interrupted with {} of {} worlds done{}", summary->worlds,
                                                  plan.worlds, path->empty() ? "" : "; --resume continues"));
  }
  if (arguments.branches > 0 && !branches) {
    if (const int written = print(text); written != exit_good) return written;
    return complain(exit_interrupted, "interrupted while looking for other equilibria; every world is solved");
  }
  if (!arguments.report.empty())
    if (const auto problem = write_page(arguments.report, answer, *store, session->loaded.sources); !problem.empty())
      return complain(exit_failure, problem);
  bool any = false;
  for (const auto& p : summary->policies) any |= p.failed < summary->worlds;
  return print(text, any ? exit_good : exit_failure);
}

}  // namespace casus::app

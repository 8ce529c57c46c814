#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>

#include "app/arguments.h"
#include "app/progress.h"
#include "app/session.h"
#include "report/transcript.h"
#include "report/world.h"
#include "study/branches.h"

namespace casus::app {

namespace {

int solve_tree(const SolveArguments& arguments) {
  if (!arguments.settings.empty() || !arguments.policies.empty() || !arguments.overlays.empty())
    return complain(exit_input, "--set, --policy and --overlay belong to a case, not to a game tree");
  if (arguments.branches)
    return complain(exit_input, "--branches belongs to a case; of a game tree --branch prints the way of its branch");
  auto options = arguments.tree;
  options.file = arguments.file.string();
  options.format = arguments.json ? "json" : arguments.csv ? "csv" : "text";
  errno = 0;
  const int code = solve_tree_command(options, std::cout, std::cerr);
  if (std::cout.flush()) return code;
  return complain(exit_failure, fmt::format("cannot write the answer: {}", std::strerror(errno)));
}

// Follows the path as far as it goes, then the likeliest edge.
solve::Chooser follow_path(const model::Case& c, const report::Transcript& transcript, std::string& problem) {
  return [&c, &transcript, &problem, at = size_t{0}](const solve::CourseStep& step,
                                                     const std::vector<double>& probability) mutable {
    const auto likeliest =
        static_cast<uint32_t>(std::max_element(probability.begin(), probability.end()) - probability.begin());
    if (step.stage == game::none || at == transcript.path.size() || !problem.empty()) return likeliest;
    const auto edge = report::edge_of(c, step, transcript.path[at++]);
    if (edge) return *edge;
    problem = edge.error();
    return likeliest;
  };
}

}  // namespace

bool is_tree_file(const std::filesystem::path& file) {
  return file.extension() == ".efg" || file.extension() == ".nfg";
}

int solve(const SolveArguments& given) {
  if (is_tree_file(given.file)) return solve_tree(given);
  if (given.tree_options)
    return complain(exit_input,
                    fmt::format("'{}' is a case, and --method, --precision, --tolerance and the like belong to a game "
                                "tree (.efg, .nfg); a case states its own precision, and --set changes it",
                                given.file.string()));
  catch_interrupts();
  SolveArguments arguments = given;
  std::optional<report::Transcript> along;
  if (!arguments.along.empty()) {
    auto read = report::read_transcript(arguments.along);
    if (!read) return complain(exit_input, read.error());
    along = std::move(*read);
    arguments.policies = {along->policy};
    arguments.settings = along->settings;
    if (!arguments.points_given && !arguments.exact_up_to) {
      arguments.points = along->points;
      arguments.held = along->held;
      arguments.points_given = along->resolved;
      arguments.exact_up_to = along->exact_up_to;
    }
  }
  auto session = load(arguments);
  if (session.exit != exit_good) return session.exit;
  if (arguments.policies.empty())
    arguments.policies = {session.source().policies.front().name};
  else if (arguments.policies == std::vector<std::string>{"all"})
    arguments.policies.clear();
  make_plan(session, arguments, {.worlds = 1});
  if (session.exit != exit_good) return session.exit;
  if (arguments.branches && study::has_limit(session.plan()))
    return complain(exit_input,
                    "--branches looks for other equilibria on belief grids, where an infinite precision has "
                    "no limit; give a finite precision with it");
  SolveProgress progress;
  const auto solved =
      detail::solve_all(session.compiled, {}, arguments.threads, &interrupted(), along.has_value(), progress.meter());
  progress.end();
  if (!solved) return complain(exit_interrupted, "interrupted; nothing was solved");
  auto answer = detail::answer_of(*solved);
  std::vector<study::PolicyResult> answers;
  for (const auto& p : answer.policies) answers.push_back(p.result);
  answer.nodes = detail::node_change(*session.compiled, answers, arguments.threads, &interrupted());
  if (along) {
    std::string problem;
    auto& followed = answer.policies.front();
    if (followed.world->walkable())
      followed.course = followed.world->follow(follow_path(session.source(), *along, problem));
    if (!problem.empty()) return complain(exit_input, problem);
  }
  if (arguments.branches) {
    auto found = study::search_branches(session.plan(), {study::median_world}, {},
                                        {.threads = arguments.threads, .stop = &interrupted()});
    if (!found) return complain(exit_interrupted, "interrupted while looking for other equilibria");
    answer.branches = std::move(*found);
  }
  const bool any =
      std::any_of(answer.policies.begin(), answer.policies.end(), [](const auto& p) { return p.result.ok(); });
  const int code = any ? exit_good : exit_failure;
  if (arguments.json) return print(report::json_text(answer), code);
  return print(report::terminal_text(answer, style_of(1, arguments.no_colour)), code);
}

}  // namespace casus::app

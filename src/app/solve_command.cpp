#include <fmt/format.h>

#include <iostream>
#include <sstream>

#include "app/arguments.h"
#include "app/session.h"
#include "report/world.h"
#include "study/claims.h"
#include "study/run.h"

namespace casus::app {

namespace {

int solve_tree(const SolveArguments& arguments) {
  if (!arguments.settings.empty() || !arguments.policies.empty() || !arguments.overlays.empty())
    return complain(exit_input, "--set, --policy and --overlay belong to a case, not to a game tree");
  auto options = arguments.tree;
  options.file = arguments.file.string();
  options.format = arguments.json ? "json" : arguments.csv ? "csv" : "text";
  std::ostringstream out;
  const int code = solve_tree_command(options, out, std::cerr);
  return print(out.str(), code);
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
  auto session = load(arguments);
  if (session->exit != exit_good) return session->exit;
  if (arguments.policies.empty())
    arguments.policies = {session->source().policies.front().name};
  else if (arguments.policies == std::vector<std::string>{"all"})
    arguments.policies.clear();
  make_plan(*session, arguments, {.worlds = 1});
  if (session->exit != exit_good) return session->exit;
  const auto& plan = *session->plan;
  auto solved = study::solve_median(plan, {.threads = arguments.threads, .stop = &interrupted()});
  if (!solved) return complain(exit_interrupted, "interrupted; nothing was solved");

  report::WorldAnswer answer{.plan = &plan,
                             .case_file = arguments.file.string(),
                             .version = CASUS_VERSION,
                             .params = solved->params,
                             .policies = std::move(solved->policies),
                             .claims = {}};
  std::vector<study::PolicyResult> results;
  bool any = false;
  for (const auto& p : answer.policies) {
    results.push_back(p.result);
    any |= p.result.ok();
  }
  for (uint32_t k : plan.claims)
    answer.claims.push_back(study::evaluate_claim(plan, session->source().claims[k], results));
  const int code = any ? exit_good : exit_failure;
  if (arguments.json) return print(report::json_text(answer), code);
  return print(report::terminal_text(answer, style_of(1, arguments.no_colour)), code);
}

}  // namespace casus::app

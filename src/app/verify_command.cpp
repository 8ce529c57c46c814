#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/exact_commands.h"
#include "report/text.h"
#include "verify/verify.h"

namespace casus::app {
namespace {

using Json = nlohmann::ordered_json;

bool passes(const verify::Comparison& c, double tolerance) {
  return c.worst_likely <= tolerance && c.worst_measure <= tolerance;
}

// The first grid from which on every one tried is good; the number of grids if the last is not.
size_t good_from(const std::vector<verify::Comparison>& rows, double tolerance) {
  size_t from = rows.size();
  while (from > 0 && passes(rows[from - 1], tolerance)) --from;
  return from;
}

const std::string& measure_name(const ChosenWorld& chosen, const verify::Comparison& c) {
  static const std::string nothing;
  const auto& measures = chosen.session.source().measures;
  return measures.empty() || c.worst_measure == 0 ? nothing : measures[c.worst_measure_index].name;
}

std::string comparison_text(const VerifyArguments& a, const ChosenWorld& chosen, const verify::Exact& exact,
                            const std::vector<verify::Comparison>& rows) {
  std::string out = fmt::format(
      "{}\nPolicy {}, {}: the belief grid ({}) against the exact tree\n\n"
      "The tree has {} nodes and {} information sets; its logit equilibrium (principal branch) leaves a residual\n"
      "of {:.1e}{}.\n",
      chosen.session.source().title, chosen.policy().name, world_text(a, chosen.session.plan()),
      study::selection_name(a.selection.value_or(solve::Selection::recursive)), exact.tree_nodes,
      exact.situations.size(), exact.residual,
      exact.folds ? fmt::format("; the branch turns round {} on the way", report::counted(exact.folds, "time"))
                  : std::string());
  if (exact.bifurcations > 0)
    out += fmt::format(
        "On the way branches meet to within rounding {}; the one that goes straight on was taken, but which of them\n"
        "is the principal one cannot be told there.\n",
        report::counted(exact.bifurcations, "time"));
  if (exact.left_at > 0)
    out += fmt::format(
        "The branch was left at {:.3g} of the precision: the equilibrium of the tree need not be the principal one.\n",
        exact.left_at);
  out +=
      "\n           Largest difference of a choice probability   Largest difference of a measure\n"
      "  points      on the path       anywhere   certificate     given the types   which\n";
  for (const auto& r : rows)
    out += fmt::format("  {:>6}  {:>15.1e}{:>15.1e}{:>14.1e}{:>20.1e}   {}\n", r.points, r.worst_likely, r.worst_choice,
                       r.grid_change, r.worst_measure, measure_name(chosen, r));
  out += fmt::format(
      "\nOn the path: where the mover's type gets with a probability of at least {}. Certificate: the change of any\n"
      "measure on the last refinement (payoffs in units of their range), which is all that a case too large for a tree "
      "can show.\n\n",
      verify::likely);
  const size_t from = good_from(rows, a.tolerance);
  if (from == rows.size())
    return out + fmt::format("NOT within {} of the exact tree on the finest grid tried ({} points).\n", a.tolerance,
                             rows.back().points);
  return out + fmt::format("From {} points on, choices on the path and measures are within {} of the exact tree.\n",
                           rows[from].points, a.tolerance);
}

std::string json(const VerifyArguments& a, const ChosenWorld& chosen, const verify::Exact& exact,
                 const std::vector<verify::Comparison>& rows) {
  const auto& source = chosen.session.source();
  Json params = Json::object(), grids = Json::array();
  for (size_t i = 0; i < chosen.params.size(); ++i) params[source.params[i].name] = chosen.params[i];
  for (const auto& r : rows) {
    const auto& name = measure_name(chosen, r);
    grids.push_back({{"points", r.points},
                     {"choice_on_path", r.worst_likely},
                     {"choice_anywhere", r.worst_choice},
                     {"measure", r.worst_measure},
                     {"which_measure", name.empty() ? Json() : Json(name)},
                     {"certificate", r.grid_change},
                     {"within_tolerance", passes(r, a.tolerance)}});
  }
  const size_t from = good_from(rows, a.tolerance);
  const Json out{{"casus", version()},
                 {"file", a.file.string()},
                 {"title", source.title},
                 {"policy", chosen.policy().name},
                 {"world", world_text(a, chosen.session.plan())},
                 {"parameters", params},
                 {"selection", study::selection_name(a.selection.value_or(solve::Selection::recursive))},
                 {"tree",
                  {{"nodes", exact.tree_nodes},
                   {"information_sets", exact.situations.size()},
                   {"residual", exact.residual},
                   {"folds", exact.folds},
                   {"bifurcations", exact.bifurcations},
                   {"branch_left_at", exact.left_at}}},
                 {"tolerance", a.tolerance},
                 {"on_path_from", verify::likely},
                 {"grids", grids},
                 {"within_tolerance_from", from == rows.size() ? Json() : Json(rows[from].points)}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

int verify(const VerifyArguments& given) {
  VerifyArguments arguments = given;
  std::sort(arguments.grids.begin(), arguments.grids.end());
  arguments.grids.erase(std::unique(arguments.grids.begin(), arguments.grids.end()), arguments.grids.end());
  arguments.points = arguments.grids.back();  // so that a grid too large for memory is refused
  const auto chosen = choose_world(arguments);
  if (chosen.session.exit != exit_good) return chosen.session.exit;
  if (const double size = verify::tree_size(chosen.game()); size > static_cast<double>(arguments.node_limit))
    return complain(exit_input, verify::too_large(size, arguments.node_limit));

  const bool terminal = isatty(2) != 0;
  auto progress = [&](const std::string& what) {
    if (terminal) fmt::print(stderr, "\r{}\033[K", what);
    if (terminal) std::fflush(stderr);
  };
  progress("solving the exact tree ...");
  const auto exact = verify::solve_exactly(chosen.game(), chosen.numbers, arguments.node_limit);
  progress("");
  if (!exact.value) return complain(exit_failure, exact.error);
  std::vector<verify::Comparison> rows;
  for (uint32_t points : arguments.grids) {
    progress(fmt::format("solving on {} points ...", points));
    solve::SolveOptions options = chosen.session.plan().options.solve;
    options.points = points;
    rows.push_back(verify::compare(chosen.game(), chosen.numbers, *exact.value, options));
  }
  progress("");
  const int code = good_from(rows, arguments.tolerance) < rows.size() ? exit_good : exit_failure;
  return print((arguments.json ? json : comparison_text)(arguments, chosen, *exact.value, rows), code);
}

}  // namespace casus::app

// A case once more with other numbers of nodes for its continuous types.
#include "study/node_change.h"

#include "casus/compiled.h"

namespace casus::detail {

std::optional<study::NodeChange> node_change(const Compiled& compiled, std::span<const study::PolicyResult> answers,
                                             unsigned threads, Stop stop) {
  const auto& plan = *compiled.plan;
  if (study::nodes_of(*plan.source).empty()) return std::nullopt;
  const auto& project = *compiled.project;
  const auto other = load(project.name, project.text ? &*project.text : nullptr, project.options, true);
  if (!other->sound())
    return study::NodeChange{.why_not = "the case, or a setting, names types one by one", .nodes = {}, .others = {}};
  study::Options options = plan.options;
  options.worlds = 1;
  options.worlds_file.clear();
  options.worlds_text.clear();
  options.solve.stop = stop;
  const auto again = compile(other, options, threads);
  if (again->stopped) return std::nullopt;
  if (!again->ok()) return study::NodeChange{.why_not = again->message(), .nodes = {}, .others = {}};
  std::map<std::string, double> values;
  for (size_t d = 0; d < plan.map.dimensions(); ++d) {
    const uint32_t p = plan.map.free()[d];
    values[plan.source->params[p].name] = plan.centre[p];
  }
  const auto solved = solve_all(again, values, threads, stop, false);
  if (!solved) return std::nullopt;
  std::vector<study::PolicyResult> with_others(answers.size());
  for (auto& r : with_others) r.error = "not asked for";
  for (const auto& world : *solved) with_others[world.impl().place] = world.impl().result;
  return study::node_change(plan, answers, *again->plan, with_others);
}

}  // namespace casus::detail

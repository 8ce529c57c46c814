#include "report/nodes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "report/json_parts.h"
#include "report/text.h"

namespace casus::report {

std::string nodes_sentence(const study::Plan& plan, const study::NodeChange& change) {
  const auto& c = *plan.source;
  if (!change.why_not.empty())
    return fmt::format("Types by {} nodes: what hangs on their number was not looked at: {}.",
                       fmt::join(study::nodes_of(c), ", "), change.why_not);
  const auto largest = change.largest();
  std::string where;
  if (largest.change > 0)
    where = fmt::format(" ({}{})", c.measures[largest.measure].name,
                        plan.policies.size() > 1
                            ? fmt::format(", under {}", c.policies[plan.policies[largest.place].policy].name)
                            : "");
  return fmt::format("Types by {} nodes: measures change by at most {:.2g} against {}{}.",
                     fmt::join(change.nodes, ", "), largest.change, fmt::join(change.others, ", "), where);
}

nlohmann::ordered_json nodes_json(const study::Plan& plan, const study::NodeChange& change) {
  const auto& c = *plan.source;
  parts::Json out{{"nodes", study::nodes_of(c)}};
  if (!change.why_not.empty()) {
    out["not_compared"] = change.why_not;
    return out;
  }
  out["against"] = change.others;
  out["largest_change"] = parts::real(change.largest().change);
  parts::Json policies = parts::Json::object();
  for (size_t p = 0; p < change.changes.size(); ++p) {
    parts::Json measures = parts::Json::object();
    for (size_t m = 0; m < change.changes[p].size(); ++m)
      measures[c.measures[m].name] = parts::real(change.changes[p][m]);
    policies[c.policies[plan.policies[p].policy].name] = measures;
  }
  out["changes"] = policies;
  return out;
}

}  // namespace casus::report

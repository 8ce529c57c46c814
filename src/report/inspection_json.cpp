// `casus check --json`.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/inspection.h"
#include "report/nodes.h"
#include "study/accuracy.h"

namespace casus::report {

namespace {
using Json = nlohmann::ordered_json;
}

std::string json_text(const InspectionAnswer& a) {
  Json out{{"casus", a.version}, {"kind", "check"}, {"case", a.case_file}};
  Json list = Json::array();
  for (const auto& d : a.diagnostics->all()) {
    Json one{{"severity", d.severity == base::Severity::error ? "error" : "warning"},
             {"code", d.code},
             {"message", d.message},
             {"hint", d.hint}};
    if (d.span.file < a.sources->size()) {
      const auto begin = a.sources->position(d.span.file, d.span.begin);
      const auto end = a.sources->position(d.span.file, d.span.end);
      one["file"] = a.sources->name(d.span.file);
      one["line"] = begin.line;
      one["column"] = begin.column;
      one["end_line"] = end.line;
      one["end_column"] = end.column;
    }
    list.push_back(one);
  }
  out["errors"] = a.diagnostics->error_count();
  out["diagnostics"] = list;
  if (a.inspection && a.plan) {
    const auto& c = *a.plan->source;
    out["title"] = c.title;
    out["belief_axes"] = a.inspection->belief_axes;
    out["profiles"] = a.inspection->profiles;
    Json stages = Json::array();
    for (const auto& s : a.inspection->stages)
      stages.push_back({{"stage", s.name}, {"states", s.states}, {"nodes", s.nodes}});
    out["stages"] = stages;
    Json policies = Json::array();
    for (const auto& p : a.inspection->policies)
      policies.push_back({{"policy", c.policies[p.policy].name},
                          {"states", p.states},
                          {"nodes", p.nodes},
                          {"edges", p.edges},
                          {"fixed_points", p.fixed_points},
                          {"bytes", p.bytes},
                          {"seconds_per_world", p.seconds}});
    out["policies"] = policies;
    out["bytes_per_thread"] = a.inspection->bytes;
    out["seconds_per_world"] = a.inspection->seconds;
    out["run"] = {{"worlds", a.plan->worlds}, {"threads", a.threads}, {"seconds", run_seconds(a)}};
    out["more"] = a.inspection->more;
    out["points"] = a.inspection->points;
    out["held"] = study::held_names(*a.plan, a.inspection->held);
    out["finer"] = a.inspection->finer;
    out["worlds_tried"] = a.inspection->sampled;
    if (a.nodes) out["type_nodes"] = nodes_json(*a.plan, *a.nodes);
  } else if (!a.diagnostics->has_errors()) {
    out["more"] = true;
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace casus::report

#include <nlohmann/json.hpp>

#include "report/branches.h"
#include "report/json_parts.h"
#include "report/nodes.h"
#include "report/others.h"
#include "report/policy_words.h"
#include "report/world.h"
#include "study/accuracy.h"

namespace casus::report {

using namespace parts;  // NOLINT: what this file puts together

std::string json_text(const WorldAnswer& a) {
  const auto& c = *a.plan->source;
  Json out{{"casus", a.version}, {"kind", "solve"}, {"case", a.case_file}, {"title", c.title}};
  out["params"] = by_name(c, a.params);
  out["points"] = a.plan->options.solve.points;
  out["held"] = study::held_names(*a.plan, a.plan->options.solve.held);
  out["selection"] = study::selection_name(a.plan->options.solve.selection);
  out["profiles"] = profiles(*a.plan);
  Json list = Json::array();
  for (size_t p = 0; p < a.policies.size(); ++p) {
    const auto& r = a.policies[p].result;
    const auto& g = a.plan->policies[p].game;
    const auto& policy = c.policies[a.plan->policies[p].policy];
    Json one{{"policy", policy.name}};
    if (const auto bound = bound_types(c, policy); !bound.empty()) one["bound_types"] = bound;
    if (!r.ok()) {
      one["error"] = r.error;
      if (r.certificate.payoff_range > 0) one["certificate"] = certificate(r.certificate);  // what it was refused for
    } else {
      Json payoffs = Json::object();
      for (size_t i = 0; i < c.actors.size(); ++i)
        if (!c.actors[i].fact) payoffs[c.actors[i].name] = real(r.payoffs[i]);
      one["payoffs"] = payoffs;
      one["profile_prior"] = r.profile_prior;
      one["measures"] = measures(*a.plan, r);
      one["story"] = story(c, tell(c, g, a.policies[p].course));
      one["course"] = course(c, g, a.policies[p].course);
      one["certificate"] = certificate(r.certificate);
      study::OtherSummary others;
      if (r.looked) others.add(*a.plan, study::median_world, static_cast<uint32_t>(p), r);
      one["other_equilibria"] = Json::parse(others_json(*a.plan, others));
      for (const auto& other : r.others) one["other_equilibria"]["found"].push_back(measures(*a.plan, other));
    }
    list.push_back(one);
  }
  out["policies"] = list;
  Json claims = Json::array();
  for (size_t k = 0; k < a.claims.size(); ++k) {
    Json one{{"name", c.claims[a.plan->claims[k]].name}};
    one.update(words(c.claims[a.plan->claims[k]].words));
    one.update(verdict(a.claims[k]));
    claims.push_back(one);
  }
  out["claims"] = claims;
  if (a.nodes) out["type_nodes"] = nodes_json(*a.plan, *a.nodes);
  if (a.branches) out["branches"] = Json::parse(branches_json(*a.plan, *a.branches));
  return print(out);
}

}  // namespace casus::report

#include <nlohmann/json.hpp>

#include "report/answer.h"
#include "report/branches.h"
#include "report/json_parts.h"
#include "report/nodes.h"
#include "report/others.h"
#include "report/policy_words.h"
#include "study/accuracy.h"

namespace casus::report {
namespace {

using namespace parts;  // NOLINT: what this file puts together

Json policy_summary(const Answer& a, const study::PolicySummary& p) {
  const auto& c = *a.plan->source;
  Json list = Json::object();
  for (uint32_t m = 0; m < c.asked().size(); ++m) {
    Json rounds = Json::array();
    for (const auto& s : p.measures[m].rounds) {
      rounds.push_back({{"mean", real(s.mean)}, {"q05", real(s.low)}, {"q95", real(s.high)}});
      if (s.without > 0) rounds.back()["worlds_without"] = s.without;
    }
    Json one = c.measures[m].kind == model::MeasureKind::in_round ? Json{{"rounds", rounds}} : rounds[0];
    one["largest_change"] = real(p.measures[m].change);
    list[c.measures[m].name] = one;
  }
  const auto& policy = c.policies[p.policy];
  Json out{{"name", policy.name}};
  out.update(words(policy.words));
  if (const auto bound = bound_types(c, policy); !bound.empty()) out["bound_types"] = bound;
  out["counterfactual"] = study::is_counterfactual(policy);
  out["by_lever"] = policy.by_lever;
  out["measures"] = list;
  out["worlds_without_solution"] = p.failed;
  out["first_errors"] = p.first_errors;
  if (p.compared)
    out["ranking"] = {{"best_share", real(p.best_share)},
                      {"mean_regret", real(p.mean_regret)},
                      {"worst_regret", real(p.worst_regret)},
                      {"worst_value", real(p.worst_value)}};
  out["certificate"] = certificate(p.worst);
  out["certificate"]["worlds_exact"] = p.exact;
  out["certificate"]["worlds_judged"] = p.judged;
  out["certificate"]["effect_in_half"] = p.effect.count() > 0 ? real(p.effect.quantile(0.5)) : Json();
  out["certificate"]["regret_in_half"] = p.regret.count() > 0 ? real(p.regret.quantile(0.5)) : Json();
  out["certificate"]["grid_change_in_half"] = real(p.grid_change.quantile(0.5));
  out["certificate"]["grid_change_in_95_percent"] = real(p.grid_change.quantile(0.95));
  return out;
}

Json claim_summary(const Answer& a, const study::ClaimSummary& s) {
  const auto& claim = a.plan->source->claims[s.claim];
  Json separations = Json::array();
  for (const auto& x : s.separations)
    separations.push_back({{"param", a.summary->parameters.columns[x.column].name},
                           {"fails_where", x.distance > 0 ? "above" : "below"},
                           {"boundary", real(x.boundary)},
                           {"distance", real(x.distance)},
                           {"p_value", real(x.p_value)}});
  Json rules = Json::array();
  const auto sentences = rule_sentences(a, s);
  for (size_t r = 0; r < s.rules.size(); ++r)
    rules.push_back({{"rule", sentences[r]},
                     {"of", s.rules_of_holding ? "holds" : "fails"},
                     {"coverage", s.rules[r].box.coverage},
                     {"density", s.rules[r].box.density},
                     {"mass", s.rules[r].box.mass}});
  Json out{{"name", claim.name}};
  out.update(words(claim.words));
  out["verdict"] = study::verdict_word(s);
  out["share"] = real(s.share);
  out["interval"] = {s.low, s.high};
  out["worlds"] = s.worlds;
  out["holds"] = s.holds;
  out["too_close"] = s.too_close;
  out["unknown"] = s.unknown;
  out["worlds_looked_at"] = s.looked;
  out["turned_by_other_equilibria"] = s.turned;
  out["median_world"] = s.median ? verdict(*s.median) : Json();
  out["separated_by"] = separations;
  out["rules"] = rules;
  return out;
}

}  // namespace

std::string json_text(const Answer& a) {
  const auto& c = *a.plan->source;
  const auto& o = a.plan->options;
  Json out{{"casus", a.version}, {"kind", "run"}, {"case", a.case_file}, {"title", c.title}};
  out.update(words(c.words));
  out["horizon"] = c.horizon;
  out["endless"] = c.endless;
  out["round_label"] = c.round_label;
  out["worlds"] = a.summary->worlds;
  out["worlds_planned"] = a.plan->worlds;
  out["until"] = o.until > 0 ? Json{{"half_width", o.until}, {"reached", a.precise}} : Json();
  out["stopped"] = a.stopped;
  out["seed"] = o.seed;
  out["design"] = a.plan->design_name();
  out["points"] = o.solve.points;
  out["held"] = study::held_names(*a.plan, o.solve.held);
  out["selection"] = study::selection_name(o.solve.selection);
  out["settings"] = o.settings;
  out["levers"] = o.levers;
  out["seconds"] = a.seconds;
  out["threads"] = a.threads;
  out["store"] = a.store;
  out["command"] = a.command;
  out["profiles"] = profiles(*a.plan);
  if (a.nodes) out["type_nodes"] = nodes_json(*a.plan, *a.nodes);
  Json names = Json::array();
  for (const auto& m : c.asked()) {
    Json one{{"name", m.name}, {"probability", m.probability}};
    one.update(words(m.words));
    names.push_back(one);
  }
  out["measures"] = names;
  if (a.summary->objective)
    out["objective"] = {{"measure", c.measures[a.summary->objective->measure].name},
                        {"direction", a.summary->objective->minimise ? "minimise" : "maximise"},
                        {"by_default", a.summary->objective->by_default},
                        {"worlds_ranked", a.summary->ranked},
                        {"lead_unsure", a.summary->lead_unsure}};
  Json policies = Json::array();
  for (const auto& p : a.summary->policies) policies.push_back(policy_summary(a, p));
  out["policies"] = policies;
  Json claims = Json::array();
  for (const auto& s : a.summary->claims) claims.push_back(claim_summary(a, s));
  out["claims"] = claims;
  out["other_equilibria"] = Json::parse(others_json(*a.plan, a.summary->others));
  if (a.branches) out["branches"] = Json::parse(branches_json(*a.plan, *a.branches));
  if (a.median) {
    Json list = Json::array();
    const auto told = stories(a);
    for (size_t p = 0; p < told.size(); ++p) {
      const auto& m = a.median->policies[p];
      Json one{{"policy", c.policies[a.plan->policies[p].policy].name}};
      if (!m.result.ok()) {
        one["error"] = m.result.error;
        if (m.result.certificate.payoff_range > 0) one["certificate"] = certificate(m.result.certificate);
      } else {
        one["measures"] = measures(*a.plan, m.result);
        one["story"] = story(c, told[p]);
        one["course"] = course(c, a.plan->policies[p].game, m.course);
        one["certificate"] = certificate(m.result.certificate);
      }
      list.push_back(one);
    }
    out["median_world"] = {{"params", by_name(c, a.median->params)}, {"policies", list}};
  }
  return print(out);
}

}  // namespace casus::report

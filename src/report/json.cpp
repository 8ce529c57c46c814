#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/answer.h"
#include "report/branches.h"
#include "report/others.h"
#include "report/policy_words.h"
#include "report/text.h"
#include "report/world.h"

namespace casus::report {
namespace {

using Json = nlohmann::ordered_json;

Json real(double x) {
  return std::isfinite(x) ? Json(x) : Json();
}

Json words(const model::Words& w) {
  return {{"description", w.text}, {"source", w.source}};
}

Json certificate(const solve::Certificate& c) {
  const auto if_judged = [&](double x) { return c.judged ? real(x) : Json(); };
  Json out{{"method", solve::method_name(c.method)},
           {"distance", if_judged(c.distance)},
           {"distance_anywhere", if_judged(c.distance_anywhere)},
           {"regret", if_judged(c.regret)},
           {"regret_anywhere", if_judged(c.regret_anywhere)},
           {"best_reply", if_judged(c.best_reply)},
           {"effect", if_judged(c.effect)},
           {"drift", if_judged(c.drift)},
           {"seen", if_judged(c.seen)},
           {"left_at", real(c.left_at)},
           {"crossings", c.crossings},
           {"residual", real(c.residual)},
           {"payoff_range", real(c.payoff_range)},
           {"grid_change", c.compared ? real(c.grid_change) : Json()},
           {"nodes", c.nodes},
           {"traced", c.traced},
           {"folds", c.folds},
           {"unstable", c.unstable},
           {"failed", c.failed}};
  if (c.ended_at > 0) out.update({{"ended_at", real(c.ended_at)}, {"gain_at_end", real(c.gain_at_end)}});
  return out;
}

Json verdict(const study::Verdict& v) {
  const char* truth = v.truth == study::Truth::holds ? "holds" : v.truth == study::Truth::fails ? "fails" : "unknown";
  return {{"verdict", truth},
          {"margin", real(v.margin)},
          {"uncertainty", real(v.uncertainty)},
          {"too_close", v.too_close()},
          {"turned_by_other_equilibrium", v.looked ? Json(v.turned) : Json()}};
}

Json by_name(const model::Case& c, const std::vector<double>& params) {
  Json out = Json::object();
  for (size_t p = 0; p < params.size(); ++p)
    out[c.params[p].name] = std::isinf(params[p]) ? Json("infinity") : real(params[p]);
  return out;
}

Json beliefs(const model::Case& c, const game::Game& g, const std::vector<std::vector<double>>& belief) {
  Json out = Json::object();
  for (size_t k = 0; k < g.informed.size(); ++k) {
    const auto& actor = c.actors[g.informed[k].actor];
    for (size_t t = 0; t < actor.types.size(); ++t) out[actor.name][actor.types[t]] = belief[k][t];
  }
  return out;
}

Json state(const model::Case& c, const std::vector<int>& values) {
  Json out = Json::object();
  for (size_t v = 0; v < c.states.size(); ++v) out[c.states[v].name] = model::value_text(c.states[v], values[v]);
  return out;
}

Json by_type(const model::Case& c, uint32_t actor, const std::vector<double>& values) {
  if (actor == game::none || values.size() < 2) return values.empty() ? Json() : Json(values[0]);
  Json out = Json::object();
  for (size_t t = 0; t < values.size(); ++t) out[c.actors[actor].types[t]] = real(values[t]);
  return out;
}

Json course(const model::Case& c, const game::Game& g, const solve::Course& course) {
  Json steps = Json::array();
  for (const auto& s : course.steps) {
    if (s.stage == game::none) continue;
    const auto& stage = c.stages[s.stage];
    Json movers = Json::array();
    for (const auto& m : s.movers) {
      const bool chance = m.actor == game::none;
      const auto& options = chance ? stage.outcomes : stage.decisions[m.decision].options;
      Json list = Json::array();
      const uint32_t whose = m.about(g);
      for (const auto& o : m.options) {
        Json option{{"option", options[o.option].name}, {"probability", o.probability}};
        option["by_type"] = chance ? Json(o.by_type) : by_type(c, whose, o.by_type);
        if (!chance) option["value"] = by_type(c, m.actor, o.value);
        list.push_back(option);
      }
      movers.push_back({{"mover", chance ? Json() : Json(c.actors[m.actor].name)},
                        {"decision", chance ? stage.name : stage.decisions[m.decision].name},
                        {"taken", options[m.options[m.taken].option].name},
                        {"options", list}});
      if (whose != game::none) movers.back()["about"] = c.actors[whose].name;
      for (size_t t = 0; t < m.bound.size(); ++t)
        if (m.bound[t] != game::none)
          movers.back()["bound"][c.actors[m.actor].types[t]] = options[m.options[m.bound[t]].option].name;
    }
    steps.push_back({{"round", s.round},
                     {"stage", stage.name},
                     {"probability", s.probability},
                     {"movers", movers},
                     {"state", state(c, s.after)},
                     {"belief", beliefs(c, g, s.belief)},
                     {"residual", real(s.residual)}});
  }
  return {{"probability", course.probability}, {"start_belief", beliefs(c, g, course.start_belief)}, {"steps", steps}};
}

Json story(const model::Case& c, const Story& s) {
  Json rounds = Json::array();
  for (const auto& r : s.rounds) rounds.push_back(paragraph(c, r, true));
  return rounds;
}

// The measures of one world under one policy: the value whatever the types, and given each profile of types.
Json measures(const study::Plan& plan, const study::PolicyResult& r) {
  const auto& c = *plan.source;
  Json out = Json::object();
  for (uint32_t m = 0; m < c.measures.size(); ++m) {
    Json rounds = Json::array();
    for (uint32_t k = 0; k < plan.layout.rounds[m]; ++k) {
      Json given = Json::array();
      for (uint32_t p = 0; p < plan.layout.profiles; ++p) given.push_back(real(r.values[plan.layout.at(m, k, p)]));
      rounds.push_back({{"value", real(study::expected(plan.layout, r.values, r.profile_prior, m, k))},
                        {"change", real(study::expected(plan.layout, r.change, r.profile_prior, m, k))},
                        {"by_profile", given}});
    }
    out[c.measures[m].name] = c.measures[m].kind == model::MeasureKind::in_round ? rounds : rounds[0];
  }
  return out;
}

Json profiles(const study::Plan& plan) {
  const auto& c = *plan.source;
  Json out = Json::array();
  for (uint32_t p = 0; p < plan.layout.profiles; ++p) {
    Json types = Json::object();
    for (uint32_t i = 0; i < c.actors.size(); ++i)
      if (c.actors[i].types.size() > 1)
        types[c.actors[i].name] = c.actors[i].types[plan.layout.profile_type[p * plan.layout.actors + i]];
    out.push_back(types);
  }
  return out;
}

Json policy_summary(const Answer& a, const study::PolicySummary& p) {
  const auto& c = *a.plan->source;
  Json list = Json::object();
  for (uint32_t m = 0; m < c.measures.size(); ++m) {
    Json rounds = Json::array();
    for (const auto& s : p.measures[m].rounds)
      rounds.push_back({{"mean", real(s.mean)}, {"q05", real(s.low)}, {"q95", real(s.high)}});
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

std::string print(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string json_text(const Answer& a) {
  const auto& c = *a.plan->source;
  const auto& o = a.plan->options;
  Json out{{"casus", a.version}, {"kind", "run"}, {"case", a.case_file}, {"title", c.title}};
  out.update(words(c.words));
  out["horizon"] = c.horizon;
  out["round_label"] = c.round_label;
  out["worlds"] = a.summary->worlds;
  out["worlds_planned"] = a.plan->worlds;
  out["until"] = o.until > 0 ? Json{{"half_width", o.until}, {"reached", a.precise}} : Json();
  out["stopped"] = a.stopped;
  out["seed"] = o.seed;
  out["design"] = a.plan->design_name();
  out["points"] = o.solve.points;
  out["selection"] = study::selection_name(o.solve.selection);
  out["settings"] = o.settings;
  out["levers"] = o.levers;
  out["seconds"] = a.seconds;
  out["threads"] = a.threads;
  out["store"] = a.store;
  out["command"] = a.command;
  out["profiles"] = profiles(*a.plan);
  Json names = Json::array();
  for (const auto& m : c.measures) {
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

std::string json_text(const WorldAnswer& a) {
  const auto& c = *a.plan->source;
  Json out{{"casus", a.version}, {"kind", "solve"}, {"case", a.case_file}, {"title", c.title}};
  out["params"] = by_name(c, a.params);
  out["points"] = a.plan->options.solve.points;
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
      for (size_t i = 0; i < c.actors.size(); ++i) payoffs[c.actors[i].name] = real(r.payoffs[i]);
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
  if (a.branches) out["branches"] = Json::parse(branches_json(*a.plan, *a.branches));
  return print(out);
}

}  // namespace casus::report

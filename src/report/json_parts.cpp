#include "report/json_parts.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/alike.h"
#include "report/grids.h"

namespace casus::report::parts {
namespace {

Json beliefs(const model::Case& c, const game::Game& g, const std::vector<std::vector<double>>& belief) {
  Json out = Json::object();
  // Of those who are counted each is believed to be something else, by what it did.
  for (size_t k = 0; k < g.informed.size() && !g.counted; ++k) {
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

}  // namespace

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
           {"corrected", c.corrected},
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
                        {"taken", solve::taken_name(c, s, m)},
                        {"options", list}});
      if (is_one_of_many(g, m.actor))
        movers.back().update({{"alike", m.alike},
                              {"family", g.counted->crowd.family},
                              {"taken_probability", solve::taken_probability(m)}});
      if (m.hidden) movers.back()["hidden"] = true;
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

Json measures(const study::Plan& plan, const study::PolicyResult& r) {
  const auto& c = *plan.source;
  Json out = Json::object();
  for (uint32_t m = 0; m < c.asked().size(); ++m) {
    Json rounds = Json::array();
    for (uint32_t k = 0; k < plan.layout.rounds[m]; ++k) {
      Json given = Json::array();
      for (uint32_t p = 0; p < plan.layout.profiles; ++p) given.push_back(real(r.values[plan.layout.at(m, k, p)]));
      rounds.push_back(
          {{"value", real(study::expected(plan.layout, r.values, r.profile_prior, m, k))},
           {"change", change_is_known(plan, r, m, k)
                          ? real(study::expected_change(plan.layout, r.values, r.change, r.profile_prior, m, k))
                          : Json()},
           {"by_profile", given}});
    }
    // Where actors are counted, one measure speaks for those about others.
    if (said_of_another(plan.policies.front().game, m))
      for (auto& round : rounds) round["like"] = true;
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
      if (c.actors[i].types.size() > 1 && !plan.policies.front().game.like_another(i))
        types[c.actors[i].name] = c.actors[i].types[plan.layout.profile_type[p * plan.layout.actors + i]];
    out.push_back(types);
  }
  return out;
}

std::string print(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace casus::report::parts

#include "casus/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace casus::detail {

namespace {

using Json = nlohmann::ordered_json;

Json real(double x) {
  return std::isfinite(x) ? Json(x) : Json();
}

Json reals(const std::vector<double>& x) {
  Json out = Json::array();
  for (const double v : x) out.push_back(real(v));
  return out;
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string json_of(const std::vector<Diagnostic>& diagnostics) {
  Json out = Json::array();
  for (const auto& d : diagnostics)
    out.push_back({{"error", d.error},
                   {"code", d.code},
                   {"message", d.message},
                   {"hint", d.hint},
                   {"file", d.file.empty() ? Json() : Json(d.file)},
                   {"line", d.line},
                   {"column", d.column},
                   {"end_line", d.end_line},
                   {"end_column", d.end_column}});
  return dumped(out);
}

std::string json_of(const Project& project) {
  Json actors = Json::array(), parameters = Json::array(), policies = Json::array(), measures = Json::array(),
       claims = Json::array();
  for (const auto& a : project.actors())
    actors.push_back({{"name", a.name}, {"description", a.description}, {"types", a.types}});
  for (const auto& p : project.parameters())
    parameters.push_back({{"name", p.name},
                          {"description", p.description},
                          {"uncertain", p.uncertain},
                          {"median", real(p.median)},
                          {"low", real(p.low)},
                          {"high", real(p.high)}});
  for (const auto& p : project.policies())
    policies.push_back({{"name", p.name},
                        {"description", p.description},
                        {"counterfactual", p.counterfactual},
                        {"by_lever", p.by_lever}});
  for (const auto& m : project.measures())
    measures.push_back(
        {{"name", m.name}, {"description", m.description}, {"probability", m.probability}, {"rounds", m.rounds}});
  for (const auto& c : project.claims()) claims.push_back({{"name", c.name}, {"text", c.text}});
  return dumped({{"title", project.title()},
                 {"actors", actors},
                 {"parameters", parameters},
                 {"policies", policies},
                 {"measures", measures},
                 {"claims", claims}});
}

std::string json_of(const Situation& situation) {
  Json movers = Json::array(), beliefs = Json::array(), state = Json::object();
  for (const auto& m : situation.movers()) {
    Json options = Json::array();
    for (const auto& o : m.options)
      options.push_back({{"option", o.name},
                         {"description", o.description},
                         {"probability", real(o.probability)},
                         {"given_type", reals(o.given_type)},
                         {"value", reals(o.value)},
                         {"belief_after", reals(o.belief_after)}});
    movers.push_back({{"actor", m.actor.empty() ? Json() : Json(m.actor)},
                      {"decision", m.decision},
                      {"description", m.description},
                      {"about", m.about.empty() ? Json() : Json(m.about)},
                      {"types", m.types},
                      {"options", options}});
  }
  for (const auto& b : situation.beliefs())
    beliefs.push_back({{"actor", b.actor}, {"types", b.types}, {"probability", reals(b.probability)}});
  for (const auto& v : situation.state()) state[v.name] = v.value;
  return dumped({{"round", situation.round()},
                 {"stage", situation.stage()},
                 {"over", situation.over()},
                 {"probability", real(situation.probability())},
                 {"residual", real(situation.residual())},
                 {"movers", movers},
                 {"beliefs", beliefs},
                 {"state", state}});
}

std::string json_of(const std::vector<Verdict>& verdicts) {
  Json out = Json::object();
  for (const auto& v : verdicts)
    out[v.claim] = {
        {"text", v.text},           {"verdict", v.verdict},      {"share", real(v.share)}, {"low", real(v.low)},
        {"high", real(v.high)},     {"worlds", v.worlds},        {"holds", v.holds},       {"unknown", v.unknown},
        {"too_close", v.too_close}, {"conditions", v.conditions}};
  return dumped(out);
}

}  // namespace casus::detail

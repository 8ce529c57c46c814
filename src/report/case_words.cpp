#include "report/case_words.h"

#include <nlohmann/json.hpp>

#include "report/answer.h"
#include "report/excerpt.h"

namespace casus::report {

using Json = CaseWords::Json;

namespace {

const char* distribution_name(model::Distribution d) {
  switch (d) {
    case model::Distribution::uniform:
      return "uniform";
    case model::Distribution::triangular:
      return "triangular";
    case model::Distribution::normal:
      return "normal";
    case model::Distribution::lognormal:
      return "lognormal";
    case model::Distribution::beta:
      return "beta";
    case model::Distribution::discrete:
      return "discrete";
    case model::Distribution::fixed:
      break;
  }
  return "fixed";
}

}  // namespace

Json CaseWords::worded(const std::string& name, const model::Words& words) {
  return {{"name", name}, {"description", words.text}, {"source", words.source}};
}

Json CaseWords::actors() const {
  Json out = Json::array();
  for (uint32_t i = 0; i < c_.actors.size(); ++i) {
    const auto& actor = c_.actors[i];
    Json one = worded(actor.name, actor.words);
    Json types = Json::array();
    for (uint32_t t = 0; actor.types.size() > 1 && t < actor.types.size(); ++t)
      types.push_back(worded(actor.types[t], actor.type_words[t]));
    one["types"] = types;
    if (actor.fact) one["fact"] = true;
    Json payoffs = Json::array();
    for (const auto& p : c_.payoffs)
      if (p.actor == i) payoffs.push_back(excerpt(sources_, p.span));
    one["payoffs"] = payoffs;
    out.push_back(one);
  }
  return out;
}

Json CaseWords::param(uint32_t number) const {
  const auto& p = c_.params[number];
  Json out = worded(p.name, p.words);
  out["distribution"] = distribution_name(p.distribution);
  return out;
}

Json CaseWords::states() const {
  Json out = Json::object();
  for (const auto& s : c_.states) out[s.name] = s.words.text;
  return out;
}

Json CaseWords::options(const std::vector<model::Option>& list) const {
  Json out = Json::array();
  for (const auto& o : list) {
    Json one = worded(o.name, o.words);
    one["text"] = excerpt(sources_, o.span);
    out.push_back(one);
  }
  return out;
}

Json CaseWords::stages() const {
  Json out = Json::array();
  for (const auto& s : c_.stages) {
    Json one = worded(s.name, s.words);
    one["head"] = excerpt(sources_, s.span, true);
    Json decisions = Json::array();
    for (const auto& d : s.decisions) {
      Json decision = worded(d.name, d.words);
      decision["actor"] = c_.actors[d.actor].name;
      decision["options"] = options(d.options);
      decisions.push_back(decision);
    }
    one["decisions"] = decisions;
    one["outcomes"] = options(s.outcomes);
    if (s.hidden) one["hidden"] = true;
    out.push_back(one);
  }
  return out;
}

Json CaseWords::claim(uint32_t number) const {
  const auto& claim = c_.claims[number];
  Json refs = Json::array();
  for (const auto& r : claim.refs)
    refs.push_back({{"measure", c_.measures[r.measure].name}, {"policy", c_.policies[r.policy].name}});
  return {{"text", claim_text(claim)}, {"condition", braced(sources_, claim.span)}, {"refs", refs}};
}

}  // namespace casus::report

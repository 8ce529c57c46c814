#include "serve/describe.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "lab/world.h"
#include "model/evaluate.h"
#include "report/answer.h"
#include "report/excerpt.h"
#include "study/plan.h"
#include "study/summary.h"

namespace casus::serve {
namespace {

// In the order of model::Distribution.
constexpr const char* distribution_names[] = {"fixed",     "uniform", "triangular", "normal",
                                              "lognormal", "beta",    "discrete"};
constexpr int steps = 30;  // between the quantiles that are told
constexpr double tail = 0.001;

Json real(double x) {
  return std::isfinite(x) ? Json(x) : Json();
}

Json worded(const std::string& name, const model::Words& w) {
  return {{"name", name}, {"description", w.text}, {"source", w.source}};
}

class Description {
 public:
  Description(const model::Case& c, const base::SourceSet& sources, const lab::WorldMap& map)
      : c_(c), sources_(sources), map_(map), median_(map.midpoint()) {
    for (const auto& actor : c.actors)
      for (const model::ExprId id : actor.prior) note_prior(id);
  }

  Json actors() const {
    Json out = Json::array();
    for (uint32_t i = 0; i < c_.actors.size(); ++i) {
      const auto& actor = c_.actors[i];
      Json one = worded(actor.name, actor.words);
      one["precision"] = real(model::evaluate(c_.pool, actor.precision, median_));
      one["discount"] = real(model::evaluate(c_.pool, actor.discount, median_));
      Json types = Json::array();
      for (uint32_t t = 0; actor.types.size() > 1 && t < actor.types.size(); ++t) {
        Json type = worded(actor.types[t], actor.type_words[t]);
        type["prior"] = real(model::evaluate(c_.pool, actor.prior[t], median_));
        types.push_back(type);
      }
      one["types"] = types;
      Json payoffs = Json::array();
      for (const auto& p : c_.payoffs)
        if (p.actor == i) payoffs.push_back(report::excerpt(sources_, p.span));
      one["payoffs"] = payoffs;
      out.push_back(one);
    }
    return out;
  }

  Json params() const {
    Json out = Json::array();
    for (uint32_t p = 0; p < c_.params.size(); ++p) {
      const auto& param = c_.params[p];
      Json one = worded(param.name, param.words);
      one["distribution"] = distribution_names[static_cast<size_t>(param.distribution)];
      one["median"] = real(median_[p]);
      const auto free = std::find(map_.free().begin(), map_.free().end(), p);
      one["free"] = free != map_.free().end();
      one["prior"] = in_prior_.contains(p);
      one["integer"] = param.integer;
      Json quantiles = Json::array();
      double low = median_[p], high = median_[p];
      if (free != map_.free().end()) {
        const auto& quantile = map_.quantile(static_cast<size_t>(free - map_.free().begin()));
        for (int k = 0; k <= steps; ++k)
          quantiles.push_back(real(quantile(std::clamp(static_cast<double>(k) / steps, tail, 1 - tail))));
        std::tie(low, high) = range(param, quantile);
      }
      one["low"] = real(low);
      one["high"] = real(high);
      one["quantiles"] = quantiles;
      out.push_back(one);
    }
    return out;
  }

  Json stages() const {
    Json out = Json::array();
    for (const auto& s : c_.stages) {
      Json one = worded(s.name, s.words);
      one["head"] = report::excerpt(sources_, s.span, true);
      Json decisions = Json::array();
      for (const auto& d : s.decisions) {
        Json decision = worded(d.name, d.words);
        decision["actor"] = c_.actors[d.actor].name;
        decision["options"] = options(d.options);
        decisions.push_back(decision);
      }
      one["decisions"] = decisions;
      one["outcomes"] = options(s.outcomes);
      out.push_back(one);
    }
    return out;
  }

  Json measures() const {
    Json out = Json::array();
    for (const auto& m : c_.measures) {
      Json one = worded(m.name, m.words);
      one["probability"] = m.probability;
      one["rounds"] = m.kind == model::MeasureKind::in_round ? c_.horizon : 0;
      one["text"] = report::excerpt(sources_, m.span);
      out.push_back(one);
    }
    return out;
  }

  Json policies() const {
    Json out = Json::array();
    for (const auto& p : c_.policies) {
      Json one = worded(p.name, p.words);
      one["text"] = report::braced(sources_, p.span);
      one["counterfactual"] = study::is_counterfactual(p);
      out.push_back(one);
    }
    return out;
  }

  Json claims() const {
    Json out = Json::array();
    for (const auto& k : c_.claims) {
      Json one = worded(k.name, k.words);
      one["text"] = report::claim_text(k);
      one["condition"] = report::braced(sources_, k.span);
      Json refs = Json::array();
      for (const auto& r : k.refs)
        refs.push_back({{"measure", c_.measures[r.measure].name}, {"policy", c_.policies[r.policy].name}});
      one["refs"] = refs;
      out.push_back(one);
    }
    return out;
  }

 private:
  void note_prior(model::ExprId id) {
    if (id == model::no_expr) return;
    const auto& e = c_.pool[id];
    if (e.op == model::Op::param) {
      // The formula of a fixed parameter reads earlier ones only, so this ends.
      if (in_prior_.insert(e.index).second) note_prior(c_.params[e.index].formula);
      return;
    }
    for (const model::ExprId operand : {e.a, e.b, e.c}) note_prior(operand);
  }

  // The support where it has ends, else all but a thousandth on either side.
  static std::pair<double, double> range(const model::Param& p, const lab::Quantile& quantile) {
    double low = quantile(tail), high = quantile(1 - tail);
    if (p.distribution == model::Distribution::uniform || p.distribution == model::Distribution::triangular) {
      low = p.arguments.front();
      high = p.arguments.back();
    }
    if (p.lower) low = std::max(low, *p.lower);
    if (p.upper) high = std::min(high, *p.upper);
    return {low, high};
  }

  Json options(const std::vector<model::Option>& list) const {
    Json out = Json::array();
    for (const auto& o : list) {
      Json one = worded(o.name, o.words);
      one["text"] = report::excerpt(sources_, o.span);
      out.push_back(one);
    }
    return out;
  }

  const model::Case& c_;
  const base::SourceSet& sources_;
  const lab::WorldMap& map_;
  std::vector<double> median_;
  std::set<uint32_t> in_prior_;
};

}  // namespace

Json describe(const std::string& path, const language::Loaded& loaded) {
  const auto& c = *loaded.value;
  const auto map = lab::WorldMap::make(c);
  if (!map) throw Refusal{422, map.error()};
  const Description d(c, loaded.sources, *map);
  Json out{{"path", path}, {"title", c.title}, {"description", c.words.text}, {"source", c.words.source}};
  out["horizon"] = c.horizon;
  out["round_label"] = c.round_label;
  const auto objective = study::choose_objective(c, "", {});
  out["objective"] = objective && *objective ? Json(c.measures[(*objective)->measure].name) : Json();
  if (objective && *objective) out["direction"] = (*objective)->minimise ? "minimise" : "maximise";
  out["actors"] = d.actors();
  out["params"] = d.params();
  out["measures"] = d.measures();
  out["policies"] = d.policies();
  out["claims"] = d.claims();
  out["stages"] = d.stages();
  Json states = Json::object();
  for (const auto& s : c.states) states[s.name] = s.words.text;
  out["states"] = states;
  return out;
}

}  // namespace casus::serve

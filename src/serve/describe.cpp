#include "serve/describe.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "lab/world.h"
#include "model/evaluate.h"
#include "report/case_words.h"
#include "report/excerpt.h"
#include "report/policy_words.h"
#include "study/plan.h"
#include "study/summary.h"

namespace casus::serve {
namespace {

constexpr int steps = 30;  // between the quantiles that are told
constexpr double tail = 0.001;

Json real(double x) {
  return std::isfinite(x) ? Json(x) : Json();
}

class Description {
 public:
  Description(const model::Case& c, const base::SourceSet& sources, const lab::WorldMap& map)
      : c_(c), sources_(sources), words_(c, sources), map_(map), median_(map.midpoint()) {
    for (const auto& actor : c.actors)
      for (const model::ExprId id : actor.prior) note_prior(id);
  }

  Json actors() const {
    Json out = words_.actors();
    for (uint32_t i = 0; i < c_.actors.size(); ++i) {
      const auto& actor = c_.actors[i];
      out[i]["precision"] = real(model::evaluate(c_.pool, actor.precision, median_));
      out[i]["discount"] = real(model::evaluate(c_.pool, actor.discount, median_));
      if (out[i]["types"].empty()) continue;
      const auto prior = model::prior_of(c_, i, median_);
      for (size_t t = 0; t < prior.size(); ++t) out[i]["types"][t]["prior"] = real(prior[t]);
    }
    return out;
  }

  Json params() const {
    Json out = Json::array();
    for (uint32_t p = 0; p < c_.params.size(); ++p) {
      const auto& param = c_.params[p];
      Json one = words_.param(p);
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

  Json measures() const {
    Json out = Json::array();
    for (const auto& m : c_.asked()) {
      Json one = words_.worded(m.name, m.words);
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
      Json one = words_.worded(p.name, p.words);
      one["text"] = report::braced(sources_, p.span);
      if (const auto bound = report::bound_types(c_, p); !bound.empty()) one["bound_types"] = bound;
      one["counterfactual"] = study::is_counterfactual(p);
      out.push_back(one);
    }
    return out;
  }

  Json claims() const {
    Json out = Json::array();
    for (uint32_t k = 0; k < c_.claims.size(); ++k) {
      Json one = words_.worded(c_.claims[k].name, c_.claims[k].words);
      one.update(words_.claim(k));
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

  const model::Case& c_;
  const base::SourceSet& sources_;
  const report::CaseWords words_;
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
  const report::CaseWords words(c, loaded.sources);
  out["defaults"] = {{"worlds", study::default_worlds}, {"points", study::default_points}};
  out["stages"] = words.stages();
  out["states"] = words.states();
  return out;
}

}  // namespace casus::serve

#include <cmath>
#include <nlohmann/json.hpp>

#include "lab/box.h"
#include "report/analysis.h"
#include "report/json_parts.h"

namespace casus::report {
namespace {

using Json = nlohmann::ordered_json;
using parts::real;

Json index(const lab::Index& i) {
  return {{"value", real(i.value)}, {"half_width", real(i.half_width)}};
}

Json share(const lab::Share& s) {
  return {{"worlds", s.yes}, {"of", s.of}, {"share", real(s.value)}, {"interval", {s.low, s.high}}};
}

Json sensitivity(const AnalysisAnswer& a, const study::SensitivityAnswer& s) {
  const auto& t = s.table;
  const auto& params = a.sample->parameters.columns;
  Json out{{"measure", s.outcome.name},
           {"policy", a.names->policies[s.policy].name},
           {"minus", s.minus ? Json(a.names->policies[*s.minus].name) : Json()},
           {"mean", real(s.mean)},
           {"standard_deviation", real(s.deviation)},
           {"never_varies", s.never_varies}};
  if (s.never_varies) return out;
  out["worlds"] = t.worlds;
  out["left_out"] = t.left_out;
  out["largest_rank_correlation"] = real(s.correlation);
  out["estimators"] = {{"first", t.first_estimator},
                       {"total", t.has_total ? Json(t.total_estimator) : Json()},
                       {"pawn", t.distribution_estimator},
                       {"delta", t.delta_estimator},
                       {"slope", t.regression_estimator}};
  out["pawn_by_chance"] = index(t.noise);
  out["r_squared"] = real(t.r_squared);
  out["rank_r_squared"] = real(t.rank_r_squared);
  Json rows = Json::array();
  for (const auto& r : t.rows) {
    Json row{{"param", params[r.column].name}, {"first", index(r.first)}};
    if (t.has_total) row["total"] = index(r.total);
    row["pawn"] = real(r.pawn.median);
    row["beyond_chance"] = r.beyond_noise;
    row["delta"] = index(r.delta);
    row["slope"] = real(r.slope);
    row["rank_slope"] = real(r.rank_slope);
    rows.push_back(row);
  }
  out["params"] = rows;
  Json pairs = Json::array();
  for (const auto& i : t.interactions)
    pairs.push_back({{"params", {params[i.a].name, params[i.b].name}}, {"second", index(i.second)}});
  if (t.has_total) out["pairs"] = pairs;
  return out;
}

// Only the limits that differ from the whole range.
Json box(const study::DiscoveryAnswer& d, const lab::BoxCount& b, bool quasi_p) {
  const auto whole = lab::whole_box(d.parameters);
  Json limits = Json::object();
  for (size_t c = 0; c < b.box.size(); ++c) {
    if (b.box[c] == whole[c]) continue;
    Json one = Json::object();
    if (b.box[c].low != whole[c].low) {
      one["low"] = real(b.box[c].low);
      if (quasi_p) one["low_quasi_p"] = real(b.qp_low[c]);
    }
    if (b.box[c].high != whole[c].high) {
      one["high"] = real(b.box[c].high);
      if (quasi_p) one["high_quasi_p"] = real(b.qp_high[c]);
    }
    limits[d.parameters.columns[c].name] = one;
  }
  return {{"rule", rule_text(d, b)}, {"density", b.density},       {"coverage", b.coverage}, {"mass", b.mass},
          {"worlds", b.rows},        {"restricted", b.restricted}, {"limits", limits}};
}

Json discovery(const AnalysisAnswer& a, const study::DiscoveryAnswer& d) {
  Json out{{"question", question_text(a, d)}};
  switch (d.where) {
    case study::Where::claim_fails:
    case study::Where::claim_holds:
      out["claim"] = a.names->claims[d.claim].name;
      out["of"] = d.where == study::Where::claim_fails ? "fails" : "holds";
      break;
    case study::Where::policy_is_best:
      out["best"] = a.names->policies[d.policy].name;
      break;
    case study::Where::regret_above:
      out["policy"] = a.names->policies[d.policy].name;
      out["regret_above"] = real(d.threshold);
      break;
  }
  out["share"] = share(d.share);
  out["unknown"] = d.unknown;
  Json boxes = Json::array(), leaves = Json::array();
  for (const auto& b : d.boxes) {
    Json one = box(d, b.box, true);
    Json path = Json::array();
    for (const auto& step : b.path)
      path.push_back({{"density", step.density}, {"coverage", step.coverage}, {"restricted", step.restricted}});
    one["path"] = path;
    one["chosen"] = b.chosen;
    boxes.push_back(one);
  }
  for (const auto& leaf : d.leaves) leaves.push_back(box(d, leaf, false));
  out["prim"] = boxes;
  out["tree"] = leaves;
  return out;
}

Json decision(const AnalysisAnswer& a, const study::DecisionAnswer& d) {
  const double sign = d.order.goal.minimise ? -1 : 1;
  const auto name = [&](size_t place) { return a.names->policies[d.policies[place]].name; };
  const auto by_policy = [&](auto&& value) {
    Json out = Json::object();
    for (size_t p = 0; p < d.policies.size(); ++p) out[name(p)] = value(p);
    return out;
  };
  Json out{{"measure", (*a.outcomes)[d.order.goal.outcome].name},
           {"direction", d.order.goal.minimise ? "minimise" : "maximise"},
           {"by_default", a.goal_by_default},
           {"worlds", d.worlds},
           {"left_out", d.left_out},
           {"best", name(d.best)},
           {"next", name(d.next)},
           {"lead", real(d.lead)},
           {"lead_half_width", real(d.lead_half_width)},
           {"lead_unsure", d.close}};
  out["best_in"] = by_policy([&](size_t p) { return share(d.best_in[p]); });
  out["mean_half_width"] = by_policy([&](size_t p) { return real(d.half_width[p]); });
  Json criteria = Json::array();
  for (const auto& c : d.criteria) {
    const bool regret = !c.larger_is_better;
    Json best = Json::array();
    for (size_t p : c.best) best.push_back(name(p));
    criteria.push_back(
        {{"criterion", c.name},
         {"meaning", c.meaning},
         {"values", by_policy([&](size_t p) { return real(regret ? c.values[p] : sign * c.values[p]); })},
         {"best", best}});
  }
  out["criteria"] = criteria;
  if (!d.meets.empty()) {
    Json demands = Json::array();
    for (const auto& x : d.order.demands)
      demands.push_back(
          {{"measure", (*a.outcomes)[x.outcome].name}, {x.at_least ? "at_least" : "at_most", real(x.threshold)}});
    out["satisficing"] = {{"demands", demands}, {"meets", by_policy([&](size_t p) { return share(d.meets[p]); })}};
  }
  if (!d.order.front.empty()) {
    Json aims = Json::array(), front = Json::array();
    for (const auto& x : d.order.front)
      aims.push_back({{"measure", (*a.outcomes)[x.outcome].name}, {"direction", x.minimise ? "minimise" : "maximise"}});
    for (size_t p : d.front) front.push_back(name(p));
    out["pareto"] = {
        {"measures", aims}, {"means", by_policy([&](size_t p) { return d.front_means[p]; })}, {"front", front}};
  }
  const auto information = [&](const lab::Information& i) {
    return Json{{"value", real(i.value)}, {"standard_error", real(i.standard_error)}, {"by_chance", real(i.floor)}};
  };
  out["perfect_information"] = information(d.perfect);
  Json partial = Json::array();
  for (const auto& k : d.partial) {
    Json one{{"param", a.sample->parameters.columns[k.column].name}};
    one.update(information(k.worth));
    one["beyond_chance"] = k.beyond_chance;
    partial.push_back(one);
  }
  out["partial_information"] = partial;
  return out;
}

}  // namespace

std::string json_text(const AnalysisAnswer& a) {
  Json out{{"casus", a.version},
           {"kind", "analyse"},
           {"study", a.file},
           {"title", a.names->title},
           {"state", a.names->state},
           {"design", a.names->design},
           {"seed", a.names->seed},
           {"worlds", a.sample->in_study},
           {"worlds_read", a.sample->worlds.size()}};
  Json list = Json::array();
  for (const auto& s : a.sensitivity) list.push_back(sensitivity(a, s));
  out["sensitivity"] = list;
  list = Json::array();
  for (const auto& d : a.discovery) list.push_back(discovery(a, d));
  out["discovery"] = list;
  out["decision"] = a.decision ? decision(a, *a.decision) : Json();
  out["remarks"] = a.remarks;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace casus::report

#include "app/tree_report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace casus::app {

using namespace casus::tree;

namespace {

using Json = nlohmann::ordered_json;

Json statistics_json(const BranchStatistics& s) {
  return {{"steps", s.steps},
          {"rejected", s.rejected},
          {"factorisations", s.factorisations},
          {"evaluations", s.evaluations},
          {"folds", s.folds},
          {"bifurcations", s.bifurcations},
          {"left_at", s.left_at},
          {"hops", s.hops}};
}

// What the probabilities of a branch's points are of, in their order.
Json columns_json(const Tree& tree, const Layout& layout) {
  Json columns = Json::array();
  for (int h = 0; h < layout.agent_count; ++h) {
    const InfoSet& set = tree.info_sets[layout.info_set[h]];
    for (int k = 0; k < set.action_count; ++k)
      columns.push_back({{"player", set.player + 1},
                         {"number", set.number},
                         {"label", set.name},
                         {"action", tree.actions[set.first_action + k].name}});
  }
  return columns;
}

Json point_json(const BranchPoint& point) {
  std::vector<double> prob;
  prob.reserve(point.log_prob.size());
  for (double l : point.log_prob) prob.push_back(std::exp(l));
  return {{"precision", point.precision}, {"step", point.steps}, {"residual", point.residual}, {"probabilities", prob}};
}

Json answer_json(const TreeAnswer& a, const Tree& tree, const Layout& layout, double tolerance) {
  Json sets = Json::array();
  for (int h = 0; h < layout.agent_count; ++h) {
    const InfoSet& set = tree.info_sets[layout.info_set[h]];
    Json actions = Json::array();
    for (int k = 0; k < set.action_count; ++k)
      actions.push_back({{"action", tree.actions[set.first_action + k].name},
                         {"probability", a.assessment.prob[layout.first_action[h] + k]}});
    Json beliefs = Json::array();
    for (int m = layout.member_start[h]; m < layout.member_start[h + 1]; ++m)
      beliefs.push_back({{"node", layout.members[m]}, {"belief", a.assessment.belief[layout.members[m]]}});
    sets.push_back({{"player", set.player + 1},
                    {"number", set.number},
                    {"label", set.name},
                    {"actions", actions},
                    {"beliefs", beliefs}});
  }
  Json strategy_gain = Json::array();
  for (const auto& gain : a.certificate.strategy_gain) strategy_gain.push_back(gain ? Json(*gain) : Json());
  Json out{{"concept", a.concept_name}};
  if (a.precision) out["precision"] = *a.precision;
  out["values"] = a.certificate.value;
  out["information_sets"] = sets;
  out["certificate"] = {{"payoff_range", a.certificate.range},
                        {"agent_gain", a.certificate.agent_gain},
                        {"strategy_gain", strategy_gain},
                        {"relative_gain", a.certificate.relative_gain()},
                        {"belief_error", a.certificate.belief_error},
                        {"equilibrium", a.gain() <= tolerance}};
  if (a.residual) out["certificate"]["residual"] = *a.residual;
  out["notes"] = a.notes;
  return out;
}

}  // namespace

std::string set_label(const InfoSet& set) {
  return set.name.empty() ? fmt::format("{}:{}", set.player + 1, set.number) : set.name;
}

void TreeReport::add(TreeAnswer answer) {
  if (answer.claim != TreeAnswer::Claim::none && !(answer.gain() <= options_.tolerance)) {
    answer.notes.push_back(
        fmt::format("NOT AN EQUILIBRIUM: somebody gains {:.3g} of the payoff range by deviating", answer.gain()));
    failed_ = true;
  }
  if (options_.format == "json")
    answers_.push_back(std::move(answer));
  else
    text(answer);
}

int TreeReport::finish(const TreeExtra& extra) {
  if (options_.format == "json") {
    Json all{{"file", options_.file}, {"title", tree_.title}, {"players", tree_.players}};
    if (extra.value) all["value"] = *extra.value;
    if (extra.statistics) all["statistics"] = statistics_json(*extra.statistics);
    if (extra.branch) {
      all["actions"] = columns_json(tree_, layout_);
      all["branch"] = Json::array();
      for (const auto& point : *extra.branch) all["branch"].push_back(point_json(point));
    }
    all["solutions"] = Json::array();
    for (const auto& answer : answers_)
      all["solutions"].push_back(answer_json(answer, tree_, layout_, options_.tolerance));
    // Names may be in an encoding of old: what is no UTF-8 becomes U+FFFD.
    out_ << all.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  }
  return failed_ ? 1 : 0;
}

void TreeReport::text(const TreeAnswer& a) {
  fmt::print(out_, "{}", a.concept_name);
  if (a.precision) fmt::print(out_, " at precision {:.12g}", *a.precision);
  fmt::print(out_, "\n");
  for (size_t i = 0; i < tree_.players.size(); ++i) {
    fmt::print(out_, "\n{} expects {:.12g}\n", tree_.players[i], a.certificate.value[i]);
    for (int h = 0; h < layout_.agent_count; ++h) {
      if (layout_.player[h] != static_cast<int>(i)) continue;
      const InfoSet& set = tree_.info_sets[layout_.info_set[h]];
      fmt::print(out_, "  {:<24}", set_label(set));
      for (int k = 0; k < set.action_count; ++k) {
        const auto& name = tree_.actions[set.first_action + k].name;
        fmt::print(out_, " {} {:.10g}", name.empty() ? std::to_string(k + 1) : name,
                   a.assessment.prob[layout_.first_action[h] + k]);
      }
      const int begin = layout_.member_start[h], end = layout_.member_start[h + 1];
      if (end - begin > 1) {
        fmt::print(out_, "   beliefs");
        for (int m = begin; m < end && m < begin + 8; ++m)
          fmt::print(out_, " {:.6g}", a.assessment.belief[layout_.members[m]]);
        if (end - begin > 8) fmt::print(out_, " ... ({} nodes)", end - begin);
      }
      fmt::print(out_, "\n");
    }
  }
  fmt::print(out_, "\nCertificate (payoff range {:.6g})\n", a.certificate.range);
  for (size_t i = 0; i < tree_.players.size(); ++i) {
    fmt::print(out_, "  {}: gain at one information set {:.3g}", tree_.players[i], a.certificate.agent_gain[i]);
    if (a.certificate.strategy_gain[i])
      fmt::print(out_, ", by a whole strategy {:.3g}\n", *a.certificate.strategy_gain[i]);
    else
      fmt::print(out_, "; by a whole strategy not computed: imperfect recall\n");
  }
  fmt::print(out_, "  relative gain {:.3g}; beliefs differ from Bayes' rule by {:.3g}\n", a.certificate.relative_gain(),
             a.certificate.belief_error);
  if (a.residual) fmt::print(out_, "  residual of the logit conditions {:.3g}\n", *a.residual);
  for (const auto& note : a.notes) fmt::print(out_, "  note: {}\n", note);
  fmt::print(out_, "\n");
}

}  // namespace casus::app

#include "app/tree_report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "casus/project.h"

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

std::string csv_name(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

Json point_json(const BranchPoint& point) {
  std::vector<double> prob;
  prob.reserve(point.log_prob.size());
  for (double l : point.log_prob) prob.push_back(std::exp(l));
  return {{"precision", point.precision}, {"step", point.steps}, {"residual", point.residual}, {"probabilities", prob}};
}

// Names may be in an encoding of old: what is no UTF-8 becomes U+FFFD.
std::string dump(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

double relative_agent_gain(const TreeAnswer& a) {
  return a.certificate.largest_agent_gain() / a.certificate.range;
}
double relative_strategy_gain(const TreeAnswer& a) {
  return a.certificate.largest_strategy_gain() / a.certificate.range;
}

const char* judged_by(TreeAnswer::Claim claim) {
  switch (claim) {
    case TreeAnswer::Claim::logit:
      return "payoff_residual";
    case TreeAnswer::Claim::nash:
      return "relative_strategy_gain";
    case TreeAnswer::Claim::sequential:
      return "relative_agent_gain and relative_strategy_gain";
  }
  return "";
}

// Which of the certificate's figures decides what, so that none seems to gainsay the label.
std::string verdict(const TreeAnswer& a, double tolerance) {
  const std::string gains = fmt::format("at one information set {:.3g}, by a whole strategy {:.3g}",
                                        relative_agent_gain(a), relative_strategy_gain(a));
  switch (a.claim) {
    case TreeAnswer::Claim::logit:
      return fmt::format(
          "residual of the logit conditions {:.3g}; in payoffs, relative to their range, {:.3g}, by which it is "
          "judged\n"
          "  relative gain of a best reply, which a logit equilibrium leaves: {}",
          a.residual.value_or(0), a.judged(), gains);
    case TreeAnswer::Claim::nash:
      return fmt::format(
          "relative gain by a whole strategy {:.3g}, by which a Nash equilibrium is judged{}", a.judged(),
          relative_agent_gain(a) <= tolerance
              ? "; none at any information set either"
              : fmt::format("\n  relative gain at one information set {:.3g}, which a Nash equilibrium allows off "
                            "the path of play",
                            relative_agent_gain(a)));
    case TreeAnswer::Claim::sequential:
      return fmt::format("relative gain {:.3g}: {}", a.judged(), gains);
  }
  return "";
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
  auto& certificate = out["certificate"] = {{"payoff_range", a.certificate.range},
                                            {"agent_gain", a.certificate.agent_gain},
                                            {"strategy_gain", strategy_gain},
                                            {"relative_agent_gain", relative_agent_gain(a)},
                                            {"relative_strategy_gain", relative_strategy_gain(a)},
                                            {"belief_error", a.certificate.belief_error}};
  if (a.residual) certificate["residual"] = *a.residual;
  if (a.payoff_residual) certificate["payoff_residual"] = *a.payoff_residual;
  certificate["judged_by"] = judged_by(a.claim);
  if (a.claim != TreeAnswer::Claim::logit) certificate["relative_gain"] = a.judged();
  certificate["tolerance"] = tolerance;
  certificate["equilibrium"] = a.judged() <= tolerance;
  out["notes"] = a.notes;
  return out;
}

}  // namespace

std::string set_label(const InfoSet& set) {
  return set.name.empty() ? fmt::format("{}:{}", set.player + 1, set.number) : set.name;
}

void TreeReport::add(TreeAnswer answer) {
  if (!(answer.judged() <= options_.tolerance)) {
    answer.notes.push_back(
        answer.claim == TreeAnswer::Claim::logit
            ? fmt::format("NOT AN EQUILIBRIUM: the logit conditions fail by {:.3g} of the payoff range",
                          answer.judged())
            : fmt::format("NOT AN EQUILIBRIUM: somebody gains {:.3g} of the payoff range by deviating",
                          answer.judged()));
    failed_ = true;
  }
  if (options_.format == "json")
    answers_.push_back(std::move(answer));
  else
    text(answer);
}

// All of an object but its last brace, so that more keys can follow.
void TreeReport::open_json() {
  Json all{{"casus", version()}, {"file", options_.file}, {"title", tree_.title}, {"players", tree_.players}};
  if (branch_) all["actions"] = columns_json(tree_, layout_);
  std::string text = dump(all, 2);
  text.resize(text.rfind('\n'));
  out_ << text;
}

void TreeReport::begin_branch() {
  branch_ = true;
  if (options_.format == "json") {
    open_json();
    out_ << ",\n  \"branch\": [";
    return;
  }
  out_ << "precision,step,residual";
  for (int h = 0; h < layout_.agent_count; ++h) {
    const InfoSet& set = tree_.info_sets[layout_.info_set[h]];
    for (int k = 0; k < set.action_count; ++k)
      out_ << ','
           << csv_name(
                  fmt::format("{}:{}:{}", set.player + 1, set_label(set), tree_.actions[set.first_action + k].name));
  }
  out_ << std::endl;
}

void TreeReport::add_point(const BranchPoint& point) {
  if (options_.format == "json") {
    out_ << (points_++ > 0 ? ",\n    " : "\n    ") << dump(point_json(point), -1) << std::flush;
    return;
  }
  fmt::print(out_, "{:.17g},{},{:.3g}", point.precision, point.steps, point.residual);
  for (double l : point.log_prob) fmt::print(out_, ",{:.17g}", std::exp(l));
  out_ << std::endl;
}

int TreeReport::finish(const TreeExtra& extra) {
  if (options_.format == "json") {
    if (branch_)
      out_ << (points_ > 0 ? "\n  ]" : "]");
    else
      open_json();
    Json rest;
    if (!extra.ended.empty()) rest["ended"] = extra.ended;
    if (extra.value) rest["value"] = *extra.value;
    if (extra.statistics) rest["statistics"] = statistics_json(*extra.statistics);
    rest["solutions"] = Json::array();
    for (const auto& answer : answers_)
      rest["solutions"].push_back(answer_json(answer, tree_, layout_, options_.tolerance));
    out_ << ',' << dump(rest, 2).substr(1) << '\n';
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
  fmt::print(out_, "  {}\n  beliefs differ from Bayes' rule by {:.3g}\n", verdict(a, options_.tolerance),
             a.certificate.belief_error);
  for (const auto& note : a.notes) fmt::print(out_, "  note: {}\n", note);
  fmt::print(out_, "\n");
}

}  // namespace casus::app

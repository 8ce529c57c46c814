#include "app/tree_commands.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/diagnostic.h"
#include "tree/efg.h"
#include "tree/nfg.h"
#include "tree/parts.h"
#include "tree/pure.h"
#include "tree/zero_sum.h"

namespace casus::app {

namespace {

using Json = nlohmann::ordered_json;
using namespace casus::tree;

struct Loaded {
  std::optional<Tree> tree;
  std::optional<StrategicGame> game;
};

std::optional<Loaded> load(const std::string& file, size_t max_nodes, std::ostream& err) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    fmt::print(err, "casus: cannot read '{}'\n", file);
    return std::nullopt;
  }
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  const auto number = sources.add(file, text.str());
  Loaded out;
  const auto start = sources.text(number).find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (start != std::string::npos && sources.text(number).compare(start, 3, "NFG") == 0) {
    out.game = read_nfg(sources, number, diagnostics);
    if (out.game && !(out.tree = to_tree(*out.game, max_nodes)))
      fmt::print(err, "casus: '{}' has more contingencies than a tree of {} nodes holds\n", file, max_nodes);
  } else {
    out.tree = read_efg(sources, number, diagnostics);
  }
  err << base::render_text(diagnostics, sources, false);
  if (!out.tree) return std::nullopt;
  return out;
}

// Everything about one profile that is printed, in one place for both formats.
struct Answer {
  std::string concept_name;
  std::optional<double> precision;
  Assessment assessment;
  Certificate certificate;
  std::optional<double> residual;
  std::vector<std::string> notes;
  // What it is said to be: an equilibrium of precision is not meant to be one without; a Nash equilibrium promises
  // nothing off the path of play, so only whole strategies are judged.
  enum class Claim { none, nash, sequential } claim = Claim::sequential;

  double gain() const {
    return claim == Claim::nash ? certificate.largest_strategy_gain() / certificate.range : certificate.relative_gain();
  }
};

std::string set_label(const InfoSet& set) {
  return set.name.empty() ? fmt::format("{}:{}", set.player + 1, set.number) : set.name;
}

class Report {
 public:
  Report(const TreeSolveOptions& options, const Tree& tree, const Layout& layout, std::ostream& out)
      : options_(options), tree_(tree), layout_(layout), out_(out) {}

  void add(Answer answer) {
    if (answer.claim != Answer::Claim::none && !(answer.gain() <= options_.tolerance)) {
      answer.notes.push_back(
          fmt::format("NOT AN EQUILIBRIUM: somebody gains {:.3g} of the payoff range by deviating", answer.gain()));
      failed_ = true;
    }
    if (options_.format == "json")
      answers_.push_back(json(answer));
    else
      text(answer);
  }

  int finish(const Json& extra) {
    if (options_.format == "json") {
      Json all{{"file", options_.file}, {"title", tree_.title}, {"players", tree_.players}};
      for (const auto& [key, value] : extra.items()) all[key] = value;
      all["solutions"] = answers_;
      out_ << all.dump(2) << '\n';
    }
    return failed_ ? 1 : 0;
  }

 private:
  void text(const Answer& a) {
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
    fmt::print(out_, "  relative gain {:.3g}; beliefs differ from Bayes' rule by {:.3g}\n",
               a.certificate.relative_gain(), a.certificate.belief_error);
    if (a.residual) fmt::print(out_, "  residual of the logit conditions {:.3g}\n", *a.residual);
    for (const auto& note : a.notes) fmt::print(out_, "  note: {}\n", note);
    fmt::print(out_, "\n");
  }

  Json json(const Answer& a) const {
    Json sets = Json::array();
    for (int h = 0; h < layout_.agent_count; ++h) {
      const InfoSet& set = tree_.info_sets[layout_.info_set[h]];
      Json actions = Json::array();
      for (int k = 0; k < set.action_count; ++k)
        actions.push_back({{"action", tree_.actions[set.first_action + k].name},
                           {"probability", a.assessment.prob[layout_.first_action[h] + k]}});
      Json beliefs = Json::array();
      for (int m = layout_.member_start[h]; m < layout_.member_start[h + 1]; ++m)
        beliefs.push_back({{"node", layout_.members[m]}, {"belief", a.assessment.belief[layout_.members[m]]}});
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
                          {"equilibrium", a.gain() <= options_.tolerance}};
    if (a.residual) out["certificate"]["residual"] = *a.residual;
    out["notes"] = a.notes;
    return out;
  }

  const TreeSolveOptions& options_;
  const Tree& tree_;
  const Layout& layout_;
  std::ostream& out_;
  Json answers_ = Json::array();
  bool failed_ = false;
};

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

std::vector<std::string> branch_notes(const BranchStatistics& s, const Recall& recall) {
  std::vector<std::string> notes;
  if (s.folds > 0) notes.push_back(fmt::format("the branch turns round {} times on the way", s.folds));
  if (s.bifurcations > 0)
    notes.push_back(fmt::format("{} bifurcations on the way: other branches start there", s.bifurcations));
  if (s.left_at > 0)
    notes.push_back(
        fmt::format("the principal branch was left at precision {:.6g}; what follows is an equilibrium, but "
                    "not necessarily the one the branch selects",
                    s.left_at));
  if (!recall.all_perfect)
    notes.push_back(
        "imperfect recall: an equilibrium of agents, each information set deciding for itself with beliefs by "
        "Bayes' rule; whether a player would gain by a whole other strategy is not known");
  return notes;
}

std::string csv_name(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

int follow(const TreeSolveOptions& options, const Tree& tree, const Layout& layout, const Recall& recall,
           std::ostream& out, std::ostream& err) {
  Branch branch(layout, {.max_seconds = options.max_seconds});
  Report report(options, tree, layout, out);
  Json points = Json::array();
  std::function<void(const BranchPoint&)> visit;
  if (options.method == "branch") {
    if (options.format != "json") {
      out << "precision,step,residual";
      for (int h = 0; h < layout.agent_count; ++h) {
        const InfoSet& set = tree.info_sets[layout.info_set[h]];
        for (int k = 0; k < set.action_count; ++k)
          out << ','
              << csv_name(
                     fmt::format("{}:{}:{}", set.player + 1, set_label(set), tree.actions[set.first_action + k].name));
      }
      out << '\n';
    }
    visit = [&](const BranchPoint& point) {
      if (options.format == "json") {
        std::vector<double> prob;
        for (double l : point.log_prob) prob.push_back(std::exp(l));
        points.push_back({{"precision", point.precision},
                          {"step", point.steps},
                          {"residual", point.residual},
                          {"probabilities", prob}});
        return;
      }
      fmt::print(out, "{:.17g},{},{:.3g}", point.precision, point.steps, point.residual);
      for (double l : point.log_prob) fmt::print(out, ",{:.17g}", std::exp(l));
      out << '\n';
    };
  }
  BranchStatistics statistics;
  auto failure = [&](BranchEnd end) {
    fmt::print(err, "casus: {}: after {} steps the path-follower {}\n", options.file, statistics.steps, describe(end));
    return 1;
  };
  const bool silent = options.method == "branch" && options.format != "json";
  std::vector<double> precisions = options.precisions;
  std::sort(precisions.begin(), precisions.end());
  BranchPoint point;
  for (double precision : precisions) {
    const auto end = branch.follow_to(precision, point, visit);
    statistics = branch.statistics();
    if (end != BranchEnd::reached) return failure(end);
    if (silent) continue;
    const auto assessment = assessment_at(layout, branch.sweep());
    report.add({"Logit agent quantal response equilibrium", precision, assessment, certify(layout, recall, assessment),
                point.residual, branch_notes(statistics, recall), Answer::Claim::none});
  }
  if (precisions.empty()) {
    const auto found = find_limit(layout, recall, {.max_seconds = options.max_seconds}, visit);
    const Limit& limit = found.limit;
    statistics = found.statistics;
    if (limit.scaled_precision == 0) return failure(limit.end);
    if (!silent) {
      auto notes = branch_notes(statistics, recall);
      const double precision = limit.scaled_precision / layout.scale;
      std::string concept_name = "Limiting logit equilibrium (sequential equilibrium)";
      if (found.parts) {
        concept_name =
            fmt::format("Sequential equilibrium reached from the logit equilibrium at precision {:.6g}", precision);
        notes.push_back(
            fmt::format("put together from limits of {} parts of the tree, {} information sets in the largest",
                        found.parts->parts, found.parts->largest));
      } else if (limit.end != BranchEnd::reached) {
        notes.push_back(fmt::format("the path-follower {} beyond precision {:.3g}", describe(limit.end), precision));
      }
      report.add({concept_name, std::nullopt, limit.assessment, limit.certificate, std::nullopt, notes,
                  Answer::Claim::sequential});
    }
  }
  Json extra{{"statistics", statistics_json(statistics)}};
  if (options.method == "branch" && options.format == "json") extra["branch"] = points;
  return report.finish(extra);
}

int enumerate(const TreeSolveOptions& options, const Tree& tree, const Layout& layout, const Recall& recall,
              std::ostream& out, std::ostream& err) {
  Report report(options, tree, layout, out);
  auto refuse = [&](const char* why) {
    fmt::print(err, "casus: {}: {}\n", options.file, why);
    return 1;
  };
  Json extra = Json::object();
  if (options.method == "backward") {
    const auto found = backward_induction(layout, recall);
    if (!found) return refuse("backward induction needs perfect information; try --method limit");
    std::vector<std::string> notes;
    if (found->tied) notes.push_back("ties were broken by order: other subgame perfect equilibria exist");
    report.add({"Subgame perfect equilibrium by backward induction", std::nullopt, found->assessment,
                certify(layout, recall, found->assessment), std::nullopt, notes, Answer::Claim::sequential});
    return report.finish(extra);
  }
  if (options.method == "zero-sum") {
    const auto found = solve_zero_sum(layout, recall);
    if (!found) return refuse("the programme needs two players with perfect recall whose payoffs sum to a constant");
    extra["value"] = found->value;
    report.add({fmt::format("Zero-sum value {:.12g}, by linear programming", found->value),
                std::nullopt,
                found->assessment,
                certify(layout, recall, found->assessment),
                std::nullopt,
                {"optimal strategies; off the path of play nothing is optimised"},
                Answer::Claim::nash});
    return report.finish(extra);
  }
  const auto form = reduced_form(layout, 1000000);
  if (!form) return refuse("the reduced strategic form has more than a million contingencies; too large to enumerate");
  std::vector<MixedProfile> found;
  if (options.method == "pure") {
    found = pure_equilibria(*form);
  } else {
    auto all = support_enumeration(*form);
    if (!all) return refuse("support enumeration needs two players with few strategies (2^(m+n) at most two million)");
    found = std::move(*all);
  }
  for (const auto& profile : found) {
    const auto assessment = behaviour_of(layout, *form, profile);
    report.add({options.method == "pure" ? "Nash equilibrium in pure strategies" : "Nash equilibrium",
                std::nullopt,
                assessment,
                certify(layout, recall, assessment),
                std::nullopt,
                {"uniform where the player's own strategy never goes; Nash, not necessarily sequential"},
                Answer::Claim::nash});
  }
  if (options.format == "text") fmt::print(out, "{} equilibria found\n", found.size());
  return report.finish(extra);
}

}  // namespace

int solve_tree_command(const TreeSolveOptions& given, std::ostream& out, std::ostream& err) {
  TreeSolveOptions options = given;
  if (options.method.empty()) options.method = options.precisions.empty() ? "limit" : "logit";
  const std::vector<std::string> methods{"limit", "logit", "branch", "backward", "pure", "support", "zero-sum"};
  auto wrong = [&](const std::string& message) {
    fmt::print(err, "casus: {}\n", message);
    return 2;
  };
  if (std::find(methods.begin(), methods.end(), options.method) == methods.end())
    return wrong(fmt::format("unknown method '{}': one of {}", options.method, fmt::join(methods, ", ")));
  const bool csv = options.format == "csv";
  if (options.format != "text" && options.format != "json" && !csv)
    return wrong(fmt::format("unknown format '{}': text or json, and csv for the branch", options.format));
  if (csv && options.method != "branch") return wrong("csv is for --method branch; use text or json");
  if (options.method == "logit" && options.precisions.empty()) return wrong("--method logit needs a --precision");
  if (!options.precisions.empty() && options.method != "logit" && options.method != "branch")
    return wrong(fmt::format("--precision is for --method logit or branch; '{}' has none", options.method));
  for (double precision : options.precisions)
    if (!(precision >= 0) || !std::isfinite(precision))
      return wrong(fmt::format("a precision is a finite number from 0 upwards, not {}", precision));
  const auto loaded = load(options.file, options.max_nodes, err);
  if (!loaded) return 2;
  const Layout layout(*loaded->tree);
  const Recall recall = analyse_recall(*loaded->tree);
  if (options.method == "limit" || options.method == "logit" || options.method == "branch")
    return follow(options, *loaded->tree, layout, recall, out, err);
  return enumerate(options, *loaded->tree, layout, recall, out, err);
}

int rewrite_tree_command(const std::string& file, std::ostream& out, std::ostream& err) {
  const auto loaded = load(file, 20'000'000, err);
  if (!loaded) return 2;
  out << (loaded->game ? write_nfg(*loaded->game) : write_efg(*loaded->tree));
  return 0;
}

}  // namespace casus::app

#include "app/tree_commands.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "app/tree_report.h"
#include "base/diagnostic.h"
#include "tree/efg.h"
#include "tree/nfg.h"
#include "tree/parts.h"
#include "tree/pure.h"
#include "tree/zero_sum.h"

namespace casus::app {

namespace {

using namespace casus::tree;

struct Loaded {
  std::optional<Tree> tree;
  std::optional<StrategicGame> game;
};

std::optional<Loaded> load(const std::string& file, size_t max_nodes, std::ostream& err) {
  std::error_code ignored;
  const bool folder = std::filesystem::is_directory(file, ignored);
  std::ifstream in(file, std::ios::binary);
  if (folder || !in) {
    fmt::print(err, "casus: cannot read '{}': {}\n", file, std::strerror(folder ? EISDIR : errno));
    return std::nullopt;
  }
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  const auto number = sources.add(file, std::string(std::istreambuf_iterator<char>(in), {}));
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

std::string times(int count) {
  return count == 1 ? "once" : fmt::format("{} times", count);
}

// `may_go_on`: the branch was left for its folds, of which more may be allowed.
std::vector<std::string> branch_notes(const BranchStatistics& s, const Recall& recall, bool may_go_on) {
  std::vector<std::string> notes;
  if (s.folds > 0) notes.push_back(fmt::format("the branch turns round {} on the way", times(s.folds)));
  if (s.bifurcations > 0)
    notes.push_back(fmt::format("it passes a bifurcation {}: other branches start there", times(s.bifurcations)));
  if (s.left_at > 0)
    notes.push_back(
        fmt::format("the principal branch was left at precision {:.6g}; what follows is an equilibrium, but "
                    "not necessarily the one the branch selects{}",
                    s.left_at, may_go_on ? " (--max-folds follows it further, for as long as that takes)" : ""));
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
  BranchOptions how{.max_seconds = options.max_seconds};
  LimitOptions limits{.max_seconds = options.max_seconds};
  if (options.max_folds) {
    // Whoever asks for folds gets them, whatever they cost.
    how.max_folds = limits.max_folds = *options.max_folds;
    how.max_steps = limits.max_steps = std::numeric_limits<int>::max();
    how.max_work = how.max_work_after_fold = limits.max_work_after_fold = std::numeric_limits<double>::infinity();
  }
  const bool may_go_on = !options.max_folds;
  Branch branch(layout, how);
  TreeReport report(options, tree, layout, out);
  std::vector<BranchPoint> points;
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
        points.push_back(point);
        return;
      }
      fmt::print(out, "{:.17g},{},{:.3g}", point.precision, point.steps, point.residual);
      for (double l : point.log_prob) fmt::print(out, ",{:.17g}", std::exp(l));
      out << '\n';
    };
  }
  BranchStatistics statistics;
  auto failure = [&](BranchEnd end) {
    if (end == BranchEnd::too_large)
      fmt::print(err, "casus: {}: {}\n", options.file, describe(end));
    else
      fmt::print(err, "casus: {}: after {} steps the path-follower {}\n", options.file, statistics.steps,
                 describe(end));
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
                point.residual, branch_notes(statistics, recall, may_go_on), TreeAnswer::Claim::none});
  }
  if (precisions.empty()) {
    const auto found = find_limit(layout, recall, limits, visit);
    const Limit& limit = found.limit;
    statistics = found.statistics;
    if (limit.scaled_precision == 0) return failure(limit.end);
    if (!silent) {
      auto notes = branch_notes(statistics, recall, may_go_on);
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
                  TreeAnswer::Claim::sequential});
    }
  }
  TreeExtra extra{.statistics = statistics, .value = {}, .branch = {}};
  if (options.method == "branch" && options.format == "json") extra.branch = std::move(points);
  return report.finish(extra);
}

int enumerate(const TreeSolveOptions& options, const Tree& tree, const Layout& layout, const Recall& recall,
              std::ostream& out, std::ostream& err) {
  TreeReport report(options, tree, layout, out);
  auto refuse = [&](const char* why) {
    fmt::print(err, "casus: {}: {}\n", options.file, why);
    return 1;
  };
  TreeExtra extra;
  if (options.method == "backward") {
    const auto found = backward_induction(layout, recall);
    if (!found) return refuse("backward induction needs perfect information; try --method limit");
    std::vector<std::string> notes;
    if (found->tied) notes.push_back("ties were broken by order: other subgame perfect equilibria exist");
    report.add({"Subgame perfect equilibrium by backward induction", std::nullopt, found->assessment,
                certify(layout, recall, found->assessment), std::nullopt, notes, TreeAnswer::Claim::sequential});
    return report.finish(extra);
  }
  if (options.method == "zero-sum") {
    const auto found = solve_zero_sum(layout, recall);
    if (!found) return refuse("the programme needs two players with perfect recall whose payoffs sum to a constant");
    extra.value = found->value;
    report.add({fmt::format("Zero-sum value {:.12g}, by linear programming", found->value),
                std::nullopt,
                found->assessment,
                certify(layout, recall, found->assessment),
                std::nullopt,
                {"optimal strategies; off the path of play nothing is optimised"},
                TreeAnswer::Claim::nash});
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
                TreeAnswer::Claim::nash});
  }
  if (options.format == "text")
    fmt::print(out, "{} {} found\n", found.size(), found.size() == 1 ? "equilibrium" : "equilibria");
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
  if (options.max_folds && options.method != "limit" && options.method != "logit" && options.method != "branch")
    return wrong(fmt::format("--max-folds is for --method limit, logit or branch; '{}' follows none", options.method));
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

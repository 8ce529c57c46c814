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

#include "app/arguments.h"
#include "app/session.h"
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
    notes.push_back(
        fmt::format("it passes a point where branches meet to within rounding {}: which of them is the principal one "
                    "cannot be told there, and the one that goes straight on was taken",
                    times(s.bifurcations)));
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

// What the options ask of the path-follower.
BranchOptions branch_options(const TreeSolveOptions& options) {
  BranchOptions how{.max_seconds = options.max_seconds, .stop = &interrupted()};
  if (options.max_folds) {
    // Whoever asks for folds gets them, whatever they cost.
    how.max_folds = *options.max_folds;
    how.max_steps = std::numeric_limits<int>::max();
    how.max_work = how.max_work_after_fold = std::numeric_limits<double>::infinity();
  }
  return how;
}

LimitOptions limit_options(const TreeSolveOptions& options) {
  LimitOptions how{.max_seconds = options.max_seconds, .stop = &interrupted()};
  if (options.max_folds) {
    how.max_folds = *options.max_folds;
    how.max_steps = std::numeric_limits<int>::max();
    how.max_work_after_fold = std::numeric_limits<double>::infinity();
  }
  return how;
}

TreeAnswer limit_answer(const FoundLimit& found, const Layout& layout, std::vector<std::string> notes) {
  const Limit& limit = found.limit;
  const double precision = limit.scaled_precision / layout.scale;
  std::string concept_name = "Limiting logit equilibrium (sequential equilibrium)";
  if (found.parts) {
    concept_name =
        fmt::format("Sequential equilibrium reached from the logit equilibrium at precision {:.6g}", precision);
    notes.push_back(fmt::format("put together from limits of {} parts of the tree, {} information sets in the largest",
                                found.parts->parts, found.parts->largest));
  } else if (limit.end != BranchEnd::reached) {
    notes.push_back(fmt::format("the path-follower {} beyond precision {:.3g}", describe(limit.end), precision));
  }
  return {.concept_name = concept_name,
          .assessment = limit.assessment,
          .certificate = limit.certificate,
          .notes = std::move(notes)};
}

int follow(const TreeSolveOptions& options, const Tree& tree, const Layout& layout, const Recall& recall,
           std::ostream& out, std::ostream& err) {
  catch_interrupts();
  const bool may_go_on = !options.max_folds, with_branch = options.method == "branch";
  const bool points_only = with_branch && options.format != "json";
  TreeReport report(options, tree, layout, out);
  std::function<void(const BranchPoint&)> visit;
  double precision = 0;  // as far as it has come
  bool any = false;
  auto add = [&](TreeAnswer answer) {
    report.add(std::move(answer));
    any = true;
  };
  if (with_branch) {
    report.begin_branch();
    visit = [&](const BranchPoint& point) {
      report.add_point(point);
      precision = point.precision;
    };
  }
  BranchStatistics statistics;
  BranchEnd end = BranchEnd::reached;
  std::vector<double> precisions = options.precisions;
  std::sort(precisions.begin(), precisions.end());
  if (precisions.empty()) {
    const auto found = find_limit(layout, recall, limit_options(options), visit);
    statistics = found.statistics;
    if (found.limit.scaled_precision == 0 || found.limit.end == BranchEnd::interrupted) end = found.limit.end;
    if (found.limit.scaled_precision > 0 && !points_only)
      add(limit_answer(found, layout, branch_notes(statistics, recall, may_go_on)));
  } else {
    Branch branch(layout, branch_options(options));
    BranchPoint point;
    for (size_t k = 0; k < precisions.size() && end == BranchEnd::reached; ++k) {
      end = branch.follow_to(precisions[k], point, visit);
      statistics = branch.statistics();
      if (end != BranchEnd::reached || points_only) continue;
      const auto assessment = assessment_at(layout, branch.sweep());
      add({.concept_name = "Logit agent quantal response equilibrium",
           .precision = precisions[k],
           .assessment = assessment,
           .certificate = certify(layout, recall, assessment),
           .residual = point.residual,
           .payoff_residual = point.payoff_residual,
           .notes = branch_notes(statistics, recall, may_go_on),
           .claim = TreeAnswer::Claim::logit});
    }
  }
  // What has been found is written, however it ended.
  const int code = report.finish({.statistics = statistics, .ended = describe(end)});
  if (end == BranchEnd::reached) return code;
  if (end == BranchEnd::interrupted) {
    fmt::print(err, "casus: interrupted after {} steps; {}\n", statistics.steps,
               with_branch ? fmt::format("the branch is written up to precision {:.6g}", precision)
               : any       ? "what was solved by then is written"
                           : "nothing was solved");
    return exit_interrupted;
  }
  if (end == BranchEnd::too_large)
    fmt::print(err, "casus: {}: {}\n", options.file, describe(end));
  else
    fmt::print(err, "casus: {}: after {} steps the path-follower {}\n", options.file, statistics.steps, describe(end));
  return exit_failure;
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
    report.add({.concept_name = "Subgame perfect equilibrium by backward induction",
                .assessment = found->assessment,
                .certificate = certify(layout, recall, found->assessment),
                .notes = notes});
    return report.finish(extra);
  }
  if (options.method == "zero-sum") {
    const auto found = solve_zero_sum(layout, recall);
    if (!found) return refuse("the programme needs two players with perfect recall whose payoffs sum to a constant");
    extra.value = found->value;
    report.add({.concept_name = fmt::format("Zero-sum value {:.12g}, by linear programming", found->value),
                .assessment = found->assessment,
                .certificate = certify(layout, recall, found->assessment),
                .notes = {"optimal strategies; off the path of play nothing is optimised"},
                .claim = TreeAnswer::Claim::nash});
    return report.finish(extra);
  }
  if (options.method == "support" && !recall.all_perfect)
    return refuse(
        "support enumeration needs perfect recall: without it a mixture of strategies is more than choices at "
        "information sets; try --method pure or limit");
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
    auto certificate = certify(layout, recall, assessment);
    std::vector<std::string> notes{
        "uniform where the player's own strategy never goes; Nash, not necessarily sequential"};
    for (int i = 0; i < layout.player_count; ++i)
      if (!certificate.strategy_gain[i]) certificate.strategy_gain[i] = pure_gain(*form, profile, i) * layout.scale;
    if (!recall.all_perfect)
      notes.emplace_back(
          "imperfect recall: whole strategies are pure ones here; whoever forgets may gain by mixing at one "
          "information set");
    report.add({.concept_name = options.method == "pure" ? "Nash equilibrium in pure strategies" : "Nash equilibrium",
                .assessment = assessment,
                .certificate = certificate,
                .notes = notes,
                .claim = TreeAnswer::Claim::nash});
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
  if (const auto problem = payments_problem(*loaded->tree); !problem.empty())
    return wrong(fmt::format("{}: {}", options.file, problem));
  const Layout layout(*loaded->tree);
  for (double precision : options.precisions)
    if (!std::isfinite(precision * layout.scale))
      return wrong(fmt::format("the precision {} times the range of payoffs, {:.6g}, is more than a number can hold",
                               precision, layout.scale));
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

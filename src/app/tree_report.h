// What is told of the profiles found on a game tree: in, answers with their certificates; out, text or one JSON object.
#pragma once
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "app/tree_commands.h"
#include "tree/branch.h"
#include "tree/certificate.h"

namespace casus::app {

// Everything about one profile that is printed, in one place for both formats.
struct TreeAnswer {
  std::string concept_name;
  std::optional<double> precision = {};
  tree::Assessment assessment;
  tree::Certificate certificate;
  std::optional<double> residual = {}, payoff_residual = {};  // of a logit equilibrium, see BranchPoint
  std::vector<std::string> notes = {};
  // What it is said to be, which decides the figure that it is judged by: a logit equilibrium leaves gains, so its
  // conditions count; a Nash equilibrium promises nothing off the path of play, so whole strategies count; a sequential
  // one leaves no gain of either kind.
  enum class Claim { logit, nash, sequential } claim = Claim::sequential;

  double judged() const {
    if (claim == Claim::logit) return payoff_residual.value_or(0);
    return claim == Claim::nash ? certificate.largest_strategy_gain() / certificate.range : certificate.relative_gain();
  }
};

// What JSON tells beside the profiles.
struct TreeExtra {
  std::optional<tree::BranchStatistics> statistics = {};
  std::optional<double> value = {};  // of a zero-sum game
  std::string ended = {};            // how the path-follower ended
};

// The information set's name or, without one, "player:number".
std::string set_label(const tree::InfoSet& set);

class TreeReport {
 public:
  TreeReport(const TreeSolveOptions& options, const tree::Tree& tree, const tree::Layout& layout, std::ostream& out)
      : options_(options), tree_(tree), layout_(layout), out_(out) {}

  // The points of a branch come before any answer; each is printed at once, so that nothing is lost when it is cut off:
  // a row of CSV, or (with JSON) one more entry of a list that `finish` closes.
  void begin_branch();
  void add_point(const tree::BranchPoint& point);
  // Prints the answer (text) or keeps it (JSON). A profile that is not what it is said to be is labelled so.
  void add(TreeAnswer answer);
  // Prints (the rest of) the JSON object; returns the exit code.
  int finish(const TreeExtra& extra);

 private:
  void open_json();
  void text(const TreeAnswer& answer);

  const TreeSolveOptions& options_;
  const tree::Tree& tree_;
  const tree::Layout& layout_;
  std::ostream& out_;
  bool branch_ = false;
  int points_ = 0;
  std::vector<TreeAnswer> answers_;  // for JSON
  bool failed_ = false;
};

}  // namespace casus::app

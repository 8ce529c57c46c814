// A second solver, to hold the first to: in, the tree of a case's public histories (rules.h); out, its logit
// equilibrium with exact beliefs. It shares nothing with src/game, src/solve and src/tree: no merging of histories, no
// grid, no elimination. Every unknown is known to every other, the Jacobian is taken by differences, and the branch is
// followed in small steps.
#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "oracle/rules.h"

namespace casus::oracle {

enum class Branch : uint8_t {
  whole,      // all precisions rise together from 0: the principal branch of the whole game
  recursive,  // one history's after the other's, the last first, what follows being at its full precision
};

struct Answer {
  std::string failed = {};                         // why there is none; empty: there is
  std::vector<double> choice = {}, worth = {};     // see Mover::first: probabilities, and what an option is worth
  std::vector<double> reach = {};                  // [history][profile]: that it comes there, everybody being so then
  std::vector<double> values = {};                 // at the start, [actor][profile]
  std::vector<std::vector<double>> measures = {};  // per measure: [round][profile]
  double residual = 0;                             // largest |log-odds - precision x difference in worth|
  int folds = 0;                                   // turning points that were passed
};

class Oracle {
 public:
  explicit Oracle(const Rules& rules);
  size_t unknowns() const { return unknowns_.size(); }
  // Follows a branch, `step` log-odds at a time.
  Answer follow(Branch branch, double step);
  // The equilibrium to which Newton's method leads from these choices, if to one.
  Answer near(const std::vector<double>& choice);

 private:
  using Vector = Eigen::VectorXd;
  using Matrix = Eigen::MatrixXd;
  // The log-odds of an option (not the first) against the first.
  struct Unknown {
    size_t history, mover, type, option;
  };

  static constexpr size_t nobody = static_cast<size_t>(-1);
  double chance_of(const History& h, const Step& s, size_t profile, size_t but = nobody) const;
  std::vector<double> belief(size_t history, size_t actor = nobody, size_t type = 0) const;
  void choose(size_t history);
  void pass_on(size_t history);
  void add(size_t place, double log_reach, int slips);
  double worth_after(const Step& s, size_t actor, size_t profile) const;
  void evaluate(size_t history);
  void compare(size_t history);
  void update(size_t from, size_t root);
  double gain(size_t unknown) const;
  Vector residual(size_t root) const;
  // The part of the game that begins at `root`: its unknowns, and after them the share of the precision that those who
  // rise are at.
  Vector residual(size_t root, bool whole, const Vector& point);
  Matrix jacobian(size_t root, bool whole, const Vector& point);
  bool correct(size_t root, bool whole, Vector& point, const Vector& along, double exactness, double longest = 1e300);
  bool rise(size_t root, bool whole, double step, int& folds);
  Answer tell();
  std::vector<double> measured(const model::Measure& m, const Answer& answer) const;
  int stage_asked(model::ExprId id) const;

  const Rules& rules_;
  size_t actors_, profiles_;
  bool image_ = false;  // something is paid that hangs on beliefs
  std::vector<Unknown> unknowns_;
  std::vector<size_t> first_;                        // per history: its first unknown; and one more
  std::vector<double> log_odds_;                     // per unknown
  std::vector<double> share_;                        // per history: of the precision
  std::vector<double> log_choice_, choice_, worth_;  // see Mover::first
  // [history][profile]: of coming there, everybody being so then; [history][actor][profile]
  std::vector<double> log_reach_, value_;
  std::vector<int> slips_;  // [history][profile]: of what it does for certain not
};

}  // namespace casus::oracle

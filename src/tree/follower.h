// The engine of Branch: one point of the branch with its history, and the moves that take it further. Internal.
#pragma once
#include <array>
#include <chrono>
#include <optional>
#include <vector>

#include "tree/branch.h"

namespace casus::tree {

class Follower {
 public:
  using Vector = std::vector<double>;

  Follower(const Layout& layout, BranchOptions options);

  // One accepted step along the branch, not past the target; there it is corrected at the target's very precision.
  BranchEnd advance(double target);
  // One rung up in precision where the branch is no longer followed: Newton from the extrapolated point or, failing
  // that, the point where the logit dynamics come to rest.
  BranchEnd climb(double target);
  // Newton steps with fixed factors at the present precision until rounding errors are all that is left.
  void polish();
  void evaluate();
  // dz / d precision at the point evaluated, from the factors at hand, refined by products with the exact Jacobian.
  void tangent_by_refinement(Vector& v);
  // The size of a change of the log-odds: its largest entry, relative where log-odds are beyond a thousand.
  double size_of(const Vector& change) const;
  bool out_of_budget(BranchEnd& end) const;

  const Layout& g;
  BranchOptions options;
  Sweep sweep;
  std::optional<Jacobian> jacobian;
  bool too_large = false;
  std::vector<int> implicit_agents;
  std::vector<int> implicit;  // their actions
  int free_count = 0;         // log-odds among them
  BranchStatistics statistics;

  Vector odds;        // by action
  double lambda = 0;  // scaled precision
  bool running = false;
  bool climbing = false;

 private:
  double dot(const Vector& a, const Vector& b) const;
  double metric(const Vector& a, double a_lambda, const Vector& b, double b_lambda) const;
  double noise() const;
  void factor();
  void start();
  std::optional<double> correct(bool fixed);
  bool settle();
  void change_references();
  void rescale_history();
  void extrapolate(int kind, double h, Vector& z, double& l) const;
  void accept(const Vector& saved, double saved_lambda, double h, double rate);

  // follower_tangent.cpp
  void find_along();
  bool find_tangent();
  void normalise_new_tangent();
  void solve_bordered(bool fixed, Vector& x, double& s);

  // follower_meetings.cpp: what a corrected point is told to be by its tangent, the determinant and its responses.
  struct Look {
    double turn = 0;         // cosine of the angle to the last tangent
    double change = 0;       // of the responses, relative
    double orientation = 1;  // sign of the determinant of the matrix bordered with the tangent
  };
  Look look();
  void look_again();
  double orientation(const Vector& t, double t_lambda) const;
  bool may_stand(const Look& seen) const;
  bool went_straight(const Look& seen, double h) const;
  bool target_is_passed(double from, double h, double target) const;
  bool retry_with_another_step(double h);
  double shortest_step() const;
  double largest_spread(const Vector& a) const;
  void draw_pushes();
  void load_push(int k, Vector& out) const;
  double across(Vector& response) const;
  void respond();
  void correct_response(int k);
  void accept_responses();
  void bound_by_meeting(double near_before);

  Vector tangent_, old_odds_, old_tangent_, new_tangent_;  // of unit length
  double tangent_lambda_ = 1, old_lambda_ = 0, old_tangent_lambda_ = 1, new_tangent_lambda_ = 1;
  double gap_ = 1;          // distance to the old point
  double step_ = 1;         // length of the next step
  double rung_ = 0.05;      // relative length of the next rung
  double weight_ = 1;       // of the precision in the metric
  double first_step_ = 0;   // size of the last corrector's first step
  double orientation_ = 1;  // sign of det(dF/dz) times the direction of the precision; keeps along a branch
  int predictor_ = 0;
  // Pushes at every unknown, by action; how far each moves the last point, and the one looked at, across the branch.
  static constexpr int push_count = 2;
  std::array<Vector, push_count> push_, response_, new_response_;
  std::array<double, push_count> new_response_lambda_ = {};
  double response_error_ = 0;  // of the new ones, relative
  double near_ = 1;            // size of the responses at the last point
  bool leaping_ = false;       // the next step goes across a point where branches meet
  Vector work_, correction_, along_, column_, remainder_, extra_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace casus::tree

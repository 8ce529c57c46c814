// A node's branch of fixed points y = t G(y) from t = 0, the uniform choice, to t = 1: in, the reply G and its
// derivative; out, the point at t = 1 that is reached first. Used by NodeProblem.
//
// Predictor and corrector in arc length, as exact/branch.h and the follower of src/tree do it: a step is bounded by the
// corrector's convergence, by how far the branch turns and by how near a singular point is. How near, the responses to
// two fixed pushes at all unknowns tell: they grow as the least singular value across the branch falls, and turn round
// where it passes 0, alone or with others, which the determinant does not show.
#pragma once
#include <Eigen/Dense>
#include <functional>
#include <span>
#include <vector>

namespace casus::solve {

class NodeEquations;

struct TracerLimits {
  double unit = 1;     // of the precision: t = 1 is as far as so many log-odds
  double caution = 1;  // above 1, steps are kept shorter by about that factor, to hold an answer to
};

class NodeTracer {
 public:
  // G and how it moves, as NodeEquations reads that; shifting all options of a row (a mover's type) by the same changes
  // nothing but the shift of G.
  using Reply = std::function<void(const Eigen::VectorXd& y, Eigen::VectorXd& g, Eigen::VectorXd& slopes)>;

  // `rows`: first unknown of each row, and one past the last. `equations`: of the same rows, to work with.
  NodeTracer(Reply reply, std::span<const Eigen::Index> rows, NodeEquations& equations, const TracerLimits& limits);

  // False where the branch cannot be followed. Else y is near the fixed point at t = 1.
  bool run(Eigen::VectorXd& y);

  int folds() const { return folds_; }
  int crossings() const { return crossings_; }  // points passed where branches meet to within rounding
  int evaluations() const { return evaluations_; }

 private:
  static constexpr Eigen::Index pushes = 2;

  void evaluate(const Eigen::VectorXd& x);
  bool correct(Eigen::VectorXd& x, bool arriving);
  bool may_stand(const Eigen::VectorXd& x, double length);
  void accept(const Eigen::VectorXd& x, double length);
  bool folds_at_a_kink(double length) const;
  void turn_round(double length);
  void look_again();
  bool shorten(double length);
  double noise() const;
  double nearness(const Eigen::MatrixXd& response) const;
  bool turns_beyond_the_end(double end, double length) const;

  Reply reply_;
  std::vector<Eigen::Index> rows_;
  TracerLimits limits_;
  Eigen::Index n_;

  // Points are log-odds, with a mean of 0 in each row, and the scaled precision, t x unit.
  Eigen::VectorXd point_, tangent_, turn_;  // accepted; its unit tangent, and how fast that turns
  Eigen::MatrixXd response_;                // of the point to pushes, across the branch
  double near_ = 1, orientation_ = 1, length_ = 0;
  bool leaping_ = false, turning_ = false;  // the next step goes across a meeting, or back from a kink
  int refused_ = 0;                         // steps from the last point

  // At the point evaluated last.
  Eigen::VectorXd g_, level_, new_tangent_, slopes_, beside_;
  Eigen::MatrixXd solved_, push_, new_response_;
  NodeEquations& equations_;
  double sign_ = 1, turned_ = 1;  // of the determinant; cosine between the last tangent and the new one
  double first_ = 0;              // size of the first correction

  int folds_ = 0, crossings_ = 0, evaluations_ = 0;
};

}  // namespace casus::solve

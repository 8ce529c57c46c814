// The linearised conditions y = t G(y) of a fixed point, factored: in, how G moves with y; out, solutions for given
// right-hand sides and the determinant's sign. Used by FixedPoint and NodeTracer.
//
// How G moves stands in full, or by option where one mover chooses alone. What an option is worth then hangs on how
// likely each type is to take it and on nothing else, so with B_o = dG(o) / d log sigma(o), types by types,
//
//   dG(o) = B_o (dy(o) - dN),      dN = sum over o of sigma(o) dy(o),
//
// the equations are a block for each option, bordered by the types' normalisers N. Eliminating option by option
// (Woodbury's formula) takes a time that grows with the options and not with their cube; the determinant is the product
// of the blocks' and the border's.
#pragma once
#include <Eigen/Dense>
#include <span>
#include <vector>

namespace casus::solve {

class NodeEquations {
 public:
  using Index = Eigen::Index;

  // `rows`: first unknown of each row (a mover's type), and one past the last. `alone`: of the mover who chooses alone,
  // the rows all being its types, with the same number of options; else slopes stand in full.
  NodeEquations(std::span<const Index> rows, bool alone);

  // How many numbers say how G moves: in full dG/dy, column by column; else B_o of every option, [type's log
  // sigma][unknown], and then sigma, in the order of the unknowns.
  Index slopes() const { return alone_ ? n_ * types_ + n_ : n_ * n_; }

  // I - t dG/dy.
  void factor(std::span<const double> slopes, double t);
  // The same with the mean over each row's options taken from G, with one more column and one more row: `column` is
  // what stands beside it, `last` the row below both.
  void factor_bordered(std::span<const double> slopes, double t, const Eigen::VectorXd& column,
                       const Eigen::VectorXd& last);

  // Of the determinant, after either: 1 or -1.
  double sign() const { return sign_; }
  // Right-hand sides become solutions, column by column.
  void solve(Eigen::MatrixXd& x);

 private:
  void factor_full(std::span<const double> slopes, double t, const Eigen::VectorXd* column,
                   const Eigen::VectorXd* last);
  void fill_from_options(std::span<const double> slopes, double t);
  bool factor_by_option(std::span<const double> slopes, double t, const Eigen::VectorXd* column,
                        const Eigen::VectorXd* last);
  bool invert_option(Index o);
  template <class Sides>
  Eigen::VectorXd solved_of(Index r, const Sides& side) const;

  std::vector<Index> rows_;
  bool alone_;
  Index n_, types_, options_ = 0;
  double sign_ = 0;
  // In full.
  Eigen::MatrixXd matrix_, right_;
  Eigen::PartialPivLU<Eigen::MatrixXd> lu_;
  // By option, where the last factors are so.
  bool by_option_ = false;
  Eigen::MatrixXd block_, inverse_;  // of one option; of all, [type, option][type]
  // The border: normalisers, and with a last unknown levels and that. Its columns, solved for, and its rows; what is
  // left for itself.
  Eigen::MatrixXd above_, below_, corner_, border_;
  Eigen::PartialPivLU<Eigen::MatrixXd> corner_lu_;
};

}  // namespace casus::solve

#include "solve/node/equations.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double sign_of(const Eigen::PartialPivLU<MatrixXd>& lu) {
  const auto diagonal = lu.matrixLU().diagonal();
  return lu.permutationP().determinant() * ((diagonal.array() < 0).count() % 2 ? -1.0 : 1.0);
}

}  // namespace

NodeEquations::NodeEquations(std::span<const Index> rows, bool alone)
    : rows_(rows.begin(), rows.end()), alone_(alone), n_(rows.back()), types_(static_cast<Index>(rows.size()) - 1) {
  if (!alone_) return;
  options_ = n_ / types_;
  inverse_.resize(n_, types_);
  block_.resize(types_, 2 * types_);
}

void NodeEquations::factor(std::span<const double> slopes, double t) {
  by_option_ = alone_ && factor_by_option(slopes, t, nullptr, nullptr);
  if (!by_option_) factor_full(slopes, t, nullptr, nullptr);
}

void NodeEquations::factor_bordered(std::span<const double> slopes, double t, const VectorXd& column,
                                    const VectorXd& last) {
  by_option_ = alone_ && factor_by_option(slopes, t, &column, &last);
  if (!by_option_) factor_full(slopes, t, &column, &last);
}

// -t dG/dy from the slopes by option, where an option's block by itself is all but singular.
void NodeEquations::fill_from_options(std::span<const double> slopes, double t) {
  const double* sigma = slopes.data() + n_ * types_;
  for (Index s = 0; s < types_; ++s)
    for (Index b = 0; b < options_; ++b)
      for (Index r = 0; r < types_; ++r)
        for (Index o = 0; o < options_; ++o)
          matrix_(r * options_ + o, s * options_ + b) = -t * slopes[static_cast<size_t>(s * n_ + r * options_ + o)] *
                                                        ((o == b ? 1.0 : 0.0) - sigma[s * options_ + b]);
}

void NodeEquations::factor_full(std::span<const double> slopes, double t, const VectorXd* column,
                                const VectorXd* last) {
  const Index size = n_ + (column != nullptr);
  matrix_.resize(size, size);
  auto square = matrix_.topLeftCorner(n_, n_);
  if (alone_)
    fill_from_options(slopes, t);
  else
    square = -t * Eigen::Map<const MatrixXd>(slopes.data(), n_, n_);
  for (size_t r = 0; column && r + 1 < rows_.size(); ++r) {
    auto part = square.middleRows(rows_[r], rows_[r + 1] - rows_[r]);
    part.rowwise() -= part.colwise().mean().eval();
  }
  square.diagonal().array() += 1;
  if (column) {
    matrix_.topRightCorner(n_, 1) = *column;
    matrix_.bottomRows(1) = last->transpose();
  }
  lu_.compute(matrix_);
  sign_ = sign_of(lu_);
}

// The inverse of an option's block, by Gauss and Jordan with pivoting. False where the block is so near singular that
// digits would be lost: all together need not be.
bool NodeEquations::invert_option(Index o) {
  constexpr double least_pivot = 1e-5;  // to the block's largest entry: as many digits are lost
  const double size = std::max(1.0, block_.leftCols(types_).cwiseAbs().maxCoeff());
  block_.rightCols(types_).setIdentity();
  for (Index k = 0; k < types_; ++k) {
    Index best = k;
    for (Index r = k + 1; r < types_; ++r)
      if (std::fabs(block_(r, k)) > std::fabs(block_(best, k))) best = r;
    if (best != k) {
      block_.row(k).swap(block_.row(best));
      sign_ = -sign_;
    }
    const double pivot = block_(k, k);
    if (!(std::fabs(pivot) >= least_pivot * size)) return false;
    if (pivot < 0) sign_ = -sign_;
    for (Index c = k + 1; c < 2 * types_; ++c) block_(k, c) /= pivot;
    for (Index r = 0; r < types_; ++r)
      for (Index c = k + 1; r != k && c < 2 * types_; ++c) block_(r, c) -= block_(r, k) * block_(k, c);
  }
  for (Index r = 0; r < types_; ++r)
    for (Index s = 0; s < types_; ++s) inverse_(r * options_ + o, s) = block_(r, types_ + s);
  return true;
}

// Of type r: every option's block's solution.
template <class Sides>
VectorXd NodeEquations::solved_of(Index r, const Sides& side) const {
  Eigen::ArrayXd sum = inverse_.col(0).segment(r * options_, options_).array() * side.head(options_).array();
  for (Index s = 1; s < types_; ++s)
    sum += inverse_.col(s).segment(r * options_, options_).array() * side.segment(s * options_, options_).array();
  return sum.matrix();
}

// Unknowns are dy by option, and in the border the normalisers' dN and, with a border, the levels dL (the means of G
// that are taken out) and the last unknown d:
//   (I - t B_o) dy(o) + t B_o dN + t dL + column(o) d = right(o)
//   dN - sum of sigma(o) dy(o) = 0
//   dL - mean of B_o (dy(o) - dN) = 0
//   last . (dy, d) = its right-hand side
// above_: the border's columns, solved for by (I - t B_o)^-1, of which that of t B_o is the inverse less I.
bool NodeEquations::factor_by_option(std::span<const double> slopes, double t, const VectorXd* column,
                                     const VectorXd* last) {
  const Eigen::Map<const MatrixXd> slope(slopes.data(), n_, types_);
  const double* sigma = slopes.data() + n_ * types_;
  sign_ = 1;
  for (Index o = 0; o < options_; ++o) {
    for (Index s = 0; s < types_; ++s)
      for (Index r = 0; r < types_; ++r) block_(r, s) = (r == s ? 1.0 : 0.0) - t * slope(r * options_ + o, s);
    if (!invert_option(o)) return false;
  }
  const Index border = column ? 2 * types_ + 1 : types_;
  const double share = 1 / static_cast<double>(options_);
  above_.resize(n_, border);
  below_.setZero(n_, border);
  corner_.setIdentity(border, border);
  above_.leftCols(types_) = inverse_;
  for (Index s = 0; s < types_; ++s) {
    const Index first = s * options_;
    above_.col(s).segment(first, options_).array() -= 1;
    below_.col(s).segment(first, options_) = -Eigen::Map<const VectorXd>(sigma + first, options_);
    if (!column) continue;
    above_.col(2 * types_).segment(first, options_) = solved_of(s, *column);
    for (Index r = 0; r < types_; ++r) {
      const auto of = slope.col(s).segment(r * options_, options_);
      below_.col(types_ + r).segment(first, options_) = -share * of;
      corner_(types_ + r, s) = share * of.sum();
    }
  }
  if (column) {
    above_.middleCols(types_, types_) = t * inverse_;
    below_.col(2 * types_) = last->head(n_);
    corner_(2 * types_, 2 * types_) = (*last)[n_];
  }
  corner_.noalias() -= below_.transpose() * above_;
  corner_lu_.compute(corner_);
  sign_ *= sign_of(corner_lu_);
  return true;
}

void NodeEquations::solve(MatrixXd& x) {
  if (!by_option_) {
    right_ = lu_.solve(x);
    x.swap(right_);
    return;
  }
  right_.resize(n_, x.cols());
  for (Index c = 0; c < x.cols(); ++c)
    for (Index r = 0; r < types_; ++r) right_.col(c).segment(r * options_, options_) = solved_of(r, x.col(c));
  border_.setZero(corner_.rows(), x.cols());
  if (x.rows() > n_) border_.bottomRows(1) = x.bottomRows(1);
  border_.noalias() -= below_.transpose() * right_;
  border_ = corner_lu_.solve(border_).eval();
  x.topRows(n_) = right_;
  x.topRows(n_).noalias() -= above_ * border_;
  if (x.rows() > n_) x.bottomRows(1) = border_.bottomRows(1);
}

}  // namespace casus::solve

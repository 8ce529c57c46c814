#include "solve/node/equations.h"

#include <algorithm>
#include <cmath>
#include <utility>

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
  block_.resize(static_cast<size_t>(n_ * types_));
  pivot_.resize(static_cast<size_t>(n_));
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
          matrix_(r * options_ + o, s * options_ + b) = -t *
                                                        slopes[static_cast<size_t>((o * types_ + s) * types_ + r)] *
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

// An option's block into its factors, in place, and the border's columns beside it solved for. False where the block is
// so near singular that digits would be lost: all together need not be.
bool NodeEquations::factor_option(Index o) {
  constexpr double least_pivot = 1e-5;  // to the block's largest entry: as many digits are lost
  double* a = block_.data() + o * types_ * types_;
  Index* pivot = pivot_.data() + o * types_;
  double size = 1;
  for (Index i = 0; i < types_ * types_; ++i) size = std::max(size, std::fabs(a[i]));
  for (Index k = 0; k < types_; ++k) {
    Index best = k;
    for (Index r = k + 1; r < types_; ++r)
      if (std::fabs(a[r * types_ + k]) > std::fabs(a[best * types_ + k])) best = r;
    pivot[k] = best;
    if (best != k) {
      for (Index c = 0; c < types_; ++c) std::swap(a[k * types_ + c], a[best * types_ + c]);
      sign_ = -sign_;
    }
    const double by = a[k * types_ + k];
    if (!(std::fabs(by) >= least_pivot * size)) return false;
    if (by < 0) sign_ = -sign_;
    for (Index r = k + 1; r < types_; ++r) {
      const double f = a[r * types_ + k] /= by;
      for (Index c = k + 1; c < types_; ++c) a[r * types_ + c] -= f * a[k * types_ + c];
    }
  }
  solve_option(o, above_.data() + o * types_ * border_, border_, border_);
  return true;
}

// x, [type][column] with rows so far apart, becomes the option's block's solution.
void NodeEquations::solve_option(Index o, double* x, Index pitch, Index columns) const {
  const double* a = block_.data() + o * types_ * types_;
  for (Index k = 0; k < types_; ++k) {
    const Index other = pivot_[static_cast<size_t>(o * types_ + k)];
    for (Index c = 0; other != k && c < columns; ++c) std::swap(x[k * pitch + c], x[other * pitch + c]);
  }
  for (Index k = 0; k < types_; ++k)
    for (Index r = k + 1; r < types_; ++r)
      for (Index c = 0; c < columns; ++c) x[r * pitch + c] -= a[r * types_ + k] * x[k * pitch + c];
  for (Index k = types_; k-- > 0;)
    for (Index c = 0; c < columns; ++c) {
      double sum = x[k * pitch + c];
      for (Index r = k + 1; r < types_; ++r) sum -= a[k * types_ + r] * x[r * pitch + c];
      x[k * pitch + c] = sum / a[k * types_ + k];
    }
}

// Unknowns are dy by option, and in the border the normalisers' dN and, with a border, the levels dL (the means of G
// that are taken out) and the last unknown:
//   (I - t B_o) dy(o) + t B_o dN + t dL + column(o) d = right(o)
//   dN - sum of sigma(o) dy(o) = 0
//   dL - mean of B_o (dy(o) - dN) = 0
//   last . (dy, d) = its right-hand side
bool NodeEquations::factor_by_option(std::span<const double> slopes, double t, const VectorXd* column,
                                     const VectorXd* last) {
  const bool bordered = column != nullptr;
  border_ = bordered ? 2 * types_ + 1 : types_;
  above_.assign(static_cast<size_t>(n_ * border_), 0.0);
  below_.assign(static_cast<size_t>(n_ * border_), 0.0);
  corner_.setIdentity(border_, border_);
  if (bordered) corner_(border_ - 1, border_ - 1) = (*last)[n_];
  sign_ = 1;
  const double* sigma = slopes.data() + n_ * types_;
  const double share = 1 / static_cast<double>(options_);
  for (Index o = 0; o < options_; ++o) {
    const double* b = slopes.data() + o * types_ * types_;
    double* block = block_.data() + o * types_ * types_;
    double *above = above_.data() + o * types_ * border_, *below = below_.data() + o * types_ * border_;
    for (Index s = 0; s < types_; ++s) {
      for (Index r = 0; r < types_; ++r) {
        const double slope = b[s * types_ + r];
        block[r * types_ + s] = (r == s ? 1.0 : 0.0) - t * slope;
        above[r * border_ + s] = t * slope;
        if (!bordered) continue;
        below[(types_ + r) * types_ + s] = -share * slope;
        corner_(types_ + r, s) += share * slope;
      }
      below[s * types_ + s] = -sigma[s * options_ + o];
      if (!bordered) continue;
      above[s * border_ + types_ + s] = t;
      above[s * border_ + border_ - 1] = (*column)[s * options_ + o];
      below[(border_ - 1) * types_ + s] = (*last)[s * options_ + o];
    }
    if (!factor_option(o)) return false;
    for (Index i = 0; i < border_; ++i)
      for (Index s = 0; s < types_; ++s)
        for (Index c = 0; c < border_; ++c) corner_(i, c) -= below[i * types_ + s] * above[s * border_ + c];
  }
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
  const Index columns = x.cols();
  right_.setZero(border_, columns);
  if (x.rows() > n_) right_.row(border_ - 1) = x.row(n_);
  for (Index c = 0; c < columns; ++c) {
    double* side = x.col(c).data();
    for (Index o = 0; o < options_; ++o) {
      solve_option(o, side + o, options_, 1);
      const double* below = below_.data() + o * types_ * border_;
      for (Index i = 0; i < border_; ++i)
        for (Index s = 0; s < types_; ++s) right_(i, c) -= below[i * types_ + s] * side[s * options_ + o];
    }
  }
  right_ = corner_lu_.solve(right_).eval();
  for (Index c = 0; c < columns; ++c)
    for (Index s = 0; s < types_; ++s)
      for (Index o = 0; o < options_; ++o) {
        const double* above = above_.data() + (o * types_ + s) * border_;
        for (Index i = 0; i < border_; ++i) x(s * options_ + o, c) -= above[i] * right_(i, c);
      }
  if (x.rows() > n_) x.row(n_) = right_.row(border_ - 1);
}

}  // namespace casus::solve

#include "branches/slow_continuation.h"

#include <Eigen/Dense>
#include <cmath>
#include <random>

namespace casus::testing {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Points are everybody's log-odds of each option but the first against the first, and the precision.
class Slow {
 public:
  explicit Slow(const OneShot& game) : game_(game) {
    for (int i = 0; i < game.players(); ++i) {
      first_.push_back(unknowns_);
      unknowns_ += game.options[i] - 1;
    }
    for (int cell = 0; cell < game.cells(); ++cell)
      for (int i = 0; i < game.players(); ++i) choice_.push_back(game.choice(cell, i));
  }

  std::optional<std::vector<double>> follow(double step) {
    constexpr int most_steps = 3'000'000;
    VectorXd x = VectorXd::Zero(unknowns_ + 1), tangent = x, before;
    tangent[unknowns_] = 1;
    evaluate(x);
    tangent = find_tangent(tangent);
    std::mt19937 random(7);
    push_ = x;
    for (Index i = 0; i < unknowns_; ++i) push_[i] = random() / 4294967296.0 - 0.5;
    for (int k = 0; k < most_steps; ++k) {
      const double near = matrix_.partialPivLu().solve(push_).cwiseAbs().maxCoeff();
      const double h = std::max(
          shortest_, std::min(step * std::max(1.0, 0.2 * x.head(unknowns_).cwiseAbs().maxCoeff()), 25 * step / near));
      before = x;
      bool found = false;
      double length = h;
      for (; !found && length > 1e-12; length /= 2) {
        x = before + length * tangent;
        found = correct(x, tangent);
      }
      if (!found) return std::nullopt;
      if (x[unknowns_] >= game_.precision) return arrive(before, x);
      tangent = find_tangent(tangent);
    }
    return std::nullopt;
  }

 private:
  // Residual and its derivative.
  void evaluate(const VectorXd& x) {
    const int n = game_.players();
    std::vector<std::vector<double>> sigma(n), worth(n);
    for (int i = 0; i < n; ++i) {
      sigma[i].assign(game_.options[i], 0);
      double top = 0, sum = 0;
      for (int o = 1; o < game_.options[i]; ++o) top = std::max(top, x[first_[i] + o - 1]);
      for (int o = 0; o < game_.options[i]; ++o)
        sum += sigma[i][o] = std::exp((o == 0 ? 0 : x[first_[i] + o - 1]) - top);
      for (double& s : sigma[i]) s /= sum;
      worth[i].assign(game_.options[i], 0);
    }
    std::vector<std::vector<MatrixXd>> by(n, std::vector<MatrixXd>(n));
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) by[i][j].setZero(game_.options[i], game_.options[j]);
    for (int cell = 0; cell < game_.cells(); ++cell) {
      const int* choice = &choice_[static_cast<size_t>(cell) * n];
      for (int i = 0; i < n; ++i) {
        double rest = game_.payoffs[i][cell];
        for (int j = 0; j < n; ++j)
          if (j != i) rest *= sigma[j][choice[j]];
        worth[i][choice[i]] += rest;
        for (int j = 0; j < n; ++j) {
          if (j == i) continue;
          double others = game_.payoffs[i][cell];
          for (int k = 0; k < n; ++k)
            if (k != i && k != j) others *= sigma[k][choice[k]];
          by[i][j](choice[i], choice[j]) += others;
        }
      }
    }
    sigma_ = sigma;
    residual_.resize(unknowns_);
    matrix_.setZero(unknowns_ + 1, unknowns_ + 1);
    for (int i = 0; i < n; ++i)
      for (int o = 1; o < game_.options[i]; ++o) {
        const Index row = first_[i] + o - 1;
        residual_[row] = x[row] - x[unknowns_] * (worth[i][o] - worth[i][0]);
        matrix_(row, row) += 1;
        matrix_(row, unknowns_) = worth[i][0] - worth[i][o];
        for (int j = 0; j < n; ++j) {
          if (j == i) continue;
          double mean = 0;
          for (int b = 0; b < game_.options[j]; ++b) mean += sigma[j][b] * (by[i][j](o, b) - by[i][j](0, b));
          for (int b = 1; b < game_.options[j]; ++b)
            matrix_(row, first_[j] + b - 1) -= x[unknowns_] * sigma[j][b] * (by[i][j](o, b) - by[i][j](0, b) - mean);
        }
      }
  }

  bool correct(VectorXd& x, const VectorXd& tangent) {
    double last = 1;
    for (int k = 0; k < 6; ++k) {
      evaluate(x);
      matrix_.bottomRows(1) = tangent.transpose();
      VectorXd right = VectorXd::Zero(unknowns_ + 1);
      right.head(unknowns_) = residual_;
      const VectorXd by = matrix_.partialPivLu().solve(right);
      x -= by;
      const double size = by.cwiseAbs().maxCoeff();
      if (size < 1e-9) return true;
      if (!(size < 0.5 * last)) return false;
      last = size;
    }
    return false;
  }

  VectorXd find_tangent(const VectorXd& last) {
    matrix_.bottomRows(1) = last.transpose();
    VectorXd right = VectorXd::Zero(unknowns_ + 1);
    right[unknowns_] = 1;
    return matrix_.partialPivLu().solve(right).normalized();
  }

  // Between two points, at the game's precision.
  std::optional<std::vector<double>> arrive(const VectorXd& before, const VectorXd& after) {
    const double share = (game_.precision - before[unknowns_]) / (after[unknowns_] - before[unknowns_]);
    VectorXd x = before + share * (after - before), level = VectorXd::Zero(unknowns_ + 1);
    x[unknowns_] = game_.precision;
    level[unknowns_] = 1;
    if (!correct(x, level)) return std::nullopt;
    evaluate(x);
    std::vector<double> out;
    for (const auto& s : sigma_) out.insert(out.end(), s.begin(), s.end());
    return out;
  }

  static constexpr double shortest_ = 1e-6;
  const OneShot& game_;
  std::vector<Index> first_;
  Index unknowns_ = 0;
  std::vector<int> choice_;
  std::vector<std::vector<double>> sigma_;
  VectorXd residual_, push_;
  MatrixXd matrix_;
};

}  // namespace

std::optional<std::vector<double>> follow_slowly(const OneShot& game, double step) {
  return Slow(game).follow(step);
}

}  // namespace casus::testing

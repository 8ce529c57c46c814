// Other fixed points of a node of a game that counts.
#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "solve/counted/problem.h"

namespace casus::solve {

// Where all who choose are alike and have two options, what one meets hangs on one number, the log-odds x with which
// any of them takes the second: all x that the replies of every type, taken together, give back. It changes over steps
// of 1 / sqrt(n). Of each the replies.
std::vector<std::vector<double>> CountedProblem::find_roots() {
  const double most = scale(), step = 0.25 / std::sqrt(mover_.front().alike);
  const auto steps = static_cast<size_t>(std::min(2 * most / step + 2, 2e5));
  std::vector<double> y(unknowns()), g(unknowns());
  std::vector<std::vector<double>> out;
  const auto gap = [&](double x) {
    for (size_t u = 1; u < y.size(); u += 2) y[u] = x;
    reply(y, g, {});
    play(log_softmax(g));
    return log_p_[1] - log_p_[0] - x;
  };
  double before = 0, last = 0;
  for (size_t k = 0; k <= steps; ++k) {
    const double x = -most + 2 * most * static_cast<double>(k) / static_cast<double>(steps), now = gap(x);
    if (k > 0 && now * before <= 0) {
      double low = last, high = x;  // halved until Newton's method cannot leave it
      for (int half = 0; half < 40; ++half) {
        const double middle = (low + high) / 2;
        ((gap(middle) > 0) == (before > 0) ? low : high) = middle;
      }
      gap(low);
      out.push_back(g);
    }
    before = now;
    last = x;
  }
  return out;
}

std::vector<NodeAnswer> CountedProblem::others(const NodeAnswer& first, uint32_t starts, uint64_t seed,
                                               double tolerance) {
  std::vector<NodeAnswer> out;
  if (!coupled_) return out;
  constexpr double same = 1e-6;
  const FixedPoint point = fixed_point();
  const auto add = [&](std::vector<double> y) {
    NodeAnswer answer;
    answer.converged = point.newton(y, tolerance, answer);
    finish(y, answer);
    bool known = !answer.converged || !(answer.residual <= 1e-6 * std::max(w_.payoff_range, 1e-300)) ||
                 distance(answer, first) < same;
    for (const auto& other : out) known = known || distance(answer, other) < same;
    if (!known) out.push_back(std::move(answer));
  };
  if (mover_.size() == 1 && mover_.front().options == 2) {
    for (auto& root : find_roots()) add(std::move(root));
    return out;
  }
  for (uint32_t s = 0; s < starts; ++s) {
    base::RandomStream random(seed, s);
    std::vector<double> y(unknowns());
    for (double& x : y) x = scale() * (random.unit() - 0.5);
    add(std::move(y));
  }
  return out;
}

}  // namespace casus::solve

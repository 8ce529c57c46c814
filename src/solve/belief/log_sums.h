// What an actor's types weigh by all that may have led to what is seen: in, terms by their logarithms; out, log-odds.
// Each type is summed by itself: of what types are bound not to do beliefs hang on how seldom it is.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace casus::solve {

class LogSums {
 public:
  void begin(uint32_t types) {
    top_.assign(types, never);
    sum_.assign(types, 0.0);
  }
  // exp(log_term) * odds to a type.
  void add(uint32_t type, double log_term, double odds) {
    if (!(odds > 0)) return;
    const double x = log_term + std::log(odds);
    double &top = top_[type], &sum = sum_[type];
    if (x > top) {
      sum = sum * std::exp(top - x) + 1;
      top = x;
    } else {
      sum += std::exp(x - top);
    }
  }
  // A type that cannot be keeps a vanishing weight: half of World::certainty, so that what follows still tells of
  // others.
  void end() {
    double most = never;
    for (size_t t = 0; t < top_.size(); ++t) most = std::max(most, top_[t] += sum_[t] > 0 ? std::log(sum_[t]) : 0);
    for (double& x : top_) x = std::max(x, most - certain);
  }
  double log_of(uint32_t type) const { return top_[type]; }
  double log_odds(uint32_t type) const { return top_[type] - top_[0]; }

 private:
  static constexpr double never = -1e300, certain = 5e4;
  std::vector<double> top_, sum_;  // sum_: over exp(top_)
};

}  // namespace casus::solve

// Statistics that need no memory of the worlds: in, one number after the other; out, mean, variance, quantiles, shares.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace casus::lab {

// Count, mean, variance and extremes of a stream. Welford's update (1962); merge() is Chan, Golub & LeVeque's pairwise
// rule (1979), so parts of a stream can be counted apart and joined.
class Moments {
 public:
  void add(double x, double weight = 1);
  void merge(const Moments& other);
  size_t count() const { return count_; }
  double weight() const { return weight_; }
  double mean() const { return mean_; }  // 0 of nothing
  double variance() const;               // divided by count - 1; 0 below two; for unit weights
  double population_variance() const;    // divided by the total weight
  double min() const { return min_; }    // +infinity of nothing
  double max() const { return max_; }    // -infinity of nothing
  double standard_error() const;         // of the mean; for unit weights

 private:
  size_t count_ = 0;
  double weight_ = 0, mean_ = 0, squares_ = 0;
  double min_ = 1 / 0.0, max_ = -1 / 0.0;
};

// Quantiles of a stream in constant memory, mergeable: a KLL sketch (Karnin, Lang & Liberty 2016, arXiv:1603.05346)
// whose coin flips are seeded, so the answer is the same each time. With the default size the rank of an answer is
// within rank_error() of the one asked for, in about 99 of 100 sketches; with fewer than `size` numbers it is exact.
class QuantileSketch {
 public:
  explicit QuantileSketch(size_t size = 600, uint64_t seed = 1);
  void add(double x);
  void merge(const QuantileSketch& other);
  uint64_t count() const { return count_; }
  // The smallest number kept whose share of numbers at or below it is at least q in [0, 1]; NaN of nothing.
  double quantile(double q) const;
  // The estimated share of numbers at or below x.
  double share_below(double x) const;
  double rank_error() const;
  size_t kept() const;

 private:
  size_t capacity(size_t level) const;
  void compress();
  size_t size_;
  uint64_t seed_, flips_ = 0, count_ = 0;
  std::vector<std::vector<double>> levels_;  // a number on level l stands for 2^l
};

// A share with its interval.
struct Share {
  uint64_t yes = 0, of = 0;
  double value = 0, low = 0, high = 1;
  double half_width() const { return (high - low) / 2; }
};
// Wilson's score interval (1927): honest near 0 and 1, where the usual one has no width. Of nothing: [0, 1].
Share wilson(uint64_t yes, uint64_t of, double confidence = 0.95);

// Adaptive stopping: whether every share's interval is at most `width` to either side, and if not, about how many
// worlds more are needed (at the shares seen so far; at least 1). Look only after whole batches: stopping at a lucky
// moment makes intervals too narrow, the less so the larger the batches.
struct Stopping {
  bool enough = false;
  uint64_t more = 0;
  size_t widest = 0;  // which share has the widest interval
};
Stopping enough_worlds(const std::vector<Share>& shares, double width, double confidence = 0.95);

}  // namespace casus::lab

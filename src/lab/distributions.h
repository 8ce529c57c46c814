// Quantiles of a parameter's distribution: in, a share u in (0, 1); out, the value below which that share of the
// plausible values lies.
#pragma once
#include "base/result.h"
#include "model/case_model.h"

namespace casus::lab {

// The distribution of one sampled parameter (anything but `fixed`), truncated where the case says so. Made once, asked
// often.
class Quantile {
 public:
  // Fails, with the parameter's name, where the arguments describe no distribution (a standard deviation of 0, a low
  // above its high, a truncation that leaves no mass, ...).
  static base::Result<Quantile> make(const model::Param& param);

  // u strictly between 0 and 1; nondecreasing in u. Discrete: the values in increasing order, each for a slice of u as
  // wide as its weight. Relative accuracy about 1e-14 of Boost.Math's quantiles.
  double operator()(double u) const;

  // Whether a user's own value lies within the range of the distribution (discrete: is one of its values).
  bool contains(double value) const;
  // "[0.2, 0.9]" or "{1, 2, 5}", for messages.
  std::string range_text() const;

 private:
  double untruncated(double p, bool upper_tail) const;
  double cdf(double x, bool upper_tail) const;

  model::Distribution kind_ = model::Distribution::uniform;
  double a_ = 0, b_ = 1, mode_ = 0;  // arguments
  double low_ = 0, high_ = 1;        // support after truncation
  double below_ = 0, mass_ = 1;      // probability cut off on the counted side, and what is left
  bool from_above_ = false;          // count probability from the upper tail: exact where low_ lies far up
  bool truncated_ = false;
  std::vector<double> values_, cumulative_;  // discrete, increasing values
};

}  // namespace casus::lab

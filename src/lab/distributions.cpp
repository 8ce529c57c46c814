#include "lab/distributions.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <numeric>

namespace casus::lab {
namespace {

using boost::math::complement;
using boost::math::quantile;
using model::Distribution;

constexpr double infinity = std::numeric_limits<double>::infinity();

size_t argument_count(Distribution d) {
  switch (d) {
    case Distribution::uniform:
    case Distribution::normal:
    case Distribution::lognormal:
    case Distribution::beta:
      return 2;
    case Distribution::triangular:
      return 3;
    case Distribution::fixed:
    case Distribution::discrete:
      return 0;
  }
  return 0;
}

// What is wrong with the arguments, or nothing.
std::string complaint(const model::Param& p) {
  const auto& a = p.arguments;
  if (p.distribution == Distribution::fixed) return "is fixed and has no distribution";
  if (a.size() != argument_count(p.distribution))
    return fmt::format("needs {} arguments for its distribution, not {}", argument_count(p.distribution), a.size());
  if (!std::all_of(a.begin(), a.end(), [](double v) { return std::isfinite(v); }))
    return "has an argument that is no finite number";
  switch (p.distribution) {
    case Distribution::uniform:
      if (!(a[0] < a[1]))
        return fmt::format("is uniform from {} to {}: the low end must lie below the high end", a[0], a[1]);
      break;
    case Distribution::triangular:
      if (!(a[0] <= a[1] && a[1] <= a[2] && a[0] < a[2]))
        return fmt::format("is triangular({}, {}, {}): write low, mode, high in that order", a[0], a[1], a[2]);
      break;
    case Distribution::normal:
    case Distribution::lognormal:
      if (!(a[1] > 0)) return fmt::format("has a standard deviation of {}: it must be above 0", a[1]);
      break;
    case Distribution::beta:
      if (!(a[0] > 0 && a[1] > 0)) return fmt::format("is beta({}, {}): both arguments must be above 0", a[0], a[1]);
      break;
    case Distribution::discrete:
      if (p.values.empty() || p.values.size() != p.weights.size())
        return "needs as many weights as values, at least one";
      for (size_t i = 0; i < p.values.size(); ++i)
        if (!std::isfinite(p.values[i]) || !(p.weights[i] >= 0) || !std::isfinite(p.weights[i]))
          return fmt::format("gives the value {} the weight {}: weights are finite and at least 0", p.values[i],
                             p.weights[i]);
      if (!(std::accumulate(p.weights.begin(), p.weights.end(), 0.0) > 0)) return "has no weight above 0";
      break;
    case Distribution::fixed:
      break;
  }
  return {};
}

}  // namespace

base::Result<Quantile> Quantile::make(const model::Param& param) {
  if (const std::string wrong = complaint(param); !wrong.empty())
    return base::Error{fmt::format("the parameter '{}' {}", param.name, wrong)};
  Quantile q;
  q.kind_ = param.distribution;
  const double lower = param.lower.value_or(-infinity), upper = param.upper.value_or(infinity);
  const base::Error empty{fmt::format(
      "the truncation of the parameter '{}' to [{}, {}] leaves nothing of its distribution", param.name, lower, upper)};
  if (q.kind_ == Distribution::discrete) {
    std::vector<size_t> order(param.values.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) { return param.values[i] < param.values[j]; });
    double total = 0;
    for (size_t i : order) {
      if (param.weights[i] == 0 || param.values[i] < lower || param.values[i] > upper) continue;
      total += param.weights[i];
      q.values_.push_back(param.values[i]);
      q.cumulative_.push_back(total);
    }
    if (q.values_.empty()) return empty;
    for (double& c : q.cumulative_) c /= total;
    q.low_ = q.values_.front();
    q.high_ = q.values_.back();
    return q;
  }
  q.a_ = param.arguments[0];
  q.b_ = param.arguments.back();
  switch (q.kind_) {
    case Distribution::triangular:
      q.mode_ = param.arguments[1];
      [[fallthrough]];
    case Distribution::uniform:
      q.low_ = q.a_, q.high_ = q.b_;
      break;
    case Distribution::normal:
      q.low_ = -infinity, q.high_ = infinity;
      break;
    case Distribution::lognormal:
      q.low_ = 0, q.high_ = infinity;
      break;
    default:
      q.low_ = 0, q.high_ = 1;
      break;
  }
  if (lower > q.low_ || upper < q.high_) {
    q.low_ = std::max(q.low_, lower);
    q.high_ = std::min(q.high_, upper);
    if (!(q.low_ < q.high_)) return empty;
    q.from_above_ = q.cdf(q.low_, false) > 0.5;
    q.below_ = q.from_above_ ? q.cdf(q.high_, true) : q.cdf(q.low_, false);
    q.mass_ = (q.from_above_ ? q.cdf(q.low_, true) : q.cdf(q.high_, false)) - q.below_;
    q.truncated_ = true;
    if (!(q.mass_ > 0)) return empty;
  }
  return q;
}

double Quantile::cdf(double x, bool upper_tail) const {
  switch (kind_) {
    case Distribution::uniform:
      return std::clamp(upper_tail ? (b_ - x) / (b_ - a_) : (x - a_) / (b_ - a_), 0.0, 1.0);
    case Distribution::triangular: {
      if (x <= a_ || x >= b_) return (x <= a_) == upper_tail ? 1 : 0;
      const bool rising = x < mode_;
      const double side =
          rising ? (x - a_) * (x - a_) / ((b_ - a_) * (mode_ - a_)) : (b_ - x) * (b_ - x) / ((b_ - a_) * (b_ - mode_));
      return rising == upper_tail ? 1 - side : side;
    }
    case Distribution::lognormal:
      if (x <= 0) return upper_tail ? 1 : 0;
      x = std::log(x);
      [[fallthrough]];
    case Distribution::normal: {
      if (std::isinf(x)) return (x > 0) == upper_tail ? 0 : 1;
      const boost::math::normal d(a_, b_);
      return upper_tail ? boost::math::cdf(complement(d, x)) : boost::math::cdf(d, x);
    }
    default: {
      const boost::math::beta_distribution<> d(a_, b_);
      x = std::clamp(x, 0.0, 1.0);
      return upper_tail ? boost::math::cdf(complement(d, x)) : boost::math::cdf(d, x);
    }
  }
}

double Quantile::untruncated(double p, bool upper_tail) const {
  switch (kind_) {
    case Distribution::uniform:
      return upper_tail ? b_ - p * (b_ - a_) : a_ + p * (b_ - a_);
    case Distribution::triangular: {
      const double at_mode = cdf(mode_, upper_tail);
      if ((p < at_mode) != upper_tail) {  // on the rising side
        const double share = upper_tail ? 1 - p : p;
        return a_ + std::sqrt(share * (b_ - a_) * (mode_ - a_));
      }
      const double share = upper_tail ? p : 1 - p;
      return b_ - std::sqrt(share * (b_ - a_) * (b_ - mode_));
    }
    case Distribution::normal:
    case Distribution::lognormal: {
      const boost::math::normal d(a_, b_);
      const double x = upper_tail ? quantile(complement(d, p)) : quantile(d, p);
      return kind_ == Distribution::normal ? x : std::exp(x);
    }
    default: {
      const boost::math::beta_distribution<> d(a_, b_);
      return upper_tail ? quantile(complement(d, p)) : quantile(d, p);
    }
  }
}

double Quantile::operator()(double u) const {
  assert(u > 0 && u < 1);
  if (kind_ == Distribution::discrete) {
    const auto at = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, u);
    return values_[static_cast<size_t>(at - cumulative_.begin())];
  }
  if (!truncated_) return untruncated(u, false);
  // The smallest positive number keeps the argument inside (0, 1) where rounding would reach an end.
  const double p = std::clamp(below_ + (from_above_ ? 1 - u : u) * mass_, std::numeric_limits<double>::min(),
                              1 - std::numeric_limits<double>::epsilon() / 2);
  return std::clamp(untruncated(p, from_above_), low_, high_);
}

bool Quantile::contains(double value) const {
  if (kind_ == Distribution::discrete) return std::binary_search(values_.begin(), values_.end(), value);
  return value >= low_ && value <= high_ && std::isfinite(value);
}

std::string Quantile::range_text() const {
  if (kind_ == Distribution::discrete) return fmt::format("{{{}}}", fmt::join(values_, ", "));
  return fmt::format("[{}, {}]", low_, high_);
}

}  // namespace casus::lab

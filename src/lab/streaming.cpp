#include "lab/streaming.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace casus::lab {
namespace {

double normal_quantile(double confidence) {
  return boost::math::quantile(boost::math::normal(), 0.5 + confidence / 2);
}

constexpr double shrink = 2.0 / 3;  // each level below the top keeps this share of the one above it (KLL, section 4)
constexpr size_t least_capacity = 8;

}  // namespace

void Moments::add(double x, double weight) {
  if (weight == 0) return;
  ++count_;
  weight_ += weight;
  const double gap = x - mean_;
  mean_ += gap * weight / weight_;
  squares_ += weight * gap * (x - mean_);
  min_ = std::min(min_, x);
  max_ = std::max(max_, x);
}

void Moments::merge(const Moments& other) {
  if (other.count_ == 0) return;
  const double gap = other.mean_ - mean_, all = weight_ + other.weight_;
  squares_ += other.squares_ + gap * gap * weight_ * other.weight_ / all;
  mean_ += gap * other.weight_ / all;
  weight_ = all;
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

double Moments::variance() const {
  return count_ < 2 ? 0 : squares_ / (weight_ - 1);
}
double Moments::population_variance() const {
  return count_ == 0 ? 0 : squares_ / weight_;
}
double Moments::standard_error() const {
  return count_ == 0 ? 0 : std::sqrt(variance() / static_cast<double>(count_));
}

QuantileSketch::QuantileSketch(size_t size, uint64_t seed)
    : size_(std::max(size, least_capacity)), seed_(seed), levels_(1) {}

size_t QuantileSketch::capacity(size_t level) const {
  const auto depth = static_cast<double>(levels_.size() - 1 - level);
  return std::max(least_capacity, static_cast<size_t>(std::ceil(static_cast<double>(size_) * std::pow(shrink, depth))));
}

void QuantileSketch::add(double x) {
  levels_[0].push_back(x);
  ++count_;
  if (levels_[0].size() >= capacity(0)) compress();
}

void QuantileSketch::compress() {
  for (size_t level = 0; level < levels_.size(); ++level) {
    if (levels_[level].size() < capacity(level)) continue;
    if (level + 1 == levels_.size()) levels_.emplace_back();
    auto& from = levels_[level];
    std::sort(from.begin(), from.end());
    // Of each neighbouring pair one, by a coin, moves up with double weight; an odd number's last stays.
    const size_t coin = base::random_bits(seed_, level, flips_++) & 1, pairs = from.size() / 2;
    for (size_t i = 0; i < pairs; ++i) levels_[level + 1].push_back(from[2 * i + coin]);
    from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(2 * pairs));
  }
}

void QuantileSketch::merge(const QuantileSketch& other) {
  if (levels_.size() < other.levels_.size()) levels_.resize(other.levels_.size());
  for (size_t level = 0; level < other.levels_.size(); ++level)
    levels_[level].insert(levels_[level].end(), other.levels_[level].begin(), other.levels_[level].end());
  count_ += other.count_;
  compress();
}

double QuantileSketch::quantile(double q) const {
  std::vector<std::pair<double, uint64_t>> all;
  for (size_t level = 0; level < levels_.size(); ++level)
    for (double x : levels_[level]) all.emplace_back(x, uint64_t{1} << level);
  if (all.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(all.begin(), all.end());
  const double wanted = q * static_cast<double>(count_);
  double below = 0;
  for (const auto& [x, weight] : all) {
    below += static_cast<double>(weight);
    if (below >= wanted) return x;
  }
  return all.back().first;
}

double QuantileSketch::share_below(double x) const {
  double below = 0;
  for (size_t level = 0; level < levels_.size(); ++level)
    for (double v : levels_[level])
      if (v <= x) below += std::ldexp(1, static_cast<int>(level));
  return count_ == 0 ? 0 : below / static_cast<double>(count_);
}

// A level of n numbers is halved at most count / (2^level n) times, each with an error of 2^level either way or none:
// the variances add up to a geometric series, dominated by the top level. Two and a half deviations.
double QuantileSketch::rank_error() const {
  if (levels_.size() == 1 || count_ == 0) return 0;
  double variance = 0;
  for (size_t level = 0; level + 1 < levels_.size(); ++level) {
    const double weight = std::ldexp(1, static_cast<int>(level)), n = static_cast<double>(count_);
    variance += weight * weight * std::ceil(n / (weight * static_cast<double>(capacity(level))));
  }
  return 2.5 * std::sqrt(variance) / static_cast<double>(count_);
}

size_t QuantileSketch::kept() const {
  size_t n = 0;
  for (const auto& level : levels_) n += level.size();
  return n;
}

Share wilson(uint64_t yes, uint64_t of, double confidence) {
  Share share{yes, of};
  if (of == 0) return share;
  const double n = static_cast<double>(of), p = static_cast<double>(yes) / n, z = normal_quantile(confidence);
  const double scale = 1 / (1 + z * z / n), centre = scale * (p + z * z / (2 * n));
  const double half = scale * z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  share.value = p;
  share.low = yes == 0 ? 0 : centre - half;
  share.high = yes == of ? 1 : centre + half;
  return share;
}

Stopping enough_worlds(const std::vector<Share>& shares, double width, double confidence) {
  Stopping out;
  for (size_t i = 1; i < shares.size(); ++i)
    if (shares[i].half_width() > shares[out.widest].half_width()) out.widest = i;
  if (shares.empty() || shares[out.widest].half_width() <= width) {
    out.enough = true;
    return out;
  }
  for (const Share& share : shares) {
    if (share.half_width() <= width) continue;
    // Half-widths fall with the number of worlds; double until narrow enough, then halve the gap.
    const auto half_at = [&](uint64_t n) {
      return wilson(static_cast<uint64_t>(std::llround(share.value * static_cast<double>(n))), n, confidence)
          .half_width();
    };
    uint64_t low = std::max<uint64_t>(share.of, 1), high = 2 * low;
    while (half_at(high) > width && high < uint64_t{1} << 62) low = high, high *= 2;
    while (high - low > std::max<uint64_t>(1, high / 1000)) {
      const uint64_t middle = low + (high - low) / 2;
      (half_at(middle) > width ? low : high) = middle;
    }
    out.more = std::max(out.more, high - share.of);
  }
  out.more = std::max<uint64_t>(out.more, 1);
  return out;
}

}  // namespace casus::lab

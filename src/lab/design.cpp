#include "lab/design.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <limits>

#include "base/diagnostic.h"
#include "base/random.h"
#include "lab/maximin.h"

namespace casus::lab {
namespace {

struct NamedKind {
  DesignKind kind;
  std::string_view name;
};
constexpr NamedKind kinds[] = {
    {DesignKind::latin_hypercube, "lhs"},
    {DesignKind::maximin, "maximin"},
    {DesignKind::sobol, "sobol"},
    {DesignKind::halton, "halton"},
    {DesignKind::monte_carlo, "random"},
    {DesignKind::full_factorial, "factorial"},
    {DesignKind::one_at_a_time, "one-at-a-time"},
    {DesignKind::saltelli, "saltelli"},
};

constexpr uint64_t maximin_limit = 2000;

// Streams of random numbers: which use, then which coordinate.
constexpr uint64_t stream(uint64_t use, size_t dimension) {
  return use << 32 | dimension;
}
constexpr uint64_t stratum_use = 1, jitter_use = 2, monte_carlo_use = 3;

// The product of the levels, or 0 where it passes 2^63.
uint64_t product(const std::vector<uint64_t>& levels) {
  uint64_t all = 1;
  for (uint64_t l : levels) {
    if (all > (uint64_t{1} << 63) / l) return 0;
    all *= l;
  }
  return all;
}

// The most levels a coordinate that stay within `worlds` combinations.
std::vector<uint64_t> levels_within(uint64_t worlds, size_t dimensions) {
  std::vector<uint64_t> levels(dimensions, 1);
  while (true) {
    std::vector<uint64_t> more(dimensions, levels.front() + 1);
    const uint64_t all = product(more);
    if (all == 0 || all > worlds) return levels;
    levels = more;
  }
}

}  // namespace

std::string_view design_name(DesignKind kind) {
  for (const auto& k : kinds)
    if (k.kind == kind) return k.name;
  return {};
}

base::Result<DesignKind> design_named(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& k : kinds) {
    if (k.name == name) return k.kind;
    names.emplace_back(k.name);
  }
  return base::Error{fmt::format("there is no design '{}'; choose one of {}", name, fmt::join(names, ", "))};
}

base::Result<Design> Design::make(const DesignOptions& options) {
  Design design;
  design.options_ = options;
  DesignOptions& o = design.options_;
  if (o.worlds == 0) return base::Error{"a design needs at least one world"};
  const size_t d = o.dimensions;
  design.size_ = o.worlds;
  switch (o.kind) {
    case DesignKind::latin_hypercube:
    case DesignKind::monte_carlo:
      break;
    case DesignKind::maximin:
      if (o.worlds > maximin_limit)
        return base::Error{fmt::format("a maximin design has at most {} worlds, not {}; use 'sobol' or 'lhs' for more",
                                       maximin_limit, o.worlds)};
      design.strata_ = maximin_strata(static_cast<uint32_t>(o.worlds), d, o.seed);
      break;
    case DesignKind::sobol:
    case DesignKind::saltelli: {
      const bool pairs = o.kind == DesignKind::saltelli;
      const size_t columns = pairs ? 2 * d : d;
      if (columns > SobolSequence::max_dimensions || o.worlds > SobolSequence::max_points)
        return base::Error{fmt::format("Sobol points have at most {} coordinates and {} worlds, not {} and {}",
                                       SobolSequence::max_dimensions, SobolSequence::max_points, columns, o.worlds)};
      design.sobol_ = std::make_shared<SobolSequence>(columns, o.seed);
      if (!pairs) break;
      const uint64_t block = (o.second_order ? 2 * d : d) + 2;
      // At least one base sample, and a power of two: the blocks of a Sobol sequence that are evenly spread.
      design.base_ = 1;
      while (2 * design.base_ * block <= o.worlds) design.base_ *= 2;
      design.size_ = design.base_ * block;
      break;
    }
    case DesignKind::halton:
      design.halton_ = std::make_shared<HaltonSequence>(d, o.seed);
      break;
    case DesignKind::full_factorial:
      if (o.levels.empty()) o.levels = d == 0 ? std::vector<uint64_t>{} : levels_within(o.worlds, d);
      if (o.levels.size() == 1) o.levels.assign(d, o.levels.front());
      if (o.levels.size() != d)
        return base::Error{
            fmt::format("a full factorial of {} parameters needs one number of levels or {} of them, not {}", d, d,
                        o.levels.size())};
      if (std::count(o.levels.begin(), o.levels.end(), 0u) > 0)
        return base::Error{"a full factorial needs at least one level for each parameter"};
      design.size_ = product(o.levels);
      if (design.size_ == 0) return base::Error{"this full factorial has more combinations than can be counted"};
      break;
    case DesignKind::one_at_a_time:
      for (double q : o.quantiles)
        if (!(q > 0 && q < 1)) return base::Error{fmt::format("a quantile lies between 0 and 1, and {} does not", q)};
      design.size_ = 1 + d * o.quantiles.size();
      break;
  }
  return design;
}

void Design::saltelli_point(uint64_t k, std::span<double> out) const {
  const size_t d = options_.dimensions;
  const uint64_t block = size_ / base_, row = k % block;
  std::vector<double> both(2 * d);
  sobol_->point(k / block, both);
  const std::span<const double> a(both.data(), d), b(both.data() + d, d);
  const bool from_b = row > d;  // BA_j and B; else A and AB_j
  std::copy_n((from_b ? b : a).begin(), d, out.begin());
  if (row >= 1 && row <= d) out[row - 1] = b[row - 1];
  if (from_b && row + 1 < block) out[row - d - 1] = a[row - d - 1];
}

void Design::point(uint64_t k, std::span<double> out) const {
  assert(k < size_ && out.size() == options_.dimensions);
  const uint64_t seed = options_.seed;
  switch (options_.kind) {
    case DesignKind::latin_hypercube:
    case DesignKind::maximin:
      for (size_t d = 0; d < out.size(); ++d) {
        const uint64_t stratum = strata_.empty()
                                     ? base::permuted(k, size_, base::random_bits(seed, stream(stratum_use, d), 0))
                                     : strata_[k * out.size() + d];
        const double jitter = strata_.empty() ? base::random_unit(seed, stream(jitter_use, d), k) : 0.5;
        out[d] = std::min((static_cast<double>(stratum) + jitter) / static_cast<double>(size_), 1 - 0x1p-53);
      }
      return;
    case DesignKind::sobol:
      sobol_->point(k, out);
      return;
    case DesignKind::halton:
      halton_->point(k, out);
      return;
    case DesignKind::monte_carlo:
      for (size_t d = 0; d < out.size(); ++d) out[d] = base::random_unit(seed, stream(monte_carlo_use, d), k);
      return;
    case DesignKind::full_factorial:
      for (size_t d = out.size(); d-- > 0; k /= options_.levels[d])
        out[d] = (static_cast<double>(k % options_.levels[d]) + 0.5) / static_cast<double>(options_.levels[d]);
      return;
    case DesignKind::one_at_a_time: {
      std::fill(out.begin(), out.end(), 0.5);
      const size_t levels = options_.quantiles.size();
      if (k > 0) out[(k - 1) / levels] = options_.quantiles[(k - 1) % levels];
      return;
    }
    case DesignKind::saltelli:
      saltelli_point(k, out);
      return;
  }
}

std::vector<double> Design::point(uint64_t k) const {
  std::vector<double> out(options_.dimensions);
  point(k, out);
  return out;
}

}  // namespace casus::lab

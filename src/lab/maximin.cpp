#include "lab/maximin.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"

namespace casus::lab {
namespace {

constexpr uint64_t start_stream = 0x6D61785F31, swap_stream = 0x6D61785F32;
constexpr int tries_per_pair = 60;  // partners tried for the nearest pair before the search ends

// Squared distances of points, and the part of phi_p^p that one point has: sum over the others of distance^-15.
class Points {
 public:
  Points(std::vector<uint32_t>& strata, uint32_t n, size_t d) : strata_(strata), n_(n), d_(d) {}
  double squared(uint32_t i, uint32_t j) const {
    double sum = 0;
    for (size_t c = 0; c < d_; ++c) {
      const double gap = static_cast<double>(strata_[i * d_ + c]) - static_cast<double>(strata_[j * d_ + c]);
      sum += gap * gap;
    }
    return sum;
  }
  // Relative to `unit` (a squared distance) so that the power neither overflows nor vanishes.
  double crowding(uint32_t i, uint32_t except, double unit) const {
    double sum = 0;
    for (uint32_t j = 0; j < n_; ++j)
      if (j != i && j != except) {
        const double near = unit / squared(i, j), square = near * near;
        sum += square * square * square * near * std::sqrt(near);  // to the power 7.5
      }
    return sum;
  }

 private:
  std::vector<uint32_t>& strata_;
  uint32_t n_;
  size_t d_;
};

struct Pair {
  uint32_t i = 0, j = 1;
  double squared = std::numeric_limits<double>::infinity();
};

}  // namespace

double smallest_distance(const std::vector<uint32_t>& strata, uint32_t n, size_t d) {
  std::vector<uint32_t> copy = strata;
  const Points points(copy, n, d);
  double least = std::numeric_limits<double>::infinity();
  for (uint32_t i = 0; i < n; ++i)
    for (uint32_t j = 0; j < i; ++j) least = std::min(least, points.squared(i, j));
  return std::sqrt(least);
}

std::vector<uint32_t> maximin_strata(uint32_t n, size_t d, uint64_t seed) {
  std::vector<uint32_t> strata(n * d);
  for (size_t c = 0; c < d; ++c)
    for (uint32_t i = 0; i < n; ++i)
      strata[i * d + c] = static_cast<uint32_t>(base::permuted(i, n, base::random_bits(seed, start_stream, c)));
  if (n < 3 || d < 2) return strata;

  const Points points(strata, n, d);
  base::RandomStream random(seed, swap_stream);
  // Each point's nearest neighbour, kept up to date: a swap moves two points.
  std::vector<Pair> nearest(n);
  const auto refresh = [&](uint32_t i) {
    nearest[i] = {i, i == 0 ? 1u : 0u};
    for (uint32_t j = 0; j < n; ++j) {
      if (j == i) continue;
      const double squared = points.squared(i, j);
      if (squared < nearest[i].squared) nearest[i] = {i, j, squared};
    }
  };
  for (uint32_t i = 0; i < n; ++i) refresh(i);
  const uint64_t rounds = 10 * uint64_t{n};
  for (uint64_t round = 0; round < rounds; ++round) {
    const Pair closest = *std::min_element(nearest.begin(), nearest.end(),
                                           [](const Pair& a, const Pair& b) { return a.squared < b.squared; });
    bool moved = false;
    for (int attempt = 0; attempt < tries_per_pair && !moved; ++attempt) {
      const uint32_t i = random.below(2) == 0 ? closest.i : closest.j;
      const auto other = static_cast<uint32_t>(random.below(n));
      const size_t c = random.below(d);
      if (other == i) continue;
      const double before = points.crowding(i, other, closest.squared) + points.crowding(other, i, closest.squared);
      std::swap(strata[i * d + c], strata[other * d + c]);
      const double after = points.crowding(i, other, closest.squared) + points.crowding(other, i, closest.squared);
      if (after < before) {
        moved = true;
        for (uint32_t k = 0; k < n; ++k)
          if (k == i || k == other || nearest[k].j == i || nearest[k].j == other) {
            refresh(k);
          } else {
            for (uint32_t m : {i, other})
              if (const double squared = points.squared(k, m); squared < nearest[k].squared)
                nearest[k] = {k, m, squared};
          }
      } else {
        std::swap(strata[i * d + c], strata[other * d + c]);
      }
    }
    if (!moved) break;
  }
  return strata;
}

}  // namespace casus::lab

#include "lab/sequences.h"

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <cassert>

#include "base/random.h"

namespace casus::lab {
namespace {

constexpr unsigned binary_digits = 32;  // of a Sobol point that are computed; the rest is random

// Owen's scrambling of 32 binary digits, then random digits below them.
double owen_scrambled(uint32_t x, uint64_t key) {
  uint32_t flips = 0;
  for (unsigned digit = 0; digit < binary_digits; ++digit) {
    // The digits before this one, marked by a leading one so that prefixes of different lengths differ.
    const uint64_t prefix = (uint64_t{1} << digit) | (digit == 0 ? 0 : x >> (binary_digits - digit));
    flips |= static_cast<uint32_t>(base::mix_bits(key + 0x9E3779B97F4A7C15 * prefix) & 1)
             << (binary_digits - 1 - digit);
  }
  const uint64_t below = base::mix_bits(key ^ base::mix_bits(x + (uint64_t{1} << 40)));
  return base::to_unit(uint64_t{x ^ flips} << binary_digits | below >> binary_digits);
}

}  // namespace

SobolSequence::SobolSequence(size_t dimensions, uint64_t seed) : dimensions_(dimensions), seed_(seed) {
  assert(dimensions <= max_dimensions);
  if (dimensions == 0) return;
  // Boost keeps its direction numbers to itself. Point 2^(j+1) - 1 has the Gray code 2^j, so it is direction number j;
  // Boost leaves out point 0 and counts from point 1.
  boost::random::sobol engine(dimensions);
  directions_.resize(dimensions * binary_digits);
  for (unsigned j = 0; j < binary_digits; ++j) {
    engine.seed((uint64_t{1} << (j + 1)) - 2);
    for (size_t d = 0; d < dimensions; ++d) directions_[d * binary_digits + j] = static_cast<uint32_t>(engine() >> 32);
  }
}

uint32_t SobolSequence::bits(uint64_t index, size_t dimension) const {
  assert(index < max_points);
  uint32_t x = 0;
  const uint32_t* direction = directions_.data() + dimension * binary_digits;
  for (uint64_t gray = index ^ (index >> 1); gray != 0; gray >>= 1, ++direction)
    if (gray & 1) x ^= *direction;
  return x;
}

double SobolSequence::plain(uint64_t index, size_t dimension) const {
  return bits(index, dimension) * 0x1p-32;
}

void SobolSequence::point(uint64_t index, std::span<double> out) const {
  for (size_t d = 0; d < dimensions_; ++d)
    out[d] = owen_scrambled(bits(index, d), base::random_bits(seed_, 0x536F626F6C, d));
}

HaltonSequence::HaltonSequence(size_t dimensions, uint64_t seed) {
  for (uint32_t n = 2; primes_.size() < dimensions; ++n) {
    bool prime = true;
    for (uint32_t p : primes_) {
      if (p * p > n) break;
      if (n % p == 0) prime = false;
    }
    if (prime) primes_.push_back(n);
  }
  // Places down to the precision of a double.
  for (size_t d = 0; d < dimensions; ++d) {
    const uint64_t base = primes_[d], key = base::random_bits(seed, 0x48616C746F6E, d);
    auto& digits = digits_.emplace_back();
    uint64_t place = 0;
    for (double scale = 1; scale > 0x1p-53; scale /= static_cast<double>(base), ++place)
      for (uint64_t digit = 0; digit < base; ++digit)
        digits.push_back(static_cast<uint32_t>(base::permuted(digit, base, key + place)));
  }
}

void HaltonSequence::point(uint64_t index, std::span<double> out) const {
  for (size_t d = 0; d < primes_.size(); ++d) {
    const uint64_t base = primes_[d];
    double x = 0, scale = 1;
    uint64_t rest = index;
    // The leading zeros of the index are permuted like any digit.
    for (size_t place = 0; place < digits_[d].size(); place += base, rest /= base) {
      scale /= static_cast<double>(base);
      x += scale * static_cast<double>(digits_[d][place + rest % base]);
    }
    out[d] = std::min(x + scale / 2, 1 - 0x1p-53);
  }
}

}  // namespace casus::lab

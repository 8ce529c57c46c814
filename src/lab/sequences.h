// Low-discrepancy sequences: in, an index and a dimension; out, that coordinate of that point, without the points
// before it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace casus::lab {

// Sobol's sequence with the direction numbers of Boost.Random (Joe & Kuo), scrambled by Owen's nested uniform
// scrambling (Owen 1995; each binary digit is flipped by a hash of the digits before it), so that each point is uniform
// and every block of 2^m points keeps its equidistribution.
class SobolSequence {
 public:
  static constexpr size_t max_dimensions = 3667;
  static constexpr uint64_t max_points = uint64_t{1} << 32;
  SobolSequence(size_t dimensions, uint64_t seed);
  // The coordinates of point `index` (from 0), strictly inside (0, 1).
  void point(uint64_t index, std::span<double> out) const;
  // The same before scrambling, a multiple of 2^-32; point 0 is the origin.
  double plain(uint64_t index, size_t dimension) const;

 private:
  uint32_t bits(uint64_t index, size_t dimension) const;
  size_t dimensions_;
  uint64_t seed_;
  std::vector<uint32_t> directions_;  // 32 for each dimension
};

// Halton's sequence in the first prime bases, each digit permuted at random (Owen 2017, arXiv:1706.02808).
class HaltonSequence {
 public:
  HaltonSequence(size_t dimensions, uint64_t seed);
  void point(uint64_t index, std::span<double> out) const;

 private:
  std::vector<uint32_t> primes_;
  std::vector<std::vector<uint32_t>> digits_;  // per dimension: for each place, what each digit becomes
};

}  // namespace casus::lab

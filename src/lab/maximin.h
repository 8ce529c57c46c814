// Maximin Latin hypercubes: in, points, dimensions and a seed; out, the stratum of each point in each dimension.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace casus::lab {

// A Latin hypercube of n points in d dimensions (n d strata, point-major, each column a permutation of 0 .. n-1) whose
// smallest distance between two points is pushed up: a random start, then swaps of one coordinate of the nearest pair
// with another point, kept when the phi_p criterion (p = 15; Morris & Mitchell 1995, doi 10.1016/0378-3758(94)00035-T)
// falls. Time about proportional to n^2 d.
std::vector<uint32_t> maximin_strata(uint32_t n, size_t d, uint64_t seed);

// The smallest Euclidean distance between two of the points, in strata.
double smallest_distance(const std::vector<uint32_t>& strata, uint32_t n, size_t d);

}  // namespace casus::lab

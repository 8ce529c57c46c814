// Hash mixing: in, a running hash and a word; out, a well-spread hash (the finaliser of SplitMix64, Steele, Lea & Flood
// 2014).
#pragma once
#include <cstdint>

namespace casus::base {

inline uint64_t mix(uint64_t hash, uint64_t word) {
  uint64_t z = hash * 0x9E3779B97F4A7C15ULL + word + 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace casus::base

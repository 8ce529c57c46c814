// Counter-based random numbers: in, a seed, a stream and an index; out, a number that depends on nothing else, so draw
// k is the same whoever draws it, in whatever order.
#pragma once
#include <array>
#include <cstdint>
#include <limits>

namespace casus::base {

// One block of Philox-4x32-10: 128 random bits for a 128-bit counter under a 64-bit key. Source: Salmon, Moraes, Dror &
// Shaw (2011), 'Parallel random numbers: as easy as 1, 2, 3', SC11, doi 10.1145/2063384.2063405.
inline std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t p = uint64_t{0xD2511F53} * counter[0], q = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(q >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(q),
               static_cast<uint32_t>(p >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(p)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

// 64 random bits: number `index` of stream `stream` under `seed`.
inline uint64_t random_bits(uint64_t seed, uint64_t stream, uint64_t index) {
  const auto block = philox({static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32),
                             static_cast<uint32_t>(stream), static_cast<uint32_t>(stream >> 32)},
                            {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)});
  return uint64_t{block[1]} << 32 | block[0];
}

// The top 52 bits as a number strictly between 0 and 1: the middles of 2^52 equal cells, so never 0, 1 or a bias.
inline double to_unit(uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

// A uniform number in (0, 1): number `index` of stream `stream` under `seed`.
inline double random_unit(uint64_t seed, uint64_t stream, uint64_t index) {
  return to_unit(random_bits(seed, stream, index));
}

// A bijection of the 64-bit numbers that mixes them well; cheap, for hashing. Source: the finaliser of SplitMix64
// (Steele, Lea & Flood 2014, doi 10.1145/2660193.2660195), constants of Stafford's variant 13.
inline uint64_t mix_bits(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

// The place of `i` in a keyed random permutation of 0 .. n-1 (i < n), without storing the permutation: a Feistel
// network on the next even power of two, walked along its cycle until it lands below n (Black & Rogaway 2002, 'Ciphers
// with arbitrary finite domains').
inline uint64_t permuted(uint64_t i, uint64_t n, uint64_t key) {
  unsigned half = 1;
  while (half < 32 && (uint64_t{1} << (2 * half)) < n) ++half;
  const uint64_t mask = (uint64_t{1} << half) - 1;
  do {
    uint64_t left = i >> half, right = i & mask;
    for (uint64_t round = 1; round <= 8; ++round) {
      const uint64_t next = left ^ (mix_bits(key + 0x9E3779B97F4A7C15 * (right << 4 | round)) & mask);
      left = right;
      right = next;
    }
    i = left << half | right;
  } while (i >= n);
  return i;
}

// The numbers of one stream one after the other; a uniform random bit generator of the standard library.
class RandomStream {
 public:
  using result_type = uint64_t;
  RandomStream(uint64_t seed, uint64_t stream) : seed_(seed), stream_(stream) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<uint64_t>::max(); }
  result_type operator()() { return random_bits(seed_, stream_, index_++); }
  double unit() { return to_unit((*this)()); }
  // A whole number in 0 .. n-1, n at least 1, without bias.
  uint64_t below(uint64_t n) {
    const uint64_t reject = (0 - n) % n;
    uint64_t bits = (*this)();
    while (bits < reject) bits = (*this)();
    return bits % n;
  }

 private:
  uint64_t seed_, stream_, index_ = 0;
};

}  // namespace casus::base

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

namespace casus::base {
namespace {

// Known answers of the Random123 distribution (kat_vectors, philox4x32 with 10 rounds).
TEST(Random, PhiloxGivesItsKnownAnswers) {
  using Block = std::array<uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const uint32_t f = 0xffffffff;
  EXPECT_EQ(philox({f, f, f, f}, {f, f}), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, UnitNumbersNeverReachTheEnds) {
  EXPECT_GT(to_unit(0), 0);
  EXPECT_LT(to_unit(~uint64_t{0}), 1);
  EXPECT_DOUBLE_EQ(to_unit(0) + to_unit(~uint64_t{0}), 1);
}

TEST(Random, EveryKeyGivesAPermutation) {
  for (uint64_t n : {1u, 2u, 3u, 7u, 16u, 17u, 1000u}) {
    for (uint64_t key : {0u, 1u, 99u}) {
      std::vector<bool> seen(n);
      for (uint64_t i = 0; i < n; ++i) {
        const uint64_t to = permuted(i, n, key);
        ASSERT_LT(to, n);
        ASSERT_FALSE(seen[to]) << n << " " << key << " " << i;
        seen[to] = true;
      }
    }
  }
}

// Chi-square of where each element lands over many keys: mean (n-1)^2, here with a bound five standard deviations up.
TEST(Random, PermutationsAreEvenOverKeys) {
  const uint64_t n = 10, keys = 20000;
  std::vector<double> count(n * n);
  for (uint64_t key = 0; key < keys; ++key)
    for (uint64_t i = 0; i < n; ++i) ++count[i * n + permuted(i, n, random_bits(1, 2, key))];
  double chi2 = 0;
  const double expected = static_cast<double>(keys) / n;
  for (double c : count) chi2 += (c - expected) * (c - expected) / expected;
  const double freedom = (n - 1) * (n - 1);
  EXPECT_LT(chi2, freedom + 5 * std::sqrt(2 * freedom));
}

TEST(Random, AStreamIsItsIndexedNumbers) {
  RandomStream stream(5, 6);
  for (uint64_t i = 0; i < 10; ++i) EXPECT_EQ(stream(), random_bits(5, 6, i));
  EXPECT_NE(random_bits(5, 6, 0), random_bits(5, 7, 0));
  EXPECT_NE(random_bits(5, 6, 0), random_bits(6, 6, 0));
}

}  // namespace
}  // namespace casus::base

#include "lab/design.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <cmath>
#include <set>

#include "lab/maximin.h"

namespace casus::lab {
namespace {

Design made(DesignKind kind, uint64_t worlds, size_t dimensions, uint64_t seed = 1) {
  auto design = Design::make({.kind = kind, .worlds = worlds, .dimensions = dimensions, .seed = seed});
  EXPECT_TRUE(design.ok());
  return *design;
}

// How many of `slices` equal slices of [0, 1) a coordinate hits.
size_t slices_hit(const Design& design, size_t dimension, uint64_t slices) {
  std::set<uint64_t> hit;
  for (uint64_t k = 0; k < design.size(); ++k)
    hit.insert(static_cast<uint64_t>(std::floor(design.point(k)[dimension] * static_cast<double>(slices))));
  return hit.size();
}

TEST(Design, LatinHypercubesHitEachSliceOnce) {
  for (DesignKind kind : {DesignKind::latin_hypercube, DesignKind::maximin})
    for (uint64_t worlds : {1u, 2u, 5u, 64u, 101u})
      for (size_t d = 0; d < 3; ++d) EXPECT_EQ(slices_hit(made(kind, worlds, 3), d, worlds), worlds);
}

TEST(Design, EveryKindStaysInsideTheCubeAndRepeatsItself) {
  for (DesignKind kind :
       {DesignKind::latin_hypercube, DesignKind::maximin, DesignKind::sobol, DesignKind::halton,
        DesignKind::monte_carlo, DesignKind::full_factorial, DesignKind::one_at_a_time, DesignKind::saltelli}) {
    const Design a = made(kind, 90, 4), b = made(kind, 90, 4);
    ASSERT_EQ(*design_named(design_name(kind)), kind);
    for (uint64_t k = a.size(); k-- > 0;) {  // backwards, so that no point leans on the one before it
      const auto p = a.point(k);
      EXPECT_EQ(p, b.point(k)) << design_name(kind);
      for (double x : p) EXPECT_TRUE(x > 0 && x < 1) << design_name(kind) << " " << x;
    }
  }
}

TEST(Design, SeedsDiffer) {
  for (DesignKind kind : {DesignKind::latin_hypercube, DesignKind::maximin, DesignKind::sobol, DesignKind::halton,
                          DesignKind::monte_carlo, DesignKind::saltelli})
    EXPECT_NE(made(kind, 90, 4, 1).point(3), made(kind, 90, 4, 2).point(3)) << design_name(kind);
}

TEST(Design, SobolPointsBeforeScramblingAreBoosts) {
  const SobolSequence ours(40, 1);
  boost::random::sobol theirs(40);
  for (uint64_t k = 1; k < 300; ++k)
    for (size_t d = 0; d < 40; ++d) ASSERT_EQ(ours.plain(k, d), std::ldexp(static_cast<double>(theirs() >> 32), -32));
  theirs.seed(123456788);  // Boost leaves out the origin
  for (size_t d = 0; d < 40; ++d)
    ASSERT_EQ(ours.plain(123456789, d), std::ldexp(static_cast<double>(theirs() >> 32), -32));
}

// Dimensions 1 and 2 form a (0, m, 2)-net in base 2: each of the 2^m boxes 2^-a x 2^-(m-a) has one point; Owen's
// scrambling keeps that.
TEST(Design, ScramblingKeepsTheNet) {
  const unsigned m = 8;
  for (uint64_t seed : {1u, 2u, 77u}) {
    const Design design = made(DesignKind::sobol, 1u << m, 2, seed);
    for (unsigned a = 0; a <= m; ++a) {
      std::set<std::pair<int, int>> boxes;
      for (uint64_t k = 0; k < design.size(); ++k) {
        const auto p = design.point(k);
        boxes.insert({static_cast<int>(std::ldexp(p[0], static_cast<int>(a))),
                      static_cast<int>(std::ldexp(p[1], static_cast<int>(m - a)))});
      }
      EXPECT_EQ(boxes.size(), 1u << m) << "seed " << seed << ", boxes 2^-" << a;
    }
  }
}

TEST(Design, HaltonHitsEachSliceOfItsBase) {
  const Design design = made(DesignKind::halton, 2 * 2 * 3 * 3 * 5 * 5, 3);
  EXPECT_EQ(slices_hit(design, 0, 4), 4u);
  std::vector<int> count(25);
  for (uint64_t k = 0; k < design.size(); ++k) ++count[static_cast<size_t>(design.point(k)[2] * 25)];
  EXPECT_EQ(*std::min_element(count.begin(), count.end()), 36);
  EXPECT_EQ(*std::max_element(count.begin(), count.end()), 36);
}

// Integral of prod(1 + (x_d - 1/2)) over the cube is 1 exactly; plain Monte Carlo at this size errs by about 0.015.
TEST(Design, LowDiscrepancyBeatsChanceOnASmoothIntegral) {
  const auto error = [](DesignKind kind) {
    double worst = 0;
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      const Design design = made(kind, 1024, 3, seed);
      double sum = 0;
      for (uint64_t k = 0; k < design.size(); ++k) {
        double f = 1;
        for (double x : design.point(k)) f *= 0.5 + x;
        sum += f;
      }
      worst = std::max(worst, std::fabs(sum / 1024 - 1));
    }
    return worst;
  };
  const double chance = error(DesignKind::monte_carlo);
  EXPECT_LT(chance, 5 * 0.0165);  // sd of f is sqrt((13/12)^3 - 1) = 0.52; five standard errors
  EXPECT_LT(error(DesignKind::sobol), chance / 5);
  EXPECT_LT(error(DesignKind::halton), chance / 5);
}

TEST(Design, MaximinPushesTheNearestPointsApart) {
  const uint32_t n = 60;
  for (uint64_t seed : {1u, 2u, 3u}) {
    const Design random = made(DesignKind::latin_hypercube, n, 3, seed);
    std::vector<uint32_t> strata;
    for (uint64_t k = 0; k < n; ++k)
      for (double x : random.point(k)) strata.push_back(static_cast<uint32_t>(x * n));
    EXPECT_GT(smallest_distance(maximin_strata(n, 3, seed), n, 3), 1.5 * smallest_distance(strata, n, 3));
  }
}

TEST(Design, FullFactorialHasEveryCombinationOnce) {
  const auto design = Design::make({.kind = DesignKind::full_factorial, .dimensions = 3, .levels = {2, 3, 4}});
  ASSERT_TRUE(design.ok());
  EXPECT_EQ(design->size(), 24u);
  std::set<std::vector<double>> points;
  for (uint64_t k = 0; k < 24; ++k) points.insert(design->point(k));
  EXPECT_EQ(points.size(), 24u);
  EXPECT_EQ(*points.begin(), (std::vector<double>{0.25, 1.0 / 6, 0.125}));
  EXPECT_EQ(made(DesignKind::full_factorial, 100, 3).size(), 64u);
}

TEST(Design, OneAtATimeMovesOneCoordinate) {
  const Design design = made(DesignKind::one_at_a_time, 1, 3);
  EXPECT_EQ(design.size(), 13u);
  EXPECT_EQ(design.point(0), (std::vector<double>{0.5, 0.5, 0.5}));
  EXPECT_EQ(design.point(5), (std::vector<double>{0.5, 0.05, 0.5}));
  EXPECT_EQ(design.point(12), (std::vector<double>{0.5, 0.5, 0.95}));
}

TEST(Design, SaltelliBlocksExchangeColumns) {
  const Design design = made(DesignKind::saltelli, 8 * 8 + 3, 3);
  EXPECT_EQ(design.base_samples(), 8u);
  EXPECT_EQ(design.size(), 64u);
  for (uint64_t block = 0; block < 8; ++block) {
    const auto a = design.point(block * 8), b = design.point(block * 8 + 7);
    for (size_t j = 0; j < 3; ++j) {
      auto ab = a, ba = b;
      ab[j] = b[j];
      ba[j] = a[j];
      EXPECT_EQ(design.point(block * 8 + 1 + j), ab);
      EXPECT_EQ(design.point(block * 8 + 4 + j), ba);
    }
  }
  const auto first = Design::make({.kind = DesignKind::saltelli, .worlds = 20, .dimensions = 3, .second_order = false});
  EXPECT_EQ(first->size(), 20u);
  EXPECT_NE(first->point(4), first->point(3));
}

TEST(Design, ImpossibleDesignsSayWhy) {
  EXPECT_NE(Design::make({.kind = DesignKind::maximin, .worlds = 5000, .dimensions = 2}).error().find("2000"),
            std::string::npos);
  EXPECT_FALSE(Design::make({.kind = DesignKind::sobol, .worlds = 8, .dimensions = 4000}).ok());
  EXPECT_FALSE(Design::make({.kind = DesignKind::full_factorial, .dimensions = 3, .levels = {2, 3}}).ok());
  EXPECT_FALSE(Design::make({.kind = DesignKind::full_factorial, .dimensions = 70, .levels = {2}}).ok());
  EXPECT_FALSE(Design::make({.worlds = 0, .dimensions = 3}).ok());
  EXPECT_NE(design_named("latin").error().find("lhs"), std::string::npos);
}

TEST(Design, AUsersWorldsAreRead) {
  const std::vector<std::string> names = {"p_open", "upkeep", "lives[open, high]"};
  const auto design = read_user_design("upkeep,\"lives[open, high]\"\r\n0.5, 1e-3\n\n-2,3\n", names);
  ASSERT_TRUE(design.ok());
  EXPECT_EQ(design->columns, (std::vector<size_t>{1, 2}));
  EXPECT_EQ(design->rows, (std::vector<std::vector<double>>{{0.5, 1e-3}, {-2, 3}}));
  EXPECT_EQ(design->missing, (std::vector<std::string>{"p_open"}));
  EXPECT_EQ(read_user_design("upkep\n1\n", names).error(),
            "line 1: there is no uncertain parameter 'upkep'; did you mean 'upkeep'?");
  EXPECT_EQ(read_user_design("upkeep\n1\nx\n", names).error(), "line 3: 'x' is no number for the parameter 'upkeep'");
  EXPECT_EQ(read_user_design("upkeep\n1,2\n", names).error(),
            "line 2: 2 values where the first line names 1 parameters");
  // The cause, not what follows from it.
  const std::string commas = " between the values; write commas between them, and a point in decimal numbers";
  EXPECT_EQ(read_user_design("upkeep;\"lives[open, high]\"\n0,5;1\n", names).error(),
            "line 1: there are semicolons" + commas);
  EXPECT_EQ(read_user_design("upkeep\tlives\n0.5\t1\n", names).error(), "line 1: there are tabs" + commas);
  EXPECT_EQ(read_user_design("upkeep\n0.5\n0.5;1\n", names).error(), "line 3: there are semicolons" + commas);
  EXPECT_EQ(read_user_design("upkeep,\"lives[open, high]\n0.5,1\n", names).error(),
            "line 1: a quotation mark is never closed");
  EXPECT_EQ(read_user_design("upkeep\n\"0.5\n1\n", names).error(), "line 2: a quotation mark is never closed");
  EXPECT_TRUE(read_user_design("\tupkeep,\t\"lives[open, high]\"\n0.5,\t1\n", names).ok());
  EXPECT_FALSE(read_user_design("upkeep,upkeep\n1,2\n", names).ok());
  EXPECT_FALSE(read_user_design("upkeep\nnan\n", names).ok());
  EXPECT_FALSE(read_user_design("", names).ok());
  EXPECT_FALSE(read_user_design("upkeep\n", names).ok());
}

}  // namespace
}  // namespace casus::lab

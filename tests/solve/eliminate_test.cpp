// A history's equations of a mover alone, option by option as all at once (exact/sweep_eliminate_impl.h), in plain
// doubles.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#define CASUS_SWEEP_NAMESPACE sweep_of_tests

namespace casus::solve::sweep_of_tests {

inline constexpr unsigned long lanes = 1;
using L = double;
inline double load(const double* from) {
  return *from;
}
inline void store(double x, double* to) {
  *to = x;
}
inline double abs(double x) {
  return std::fabs(x);
}
inline double max(double a, double b) {
  return a > b ? a : b;
}
inline double exp(double x) {
  return std::exp(x);
}
inline double log(double x) {
  return std::log(x);
}
inline double select(bool which, double yes, double no) {
  return which ? yes : no;
}
inline bool any(bool x) {
  return x;
}

}  // namespace casus::solve::sweep_of_tests

#include "solve/exact/sweep_eliminate_impl.h"

namespace casus::solve::sweep_of_tests {
namespace {

// One history of a mover of so many types and options, with slopes by option.
struct LoneMover {
  uint32_t types, options, columns = 5, unknowns = types * (options - 1), chances = types * options;
  std::vector<double> slopes, sigma, right, scratch, all;
  double precision = 1, damping = 0;
  SweepMover mover;
  SweepNode node;
  SweepJob job;
  Work work{};

  LoneMover(uint32_t many_types, uint32_t many_options, double size, std::mt19937& random)
      : types(many_types),
        options(many_options),
        slopes(size_t{chances} * types),
        sigma(chances),
        right(size_t{unknowns} * columns),
        scratch(100000),
        all(size_t{chances} * chances) {
    std::normal_distribution<> normal;
    for (double& x : slopes) x = size * normal(random);
    for (double& x : right) x = normal(random);
    for (uint32_t t = 0; t < types; ++t) {
      double sum = 0;
      for (uint32_t o = 0; o < options; ++o) sum += sigma[t * options + o] = std::exp(2 * normal(random));
      for (uint32_t o = 0; o < options; ++o) sigma[t * options + o] /= sum;
    }
    damping = 0.1 * normal(random) * normal(random);
    mover.types = types;
    mover.options = options;
    node.movers = 1;
    node.unknowns = unknowns;
    node.chances = chances;
    node.implicit = 1;
    job.game.mover = &mover;
    job.worlds.precision = &precision;
    job.damping = &damping;
    work.columns = columns;
    work.sigma = sigma.data();
    work.block = scratch.data();
    work.room = {scratch.data() + size_t{unknowns} * unknowns};
  }
  // The determinant's sign, and in `out` how log-odds answer.
  double solve(bool by_option, std::vector<double>& out) {
    out = right;
    work.right = out.data();
    node.alone = by_option;
    work.slopes = by_option ? types : chances;
    if (!by_option)
      for (uint32_t t = 0; t < types; ++t)
        for (uint32_t o = 0; o < options; ++o)
          for (uint32_t s = 0; s < types; ++s)
            all[size_t{t * options + o} * chances + s * options + o] = slopes[size_t{t * options + o} * types + s];
    work.by_sigma = by_option ? slopes.data() : all.data();
    return eliminate(job, node, work);
  }
};

void expect_same_answers(LoneMover& lone) {
  std::vector<double> one, other;
  EXPECT_EQ(lone.solve(true, one), lone.solve(false, other));
  double most = 1;
  for (const double x : other) most = std::max(most, std::fabs(x));
  for (size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], other[i], 1e-8 * most);
}

TEST(FineChoices, HistoriesOptionByOptionAsAllAtOnce) {
  std::mt19937 random(3);
  for (const uint32_t types : {2u, 3u, 4u})
    for (const uint32_t options : {3u, 5u, 21u})
      for (const double size : {0.0, 0.5, 20.0})
        for (int i = 0; i < 20; ++i) {
          LoneMover lone(types, options, size, random);
          expect_same_answers(lone);
        }
}

TEST(FineChoices, HistoriesWhereAnOptionIsSingularByItself) {
  std::mt19937 random(4);
  for (const double off : {0.0, 1e-14, 1e-9, 1e-4}) {
    LoneMover lone(2, 11, 0.5, random);
    lone.damping = 0;
    lone.slopes[3 * 2] = 1 - off;
    lone.slopes[3 * 2 + 1] = 0;
    expect_same_answers(lone);
  }
}

}  // namespace
}  // namespace casus::solve::sweep_of_tests

#undef CASUS_SWEEP_NAMESPACE

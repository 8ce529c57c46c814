// The functions of kernel/lane.h in loops, one set of them for each instruction set: in, arrays of doubles on 64-byte
// boundaries, a multiple of eight long; out, the results.
#pragma once
#include <cstddef>

namespace casus::bench {

struct LaneLoops {
  const char* set;
  void (*exp)(const double* x, double* out, size_t count);
  void (*log)(const double* x, double* out, size_t count);
  void (*asinh)(const double* x, double* out, size_t count);
  // Soft-max over four options and its logarithm: x and out are [count / 32][option][8].
  void (*soft_max)(const double* x, double* out, size_t count);
};

extern const LaneLoops loops_baseline, loops_avx2, loops_avx512;

}  // namespace casus::bench

// The vector functions of each wide instruction set, for the tests of their accuracy: eight numbers in, eight out.
#pragma once

namespace casus::testing {

struct LaneFunctions {
  void (*exp)(const double* in, double* out);
  void (*log)(const double* in, double* out);
  void (*asinh)(const double* in, double* out);
};
extern const LaneFunctions lanes_of_baseline, lanes_of_avx2, lanes_of_avx512;

}  // namespace casus::testing

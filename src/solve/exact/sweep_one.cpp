// Sweeps over histories for one world, in plain doubles.
#include <cmath>
#include <cstddef>

#define CASUS_SWEEP_NAMESPACE sweep_one

namespace casus::solve::sweep_one {

inline constexpr size_t lanes = 1;
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

}  // namespace casus::solve::sweep_one

#include "solve/exact/sweep_impl.h"

namespace casus::solve {

extern const SweepKernels sweep_kernels_one;
const SweepKernels sweep_kernels_one{
    "one", 1, sweep_one::forward, sweep_one::backward, sweep_one::directions_of, sweep_one::evaluate};

}  // namespace casus::solve

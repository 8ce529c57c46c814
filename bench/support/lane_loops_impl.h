// The loops of lane_loops.h in the vectors of one instruction set. Include it with CASUS_ISA defined as a name of its
// own (bench_avx2), so that nothing here can be linked in place of the solver's kernels, and LANE_LOOPS as the table's.
#include "solve/lanes/alone_impl.h"
#include "solve/lanes/joint_impl.h"
#include "solve/lanes/kernel_impl.h"
#include "solve/lanes/many_impl.h"
#include "support/lane_loops.h"

namespace casus::bench {
namespace {

using namespace casus::kernel::CASUS_ISA;  // NOLINT: the instruction set's arithmetic

template <class F>
void each(const double* x, double* out, size_t count, F f) {
  for (size_t i = 0; i < count; i += lanes) f(Lane::load(x + i)).store(out + i);
}

void exp_loop(const double* x, double* out, size_t count) {
  each(x, out, count, [](const Lane& l) { return exp(l); });
}
void log_loop(const double* x, double* out, size_t count) {
  each(x, out, count, [](const Lane& l) { return log(l); });
}
void asinh_loop(const double* x, double* out, size_t count) {
  each(x, out, count, [](const Lane& l) { return asinh(l); });
}
void soft_max_loop(const double* x, double* out, size_t count) {
  constexpr uint32_t options = 4;
  for (size_t i = 0; i < count; i += options * lanes) {
    Lane q[options], sigma[options];
    for (uint32_t o = 0; o < options; ++o) q[o] = Lane::load(x + i + o * lanes);
    solve::CASUS_ISA::soft_max(q, options, sigma);
    for (uint32_t o = 0; o < options; ++o) sigma[o].store(out + i + o * lanes);
  }
}

}  // namespace

const LaneLoops LANE_LOOPS = {CASUS_ISA_NAME, exp_loop, log_loop, asinh_loop, soft_max_loop};

}  // namespace casus::bench

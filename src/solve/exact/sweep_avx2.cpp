// Sweeps over histories for one instruction set; compiler options in CMakeLists.txt.
#define CASUS_ISA avx2
#include "solve/exact/sweep_lanes_impl.h"

namespace casus::solve {
extern const SweepKernels sweep_kernels_avx2;
const SweepKernels sweep_kernels_avx2{
    "avx2", sweep_lanes, sweep_avx2::forward, sweep_avx2::backward, sweep_avx2::directions_of, sweep_avx2::evaluate};
}  // namespace casus::solve

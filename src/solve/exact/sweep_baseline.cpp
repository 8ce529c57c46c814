// Sweeps over histories for one instruction set; compiler options in CMakeLists.txt.
#define CASUS_ISA baseline
#include "solve/exact/sweep_lanes_impl.h"

namespace casus::solve {
extern const SweepKernels sweep_kernels_baseline;
const SweepKernels sweep_kernels_baseline{"baseline",
                                          sweep_lanes,
                                          sweep_baseline::forward,
                                          sweep_baseline::backward,
                                          sweep_baseline::directions_of,
                                          sweep_baseline::evaluate};
}  // namespace casus::solve

// Sweeps over histories for one instruction set; compiler options in CMakeLists.txt.
#define CASUS_ISA avx512
#include "solve/exact/sweep_lanes_impl.h"

namespace casus::solve {
extern const SweepKernels sweep_kernels_avx512;
const SweepKernels sweep_kernels_avx512{"avx512",
                                        sweep_lanes,
                                        sweep_avx512::forward,
                                        sweep_avx512::backward,
                                        sweep_avx512::directions_of,
                                        sweep_avx512::evaluate};
}  // namespace casus::solve

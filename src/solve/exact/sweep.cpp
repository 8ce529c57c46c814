#include "solve/exact/sweep.h"

#include <cstring>

#include "solve/lanes/kernel.h"

namespace casus::solve {

extern const SweepKernels sweep_kernels_one, sweep_kernels_baseline;
#if defined(__x86_64__)
extern const SweepKernels sweep_kernels_avx2, sweep_kernels_avx512;
#endif

void end_with(SweepJob& job, const std::atomic<bool>* stop) {
  job.stop = stop;
  // A call, so that nothing of <atomic> is compiled for one instruction set and linked for all.
  job.stopped = [](const std::atomic<bool>* flag) { return flag && flag->load(std::memory_order_relaxed); };
}

const SweepKernels* sweep_kernels_named(const char* name) {
  if (!std::strcmp(name, "one")) return &sweep_kernels_one;
  if (!kernels_named(name)) return nullptr;  // unknown, or not of this processor
#if defined(__x86_64__)
  if (!std::strcmp(name, "avx512")) return &sweep_kernels_avx512;
  if (!std::strcmp(name, "avx2")) return &sweep_kernels_avx2;
#endif
  return &sweep_kernels_baseline;
}

const SweepKernels& sweep_kernels() {
  static const SweepKernels& chosen = *sweep_kernels_named(kernels().name);
  return chosen;
}

const SweepKernels& sweep_kernels_of_one() {
  return sweep_kernels_one;
}

}  // namespace casus::solve

#include "solve/lanes/kernel.h"

#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace casus::solve {

extern const Kernels kernels_baseline;
#if defined(__x86_64__)
extern const Kernels kernels_avx2;
extern const Kernels kernels_avx512;
#endif

const Kernels* kernels_named(const char* name) {
#if defined(__x86_64__)
  if (!std::strcmp(name, "avx512") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return &kernels_avx512;
  if (!std::strcmp(name, "avx2") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi2"))
    return &kernels_avx2;
#endif
  return std::strcmp(name, "baseline") ? nullptr : &kernels_baseline;
}

const Kernels& kernels() {
  static const Kernels* chosen = [] {
    if (const char* asked = std::getenv("CASUS_ISA"))
      if (const Kernels* k = kernels_named(asked)) return k;
    for (const char* name : {"avx512", "avx2"})
      if (const Kernels* k = kernels_named(name)) return k;
    return &kernels_baseline;
  }();
  return *chosen;
}

}  // namespace casus::solve

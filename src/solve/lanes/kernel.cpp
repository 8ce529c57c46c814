#include "solve/lanes/kernel.h"

#include <cstdlib>
#include <cstring>

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

namespace {

constexpr const char* names[] = {"avx512", "avx2", "baseline"};  // the best first

const char* asked() {
  const char* name = std::getenv("CASUS_ISA");
  return name && *name ? name : nullptr;
}

}  // namespace

const Kernels& kernels() {
  static const Kernels* chosen = [] {
    if (const char* name = asked())
      if (const Kernels* k = kernels_named(name)) return k;
    for (const char* name : names)
      if (const Kernels* k = kernels_named(name)) return k;
    return &kernels_baseline;
  }();
  return *chosen;
}

std::string kernels_problem() {
  const char* wanted = asked();
  if (!wanted || kernels_named(wanted)) return {};
  std::string here;
  bool known = false;
  for (const char* name : names) {
    known |= !std::strcmp(name, wanted);
    if (kernels_named(name)) here += (here.empty() ? "" : ", ") + std::string(name);
  }
  return std::string("CASUS_ISA asks for the instruction set '") + wanted + "', which " +
         (known ? "this processor lacks" : "does not exist") + "; here are " + here +
         ", and without CASUS_ISA the first of them is taken";
}

}  // namespace casus::solve

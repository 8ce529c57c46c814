#include "support/machine.h"

#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <fstream>

#include "solve/lanes/kernel.h"
#include "support/process.h"

namespace casus::bench {
namespace {

// Enough chains to fill the pipelines: two units of latency four need eight.
constexpr int chains = 10;
constexpr double quickest = 0.02;  // seconds of one measurement
volatile double sink = 0;

// The largest of several rates of f, which does `work` a call.
template <class F>
double best_rate(double work, F&& f) {
  double best = 0;
  long calls = 1;
  for (int tries = 0; tries < 7;) {
    const double begin = thread_seconds();
    for (long i = 0; i < calls; ++i) f();
    const double time = thread_seconds() - begin;
    if (time < quickest) {
      calls *= 2;
      continue;
    }
    best = std::max(best, work * static_cast<double>(calls) / time);
    ++tries;
  }
  return best;
}

constexpr int turns = 4096;

#if defined(__x86_64__)
// Macros and not templates: a function that takes vectors of a wider set needs that set's attribute itself. Ten names
// and not an array, which the compiler would keep in memory.
#define CASUS_EACH_CHAIN(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9)
#define CASUS_MULTIPLY_ADD(NAME, TARGET, VECTOR, BROADCAST, MULTIPLY_ADD)                       \
  __attribute__((target(TARGET), noinline)) void NAME() {                                       \
    const VECTOR scale = BROADCAST(1 + 1e-12 * sink), add = BROADCAST(1e-9);                    \
    CASUS_EACH_CHAIN(CASUS_BEGIN_##NAME)                                                        \
    for (int i = 0; i < turns; ++i) {                                                           \
      CASUS_EACH_CHAIN(MULTIPLY_ADD)                                                            \
    }                                                                                           \
    sink = 0 * (x0[0] + x1[0] + x2[0] + x3[0] + x4[0] + x5[0] + x6[0] + x7[0] + x8[0] + x9[0]); \
  }
#define CASUS_BEGIN_multiply_add_baseline(c) __m128d x##c = _mm_set1_pd(1.0 + c);
#define CASUS_BEGIN_multiply_add_avx2(c) __m256d x##c = _mm256_set1_pd(1.0 + c);
#define CASUS_BEGIN_multiply_add_avx512(c) __m512d x##c = _mm512_set1_pd(1.0 + c);
#define CASUS_STEP_baseline(c) x##c = _mm_add_pd(_mm_mul_pd(x##c, scale), add);
#define CASUS_STEP_avx2(c) x##c = _mm256_fmadd_pd(x##c, scale, add);
#define CASUS_STEP_avx512(c) x##c = _mm512_fmadd_pd(x##c, scale, add);
CASUS_MULTIPLY_ADD(multiply_add_baseline, "sse2", __m128d, _mm_set1_pd, CASUS_STEP_baseline)
CASUS_MULTIPLY_ADD(multiply_add_avx2, "avx2,fma", __m256d, _mm256_set1_pd, CASUS_STEP_avx2)
CASUS_MULTIPLY_ADD(multiply_add_avx512, "avx512f", __m512d, _mm512_set1_pd, CASUS_STEP_avx512)

#define CASUS_READ(NAME, TARGET, VECTOR, LOAD)                                            \
  __attribute__((target(TARGET), noinline)) void NAME(const double* from, size_t count) { \
    constexpr size_t width = sizeof(VECTOR) / sizeof(double);                             \
    for (size_t i = 0; i + 8 * width <= count; i += 8 * width)                            \
      _Pragma("GCC unroll 8") for (size_t k = 0; k < 8; ++k) {                            \
        VECTOR x = LOAD(from + i + k * width);                                            \
        asm volatile("" : : "v"(x));                                                      \
      }                                                                                   \
  }
CASUS_READ(read_baseline, "sse2", __m128d, _mm_load_pd)
CASUS_READ(read_avx2, "avx2", __m256d, _mm256_load_pd)
CASUS_READ(read_avx512, "avx512f", __m512d, _mm512_load_pd)
#undef CASUS_READ
#else
void multiply_add_baseline() {
  double x[chains];
  for (int c = 0; c < chains; ++c) x[c] = 1.0 + c;
  for (int i = 0; i < turns; ++i)
    for (int c = 0; c < chains; ++c) x[c] = x[c] * (1 + 1e-12 * sink) + 1e-9;
  double sum = 0;
  for (int c = 0; c < chains; ++c) sum += x[c];
  sink = sum * 0;
}
void read_baseline(const double* from, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += from[i];
  sink = sum * 0;
}
#endif

size_t cache_size(int name, size_t otherwise) {
  const long size = sysconf(name);
  return size > 0 ? static_cast<size_t>(size) : otherwise;
}

}  // namespace

std::vector<std::string> instruction_sets() {
  std::vector<std::string> out;
  for (const char* set : {"baseline", "avx2", "avx512"})
    if (solve::kernels_named(set)) out.emplace_back(set);
  return out;
}

double peak_gflops(std::string_view set) {
  const auto known = instruction_sets();
  if (std::find(known.begin(), known.end(), set) == known.end()) return 0;
  const double lanes = set == "avx512" ? 8 : set == "avx2" ? 4 : 2;
  const double flops = 2.0 * lanes * chains * turns;
#if defined(__x86_64__)
  if (set == "avx512") return 1e-9 * best_rate(flops, multiply_add_avx512);
  if (set == "avx2") return 1e-9 * best_rate(flops, multiply_add_avx2);
#endif
  return 1e-9 * best_rate(flops, multiply_add_baseline);
}

double read_bandwidth(size_t bytes) {
  const size_t count = bytes / sizeof(double) / 64 * 64;
  auto* data = static_cast<double*>(std::aligned_alloc(64, count * sizeof(double)));
  std::fill_n(data, count, 1.0);
  const auto widest = instruction_sets().back();
  const double rate = best_rate(static_cast<double>(count * sizeof(double)), [&] {
#if defined(__x86_64__)
    if (widest == "avx512") return read_avx512(data, count);
    if (widest == "avx2") return read_avx2(data, count);
#endif
    read_baseline(data, count);
  });
  std::free(data);
  return 1e-9 * rate;
}

std::vector<Level> memory_levels() {
  const size_t first = cache_size(_SC_LEVEL1_DCACHE_SIZE, 32 << 10),
               second = cache_size(_SC_LEVEL2_CACHE_SIZE, 1 << 20);
  return {{"L1", first / 2}, {"L2", second / 2}, {"beyond L2", 8 * second}, {"memory", size_t{768} << 20}};
}

std::string processor_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown processor";
}

}  // namespace casus::bench

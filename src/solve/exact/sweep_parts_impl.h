// What the kernels of sweep.h reckon with. Include it with CASUS_SWEEP_NAMESPACE naming a namespace of its own and, in
// it, `L` (the worlds side by side: eight or one) with arithmetic, abs, max, exp, log, select and comparisons. No
// standard containers.
#pragma once
#include "solve/exact/sweep.h"

namespace casus::solve::CASUS_SWEEP_NAMESPACE {

inline constexpr uint32_t none = 0xFFFFFFFF;
inline constexpr uint32_t directions = sweep_directions;
inline constexpr uint32_t most_types = 16;  // of an actor

inline L at(const double* from, size_t place) {
  return load(from + place * lanes);
}
inline void put(double* to, size_t place, const L& x) {
  store(x, to + place * lanes);
}

// A fixed push at an unknown, between a half and one, of either sign: the same in every sweep.
inline double push(uint32_t unknown) {
  const uint32_t h = (unknown + 1) * 2654435761u;
  const double size = 0.5 + 0.5 * static_cast<double>(h >> 8 & 0xFFFFu) / 65536.0;
  return h >> 31 ? size : -size;
}

// Room for what a sweep works out at one history; pieces of SweepJob::scratch.
struct Scratch {
  L* next;
  L* take(size_t count) {
    L* piece = next;
    next += count;
    return piece;
  }
};

// Whether to go no further than history `h`.
inline bool ended(const SweepJob& j, uint32_t h) {
  return h % 64 == 0 && j.stopped && j.stopped(j.stop);
}

// log sigma of one mover's type from its log-odds against the first option.
inline void log_soft_max(const double* z, uint32_t options, double* log_sigma) {
  L top(0);
  for (uint32_t o = 1; o < options; ++o) top = max(top, at(z, o - 1));
  L sum = exp(-top);
  for (uint32_t o = 1; o < options; ++o) sum += exp(at(z, o - 1) - top);
  const L norm = top + log(sum);
  put(log_sigma, 0, -norm);
  for (uint32_t o = 1; o < options; ++o) put(log_sigma, o, at(z, o - 1) - norm);
}

// The same of a type that is bound to one of them.
inline void bind(const SweepJob& j, uint32_t options, uint32_t tie, double* log_sigma) {
  for (uint32_t o = 0; o < options; ++o) put(log_sigma, o, o == tie ? L(0) : at(j.worlds.barred, 0));
}

// Solves a x = b for `columns` right-hand sides by Gauss-Jordan elimination, each world exchanging rows as it needs;
// the answer is left in b. Returns the determinant's sign.
inline L solve_block(uint32_t n, L* a, uint32_t columns, L* b) {
  L sign(1);
  for (uint32_t k = 0; k < n; ++k) {
    for (uint32_t r = k + 1; r < n; ++r) {
      const auto better = abs(a[r * n + k]) > abs(a[k * n + k]);
      if (!any(better)) continue;
      sign = select(better, -sign, sign);
      for (uint32_t c = k; c < n; ++c) {
        const L x = a[k * n + c], y = a[r * n + c];
        a[k * n + c] = select(better, y, x);
        a[r * n + c] = select(better, x, y);
      }
      for (uint32_t c = 0; c < columns; ++c) {
        const L x = b[k * columns + c], y = b[r * columns + c];
        b[k * columns + c] = select(better, y, x);
        b[r * columns + c] = select(better, x, y);
      }
    }
    const L pivot = a[k * n + k];
    sign = select(pivot > L(0), sign, -sign);
    const L by = L(1) / select(pivot == L(0), L(1e-300), pivot);
    for (uint32_t c = k + 1; c < n; ++c) a[k * n + c] *= by;
    for (uint32_t c = 0; c < columns; ++c) b[k * columns + c] *= by;
    for (uint32_t r = 0; r < n; ++r) {
      if (r == k) continue;
      const L f = a[r * n + k];
      for (uint32_t c = k + 1; c < n; ++c) a[r * n + c] -= f * a[k * n + c];
      for (uint32_t c = 0; c < columns; ++c) b[r * columns + c] -= f * b[k * columns + c];
    }
  }
  return sign;
}

}  // namespace casus::solve::CASUS_SWEEP_NAMESPACE

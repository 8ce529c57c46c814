// Eight worlds side by side: arithmetic, exp, log and asinh on eight doubles at once, in whatever vectors the target
// has. In and out: Lane. Include it only in files compiled once for each instruction set, with CASUS_ISA naming the
// set: everything here lives in a namespace of that name, so that code for one set can never be linked into another. No
// standard containers here for the same reason.
#pragma once
#include <cstddef>
#include <cstdint>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#ifndef CASUS_ISA
#error "define CASUS_ISA (baseline, avx2, avx512) before including kernel/lane.h"
#endif

namespace casus::kernel::CASUS_ISA {

inline constexpr size_t lanes = 8;

#if defined(__AVX512F__)
inline constexpr size_t part_width = 8;
#elif defined(__AVX2__)
inline constexpr size_t part_width = 4;
#else
inline constexpr size_t part_width = 2;
#endif
inline constexpr size_t parts = lanes / part_width;

typedef double Part __attribute__((vector_size(part_width * 8)));
typedef int64_t IntPart __attribute__((vector_size(part_width * 8)));

struct alignas(64) Mask {
  IntPart p[parts];
};

struct alignas(64) Lane {
  Part p[parts];

  Lane() = default;
  Lane(double x) {  // every world the same
    for (size_t i = 0; i < parts; ++i) p[i] = Part{} + x;
  }
  static Lane load(const double* from) {
    Lane r;
    __builtin_memcpy(&r, __builtin_assume_aligned(from, 64), sizeof r);
    return r;
  }
  void store(double* to) const { __builtin_memcpy(__builtin_assume_aligned(to, 64), this, sizeof *this); }
  double operator[](size_t w) const { return p[w / part_width][w % part_width]; }
};

#define CASUS_EACH_PART _Pragma("GCC unroll 4") for (size_t i = 0; i < parts; ++i)
#define CASUS_OPERATOR(op)                                \
  inline Lane operator op(const Lane& a, const Lane& b) { \
    Lane r;                                               \
    CASUS_EACH_PART r.p[i] = a.p[i] op b.p[i];            \
    return r;                                             \
  }
CASUS_OPERATOR(+)
CASUS_OPERATOR(-)
CASUS_OPERATOR(*)
CASUS_OPERATOR(/)
#undef CASUS_OPERATOR
inline Lane operator-(const Lane& a) {
  Lane r;
  CASUS_EACH_PART r.p[i] = -a.p[i];
  return r;
}
inline Lane& operator+=(Lane& a, const Lane& b) {
  return a = a + b;
}
inline Lane& operator-=(Lane& a, const Lane& b) {
  return a = a - b;
}
inline Lane& operator*=(Lane& a, const Lane& b) {
  return a = a * b;
}

#define CASUS_COMPARE(op)                                 \
  inline Mask operator op(const Lane& a, const Lane& b) { \
    Mask r;                                               \
    CASUS_EACH_PART r.p[i] = (IntPart)(a.p[i] op b.p[i]); \
    return r;                                             \
  }
CASUS_COMPARE(<)
CASUS_COMPARE(<=)
CASUS_COMPARE(>)
CASUS_COMPARE(>=)
CASUS_COMPARE(==)
#undef CASUS_COMPARE
inline Mask operator&(const Mask& a, const Mask& b) {
  Mask r;
  CASUS_EACH_PART r.p[i] = a.p[i] & b.p[i];
  return r;
}
inline Mask operator|(const Mask& a, const Mask& b) {
  Mask r;
  CASUS_EACH_PART r.p[i] = a.p[i] | b.p[i];
  return r;
}
inline Mask operator~(const Mask& a) {
  Mask r;
  CASUS_EACH_PART r.p[i] = ~a.p[i];
  return r;
}
inline bool any(const Mask& a) {
  IntPart x = a.p[0];
  for (size_t i = 1; i < parts; ++i) x |= a.p[i];
  int64_t r = 0;
  for (size_t i = 0; i < part_width; ++i) r |= x[i];
  return r != 0;
}
inline bool get(const Mask& a, size_t w) {
  return a.p[w / part_width][w % part_width] != 0;
}

inline Lane select(const Mask& m, const Lane& yes, const Lane& no) {
  Lane r;
  CASUS_EACH_PART r.p[i] = (Part)(((IntPart)yes.p[i] & m.p[i]) | ((IntPart)no.p[i] & ~m.p[i]));
  return r;
}
inline Lane max(const Lane& a, const Lane& b) {
  Lane r;
  CASUS_EACH_PART r.p[i] = a.p[i] > b.p[i] ? a.p[i] : b.p[i];
  return r;
}
inline Lane min(const Lane& a, const Lane& b) {
  Lane r;
  CASUS_EACH_PART r.p[i] = a.p[i] < b.p[i] ? a.p[i] : b.p[i];
  return r;
}
inline Lane abs(const Lane& a) {
  Lane r;
  CASUS_EACH_PART r.p[i] = (Part)((IntPart)a.p[i] & (IntPart{} + 0x7FFFFFFFFFFFFFFF));
  return r;
}
inline Lane sqrt(const Lane& a) {
  Lane r;
#if defined(__AVX512F__)
  CASUS_EACH_PART r.p[i] = (Part)_mm512_sqrt_pd((__m512d)a.p[i]);
#elif defined(__AVX2__)
  CASUS_EACH_PART r.p[i] = (Part)_mm256_sqrt_pd((__m256d)a.p[i]);
#elif defined(__SSE2__)
  CASUS_EACH_PART r.p[i] = (Part)_mm_sqrt_pd((__m128d)a.p[i]);
#else
  for (size_t i = 0; i < parts; ++i)
    for (size_t k = 0; k < part_width; ++k) r.p[i][k] = __builtin_sqrt(a.p[i][k]);
#endif
  return r;
}

// Adding this and taking it away again rounds to the nearest whole number (|x| < 2^51).
inline constexpr double rounding = 6755399441055744.0;

inline Lane round(const Lane& a) {
  Lane r;
  CASUS_EACH_PART r.p[i] = (a.p[i] + rounding) - rounding;
  return r;
}
inline Lane floor(const Lane& a) {
  const Lane r = round(a);
  return r - select(r > a, Lane(1), Lane(0));
}

// exp: within 2 ulp for |x| <= 708; smaller arguments give the smallest normal number or 0, larger ones the largest.
// x = k ln 2 + r, |r| <= ln 2 / 2; Taylor polynomial of degree 13 in Horner's form.
inline Lane exp(const Lane& x) {
  const Lane clamped = min(max(x, Lane(-708)), Lane(708));
  Lane r;
  CASUS_EACH_PART {
    const Part shifted = clamped.p[i] * 1.4426950408889634 + rounding;
    const Part k = shifted - rounding;
    const Part f = (clamped.p[i] - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
    Part s = Part{} + 1.0 / 6227020800.0;
    s = s * f + 1.0 / 479001600.0;
    s = s * f + 1.0 / 39916800.0;
    s = s * f + 1.0 / 3628800.0;
    s = s * f + 1.0 / 362880.0;
    s = s * f + 1.0 / 40320.0;
    s = s * f + 1.0 / 5040.0;
    s = s * f + 1.0 / 720.0;
    s = s * f + 1.0 / 120.0;
    s = s * f + 1.0 / 24.0;
    s = s * f + 1.0 / 6.0;
    s = s * f + 0.5;
    s = s * f + 1.0;
    s = s * f + 1.0;
    // The low bits of `shifted` hold k: move them into the exponent.
    const IntPart power = (IntPart)shifted << 52;
    r.p[i] = (Part)((IntPart)s + power);
  }
  return select(x < Lane(-708), Lane(0), r);
}

// Natural logarithm, within 2 ulp for normal positive numbers: x = 2^k m with sqrt(1/2) <= m < sqrt(2); the series in
// s = f / (2 + f), f = m - 1, with the minimax coefficients of fdlibm (Sun Microsystems 1993).
inline Lane log(const Lane& x) {
  Lane r;
  CASUS_EACH_PART {
    const IntPart bits = (IntPart)x.p[i];
    // Exponent relative to sqrt(1/2), so that m ends in the wanted range.
    const IntPart shifted = bits - 0x3FE6A09E667F3BCD;
    const IntPart k = shifted >> 52;
    const Part m = (Part)(bits - (k << 52));
    // k as a double: |k| < 2^51, so the rounding constant's bits take it.
    const Part kd = (Part)(k + (IntPart)(Part{} + rounding)) - rounding;
    const Part f = m - 1.0;
    const Part s = f / (f + 2.0);
    const Part z = s * s;
    Part t = Part{} + 1.479819860511658591e-01;
    t = t * z + 1.531383769920937332e-01;
    t = t * z + 1.818357216161805012e-01;
    t = t * z + 2.222219843214978396e-01;
    t = t * z + 2.857142874366239149e-01;
    t = t * z + 3.999999999940941908e-01;
    t = t * z + 6.666666666666735130e-01;
    const Part half = 0.5 * f * f;
    r.p[i] = kd * 6.93147180369123816490e-01 - ((half - (s * (half + z * t) + kd * 1.90821492927058770002e-10)) - f);
  }
  return r;
}

// asinh with an absolute error of a few units in the 16th digit.
inline Lane asinh(const Lane& x) {
  const Lane a = abs(x);
  const Lane y = log(a + sqrt(a * a + Lane(1)));
  return select(x < Lane(0), -y, y);
}

}  // namespace casus::kernel::CASUS_ISA

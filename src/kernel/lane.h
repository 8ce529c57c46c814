// Worlds side by side: arithmetic, exp, log and asinh on eight doubles at once (or up to 32, where lines of a grid
// are worked on together), in whatever vectors the target has. In and out: Lanes<n>. Include it only in files compiled
// once for each instruction set, with CASUS_ISA naming the set: everything here lives in a namespace of that name, so
// that code for one set can never be linked into another. No standard containers here for the same reason.
#pragma once
#include <cstddef>
#include <cstdint>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "kernel/lanes.h"

#ifndef CASUS_ISA
#error "define CASUS_ISA (baseline, avx2, avx512) before including kernel/lane.h"
#endif

namespace casus::kernel::CASUS_ISA {

inline constexpr size_t lanes = kernel::lanes;

#if defined(__AVX512F__)
inline constexpr size_t part_width = 8;
#elif defined(__AVX2__)
inline constexpr size_t part_width = 4;
#else
inline constexpr size_t part_width = 2;
#endif

typedef double Part __attribute__((vector_size(part_width * 8)));
typedef int64_t IntPart __attribute__((vector_size(part_width * 8)));

// The same number in every place. (A vector of noughts plus a number is an addition: it would make nought of minus
// nought.)
template <class Vector>
inline Vector broadcast(double x) {
  if constexpr (sizeof(Vector) == 64)
    return Vector{x, x, x, x, x, x, x, x};
  else if constexpr (sizeof(Vector) == 32)
    return Vector{x, x, x, x};
  else
    return Vector{x, x};
}

template <size_t n>
struct alignas(64) MaskOf {
  IntPart p[n / part_width];
};

template <size_t n>
struct alignas(64) Lanes {
  Part p[n / part_width];

  Lanes() = default;
  Lanes(double x) {  // every world the same
    for (auto& part : p) part = broadcast<Part>(x);
  }
  static Lanes load(const double* from) {
    Lanes r;
    __builtin_memcpy(&r, __builtin_assume_aligned(from, 64), sizeof r);
    return r;
  }
  // Eight numbers, again and again.
  static Lanes repeat(const double* from) {
    Lanes r;
    for (size_t i = 0; i < n; i += lanes)
      __builtin_memcpy(&r.p[i / part_width], __builtin_assume_aligned(from, 64), 64);
    return r;
  }
  void store(double* to) const { __builtin_memcpy(__builtin_assume_aligned(to, 64), this, sizeof *this); }
  double operator[](size_t w) const { return p[w / part_width][w % part_width]; }
};
using Lane = Lanes<lanes>;
using Mask = MaskOf<lanes>;

#define CASUS_EACH_PART _Pragma("GCC unroll 8") for (size_t i = 0; i < n / part_width; ++i)
#define CASUS_OPERATOR(op)                                            \
  template <size_t n>                                                 \
  inline Lanes<n> operator op(const Lanes<n>& a, const Lanes<n>& b) { \
    Lanes<n> r;                                                       \
    CASUS_EACH_PART r.p[i] = a.p[i] op b.p[i];                        \
    return r;                                                         \
  }
CASUS_OPERATOR(+)
CASUS_OPERATOR(-)
CASUS_OPERATOR(*)
CASUS_OPERATOR(/)
#undef CASUS_OPERATOR
template <size_t n>
inline Lanes<n> operator-(const Lanes<n>& a) {
  Lanes<n> r;
  CASUS_EACH_PART r.p[i] = -a.p[i];
  return r;
}
template <size_t n>
inline Lanes<n>& operator+=(Lanes<n>& a, const Lanes<n>& b) {
  return a = a + b;
}
template <size_t n>
inline Lanes<n>& operator-=(Lanes<n>& a, const Lanes<n>& b) {
  return a = a - b;
}
template <size_t n>
inline Lanes<n>& operator*=(Lanes<n>& a, const Lanes<n>& b) {
  return a = a * b;
}

#define CASUS_COMPARE(op)                                              \
  template <size_t n>                                                  \
  inline MaskOf<n> operator op(const Lanes<n>& a, const Lanes<n>& b) { \
    MaskOf<n> r;                                                       \
    CASUS_EACH_PART r.p[i] = (IntPart)(a.p[i] op b.p[i]);              \
    return r;                                                          \
  }
CASUS_COMPARE(<)
CASUS_COMPARE(<=)
CASUS_COMPARE(>)
CASUS_COMPARE(>=)
CASUS_COMPARE(==)
#undef CASUS_COMPARE
template <size_t n>
inline MaskOf<n> operator&(const MaskOf<n>& a, const MaskOf<n>& b) {
  MaskOf<n> r;
  CASUS_EACH_PART r.p[i] = a.p[i] & b.p[i];
  return r;
}
template <size_t n>
inline MaskOf<n> operator|(const MaskOf<n>& a, const MaskOf<n>& b) {
  MaskOf<n> r;
  CASUS_EACH_PART r.p[i] = a.p[i] | b.p[i];
  return r;
}
template <size_t n>
inline MaskOf<n> operator~(const MaskOf<n>& a) {
  MaskOf<n> r;
  CASUS_EACH_PART r.p[i] = ~a.p[i];
  return r;
}
template <size_t n>
inline bool any(const MaskOf<n>& a) {
  IntPart x = a.p[0];
  for (size_t i = 1; i < n / part_width; ++i) x |= a.p[i];
#if defined(__AVX512F__)
  return _mm512_test_epi64_mask((__m512i)x, (__m512i)x) != 0;
#else
  int64_t r = 0;
  for (size_t i = 0; i < part_width; ++i) r |= x[i];
  return r != 0;
#endif
}
template <size_t n>
inline bool get(const MaskOf<n>& a, size_t w) {
  return a.p[w / part_width][w % part_width] != 0;
}

template <size_t n>
inline Lanes<n> select(const MaskOf<n>& m, const Lanes<n>& yes, const Lanes<n>& no) {
  Lanes<n> r;
  CASUS_EACH_PART r.p[i] = m.p[i] ? yes.p[i] : no.p[i];
  return r;
}
// The larger and the smaller; b where one of them is not a number.
template <size_t n>
inline Lanes<n> max(const Lanes<n>& a, const Lanes<n>& b) {
  Lanes<n> r;
#if defined(__AVX512F__)
  CASUS_EACH_PART r.p[i] = (Part)_mm512_max_pd((__m512d)a.p[i], (__m512d)b.p[i]);
#elif defined(__AVX2__)
  CASUS_EACH_PART r.p[i] = (Part)_mm256_max_pd((__m256d)a.p[i], (__m256d)b.p[i]);
#else
  CASUS_EACH_PART r.p[i] = a.p[i] > b.p[i] ? a.p[i] : b.p[i];
#endif
  return r;
}
template <size_t n>
inline Lanes<n> min(const Lanes<n>& a, const Lanes<n>& b) {
  Lanes<n> r;
#if defined(__AVX512F__)
  CASUS_EACH_PART r.p[i] = (Part)_mm512_min_pd((__m512d)a.p[i], (__m512d)b.p[i]);
#elif defined(__AVX2__)
  CASUS_EACH_PART r.p[i] = (Part)_mm256_min_pd((__m256d)a.p[i], (__m256d)b.p[i]);
#else
  CASUS_EACH_PART r.p[i] = a.p[i] < b.p[i] ? a.p[i] : b.p[i];
#endif
  return r;
}
template <size_t n>
inline Lanes<n> abs(const Lanes<n>& a) {
  Lanes<n> r;
  CASUS_EACH_PART r.p[i] = (Part)((IntPart)a.p[i] & (IntPart{} + 0x7FFFFFFFFFFFFFFF));
  return r;
}
template <size_t n>
inline Lanes<n> sqrt(const Lanes<n>& a) {
  Lanes<n> r;
#if defined(__AVX512F__)
  CASUS_EACH_PART r.p[i] = (Part)_mm512_sqrt_pd((__m512d)a.p[i]);
#elif defined(__AVX2__)
  CASUS_EACH_PART r.p[i] = (Part)_mm256_sqrt_pd((__m256d)a.p[i]);
#elif defined(__SSE2__)
  CASUS_EACH_PART r.p[i] = (Part)_mm_sqrt_pd((__m128d)a.p[i]);
#else
  for (size_t i = 0; i < n / part_width; ++i)
    for (size_t k = 0; k < part_width; ++k) r.p[i][k] = __builtin_sqrt(a.p[i][k]);
#endif
  return r;
}

// 1 / a and 1 / sqrt(a) for normal a (and a > 0), within 2 ulp. The divider takes one vector in 16 to 31 cycles; with
// AVX-512 an estimate of 14 bits and two Newton steps are several times faster.
template <size_t n>
inline Lanes<n> reciprocal(const Lanes<n>& a) {
#if defined(__AVX512F__)
  Lanes<n> r;
  CASUS_EACH_PART {
    Part y = (Part)_mm512_rcp14_pd((__m512d)a.p[i]);
    y += y * (1.0 - a.p[i] * y);
    r.p[i] = y + y * (1.0 - a.p[i] * y);
  }
  return r;
#else
  return Lanes<n>(1) / a;
#endif
}
template <size_t n>
inline Lanes<n> reciprocal_sqrt(const Lanes<n>& a) {
#if defined(__AVX512F__)
  Lanes<n> r;
  CASUS_EACH_PART {
    Part y = (Part)_mm512_rsqrt14_pd((__m512d)a.p[i]);
    const Part half = 0.5 * a.p[i];
    y += y * (0.5 - half * y * y);
    r.p[i] = y + y * (0.5 - half * y * y);
  }
  return r;
#else
  return Lanes<n>(1) / sqrt(a);
#endif
}

// Adding this and taking it away again rounds to the nearest whole number (|x| < 2^51).
inline constexpr double rounding = 6755399441055744.0;

template <size_t n>
inline Lanes<n> round(const Lanes<n>& a) {
  Lanes<n> r;
  CASUS_EACH_PART r.p[i] = (a.p[i] + rounding) - rounding;
  return r;
}
template <size_t n>
inline Lanes<n> floor(const Lanes<n>& a) {
#if defined(__AVX512F__)
  Lanes<n> r;
  CASUS_EACH_PART r.p[i] = (Part)_mm512_roundscale_pd((__m512d)a.p[i], _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  return r;
#else
  const Lanes<n> r = round(a);
  return r - select(r > a, Lanes<n>(1), Lanes<n>(0));
#endif
}
// Whole numbers as integers (|x| < 2^51).
template <size_t n>
inline void store_integers(const Lanes<n>& whole, int64_t* to) {
  IntPart r[n / part_width];
  CASUS_EACH_PART r[i] = (IntPart)(whole.p[i] + rounding) - (IntPart)broadcast<Part>(rounding);
  __builtin_memcpy(__builtin_assume_aligned(to, 64), r, sizeof r);
}
// from[at[w]] for every world.
template <size_t n>
inline Lanes<n> gather(const double* from, const int64_t* at) {
  Lanes<n> r;
#if defined(__AVX512F__)
  CASUS_EACH_PART r.p[i] = (Part)_mm512_i64gather_pd(_mm512_load_si512(at + i * part_width), from, 8);
#else
  alignas(64) double x[n];
  for (size_t w = 0; w < n; ++w) x[w] = from[at[w]];
  r = Lanes<n>::load(x);
#endif
  return r;
}

// exp: within 2 ulp for |x| <= 708; smaller arguments give the smallest normal number or 0, larger ones the largest.
// x = k ln 2 + r, |r| <= ln 2 / 2; Taylor polynomial of degree 13. Always in line: it is what the innermost loops do
// most.
template <size_t n>
[[gnu::always_inline]] inline Lanes<n> exp(const Lanes<n>& x) {
  const Lanes<n> clamped = min(max(x, Lanes<n>(-708)), Lanes<n>(708));
  Lanes<n> r;
  CASUS_EACH_PART {
    const Part shifted = clamped.p[i] * 1.4426950408889634 + rounding;
    const Part k = shifted - rounding;
    const Part f = (clamped.p[i] - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
    // Pairs of coefficients, then pairs of pairs (Estrin): a long chain would wait for itself.
    const Part f2 = f * f, f4 = f2 * f2;
    const Part t0 = (0.5 + f * (1.0 / 6.0)) + f2 * (1.0 / 24.0 + f * (1.0 / 120.0));
    const Part t4 = (1.0 / 720.0 + f * (1.0 / 5040.0)) + f2 * (1.0 / 40320.0 + f * (1.0 / 362880.0));
    const Part t8 = (1.0 / 3628800.0 + f * (1.0 / 39916800.0)) + f2 * (1.0 / 479001600.0 + f * (1.0 / 6227020800.0));
    const Part s = 1.0 + (f + f2 * (t0 + f4 * (t4 + f4 * t8)));
    // The low bits of `shifted` hold k: move them into the exponent.
    const IntPart power = (IntPart)shifted << 52;
    r.p[i] = (Part)((IntPart)s + power);
  }
  return select(x < Lanes<n>(-708), Lanes<n>(0), r);
}

// Natural logarithm, within 2 ulp for normal positive numbers: x = 2^k m with sqrt(1/2) <= m < sqrt(2); the series in
// s = f / (2 + f), f = m - 1, with the minimax coefficients of fdlibm (Sun Microsystems 1993).
template <size_t n>
inline Lanes<n> log(const Lanes<n>& x) {
  Lanes<n> r;
  CASUS_EACH_PART {
    const IntPart bits = (IntPart)x.p[i];
    // Exponent relative to sqrt(1/2), so that m ends in the wanted range.
    const IntPart shifted = bits - 0x3FE6A09E667F3BCD;
    const IntPart k = shifted >> 52;
    const Part m = (Part)(bits - (k << 52));
    // k as a double: |k| < 2^51, so the rounding constant's bits take it.
    const Part kd = (Part)(k + (IntPart)broadcast<Part>(rounding)) - rounding;
    const Part f = m - 1.0;
#if defined(__AVX512F__)
    const Part over = f + 2.0;
    Part share = (Part)_mm512_rcp14_pd((__m512d)over);
    share += share * (1.0 - over * share);
    share += share * (1.0 - over * share);
    Part s = f * share;
    s += share * (f - s * over);
#else
    const Part s = f / (f + 2.0);
#endif
    const Part z = s * s;
    const Part z2 = z * z;
    const Part t =
        ((6.666666666666735130e-01 + z * 3.999999999940941908e-01) +
         z2 * (2.857142874366239149e-01 + z * 2.222219843214978396e-01)) +
        z2 * z2 * ((1.818357216161805012e-01 + z * 1.531383769920937332e-01) + z2 * 1.479819860511658591e-01);
    const Part half = 0.5 * f * f;
    r.p[i] = kd * 6.93147180369123816490e-01 - ((half - (s * (half + z * t) + kd * 1.90821492927058770002e-10)) - f);
  }
  return r;
}

// asinh with an absolute error of a few units in the 16th digit, and its derivative 1 / sqrt(1 + x^2).
template <size_t n>
inline Lanes<n> asinh(const Lanes<n>& x, Lanes<n>& slope) {
  const Lanes<n> square = x * x + Lanes<n>(1);
  slope = reciprocal_sqrt(square);
  const Lanes<n> size = log(abs(x) + square * slope);
  return select(x < Lanes<n>(0), -size, size);
}
template <size_t n>
inline Lanes<n> asinh(const Lanes<n>& x) {
  Lanes<n> slope;
  return asinh(x, slope);
}

}  // namespace casus::kernel::CASUS_ISA

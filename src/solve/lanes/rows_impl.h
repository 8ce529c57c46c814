// Rows of numbers at grid points read between them: in, stencils of eight places; out, the numbers there. Include it
// with CASUS_ISA defined.
#pragma once
#include <cassert>

#include "solve/lanes/place_impl.h"

namespace casus::solve::CASUS_ISA {

// A vector of numbers of the rows around a place on the first `axes` axes; the first axis's points stand side by side.
template <class Vector, uint32_t count, uint32_t axes>
inline Vector read_row(const RowsJob& j, size_t w, const double* rows) {
  if constexpr (axes == 0) {
    return read<Vector>(rows, 0);
  } else {
    constexpr uint32_t a = axes - 1;
    const size_t step = size_t{j.stride[a]} * j.per_point;
    rows += step * j.first[a][w];
    const double* weights = j.weight[a] + w;
    Vector sum{};
    _Pragma("GCC unroll 6") for (uint32_t k = 0; k < count; ++k) sum +=
        spread_to<Vector>(spread(weights[k * lanes])) * read_row<Vector, count, a>(j, w, rows + k * step);
    return sum;
  }
}
// As many axes as the job has, the last ones one after the other: to unroll them all would take too much code.
template <class Vector, uint32_t count>
inline Vector read_long_row(const RowsJob& j, uint32_t axes, size_t w, const double* rows) {
  if (axes == 2) return read_row<Vector, count, 2>(j, w, rows);
  const uint32_t a = axes - 1;
  const size_t step = size_t{j.stride[a]} * j.per_point;
  rows += step * j.first[a][w];
  Vector sum{};
  for (uint32_t k = 0; k < count; ++k)
    sum +=
        spread_to<Vector>(spread(j.weight[a][k * lanes + w])) * read_long_row<Vector, count>(j, a, w, rows + k * step);
  return sum;
}

template <uint32_t count, uint32_t axes>
inline void read_rows_of(const RowsJob& j) {
  each_vector(j.width, [&](auto kind, uint32_t c) {
    using Vector = decltype(kind);
    double* out = j.out + c * lanes;
    for (size_t w = 0; w < lanes; ++w) {
      Vector sum;
      if constexpr (axes > 2)
        sum = read_long_row<Vector, count>(j, j.axes, w, j.rows + c);
      else
        sum = read_row<Vector, count, axes>(j, w, j.rows + c);
      for (size_t i = 0; i < sizeof sum / sizeof(double); ++i) out[i * lanes + w] = sum[i];
    }
  });
}

inline void read_rows(const RowsJob& j) {
  assert(j.fits());
  constexpr void (*of[2][4])(const RowsJob&) = {{read_rows_of<few_row_points, 0>, read_rows_of<few_row_points, 1>,
                                                 read_rows_of<few_row_points, 2>, read_rows_of<few_row_points, 3>},
                                                {read_rows_of<stencil_points, 0>, read_rows_of<stencil_points, 1>,
                                                 read_rows_of<stencil_points, 2>, read_rows_of<stencil_points, 3>}};
  of[j.count == stencil_points][j.axes < 3 ? j.axes : 3](j);
}

}  // namespace casus::solve::CASUS_ISA

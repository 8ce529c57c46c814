// Settling a round for eight worlds, or one. Include it with CASUS_ISA defined.
#pragma once
#include <cassert>

#include "solve/lanes/place_impl.h"

namespace casus::solve::CASUS_ISA {

// Calls `use(successor's point, weight)` for every corner of a settled point: a stencil on each of the successor's axes.
template <uint32_t axes, class Use>
inline void corners_of(const SettleJob& j, uint32_t point, size_t w, size_t to, double weight, Use& use) {
  if constexpr (axes == 0) {
    use(to, weight);
  } else {
    constexpr uint32_t a = axes - 1;
    const uint32_t i = j.numbers[a][point];
    const double* weights = j.weight[a] + i * j.stencil * lanes + w;
    size_t at = to + size_t{j.stride[a]} * j.first[a][i * lanes + w];
    for (uint32_t k = 0; k < j.stencil; ++k, at += j.stride[a])
      corners_of<a>(j, point, w, at, weight * weights[k * lanes], use);
  }
}

template <class Use>
inline void settle_corners(const SettleJob& j, uint32_t point, size_t w, Use use) {
  switch (j.axes) {
    case 0:
      return corners_of<0>(j, point, w, 0, 1, use);
    case 1:
      return corners_of<1>(j, point, w, 0, 1, use);
    case 2:
      return corners_of<2>(j, point, w, 0, 1, use);
    case 3:
      return corners_of<3>(j, point, w, 0, 1, use);
    case 4:
      return corners_of<4>(j, point, w, 0, 1, use);
    case 5:
      return corners_of<5>(j, point, w, 0, 1, use);
    case 6:
      return corners_of<6>(j, point, w, 0, 1, use);
    case 7:
      return corners_of<7>(j, point, w, 0, 1, use);
    default:
      return corners_of<8>(j, point, w, 0, 1, use);
  }
}

// Reads rows along one axis: a line of the successor's points becomes a line of the node's. [outer][line][inner]
// [worlds][channels] on both sides.
template <uint32_t worlds>
inline void along_axis(const SettleJob& j, uint32_t axis, uint32_t channels, const double* in, double* out) {
  const uint32_t n = j.line, inner = j.stride[axis], outer = j.points / (n * inner);
  const size_t row = worlds * size_t{channels}, step = inner * row;
  for (uint32_t a = 0; a < outer; ++a)
    for (uint32_t i = 0; i < n; ++i)
      for (uint32_t b = 0; b < inner; ++b) {
        const size_t here = (size_t{a} * n + i) * inner + b;
        for (size_t w = 0; w < worlds; ++w) {
          const size_t there = ((size_t{a} * n + j.first[axis][i * lanes + w]) * inner + b) * row + w * channels;
          const double* weights = j.weight[axis] + size_t{i} * stencil_points * lanes + w;
          const double* from = in + there;
          double* to = out + here * row + w * channels;
          each_vector(channels, [&](auto kind, uint32_t c) {
            using Vector = decltype(kind);
            Vector x = broadcast<Vector>(weights[0]) * read<Vector>(from, c);
            for (uint32_t k = 1; k < stencil_points; ++k)
              x += broadcast<Vector>(weights[k * lanes]) * read<Vector>(from + k * step, c);
            write<Vector>(to, c, x);
          });
        }
      }
}

// The same with all of an axis's points in registers.
template <uint32_t worlds, uint32_t n>
inline void along_dense(const SettleJob& j, uint32_t axis, uint32_t channels, const double* in, double* out) {
  const uint32_t inner = j.stride[axis], outer = j.points / (n * inner);
  const size_t row = worlds * size_t{channels}, step = inner * row;
  for (uint32_t a = 0; a < outer; ++a)
    for (uint32_t b = 0; b < inner; ++b)
      for (size_t w = 0; w < worlds; ++w) {
        const size_t first = (size_t{a} * n * inner + b) * row + w * channels;
        const double* weights = j.dense[axis] + w;
        each_vector(channels, [&](auto kind, uint32_t c) {
          using Vector = decltype(kind);
          Vector x[n];
          for (uint32_t k = 0; k < n; ++k) x[k] = read<Vector>(in + first + k * step, c);
          for (uint32_t i = 0; i < n; ++i) {
            Vector sum{};
            for (uint32_t k = 0; k < n; ++k) sum += broadcast<Vector>(weights[(i * n + k) * lanes]) * x[k];
            write<Vector>(out + first + i * step, c, sum);
          }
        });
      }
}

template <uint32_t worlds>
inline void settle_all(const SettleJob& j) {
  const double* settled = nullptr;  // the successor's values at this node's points, where they were read axis by axis
  if (j.line) {
    settled = j.child;
    for (uint32_t a = j.axes; a-- > 0;) {
      if (!j.dense[a])
        along_axis<worlds>(j, a, j.child_channels, settled, j.scratch[a & 1]);
      else if (j.line == stencil_points)
        along_dense<worlds, stencil_points>(j, a, j.child_channels, settled, j.scratch[a & 1]);
      else if (j.line == dense_points)
        along_dense<worlds, dense_points>(j, a, j.child_channels, settled, j.scratch[a & 1]);
      else if (j.line == short_stencil)
        along_dense<worlds, short_stencil>(j, a, j.child_channels, settled, j.scratch[a & 1]);
      else
        along_dense<worlds, short_stencil + 1>(j, a, j.child_channels, settled, j.scratch[a & 1]);
      settled = j.scratch[a & 1];
    }
  }
  for (uint32_t point = 0; point < j.points; ++point)
    for (size_t w = 0; w < worlds; ++w) {
      const size_t at = size_t{point} * worlds + w;
      double* to = j.out + at * j.channels;
      if (settled) {
        const double* from = settled + at * j.child_channels;
        for (uint32_t c = 0; c < j.child_channels; c += 4) write<Channel>(to, c, read<Channel>(from, c));
      } else {
        for (uint32_t c = 0; c < j.child_channels; c += 4) write<Channel>(to, c, Channel{});
        settle_corners(j, point, w, [&](size_t child_point, double weight) {
          const double* from = j.child + (child_point * worlds + w) * j.child_channels;
          for (uint32_t c = 0; c < j.child_channels; c += 4)
            add<Channel>(to, c, spread(weight) * read<Channel>(from, c));
        });
      }
      const double* discount = j.discount + w * j.pay_stride;
      const double* pay = j.pay ? j.pay + w * j.pay_stride : nullptr;
      for (uint32_t c = 0; c < j.channels; c += 4)
        write<Channel>(to, c,
                       (pay ? read<Channel>(pay, c) : Channel{}) +
                           (c < j.child_channels ? read<Channel>(discount, c) * read<Channel>(to, c) : Channel{}));
    }
}

inline void settle(const SettleJob& j) {
  assert(j.fits());
  if (j.worlds == 1)
    settle_all<1>(j);
  else
    settle_all<lanes>(j);
}

}  // namespace casus::solve::CASUS_ISA

// Settling a round for eight worlds, values and mass. Include it with CASUS_ISA defined.
#pragma once
#include "solve/batch_place_impl.h"

namespace casus::solve::CASUS_ISA {

// Calls `use(successor's point, weight)` for every corner of a settled point: stencil_points on each of the successor's
// axes.
template <uint32_t axes, class Use>
inline void corners_of(const SettleJob& j, uint32_t point, size_t w, size_t to, double weight, Use& use) {
  if constexpr (axes == 0) {
    use(to, weight);
  } else {
    constexpr uint32_t a = axes - 1;
    const uint32_t i = j.numbers[a][point];
    const double* weights = j.weight[a] + i * stencil_points * lanes + w;
    size_t at = to + size_t{j.stride[a]} * j.first[a][i * lanes + w];
    for (uint32_t k = 0; k < stencil_points; ++k, at += j.stride[a])
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
    default:
      return corners_of<4>(j, point, w, 0, 1, use);
  }
}

// Whether there is any mass in a row: its first group holds all of it.
inline bool any_mass(const double* row, uint32_t pattern) {
  uint64_t bits = 0, one;
  for (uint32_t p = 0; p < pattern; ++p) {
    __builtin_memcpy(&one, row + p, sizeof one);
    bits |= one;
  }
  return bits << 1 != 0;  // but for the sign of a nought
}

// Reads (or, transposed, spreads) rows along one axis after another, from the last to the first: a line of the
// successor's points becomes a line of the node's. [outer][line][inner][8][channels] on both sides.
template <bool transposed>
inline void along_axis(const SettleJob& j, uint32_t axis, uint32_t channels, const double* in, double* out) {
  const uint32_t n = j.line, inner = j.stride[axis], outer = j.points / (n * inner);
  const size_t row = lanes * size_t{channels}, step = inner * row;
  if constexpr (transposed) __builtin_memset(out, 0, j.points * row * sizeof(double));
  for (uint32_t a = 0; a < outer; ++a)
    for (uint32_t i = 0; i < n; ++i)
      for (uint32_t b = 0; b < inner; ++b) {
        const size_t here = (size_t{a} * n + i) * inner + b;
        for (size_t w = 0; w < lanes; ++w) {
          const size_t there = ((size_t{a} * n + j.first[axis][i * lanes + w]) * inner + b) * row + w * channels;
          const double* weights = j.weight[axis] + size_t{i} * stencil_points * lanes + w;
          const double* from = in + (transposed ? here * row + w * channels : there);
          double* to = out + (transposed ? there : here * row + w * channels);
          if constexpr (transposed)
            if (!any_mass(from, channels)) continue;
          each_vector(channels, [&](auto kind, uint32_t c) {
            using Vector = decltype(kind);
            if constexpr (transposed) {
              const auto x = read<Vector>(from, c);
              for (uint32_t k = 0; k < stencil_points; ++k)
                add<Vector>(to + k * step, c, broadcast<Vector>(weights[k * lanes]) * x);
            } else {
              Vector x = broadcast<Vector>(weights[0]) * read<Vector>(from, c);
              for (uint32_t k = 1; k < stencil_points; ++k)
                x += broadcast<Vector>(weights[k * lanes]) * read<Vector>(from + k * step, c);
              write<Vector>(to, c, x);
            }
          });
        }
      }
}

// The same with all of an axis's points in registers: `in` a line of rows, `out` the line that they make there (or, if
// `adding`, what is added to it).
template <bool transposed, bool adding, uint32_t n>
inline void along_dense(const SettleJob& j, uint32_t axis, uint32_t channels, const double* in, double* out) {
  const uint32_t inner = j.stride[axis], outer = j.points / (n * inner);
  const size_t row = lanes * size_t{channels}, step = inner * row;
  for (uint32_t a = 0; a < outer; ++a)
    for (uint32_t b = 0; b < inner; ++b)
      for (size_t w = 0; w < lanes; ++w) {
        const size_t first = (size_t{a} * n * inner + b) * row + w * channels;
        const double* weights = j.dense[axis] + w;
        each_vector(channels, [&](auto kind, uint32_t c) {
          using Vector = decltype(kind);
          Vector x[n];
          for (uint32_t k = 0; k < n; ++k) x[k] = read<Vector>(in + first + k * step, c);
          for (uint32_t i = 0; i < n; ++i) {
            Vector sum{};
            for (uint32_t k = 0; k < n; ++k)
              sum += broadcast<Vector>(weights[(transposed ? k * n + i : i * n + k) * lanes]) * x[k];
            if constexpr (adding)
              add<Vector>(out + first + i * step, c, sum);
            else
              write<Vector>(out + first + i * step, c, sum);
          }
        });
      }
}

template <bool transposed, bool adding>
inline void along_any(const SettleJob& j, uint32_t axis, uint32_t channels, const double* in, double* out) {
  if (j.line == stencil_points)
    along_dense<transposed, adding, stencil_points>(j, axis, channels, in, out);
  else
    along_dense<transposed, adding, dense_points>(j, axis, channels, in, out);
}

inline void settle(const SettleJob& j) {
  const double* settled = nullptr;  // the successor's values at this node's points, where they were read axis by axis
  if (j.line) {
    settled = j.child;
    for (uint32_t a = j.axes; a-- > 0;) {
      if (j.dense[a])
        along_any<false, false>(j, a, j.child_channels, settled, j.scratch[a & 1]);
      else
        along_axis<false>(j, a, j.child_channels, settled, j.scratch[a & 1]);
      settled = j.scratch[a & 1];
    }
  }
  for (uint32_t point = 0; point < j.points; ++point)
    for (size_t w = 0; w < lanes; ++w) {
      const size_t at = size_t{point} * lanes + w;
      double* to = j.out + at * j.channels;
      if (settled) {
        const double* from = settled + at * j.child_channels;
        for (uint32_t c = 0; c < j.child_channels; c += 4) write<Channel>(to, c, read<Channel>(from, c));
      } else {
        for (uint32_t c = 0; c < j.child_channels; c += 4) write<Channel>(to, c, Channel{});
        settle_corners(j, point, w, [&](size_t child_point, double weight) {
          const double* from = j.child + (child_point * lanes + w) * j.child_channels;
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

// A row of mass in the groups of a wider row, times the probabilities of its profiles; `width` channels of it.
inline void spread_row(const MassGroups& g, const double* row, const Channel* probability, uint32_t width,
                       double* out) {
  if (g.pattern % 4 == 0) {
    for (uint32_t group = 0; group * g.pattern < width; ++group) {
      const uint16_t source = g.source[group];
      for (uint32_t c = 0; c < g.pattern; c += 4)
        write<Channel>(
            out, group * g.pattern + c,
            source == no_group ? Channel{} : read<Channel>(row, source * g.pattern + c) * probability[c / 4]);
    }
    return;
  }
  for (uint32_t c = 0; c < width; ++c) {
    const uint32_t group = c / g.pattern, profile = c % g.pattern;
    const uint16_t source = group < g.groups ? g.source[group] : no_group;
    out[c] = source == no_group ? 0 : row[source * g.pattern + profile] * probability[0][profile];
  }
}

// Channels at the beginning of a row that stay where they are, in rows of four profiles a group.
inline uint32_t kept_in_place(const MassGroups& g) {
  uint32_t group = 0;
  if (g.pattern == 4)
    while (group < g.groups && group * 4 < g.width && g.source[group] == group) ++group;
  return group * 4;
}

// Adds mass at a node's points to its successor's, j.child_channels a row.
inline void settle_mass(const SettleJob& j, const double* mass, const MassGroups& groups) {
  const uint32_t width = j.child_channels;
  const size_t rows = size_t{j.points} * lanes;
  const double* from = mass;
  if (width != groups.width || width > kept_in_place(groups)) {
    Channel certain[256];
    for (uint32_t c = 0; c < groups.pattern || c < 4; c += 4) certain[c / 4] = spread(1);
    for (size_t r = 0; r < rows; ++r)
      spread_row(groups, mass + r * groups.width, certain, width, j.scratch[1] + r * width);
    from = j.scratch[1];
  }
  if (j.line && j.axes > 0 && j.dense[0]) {
    for (uint32_t a = 0; a + 1 < j.axes; ++a) {
      along_any<true, false>(j, a, width, from, j.scratch[a & 1]);
      from = j.scratch[a & 1];
    }
    along_any<true, true>(j, j.axes - 1, width, from, j.child_mass);
    return;
  }
  if (j.line) {
    for (uint32_t a = 0; a < j.axes; ++a) {
      along_axis<true>(j, a, width, from, j.scratch[a & 1]);
      from = j.scratch[a & 1];
    }
    for (size_t i = 0; i < rows * width; i += wide_channels)
      add<WideChannel>(j.child_mass + i, 0, read<WideChannel>(from + i, 0));
    return;
  }
  for (uint32_t point = 0; point < j.points; ++point)
    for (size_t w = 0; w < lanes; ++w, from += width) {
      if (!any_mass(from, groups.pattern)) continue;
      settle_corners(j, point, w, [&](size_t child_point, double weight) {
        double* to = j.child_mass + (child_point * lanes + w) * width;
        for (uint32_t c = 0; c < width; c += 4) add<Channel>(to, c, spread(weight) * read<Channel>(from, c));
      });
    }
}

}  // namespace casus::solve::CASUS_ISA

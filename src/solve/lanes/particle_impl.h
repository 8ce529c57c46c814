// The kernels of particle_kernel.h. Include it with CASUS_ISA defined.
#pragma once
#include "solve/lanes/particle_kernel.h"
#include "solve/lanes/place_impl.h"

namespace casus::solve::CASUS_ISA {

inline uint64_t stir(uint64_t hash, uint64_t word) {
  uint64_t z = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
  return z ^ (z >> 29);
}

// Rows of mass in vectors where they are of four profiles, or fit.
template <class Use>
inline void each_mass(uint32_t doubles, Use use) {
  uint32_t c = 0;
  for (; c + 4 <= doubles; c += 4) use(Channel{}, c);
  for (; c < doubles; ++c) use(double{}, c);
}

// Whose cell a record falls into. The cell is widened while mass times its square stays below `slight`, as far as the
// exponents tell; fourfold, since particles of different widths are never joined and more widths would part more.
inline uint64_t cell_of(const PoolJob& j, const double* record) {
  double weight = 0;
  if (j.shape.profiles == 4) {
    const Channel x = read<Channel>(record + j.shape.axes, 0) * read<Channel>(j.weight, 0);
    weight = (x[0] + x[1]) + (x[2] + x[3]);
  } else {
    for (uint32_t p = 0; p < j.shape.profiles; ++p) weight += record[j.shape.axes + p] * j.weight[p];
  }
  if (weight >= j.whole) {
    constexpr double per_same = 1e9;
    uint64_t key = 1 + (uint64_t{1} << 50);
    for (uint32_t a = 0; a < j.shape.axes; ++a)
      if (j.read[a])
        key = stir(key, static_cast<uint64_t>(static_cast<int64_t>(__builtin_floor(record[a] * per_same))));
    return key;
  }
  constexpr double narrower[] = {1, 1.0 / 4, 1.0 / 16};
  const double share = weight * j.per_slight;
  int64_t bits;
  __builtin_memcpy(&bits, &share, sizeof bits);
  const auto exponent = static_cast<int>(bits >> 52) - 1023;
  int widened = exponent < 0 ? (-exponent - 1) / 4 : 0;
  widened = widened > 2 ? 2 : widened;
  const double by = j.per_cell * narrower[widened];
  uint64_t key = 1 + (static_cast<uint64_t>(widened) << 40);
  for (uint32_t a = 0; a < j.shape.axes; ++a)
    if (j.read[a]) key = stir(key, static_cast<uint64_t>(static_cast<int64_t>(__builtin_floor(record[a] * by))));
  return key;
}

inline uint32_t pool(const PoolJob& j) {
  const size_t record = j.shape.record();
  const uint32_t mass = j.shape.channels * j.shape.profiles;
  uint32_t kept = 0;
  constexpr uint32_t together = 16;
  uint64_t keys[together];
  for (uint32_t first = 0; first < j.count; first += together) {
    const uint32_t last = j.count - first < together ? j.count - first : together;
    for (uint32_t i = 0; i < last; ++i) {
      keys[i] = cell_of(j, j.records + (first + i) * record);
      __builtin_prefetch(&j.table[(keys[i] ^ keys[i] >> 32) & j.mask], 1);
    }
    for (uint32_t i = 0; i < last; ++i) {
      const double* from = j.records + (first + i) * record;
      const uint64_t key = keys[i];
      size_t slot = (key ^ key >> 32) & j.mask;
      while (j.table[slot].stamp == j.stamp && j.table[slot].key != key) slot = (slot + 1) & j.mask;
      if (j.table[slot].stamp != j.stamp) {
        j.table[slot] = {key, j.stamp, kept};
        j.joined[kept] = 0;
        if (j.place) j.place[first + i] = kept;
        if (kept != first + i) __builtin_memcpy(j.records + kept * record, from, record * sizeof(double));
        ++kept;
        continue;
      }
      if (j.place) j.place[first + i] = j.table[slot].place;
      double* to = j.records + j.table[slot].place * record + j.shape.axes;
      const double* more = from + j.shape.axes;
      each_mass(mass, [&](auto kind, uint32_t c) {
        using Vector = decltype(kind);
        write<Vector>(to, c, read<Vector>(to, c) + read<Vector>(more, c));
      });
      j.joined[j.table[slot].place] = 1;
    }
  }
  return kept;
}

inline void push(const PushJob& j) {
  constexpr double most_log_odds = 1e5;
  constexpr uint16_t empty = 0xFFFF;
  const uint32_t axes = j.from.axes, profiles = j.from.profiles;
  const size_t record = j.from.record(), pushed = axes + size_t{j.channels} * profiles;
  for (uint32_t i = 0; i < j.count; ++i) {
    const double* from = j.records + i * record;
    double* to = j.out + i * pushed;
    for (uint32_t a = 0; a < axes; ++a) {
      double l = from[a];
      if (j.shift[a]) {
        l += j.shift[a][i];
        l = l < -most_log_odds ? -most_log_odds : l > most_log_odds ? most_log_odds : l;
      }
      to[a] = j.forgotten[a] ? j.prior[a] : l;
    }
    from += axes;
    to += axes;
    if (profiles == 4) {
      const Channel share{j.share[i], j.share[lanes + i], j.share[2 * lanes + i], j.share[3 * lanes + i]};
      write<Channel>(to, 0, share * read<Channel>(from, 0));
      for (uint32_t c = 1; c < j.channels; ++c)
        write<Channel>(to, 4 * c, j.source[c] == empty ? Channel{} : share * read<Channel>(from, 4 * j.source[c]));
    } else {
      for (uint32_t c = 0; c < j.channels; ++c, to += profiles) {
        const bool none = j.source[c] == empty;
        const double* source = from + size_t{none ? 0u : j.source[c]} * profiles;
        for (uint32_t p = 0; p < profiles; ++p) to[p] = none ? 0 : j.share[p * lanes + i] * source[p];
      }
    }
  }
}

// Rows of profiles in vectors as wide as there are, the rest one by one.
template <class Use>
inline void each_profile(uint32_t profiles, Use use) {
  uint32_t p = 0;
  if constexpr (wide_channels > 4)
    for (; p + wide_channels <= profiles; p += wide_channels) use(WideChannel{}, p);
  for (; p + 4 <= profiles; p += 4) use(Channel{}, p);
  for (; p < profiles; ++p) use(double{}, p);
}

template <class Vector>
inline double total(const Vector& x) {
  if constexpr (sizeof(Vector) == sizeof(double)) {
    return x;
  } else {
    double out = 0;
    for (size_t i = 0; i < sizeof x / sizeof(double); ++i) out += x[i];
    return out;
  }
}

inline void type_sums(const TypeSumsJob& j) {
  for (uint32_t t = 0; t < j.types; ++t) j.out[t] = 0;
  each_profile(j.profiles, [&](auto kind, uint32_t p) {
    using Vector = decltype(kind);
    Vector x = read<Vector>(j.a, p) * read<Vector>(j.b, p);
    if (j.c) x += read<Vector>(j.c, p) * read<Vector>(j.d, p);
    for (uint32_t t = 0; t < j.types; ++t) j.out[t] += total<Vector>(x * read<Vector>(j.is + t * j.profiles, p));
  });
}

inline void carry(const CarryJob& j) {
  for (uint32_t a = 0; a < j.actors; ++a) {
    const uint32_t row = a * j.profiles;
    const double discount = j.discount[a];
    each_profile(j.profiles, [&](auto kind, uint32_t p) {
      using Vector = decltype(kind);
      const Vector share = read<Vector>(j.share, p), worth = share * read<Vector>(j.value, row + p);
      add<Vector>(j.out, row + p, worth);
      for (uint32_t k = 0; k < j.axis_count; ++k) {
        const CarryJob::Axis& axis = j.axes[k];
        Vector slope{};
        for (uint32_t t = 0; t < axis.terms; ++t) slope += axis.by[t] * read<Vector>(axis.slope[t], row + p);
        Vector more = share * slope * discount;
        if (axis.tilt) more += worth * read<Vector>(axis.tilt, p);
        if (j.begun) more += read<Vector>(axis.out, row + p);
        write<Vector>(axis.out, row + p, more);
      }
    });
  }
}

}  // namespace casus::solve::CASUS_ISA

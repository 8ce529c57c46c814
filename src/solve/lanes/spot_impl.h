// Eight places of a node, be they worlds or points of one world, and what its mover has of its successors there.
// Include it with CASUS_ISA defined.
#pragma once
#include "solve/lanes/place_impl.h"

namespace casus::solve::CASUS_ISA {

// Where eight places stand: eight worlds at one point, or one world at eight points, of which the last may repeat.
template <bool one>
struct Spot {
  static constexpr uint32_t worlds = lanes, points = 1;
  uint32_t point;
  static constexpr uint32_t count = lanes;
  uint32_t at(size_t) const { return point; }
  static size_t world(size_t w) { return w; }
};
template <>
struct Spot<true> {
  static constexpr uint32_t worlds = 1, points = lanes;
  uint32_t point[lanes];
  uint32_t count;
  uint32_t at(size_t w) const { return point[w]; }
  static size_t world(size_t) { return 0; }
};

// Eight places at points of `list`, from number `first` on.
template <bool one, class List>
inline Spot<one> spot(const List& list, uint32_t first, uint32_t size) {
  Spot<one> s;
  if constexpr (one) {
    s.count = size - first < lanes ? size - first : lanes;
    for (uint32_t w = 0; w < lanes; ++w) s.point[w] = list(first + (w < s.count ? w : s.count - 1));
  } else {
    s.point = list(first);
  }
  return s;
}

inline void move_on(Spot<false>& s, uint32_t by) {
  s.point += by;
}
inline void move_on(Spot<true>& s, uint32_t by) {
  for (uint32_t& point : s.point) point += by;
}

// Four doubles of each of eight rows, the rows side by side.
template <class Rows>
inline void four_profiles(const Rows& from, Lane x[4]) {
#if defined(__AVX512F__)
  Part r[4];
  for (size_t w = 0; w < 4; ++w) {
    const auto low = read<Channel>(from(w), 0), high = read<Channel>(from(w + 4), 0);
    r[w] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
  }
  const Part a = __builtin_shufflevector(r[0], r[1], 0, 8, 2, 10, 4, 12, 6, 14);
  const Part b = __builtin_shufflevector(r[0], r[1], 1, 9, 3, 11, 5, 13, 7, 15);
  const Part c = __builtin_shufflevector(r[2], r[3], 0, 8, 2, 10, 4, 12, 6, 14);
  const Part d = __builtin_shufflevector(r[2], r[3], 1, 9, 3, 11, 5, 13, 7, 15);
  x[0].p[0] = __builtin_shufflevector(a, c, 0, 1, 8, 9, 4, 5, 12, 13);
  x[1].p[0] = __builtin_shufflevector(b, d, 0, 1, 8, 9, 4, 5, 12, 13);
  x[2].p[0] = __builtin_shufflevector(a, c, 2, 3, 10, 11, 6, 7, 14, 15);
  x[3].p[0] = __builtin_shufflevector(b, d, 2, 3, 10, 11, 6, 7, 14, 15);
#elif defined(__AVX2__)
  for (size_t i = 0; i < 2; ++i) {
    const auto r0 = read<Channel>(from(4 * i), 0), r1 = read<Channel>(from(4 * i + 1), 0);
    const auto r2 = read<Channel>(from(4 * i + 2), 0), r3 = read<Channel>(from(4 * i + 3), 0);
    const Channel a = __builtin_shufflevector(r0, r1, 0, 4, 2, 6), b = __builtin_shufflevector(r0, r1, 1, 5, 3, 7);
    const Channel c = __builtin_shufflevector(r2, r3, 0, 4, 2, 6), d = __builtin_shufflevector(r2, r3, 1, 5, 3, 7);
    x[0].p[i] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    x[1].p[i] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    x[2].p[i] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    x[3].p[i] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
  }
#else
  alignas(64) double store[4][lanes];
  for (size_t w = 0; w < lanes; ++w)
    for (size_t p = 0; p < 4; ++p) store[p][w] = from(w)[p];
  for (size_t p = 0; p < 4; ++p) x[p] = Lane::load(store[p]);
#endif
}

// A double of each of eight rows.
template <class Rows>
inline Lane one_profile(const Rows& from) {
  alignas(64) double x[lanes];
  for (size_t w = 0; w < lanes; ++w) x[w] = *from(w);
  return Lane::load(x);
}

// Adds lambda x the belief-weighted mean over the others' types of the mover's own channels, for each own type. `row`
// and `weight`: of a place, where its own channels and the weights of the profiles begin.
template <class Rows, class Weights>
inline void add_own(const NodeJob& j, const Weights& weight, const Rows& row, Lane q[2]) {
  Lane sum[2] = {Lane(0), Lane(0)};
  if (j.profiles == 4) {
    Lane x[4], by[4];
    four_profiles(row, x);
    weight.four(0, by);
    for (uint32_t p = 0; p < 4; ++p) sum[j.own_type[p]] += by[p] * x[p];
  } else if (j.profiles % 4 == 0) {
    for (uint32_t first = 0; first < j.profiles; first += 4) {
      Lane x[4], by[4];
      four_profiles(row.from(first), x);
      weight.four(first, by);
      for (uint32_t p = 0; p < 4; ++p) sum[j.own_type[first + p]] += by[p] * x[p];
    }
  } else {
    for (uint32_t p = 0; p < j.profiles; ++p) sum[j.own_type[p]] += weight.one(p) * one_profile(row.from(p));
  }
  const Lane lambda = Lane::load(j.lambda);
  for (size_t t = 0; t < 2; ++t) q[t] += sum[t] * lambda;
}

// Rows of eight places: so far apart, or anywhere.
struct EvenRows {
  const double* first;
  size_t apart;
  const double* operator()(size_t w) const { return first + w * apart; }
  EvenRows from(uint32_t number) const { return {first + number, apart}; }
};
struct AnyRows {
  const double* row[lanes];
  const double* operator()(size_t w) const { return row[w]; }
  AnyRows from(uint32_t number) const {
    AnyRows out;
    for (size_t w = 0; w < lanes; ++w) out.row[w] = row[w] + number;
    return out;
  }
};

// Weights of profiles at eight places.
struct WorldWeights {
  const double* of;  // [profile][8]
  Lane one(uint32_t p) const { return Lane::load(of + p * lanes); }
  void four(uint32_t first, Lane x[4]) const {
    for (uint32_t p = 0; p < 4; ++p) x[p] = one(first + p);
  }
};
struct PointWeights {
  AnyRows of;  // [profile] each
  Lane one(uint32_t p) const { return one_profile(of.from(p)); }
  void four(uint32_t first, Lane x[4]) const { four_profiles(of.from(first), x); }
};
inline WorldWeights weights_at(const NodeJob& j, const Spot<false>& s) {
  return {j.weight + size_t{s.point} * j.profiles * lanes};
}
inline PointWeights weights_at(const NodeJob& j, const Spot<true>& s) {
  PointWeights out;
  for (size_t w = 0; w < lanes; ++w) out.of.row[w] = j.weight + size_t{s.point[w]} * j.profiles;
  return out;
}

// lambda x what an option pays at once, for each own type.
template <bool one, class Weights>
inline void own_pay(const NodeJob& j, const Weights& weight, const EdgeView& e, Lane q[2]) {
  q[0] = q[1] = Lane(0);
  if (e.pay) add_own(j, weight, EvenRows{e.pay + j.own_channel, one ? 0 : size_t{j.pay_stride}}, q);
}

// lambda Q of each own type at points of a successor, `further` than where the moved axis begins; what is paid at once
// left out.
template <class Weights>
inline void add_own_values(const NodeJob& j, const Weights& weight, const EdgeView& e, const Spot<false>& s,
                           size_t further, Lane q[2]) {
  if (j.own_channel >= e.channels) return;
  const double* row = e.child + (e.base[s.point] + further) * lanes * e.channels + j.own_channel;
  add_own(j, weight, EvenRows{row, e.channels}, q);
}
template <class Weights>
inline void add_own_values(const NodeJob& j, const Weights& weight, const EdgeView& e, const Spot<true>& s,
                           size_t further, Lane q[2]) {
  if (j.own_channel >= e.channels) return;
  AnyRows rows;
  for (size_t w = 0; w < lanes; ++w)
    rows.row[w] = e.child + (e.base[s.point[w]] + further) * e.channels + j.own_channel;
  add_own(j, weight, rows, q);
}

}  // namespace casus::solve::CASUS_ISA

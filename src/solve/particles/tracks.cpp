#include "solve/particles/tracks.h"

#include <algorithm>

namespace casus::solve {

TrackMass::TrackMass(const ParticlePlan& plan, const World& w) : plan_(plan), w_(w) {
  for (uint32_t i = 0; i < plan.tracks.size(); ++i) {
    prior_.push_back(w.profile_prior[plan.tracks.first(i)]);
    by_itself_.push_back(w.by_itself()[plan.tracks.first(i)]);
  }
  if (plan.turns) share_.resize(plan.tracks.size() * side);
}

const double* TrackMass::spread(const double* share) {
  for (uint32_t i = 0; i < plan_.tracks.size(); ++i)
    std::copy_n(share + plan_.tracks.now(i) * side, side, share_.data() + i * side);
  return share_.data();
}

void TrackMass::begin(const PushJob& j) {
  constexpr double most_log_odds = 1e5;
  const size_t record = j.from.record(), pushed = j.from.axes + size_t{j.channels} * j.from.profiles;
  for (uint32_t i = 0; i < j.count; ++i) {
    double* to = j.out + i * pushed;
    for (uint32_t a = 0; a < j.from.axes; ++a) {
      double l = j.records[i * record + a];
      if (j.shift[a]) l = std::clamp(l + j.shift[a][i], -most_log_odds, most_log_odds);
      to[a] = j.forgotten[a] ? j.prior[a] : l;
    }
    std::fill(to + j.from.axes, to + pushed, 0.0);
  }
}

void TrackMass::add(const PushJob& j, uint32_t turn) {
  constexpr uint16_t empty = 0xFFFF;
  const game::Game& g = plan_.game;
  const uint32_t tracks = j.from.profiles;
  const size_t record = j.from.record(), pushed = j.from.axes + size_t{j.channels} * tracks;
  const game::Turn& how = g.turns[turn];
  const uint32_t types = turn == 0 ? 1 : g.informed[how.informed].types;
  for (uint32_t i = 0; i < j.count; ++i)
    for (uint32_t c = 0; c < j.channels; ++c) {
      if (j.source[c] == empty) continue;
      const double* from = j.records + i * record + j.from.axes + size_t{j.source[c]} * tracks;
      double* to = j.out + i * pushed + j.from.axes + size_t{c} * tracks;
      for (uint32_t k = 0; k < tracks; ++k) {
        const double mass = from[k] * j.share[k * side + i];
        if (turn == 0) {
          to[k] += mass;
          continue;
        }
        const game::Slot* becomes =
            g.probability_tables.data() + how.first + plan_.tracks.type(k, how.informed) * types;
        for (uint32_t u = 0; u < types; ++u) to[plan_.tracks.turned(k, how.informed, u)] += mass * w_.slots[becomes[u]];
      }
    }
}

}  // namespace casus::solve

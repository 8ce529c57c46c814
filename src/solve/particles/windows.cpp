#include "solve/particles/windows.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

// Windows leave out what hardly ever happens; a particle with so small a share of that does not count.
static constexpr double least_share = 1.0 / 8;

WindowSearch::WindowSearch(const ParticlePlan& plan, const World& w, Windows& windows, double leave_coarse,
                           double leave_fine)
    : plan_(plan), g_(plan.game), windows_(windows), leave_{leave_coarse, leave_fine} {
  windows_.coarse.assign(static_cast<size_t>(g_.horizon) + 1, {});
  for (auto& round : windows_.coarse)
    for (double l : w.prior_log_odds) round.emplace_back(l, l);
  windows_.fine = windows_.coarse;
  for (uint32_t i = 0; i < plan.tracks.size(); ++i) weight_.push_back(window_weight(w, plan.tracks.first(i)));
}

double WindowSearch::weight_of(const double* mass) const {
  double out = 0;
  for (size_t p = 0; p < weight_.size(); ++p) out += mass[p] * weight_[p];
  return out;
}

void WindowSearch::drop_slight(Pile& all, const ParticleShape& shape) const {
  const size_t record = shape.record();
  double* to = all.data();
  for (const double *from = to, *end = from + all.size(); from != end; from += record) {
    if (weight_of(from + shape.axes) < leave_[1] * least_share) continue;
    if (to != from) std::copy_n(from, record, to);
    to += record;
  }
  all.cut(static_cast<size_t>(to - all.data()));
}

void WindowSearch::note(game::NodeId n, const Pile& pile, const ParticleShape& shape) {
  const double* all = pile.data();
  for (uint32_t a = 0; a < shape.axes; ++a) {
    if (!plan_.read_at(n, a)) continue;
    reached_.clear();
    for (size_t i = 0; i < pile.size(); i += shape.record())
      reached_.emplace_back(all[i + a], weight_of(&all[i + shape.axes]));
    std::sort(reached_.begin(), reached_.end());
    for (int which = 0; which < 2; ++which) {
      // A belief that is certain because a policy binds types, or they have changed, needs no window out there.
      const bool may_be = may_be_certain(g_);
      const double certain = may_be ? -std::log(leave_[which]) : 0;
      const auto near = [&](double l) {
        return may_be && std::fabs(l) > barred_log_odds ? std::copysign(certain, l) : l;
      };
      auto& [low, high] = (which ? windows_.fine : windows_.coarse)[g_.nodes[n].round - 1][a];
      double below = 0, above = 0;
      for (auto at = reached_.begin(); at != reached_.end(); ++at)
        if ((below += at->second) > leave_[which]) {
          low = std::min(low, near(at->first));
          break;
        }
      for (auto at = reached_.rbegin(); at != reached_.rend(); ++at)
        if ((above += at->second) > leave_[which]) {
          high = std::max(high, near(at->first));
          break;
        }
    }
  }
}

void follow_turns(const game::Game& g, Ranges& ranges) {
  for (uint32_t k = 0; k < g.informed.size(); ++k)
    for (uint32_t a = g.informed[k].first_axis;
         g.turning >> k & 1 && a < g.informed[k].first_axis + g.informed[k].types - 1; ++a)
      for (size_t t = 1; t < ranges.size(); ++t)
        if (ranges[t][a].first == ranges[t][a].second) ranges[t][a] = ranges[t - 1][a];
}

// Beliefs found on a grid are found to a fraction of its steps, and the finer grid may put play elsewhere: more of them
// on either side, as much as it can afford, since steps within the window grow with it. To whole eighths, so that
// rounding does not reach the window.
void widen(std::span<const Grid> grids, uint32_t points, Ranges& ranges) {
  constexpr double parts = 8;
  const double more = std::min(parts, 2.0 * points / usual_points);
  for (size_t t = 0; t < ranges.size(); ++t)
    for (size_t a = 0; a < ranges[t].size(); ++a) {
      const Axis& axis = grids[t].axes[a];
      auto& [low, high] = ranges[t][a];
      if (!(low < high) || !(axis.step > 0)) continue;
      const auto eighths = [&](double log_odds) { return (axis.u(log_odds) - axis.low) / axis.step * parts; };
      low = axis.log_odds(std::floor(eighths(low) - more) / parts);
      high = axis.log_odds(std::ceil(eighths(high) + more) / parts);
    }
}

}  // namespace casus::solve

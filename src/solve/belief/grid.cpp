#include "solve/belief/grid.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

double Axis::log_odds(double point) const {
  return scale * std::sinh(low + step * point);
}
double Axis::u(double log_odds) const {
  return std::asinh(log_odds / scale);
}

Stencil stencil(const Axis& axis, double log_odds) {
  Stencil s;
  if (axis.points == 1) return s;
  const double at = (axis.u(log_odds) - axis.low) / axis.step;
  if (!(at > 0)) return s;
  const auto last = static_cast<double>(axis.points - 1);
  if (at >= last) {
    s.first = axis.points - 1;
    return s;
  }
  s.count = std::min(stencil_of(axis.points), axis.points);
  const int before = static_cast<int>(s.count - 1) / 2;
  const int first = std::clamp(static_cast<int>(at) - before, 0, static_cast<int>(axis.points - s.count));
  s.first = static_cast<uint32_t>(first);
  const double x = at - first;
  const double du_dl = 1 / std::hypot(axis.scale, log_odds);
  for (uint32_t i = 0; i < s.count; ++i) {
    double w = 1, dw = 0;
    for (uint32_t j = 0; j < s.count; ++j) {
      if (j == i) continue;
      const double scale = 1.0 / (static_cast<double>(i) - static_cast<double>(j));
      dw = dw * (x - j) * scale + w * scale;
      w *= (x - j) * scale;
    }
    s.weight[i] = w;
    s.slope[i] = dw / axis.step * du_dl;
  }
  return s;
}

uint32_t bring_within(const game::Informed& x, const Grid& grid, double* log_odds, size_t stride) {
  uint32_t at_end = game::none;
  double past = 0;
  if (x.types < 3) return at_end;
  for (uint32_t a = x.first_axis; a < x.first_axis + x.types - 1; ++a) {
    const double l = log_odds[a * stride];
    if (!(l > barred_log_odds)) continue;
    const Axis& axis = grid.axes[a];
    const double by = l - axis.log_odds(axis.points - 1);
    if (by > past) {
      past = by;
      at_end = a;
    }
  }
  for (uint32_t a = x.first_axis; at_end != game::none && a < x.first_axis + x.types - 1; ++a)
    log_odds[a * stride] -= past;
  return at_end;
}

Layout layout(const game::Game& g, const Grid& grid, uint32_t mask) {
  Layout l;
  l.stride.assign(g.axes, 0);
  for (uint32_t k = 0; k < g.informed.size(); ++k) {
    if (!(mask >> k & 1)) continue;
    for (uint32_t a = g.informed[k].first_axis; a < g.informed[k].first_axis + g.informed[k].types - 1; ++a) {
      l.stride[a] = l.points;
      l.points *= grid.axes[a].points;
    }
  }
  return l;
}

void find_place(const Layout& layout, const Grid& grid, const Belief& at, bool on_grid, Place& out) {
  out.first = 0;
  out.axes = 0;
  for (uint32_t axis = 0; axis < layout.stride.size(); ++axis) {
    const size_t stride = layout.stride[axis];
    if (stride == 0) continue;
    if (on_grid && at.index[axis] >= 0) {
      out.first += stride * static_cast<size_t>(at.index[axis]);
    } else {
      const uint32_t d = out.axes++;
      out.axis.at(d) = axis;
      out.stride[d] = stride;
      out.stencil[d] = stencil(grid.axes[axis], at.log_odds[axis]);
      out.first += stride * out.stencil[d].first;
    }
  }
}

void find_corners(const Layout& layout, const Grid& grid, const Belief& at, bool on_grid, Corners& out) {
  Place place;
  find_place(layout, grid, at, on_grid, place);
  out.point.assign(1, place.first);
  out.weight.assign(1, 1);
  for (uint32_t d = 0; d < place.axes; ++d) {
    const Stencil& s = place.stencil[d];
    const size_t old = out.point.size();
    out.point.resize(old * s.count);
    out.weight.resize(old * s.count);
    for (uint32_t i = s.count; i-- > 0;)  // the first copy is made last, in place
      for (size_t c = 0; c < old; ++c) {
        out.point[i * old + c] = out.point[c] + place.stride[d] * i;
        out.weight[i * old + c] = out.weight[c] * s.weight[i];
      }
  }
}

Axis make_axis(uint32_t points, double low, double anchor, double high, double scale) {
  Axis axis{.points = points, .scale = scale};
  axis.low = axis.u(anchor);
  if (points < 2 || !(high > low)) {
    axis.points = 1;
    return axis;
  }
  const double u_low = axis.u(low), u_high = axis.u(high), u_anchor = axis.u(anchor);
  // As many steps below the anchor as its place in the range asks for; the step then covers both sides.
  const auto steps = static_cast<double>(points - 1);
  // Of two that are equally good but for rounding, the lower: alike for actors who are alike.
  constexpr double rounding = 1e-9;
  double below = std::ceil((u_anchor - u_low) / (u_high - u_low) * steps - 0.5 - rounding);
  below = std::clamp(below, u_anchor > u_low ? 1.0 : 0.0, u_high > u_anchor ? steps - 1 : steps);
  const double need_below = below > 0 ? (u_anchor - u_low) / below : 0;
  const double need_above = steps - below > 0 ? (u_high - u_anchor) / (steps - below) : 0;
  axis.step = std::max(need_below, need_above);
  axis.low = u_anchor - below * axis.step;
  return axis;
}

}  // namespace casus::solve

#include "solve/particles/corrections.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace casus::solve {

Corrections::Corrections(const game::Game& g) : nodes_(g.nodes.size()) {
  for (game::NodeId n = 0; n < g.nodes.size(); ++n)
    for (uint32_t k = 0; k < g.informed.size(); ++k)
      for (uint32_t t = 1; g.nodes[n].value_mask >> k & 1 && t < g.informed[k].types; ++t)
        nodes_[n].axes.push_back(g.informed[k].first_axis + t - 1);
}

void Corrections::add(game::NodeId n, const Known& known) {
  Node& node = nodes_[n];
  const uint32_t count = node.count = known.count;
  node.order.push_back(static_cast<uint32_t>(node.order.size()));
  for (const uint32_t a : node.axes) {
    node.log_odds.push_back(known.log_odds[a]);
    node.place.push_back(std::asinh(known.log_odds[a]));
  }
  for (uint32_t c = 0; c < count; ++c) node.rows.push_back(known.log_sigma[c] - known.on_grid[c]);
  node.rows.insert(node.rows.end(), known.log_sigma, known.log_sigma + count);
  node.rows.insert(node.rows.end(), known.value, known.value + count);
  for (const uint32_t a : node.axes)
    node.rows.insert(node.rows.end(), known.response + size_t{a} * count, known.response + (size_t{a} + 1) * count);
}

void Corrections::sort() {
  for (Node& node : nodes_) sort(node, 0, static_cast<uint32_t>(node.order.size()), 0);
}

void Corrections::sort(Node& node, uint32_t first, uint32_t last, uint32_t axis) {
  const size_t axes = node.axes.size();
  if (last - first < 2 || axes == 0) return;
  const uint32_t middle = first + (last - first) / 2;
  const auto begin = node.order.begin();
  std::nth_element(begin + first, begin + middle, begin + last, [&](uint32_t a, uint32_t b) {
    const double of_a = node.place[a * axes + axis], of_b = node.place[b * axes + axis];
    return of_a != of_b ? of_a < of_b : a < b;
  });
  const auto next = static_cast<uint32_t>((axis + 1) % axes);
  sort(node, first, middle, next);
  sort(node, middle + 1, last, next);
}

void Corrections::search(Search& s, uint32_t first, uint32_t last, uint32_t axis) {
  if (first >= last || s.best == 0) return;
  const size_t axes = s.node.axes.size();
  const uint32_t middle = first + (last - first) / 2, here = s.node.order[middle];
  const double* place = s.node.place.data() + here * axes;
  double distance = 0;
  for (size_t a = 0; a < axes; ++a) distance += (place[a] - s.at[a]) * (place[a] - s.at[a]);
  if (distance < s.best) {
    s.best = distance;
    s.found = here;
  }
  if (axes == 0) return;
  const double by = s.at[axis] - place[axis];
  const auto next = static_cast<uint32_t>((axis + 1) % axes);
  const bool below = by < 0;
  below ? search(s, first, middle, next) : search(s, middle + 1, last, next);
  if (by * by < s.best) below ? search(s, middle + 1, last, next) : search(s, first, middle, next);
}

uint32_t Corrections::nearest(const Node& node, const double* log_odds, size_t stride) {
  std::array<double, 64> few;
  std::vector<double> many(node.axes.size() > few.size() ? node.axes.size() : 0);
  double* at = many.empty() ? few.data() : many.data();
  for (size_t k = 0; k < node.axes.size(); ++k) at[k] = std::asinh(log_odds[node.axes[k] * stride]);
  Search s{node, at, std::numeric_limits<double>::max(), 0};
  search(s, 0, static_cast<uint32_t>(node.order.size()), 0);
  return s.found;
}

void Corrections::correct(game::NodeId n, const double* log_odds, double* choice, size_t stride) const {
  // In log-odds, and in those of options: where choices turn sharply, slopes say nothing further away.
  constexpr double near = 0.5, most = 1;
  const Node& node = nodes_[n];
  const uint32_t found = nearest(node, log_odds, stride), count = node.count;
  const double *row = node.rows.data() + found * node.width(), *at = node.log_odds.data() + found * node.axes.size();
  double furthest = 0;
  for (size_t k = 0; k < node.axes.size(); ++k)
    furthest = std::max(furthest, std::fabs(log_odds[node.axes[k] * stride] - at[k]));
  for (uint32_t c = 0; c < count; ++c) {
    if (furthest > near) {
      choice[c * stride] += row[c];
      continue;
    }
    double moved = 0;
    for (size_t k = 0; k < node.axes.size(); ++k)
      moved += (log_odds[node.axes[k] * stride] - at[k]) * row[(3 + k) * count + c];
    choice[c * stride] = row[count + c] + std::clamp(moved, -most, most);
  }
}

const double* Corrections::value(game::NodeId n, const double* log_odds) const {
  const Node& node = nodes_[n];
  return node.rows.data() + nearest(node, log_odds, 1) * node.width() + 2 * node.count;
}

size_t Corrections::size() const {
  size_t out = 0;
  for (const Node& node : nodes_) out += node.order.size();
  return out;
}

}  // namespace casus::solve

// The forward pass: the probability of being at each node and belief, given each profile of types, pushed through the
// choices of a field with the transpose of the interpolation by which the values were read. So a measure equals, to
// rounding, what a player who never moves and is paid the measure would expect.
#include <algorithm>
#include <cmath>

#include "solve/beliefs.h"
#include "solve/reference.h"

namespace casus::solve {

using game::NodeId;
using game::NodeKind;
using model::MeasureKind;

namespace {

// Mass at a node: [point][channel][profile]; channel 0 is everything, channel 1 + k what has not yet met the k-th
// `ever` measure.
struct Mass {
  std::vector<double> at;
};

}  // namespace

Tally Reference::forward(std::span<const game::Start> starts, Windows* windows) const {
  const auto& measures = g_.source->measures;
  const uint32_t profiles = g_.profiles;
  std::vector<uint32_t> ever_channel(measures.size(), 0);
  uint32_t channels = 1;
  Tally out;
  for (size_t m = 0; m < measures.size(); ++m) {
    if (g_.recurs[m]) ever_channel[m] = channels++;
    const size_t rounds = measures[m].kind == MeasureKind::in_round ? static_cast<size_t>(g_.horizon) : 1;
    out.emplace_back(rounds * profiles, 0.0);
  }
  const Belief start = prior();
  const uint32_t points = std::max(options_.points, least_points);
  if (windows) {
    windows->coarse.assign(field_.grids.size(), {});
    for (auto& round : windows->coarse)
      for (double l : start.log_odds) round.emplace_back(l, l);
    windows->fine = windows->coarse;
  }

  const size_t width = size_t{channels} * profiles;
  std::vector<Mass> mass(g_.nodes.size());
  std::vector<Layout> layouts;
  layouts.reserve(g_.nodes.size());
  for (const auto& n : g_.nodes) layouts.push_back(layout(g_, field_.grids[n.round - 1], n.mass_mask));

  Corners corners;
  auto deposit = [&](NodeId node, const Belief& at, bool on_grid, std::span<const double> amount) {
    auto& to = mass[node].at;
    to.resize(layouts[node].points * width);
    find_corners(layouts[node], field_.grids[g_.nodes[node].round - 1], at, on_grid, false, corners);
    for (size_t c = 0; c < corners.point.size(); ++c)
      for (size_t i = 0; i < width; ++i) to[corners.point[c] * width + i] += corners.weight[c] * amount[i];
  };
  std::vector<double> amount(width);
  const double share = 1 / static_cast<double>(starts.size());
  for (const auto& from : starts) {
    amount.assign(width, share);
    for (uint32_t m : from.events) {
      if (g_.recurs[m]) std::fill_n(amount.begin() + ever_channel[m] * profiles, profiles, 0.0);
      for (uint32_t p = 0; p < profiles; ++p) out[m][p] += share;
    }
    deposit(from.node, start, false, amount);
  }
  const std::vector<double> at_start = run_beliefs(g_, start);
  for (const auto& l : g_.lifted) std::fill(out[l.measure].begin(), out[l.measure].end(), at_start[l.slot]);

  std::vector<std::vector<double>> along(g_.axes);  // mass by point of an axis
  NodeProblem problem(g_, w_, continuation());
  for (NodeId n = static_cast<NodeId>(g_.nodes.size()); n-- > 0;) {
    const auto& node = g_.nodes[n];
    if (mass[n].at.empty()) continue;
    const Grid& grid = field_.grids[node.round - 1];
    const Layout& place = layouts[n];
    const bool settled = g_.shapes[node.shape].kind == NodeKind::settle;
    for (uint32_t axis = 0; axis < g_.axes; ++axis) along[axis].assign(grid.axes[axis].points, 0);
    for (uint32_t point = 0; point < place.points; ++point) {
      const double* here = &mass[n].at[point * width];
      double weight = 0;
      bool nothing = true;
      for (uint32_t p = 0; p < profiles; ++p) {
        weight += here[p] * window_weight(w_, p);
        nothing &= here[p] == 0;
      }
      if (nothing) continue;
      Belief belief{start.log_odds, std::vector<int>(g_.axes, -1)};
      size_t value_point = 0;
      for (uint32_t axis = 0; axis < g_.axes; ++axis) {
        if (place.stride[axis] == 0) continue;
        const uint32_t i = point / place.stride[axis] % grid.axes[axis].points;
        belief.index[axis] = static_cast<int>(i);
        belief.log_odds[axis] = grid.axes[axis].log_odds(i);
        value_point += size_t{field_.layouts[n].stride[axis]} * i;
        along[axis][i] += weight;
      }
      std::vector<double> beliefs;
      for (const auto& t : g_.tallies[node.tally]) {
        if (t.lifted) continue;
        if (t.by_belief && beliefs.empty()) beliefs = run_beliefs(g_, belief);
        const double value = t.by_belief ? beliefs[t.belief_slot] : t.value;
        const size_t round = measures[t.measure].kind == MeasureKind::in_round ? node.round - 1 : 0;
        for (uint32_t p = 0; p < profiles; ++p) out[t.measure][round * profiles + p] += value * here[p];
      }
      if (node.edges == 0) continue;
      problem.set(n, belief);
      const std::span<const double> sigma =
          std::span<const double>(field_.log_sigma[n]).subspan(value_point * problem.unknowns(), problem.unknowns());
      for (uint32_t e = 0; e < node.edges; ++e) {
        const auto& edge = g_.edges[node.first_edge + e];
        bool any = false;
        for (uint32_t p = 0; p < profiles; ++p) {
          const double probability = std::exp(problem.log_likelihood(e, p, sigma));
          for (uint32_t c = 0; c < channels; ++c) amount[c * profiles + p] = probability * here[c * profiles + p];
          any |= amount[p] != 0;
        }
        if (!any) continue;
        for (uint32_t m : g_.events[edge.event]) {
          const bool ever = measures[m].kind == MeasureKind::ever;
          double* from = &amount[ever_channel[m] * profiles];
          const size_t round = ever ? 0 : node.round - 1;
          for (uint32_t p = 0; p < profiles; ++p) {
            out[m][round * profiles + p] += from[p];
            if (g_.recurs[m]) from[p] = 0;
          }
        }
        const Belief posterior = problem.posterior(e, sigma);
        if (node.telling != 0 && !g_.lifted.empty()) {
          if (beliefs.empty()) beliefs = run_beliefs(g_, belief);
          const std::vector<double> after = run_beliefs(g_, posterior);
          for (const auto& l : g_.lifted) {
            if (!(l.reads & node.telling)) continue;
            const double change = after[l.slot] - beliefs[l.slot];
            const bool at_end = measures[l.measure].kind == MeasureKind::at_end;
            auto& to = out[l.measure];
            for (size_t i = at_end ? 0 : size_t{node.round - 1} * profiles; i < to.size(); ++i)
              to[i] += change * amount[i % profiles];
          }
        }
        deposit(edge.target, posterior, !settled, amount);
      }
    }
    for (uint32_t axis = 0; windows && axis < g_.axes; ++axis) {
      if (place.stride[axis] == 0) continue;
      const size_t t = node.round - 1;
      add_reached(grid.axes[axis], along[axis], reach(coarse_points(points)), windows->coarse[t][axis]);
      add_reached(grid.axes[axis], along[axis], reach(points), windows->fine[t][axis]);
    }
    Mass().at.swap(mass[n].at);
  }
  if (starts.size() > 1) return out;
  const std::vector<double> values = start_values(starts.front());
  for (size_t m = 0; m < measures.size(); ++m)
    if (measures[m].kind == MeasureKind::payoff)
      std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(size_t{measures[m].actor} * profiles), profiles,
                  out[m].begin());
  return out;
}

}  // namespace casus::solve

#include "solve/batch/plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "solve/lanes/joint_kernel.h"

namespace casus::solve {

using game::NodeKind;
using game::none;

namespace {

uint32_t padded(uint32_t n) {
  return (n + 3) / 4 * 4;
}

// What a joint job of a node holds.
struct JointSize {
  uint32_t movers = 0, choices = 0, types = 1, axes = 0, edges = 0;
  bool fits() const {
    const bool alone = movers == 1 && edges >= fewest_joint_options;
    return movers <= most_joint_movers && choices <= (alone ? most_alone_choices : most_joint_choices) &&
           types <= most_joint_types && axes <= most_joint_axes && edges <= most_joint_edges;
  }
};

JointSize joint_size(const game::Game& g, const game::Node& node) {
  const auto& shape = g.shapes[node.shape];
  JointSize size;
  size.edges = node.edges;
  const auto add = [&](uint32_t types, uint32_t options) {
    ++size.movers;
    size.choices += types * options;
    size.types *= types;
    size.axes += types - 1;
  };
  if (shape.kind == NodeKind::chance) {
    add(shape.informer == none ? 1 : g.informed[shape.informer].types, node.edges);
    size.choices = 0;
  }
  for (const auto& m : shape.movers)
    if (m.options.size() > 1) add(g.types(m.actor), static_cast<uint32_t>(m.options.size()));
  return size;
}

NodeWay find_way(const game::Game& g, const game::Node& node, uint32_t points, size_t worlds) {
  const auto& shape = g.shapes[node.shape];
  // Hidden deeds and types that change, as bound types, are left to the reference's solver, so that everybody else's
  // loops know nothing of them.
  if (game::mixes(g, node)) return NodeWay::general;
  if ((!g.related.empty() && !shape.movers.empty()) || node.belief_pay != game::none) return NodeWay::general;
  switch (shape.kind) {
    case NodeKind::end:
      return NodeWay::end;
    case NodeKind::settle:
      return NodeWay::settle;
    case NodeKind::chance:
      if (node.edges <= few_fast_options &&
          (shape.informer == none || g.informed[shape.informer].types <= most_fast_types))
        return NodeWay::chance;
      break;
    case NodeKind::move:
      break;
  }
  if (shape.binds()) return NodeWay::general;
  const bool fast =
      shape.movers.size() == 1 && g.types(shape.movers[0].actor) <= most_fast_types && node.edges <= most_fast_options;
  if (fast) return NodeWay::move;
  // Where planes take too much room the node is left to the reference's solver as well.
  constexpr double most_doubles = 6.4e7;
  return joint_size(g, node).fits() && joint_planes(g, node, points, worlds) <= most_doubles ? NodeWay::joint
                                                                                             : NodeWay::general;
}

}  // namespace

double joint_planes(const game::Game& g, const game::Node& node, uint32_t points, size_t worlds) {
  const auto& shape = g.shapes[node.shape];
  if (shape.kind != NodeKind::move) return 0;
  double owns = 1, heads = 1, rows = 0;
  uint32_t moved = 0;
  for (const auto& m : shape.movers)
    if (m.options.size() > 1 && g.informed_index[m.actor] != none) moved |= 1u << g.informed_index[m.actor];
  const auto power = [&](uint32_t k) { return std::pow(points, g.informed[k].types - 1); };
  for (uint32_t k = 0; k < g.informed.size(); ++k)
    if (node.value_mask >> k & 1) (moved >> k & 1 ? owns : heads) *= power(k);
  for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
    double at = 1;
    for (uint32_t k = 0; k < g.informed.size(); ++k)
      if (g.nodes[g.edges[e].target].value_mask & moved & 1u << k) at *= power(k);
    rows += at;
  }
  const JointSize size = joint_size(g, node);
  const double places = batch_lanes, slots = worlds > 1 ? places : owns >= places ? 1 : std::min(places, heads);
  return rows * slots * padded(size.movers * size.types);
}

BatchPlan::BatchPlan(const game::Game& g, uint32_t points_per_axis, size_t side_by_side, const BatchPlan* alike)
    : game(g), points(points_per_axis), worlds(side_by_side) {
  pattern = g.profiles <= 2 ? g.profiles : padded(g.profiles);
  channels = padded(g.actors() * pattern);
  if (alike) {
    actor_at = alike->actor_at;
    value_width = alike->value_width;
  } else {
    order_values();
  }
  const uint32_t width = std::max(pattern, 4u);
  type_pattern = Block(std::max<size_t>(1, g.informed.size()) * width, true);
  for (size_t k = 0; k < g.informed.size(); ++k)
    for (uint32_t c = 0; c < width; ++c) {
      const uint32_t profile = c % pattern;
      if (profile < g.profiles)
        type_pattern.data()[k * width + c] = g.type_of(profile, g.informed[k].actor) == 1 ? 1 : 0;
    }

  for (const auto& node : g.nodes) add_mask(node.value_mask);
  readers.resize(g.nodes.size());
  for (const auto& node : g.nodes) {
    way.push_back(find_way(g, node, points, worlds));
    layouts.push_back(layout_of(node.value_mask));
    uint32_t numbers = 0;
    for (const auto& m : g.shapes[node.shape].movers)
      numbers += g.types(m.actor) * static_cast<uint32_t>(m.options.size());
    choice_width.push_back(padded(numbers));
    const size_t size = size_t{layouts.back().points} * worlds * choice_width.back();
    choice_at.push_back(choices);
    choices += size;
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e) ++readers[g.edges[e].target];
    if (way.back() == NodeWay::settle) {
      const game::NodeId child = g.edges[node.first_edge].target;
      settle_room = std::max(settle_room, size_t{layouts.back().points} * worlds * value_width[child]);
    }
  }
  map_points();
}

namespace {

// Numbers in the order of falling counts.
std::vector<uint32_t> most_first(const std::vector<uint64_t>& counts) {
  std::vector<uint32_t> order(counts.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return counts[a] > counts[b]; });
  return order;
}

}  // namespace

// A value of nothing but zeros need not be kept. The actors paid latest come first, so that what a node keeps is the
// first part of a row.
void BatchPlan::order_values() {
  std::vector<std::vector<bool>> paid(game.nodes.size(), std::vector<bool>(game.actors()));
  std::vector<uint64_t> paid_at(game.actors());
  auto pay = [&](uint32_t table, std::vector<bool>& who) {
    for (uint32_t i = 0; i < game.actors(); ++i)
      for (uint32_t p = 0; p < game.profiles; ++p)
        if (game.payoff(table)[i * game.profiles + p] != game::zero_slot) who[i] = true;
  };
  for (game::NodeId n = 0; n < game.nodes.size(); ++n) {
    const auto& node = game.nodes[n];
    pay(node.payoff, paid[n]);
    if (node.belief_pay != game::none)
      for (const auto& by_belief : game.belief_pays[node.belief_pay].paid) paid[n][by_belief.first] = true;
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
      pay(game.edges[e].payoff, paid[n]);
      for (uint32_t i = 0; i < game.actors(); ++i) paid[n][i] = paid[n][i] || paid[game.edges[e].target][i];
    }
    for (uint32_t i = 0; i < game.actors(); ++i) paid_at[i] += paid[n][i];
  }
  actor_at.resize(game.actors());
  uint32_t place = 0;
  for (uint32_t i : most_first(paid_at)) actor_at[i] = pattern * place++;
  for (game::NodeId n = 0; n < game.nodes.size(); ++n) {
    uint32_t width = 0;
    for (uint32_t i = 0; i < game.actors(); ++i)
      if (paid[n][i]) width = std::max(width, actor_at[i] + pattern);
    value_width.push_back(padded(width));
  }
}

uint64_t BatchPlan::units() const {
  uint64_t out = 0;
  for (game::NodeId n = 0; n < game.nodes.size(); ++n) out += units(n);
  return out;
}

void BatchPlan::add_mask(uint32_t mask) {
  auto [it, fresh] = by_mask_.try_emplace(mask);
  if (!fresh) return;
  Grid grid;
  grid.axes.assign(game.axes, Axis{.points = points});
  const Layout& place = it->second = layout(game, grid, mask);
  for (uint32_t axis = 0; axis < game.axes; ++axis) {
    auto& number = numbers_[{mask, axis}];
    for (uint32_t p = 0; p < place.points; ++p)
      number.push_back(place.stride[axis] ? p / place.stride[axis] % points : 0);
  }
}

void BatchPlan::map_points() {
  value_base.resize(game.edges.size());
  for (game::NodeId n = 0; n < game.nodes.size(); ++n) {
    const auto& node = game.nodes[n];
    const auto& shape = game.shapes[node.shape];
    const bool moves = way[n] == NodeWay::move, joint = way[n] == NodeWay::joint,
               steps = moves || joint || way[n] == NodeWay::chance;
    own.push_back(moves ? game.informed_index[shape.movers[0].actor] : shape.informer);
    if (moves) weighed.emplace(node.value_mask, own[n] == none ? 0 : 1u << own[n]);
    if (joint && !shape.movers.empty()) weighed.emplace(node.value_mask, moved_mask(n));
    for (uint32_t e = node.first_edge; steps && e < node.first_edge + node.edges; ++e) {
      const auto& child = game.nodes[game.edges[e].target];
      value_base[e] = points_map(node.value_mask, child.value_mask, moved_mask(n));
    }
  }
}

uint32_t BatchPlan::moved_mask(game::NodeId n) const {
  const auto& node = game.nodes[n];
  const auto& shape = game.shapes[node.shape];
  uint32_t mask = 0;
  if (shape.informer != none && node.edges > 1) mask |= 1u << shape.informer;
  for (const auto& m : shape.movers)
    if (m.options.size() > 1 && game.informed_index[m.actor] != none) mask |= 1u << game.informed_index[m.actor];
  return mask;
}

namespace {

uint32_t axis_informed(const game::Game& g, uint32_t axis) {
  uint32_t k = 0;
  while (axis >= g.informed[k].first_axis + g.informed[k].types - 1) ++k;
  return k;
}

}  // namespace

const uint32_t* BatchPlan::points_map(uint32_t from, uint32_t to, uint32_t moved) {
  auto [it, fresh] = maps_.try_emplace({from, to, moved});
  if (fresh) {
    it->second.assign(layout_of(from).points, 0);
    const Layout& target = layout_of(to);
    for (uint32_t axis = 0; axis < game.axes; ++axis) {
      if (target.stride[axis] == 0 || (moved >> axis_informed(game, axis) & 1)) continue;
      const auto& number = axis_numbers(from, axis);
      for (size_t p = 0; p < number.size(); ++p) it->second[p] += target.stride[axis] * number[p];
    }
  }
  return it->second.data();
}

}  // namespace casus::solve

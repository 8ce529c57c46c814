#include "solve/batch_pass.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

using game::NodeId;
using game::none;

Batch::Pass::Pass(const game::Game& game, std::array<const World*, batch_lanes> worlds, const SolveOptions& options,
                  BatchPlan& plan, const std::array<Ranges, batch_lanes>& ranges, Room& room)
    : g_(game), worlds_(worlds), options_(options), plan_(plan), room_(room) {
  for (size_t w = 0; w < batch_lanes; ++w) grids_[w] = lay_grids(*worlds_[w], ranges[w], plan_.points, options_.scale);
  axes_.resize(ranges[0].size());
  for (size_t t = 0; t < axes_.size(); ++t)
    for (uint32_t a = 0; a < g_.axes; ++a) {
      AxisTable& table = axes_[t].emplace_back();
      table.log_odds = Block(size_t{plan_.points} * batch_lanes);
      for (size_t w = 0; w < batch_lanes; ++w) {
        const Axis& axis = grids_[w][t].axes[a];
        table.low[w] = axis.low;
        table.inverse_step[w] = 1 / axis.step;
        for (uint32_t i = 0; i < plan_.points; ++i) table.log_odds.data()[i * batch_lanes + w] = axis.log_odds(i);
      }
    }
  for (auto& v : views_) v.resize(g_.nodes.size());
  scratch_ = Block(size_t{most_lines_together} * most_fast_options * plan_.points * 2 * batch_lanes);
  amounts_ = Block(size_t{dense_points} * batch_lanes * plan_.mass_channels);
  prepare_numbers();
}

NodeJob Batch::Pass::job(NodeId n, bool mass) {
  const auto& node = g_.nodes[n];
  const auto& shape = g_.shapes[node.shape];
  const uint32_t mask = mass ? node.mass_mask : node.value_mask;
  const Layout& place = mass ? plan_.mass_layouts[n] : plan_.layouts[n];
  const bool is_move = plan_.way[n] == NodeWay::move;
  const uint32_t own = is_move ? g_.informed_index[shape.movers[0].actor] : shape.informer;
  NodeJob j;
  j.points = place.points;
  j.channels = plan_.value_width[n];
  j.pay_stride = plan_.channels;
  j.pattern = plan_.pattern;
  j.profiles = g_.profiles;
  j.edges = node.edges;
  j.types = own == none ? 1 : 2;
  j.type_pattern = plan_.type_pattern.data() + (own == none ? 0 : own) * std::max(plan_.pattern, 4u);
  j.own_type = &own_type_[(own == none ? 0 : own + 1) * g_.profiles];
  if (own != none) {
    const uint32_t axis = g_.informed[own].first_axis;
    j.own_stride = place.stride[axis];
    j.own_points = j.own_stride ? plan_.points : 1;
    j.own_log_odds = j.own_stride ? axes_[node.round - 1][axis].log_odds.data() : prior_.data() + axis * batch_lanes;
    j.axis = axis_view(node.round, axis);
  }
  if (is_move) {
    const uint32_t actor = shape.movers[0].actor;
    j.own_channel = plan_.actor_at[actor];
    j.lambda = precision_.data() + actor * batch_lanes;
    if (!plan_.measures) j.exact = 1e-6;  // windows need no more
    j.choice = choices(n);
    if (!mass) j.weight = weights(mask, own);
    j.scratch = scratch_.data();
  }
  edge_.assign(node.edges, {});
  for (uint32_t e = 0; e < node.edges; ++e) {
    const auto& edge = g_.edges[node.first_edge + e];
    const auto& child = g_.nodes[edge.target];
    EdgeView& v = edge_[e];
    // A mover with one option, or whose choice says nothing, leaves the belief where it is: no axis is moved then.
    const bool moves = own != none && node.edges > 1;
    const Layout& to = mass ? plan_.mass_layouts[edge.target] : plan_.layouts[edge.target];
    v.stride = moves ? to.stride[g_.informed[own].first_axis] : 0;
    v.base = plan_.points_map(mask, mass ? child.mass_mask : child.value_mask, moves ? own : none).data();
    if (mass) {
      v.channels = plan_.mass_width[edge.target];
    } else {
      v.child = values_at_[edge.target];
      v.channels = plan_.value_width[edge.target];
      v.pay = pays(edge.payoff);
    }
    if (!is_move) {
      v.odds = odds_.data() + size_t{edge.probability} * batch_lanes;
      v.shift = shift_.data() + size_t{edge.probability} * batch_lanes;
    }
    j.coupled |= v.stride != 0;
  }
  j.edge = edge_.data();
  return j;
}

SettleJob Batch::Pass::settle_job(NodeId n, bool mass) {
  const auto& node = g_.nodes[n];
  const NodeId target = g_.edges[node.first_edge].target;
  const uint32_t mask = mass ? node.mass_mask : node.value_mask;
  const Layout& to = mass ? plan_.mass_layouts[target] : plan_.layouts[target];
  SettleJob j;
  j.points = plan_.layout_of(mask).points;
  j.channels = plan_.value_width[n];
  j.child_channels = mass ? plan_.mass_width[target] : plan_.value_width[target];
  j.pay_stride = plan_.channels;
  j.line = to.points > 1 && to.stride == plan_.layout_of(mask).stride ? plan_.points : 0;
  for (size_t k = 0; k < 2; ++k) {
    Block& room = settle_scratch_[k];
    if (!room) room = Block(most_points() * batch_lanes * std::max(plan_.channels, plan_.mass_channels));
    j.scratch[k] = room.data();
  }
  for (uint32_t a = 0; a < g_.axes; ++a) {
    if (to.stride[a] == 0) continue;
    j.numbers[j.axes] = plan_.axis_numbers(mask, a).data();
    j.stride[j.axes] = to.stride[a];
    j.first[j.axes] = settle_[a].first.data();
    j.weight[j.axes] = settle_[a].weight.data();
    j.dense[j.axes] = settle_[a].dense.data();
    ++j.axes;
  }
  if (!mass) j.child = values_at_[target];
  j.pay = pays(node.payoff);
  j.discount = discount_.data();
  if (!mass) j.out = values_at_[n];
  return j;
}

Belief Batch::Pass::belief(const Layout& place, uint32_t round, uint32_t point, size_t world) const {
  Belief b{worlds_[world]->prior_log_odds, std::vector<int>(g_.axes, -1)};
  for (uint32_t a = 0; a < g_.axes; ++a) {
    if (place.stride[a] == 0) continue;
    const uint32_t i = point / place.stride[a] % plan_.points;
    b.index[a] = static_cast<int>(i);
    b.log_odds[a] = axes_[round - 1][a].log_odds.data()[i * batch_lanes + world];
  }
  return b;
}

// Newton failed in some worlds at a point: the reference's solver takes over there, from the neighbouring point's
// choice.
void Batch::Pass::rescue(NodeId n, uint32_t point, uint32_t failed, double* z) {
  const Layout& place = plan_.layouts[n];
  const auto& mover = g_.shapes[g_.nodes[n].shape].movers[0];
  const uint32_t options = g_.nodes[n].edges;
  const uint32_t own = place.stride[g_.informed[g_.informed_index[mover.actor]].first_axis];
  const bool has_neighbour = own > 0 && point / own % plan_.points > 0;
  const double* before = choices(n) + size_t{point - (has_neighbour ? own : 0)} * options * 3 * batch_lanes;
  std::vector<double> start(size_t{2} * options);
  for (size_t w = 0; w < batch_lanes; ++w) {
    if (!(failed >> w & 1)) continue;
    for (uint32_t o = 0; o < options && has_neighbour; ++o)
      for (uint32_t t = 0; t < 2; ++t)
        start[t * options + o] = std::log(std::max(before[(o * 3 + t) * batch_lanes + w], 1e-300));
    NodeProblem problem(g_, *worlds_[w], {views_[w], plan_.layouts, grids_[w]});
    problem.set(n, belief(place, g_.nodes[n].round, point, w));
    const NodeAnswer answer =
        problem.solve(has_neighbour ? std::span<const double>(start) : std::span<const double>(), options_.tolerance);
    for (uint32_t o = 0; o < options; ++o) z[o * batch_lanes + w] = answer.log_sigma[options + o] - answer.log_sigma[o];
    Certificate& c = certificate_of(n, w);
    ++c.traced;
    c.folds += static_cast<uint64_t>(answer.folds);
    c.unstable += answer.unstable;
    c.failed += !answer.converged;
  }
}

void Batch::Pass::solve_general(NodeId n) {
  const auto& node = g_.nodes[n];
  const Layout& place = plan_.layouts[n];
  double* out = values_at_[n];
  std::vector<double> values(size_t{g_.actors()} * g_.profiles), before;
  for (size_t w = 0; w < batch_lanes; ++w) {
    NodeProblem problem(g_, *worlds_[w], {views_[w], plan_.layouts, grids_[w]});
    before.clear();
    for (uint32_t point = 0; point < place.points; ++point) {
      problem.set(n, belief(place, node.round, point, w));
      NodeAnswer answer;
      if (problem.unknowns() > 0) {
        answer = problem.solve(before, options_.tolerance);
        before = answer.y;
        double* keep = choices(n) + point * problem.unknowns() * batch_lanes;
        for (size_t u = 0; u < problem.unknowns(); ++u) keep[u * batch_lanes + w] = answer.log_sigma[u];
        Certificate& c = certificate_of(n, w);
        c.residual = std::max(c.residual, answer.residual);
        ++c.nodes;
        c.traced += answer.fell_back && point > 0;
        c.folds += static_cast<uint64_t>(answer.folds);
        c.unstable += answer.unstable;
        c.failed += !answer.converged;
      }
      problem.values(answer.log_sigma, values);
      double* to = out + (size_t{point} * batch_lanes + w) * plan_.value_width[n];
      std::fill_n(to, plan_.value_width[n], 0.0);
      for (uint32_t i = 0; i < g_.actors(); ++i)
        if (plan_.actor_at[i] < plan_.value_width[n])
          std::copy_n(&values[size_t{i} * g_.profiles], g_.profiles, to + plan_.actor_at[i]);
    }
  }
}

void Batch::Pass::solved(NodeId n, KeptField* first) {
  for (size_t k = 0; k < g_.starts.size(); ++k)
    if (g_.starts[k].node == n) keep_start_values(g_.starts[k], start_values_[k]);
  if (first) {
    const uint32_t width = plan_.value_width[n];
    first->nodes[n] = {width, first->values.size()};
    const double* from = values_at_[n];
    for (uint32_t point = 0; point < plan_.layouts[n].points; ++point, from += batch_lanes * width)
      first->values.insert(first->values.end(), from, from + width);
  }
  if (readers_[n] == 0) release(n);
  const auto& node = g_.nodes[n];
  for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e)
    if (--readers_[g_.edges[e].target] == 0) release(g_.edges[e].target);
}

void Batch::Pass::release(NodeId n) {
  room_.arena.give(values_at_[n], plan_.values_of(n));
  values_at_[n] = nullptr;
}

void Batch::Pass::backward(bool judged, KeptField* first) {
  if (first) {
    first->grids = grids_[0];
    first->layouts = plan_.layouts;
    first->actor_at = plan_.actor_at;
    first->nodes.resize(g_.nodes.size());
    size_t size = 0;
    for (NodeId n = 0; n < g_.nodes.size(); ++n) size += plan_.values_of(n) / batch_lanes;
    first->values.reserve(size);
  }
  judged_ = judged;
  for (auto& nodes : certificates_) nodes.assign(judged ? g_.nodes.size() : 1, {});
  start_values_.resize(g_.starts.size());
  room_.arena.restart();
  readers_ = plan_.readers;
  values_at_.assign(g_.nodes.size(), nullptr);
  const Kernels& kernel = kernels();
  struct Context {
    Pass* pass;
    NodeId node;
  };
  for (size_t l = g_.layers.size(); l-- > 0;) {
    const auto& layer = g_.layers[l];
    if (layer.first == layer.last) continue;
    prepare_round(layer.round);
    for (NodeId n = layer.first; n < layer.last; ++n) {
      double* out = values_at_[n] = room_.arena.take(plan_.values_of(n));
      const uint32_t width = plan_.value_width[n];
      for (size_t w = 0; w < batch_lanes; ++w)
        views_[w][n] = {out + w * width, batch_lanes * size_t{width}, plan_.actor_at.data(), width};
      switch (plan_.way[n]) {
        case NodeWay::end:
          for (size_t w = 0; w < batch_lanes; ++w)
            std::copy_n(pay_.data() + (g_.nodes[n].payoff * batch_lanes + w) * plan_.channels, width, out + w * width);
          break;
        case NodeWay::settle:
          kernel.settle(settle_job(n, false));
          break;
        case NodeWay::chance: {
          NodeJob j = job(n, false);
          j.out = out;
          kernel.chance(j);
          break;
        }
        case NodeWay::move: {
          NodeJob j = job(n, false);
          j.out = out;
          MoveStatistics statistics;
          Context context{this, n};
          kernel.move(
              j,
              [](void* c, uint32_t point, uint32_t failed, double* z) {
                auto* at = static_cast<Context*>(c);
                at->pass->rescue(at->node, point, failed, z);
              },
              &context, statistics);
          for (size_t w = 0; w < batch_lanes; ++w) {
            Certificate& c = certificate_of(n, w);
            c.residual = std::max(c.residual, statistics.residual[w]);
            c.nodes += j.points;
            c.traced += statistics.traced[w];
          }
          break;
        }
        case NodeWay::general:
          solve_general(n);
          break;
      }
      solved(n, first);
    }
  }
}

void Batch::Pass::keep_start_values(const game::Start& start, std::array<std::vector<double>, batch_lanes>& to) const {
  for (size_t w = 0; w < batch_lanes; ++w) {
    const NodeValues& values = views_[w][start.node];
    Corners corners;
    find_corners(plan_.layouts[start.node], grids_[w][g_.nodes[start.node].round - 1],
                 {worlds_[w]->prior_log_odds, std::vector<int>(g_.axes, -1)}, false, false, corners);
    to[w].assign(size_t{g_.actors()} * g_.profiles, 0);
    for (size_t c = 0; c < corners.point.size(); ++c)
      for (uint32_t i = 0; i < g_.actors(); ++i)
        for (uint32_t p = 0; p < g_.profiles; ++p)
          to[w][size_t{i} * g_.profiles + p] += corners.weight[c] * values.at(corners.point[c], i, p);
  }
}

std::array<Certificate, batch_lanes> Batch::Pass::certificate(const std::vector<bool>& met) const {
  std::array<Certificate, batch_lanes> out;
  for (size_t w = 0; w < batch_lanes; ++w)
    for (NodeId n = 0; n < g_.nodes.size(); ++n)
      if (met[n]) add_node(certificates_[w][n], out[w]);
  return out;
}

}  // namespace casus::solve

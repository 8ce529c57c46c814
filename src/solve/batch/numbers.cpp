#include "solve/batch/numbers.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

using game::none;

Batch::Numbers::Numbers(const game::Game& game, std::array<const World*, batch_lanes> worlds_,
                        const SolveOptions& options_, const BatchPlan& plan_,
                        const std::array<Ranges, batch_lanes>& ranges, bool final)
    : g(game), worlds(worlds_), options(options_), plan(plan_), final_grid(final) {
  for (size_t w = 0; w < batch_lanes; ++w) grids[w] = lay_grids(*worlds[w], ranges[w], plan.points, options.scale);
  axes.resize(ranges[0].size());
  for (size_t t = 0; t < axes.size(); ++t)
    for (uint32_t a = 0; a < g.axes; ++a) {
      AxisTable& table = axes[t].emplace_back();
      table.log_odds = Block(size_t{plan.points} * batch_lanes);
      for (size_t w = 0; w < batch_lanes; ++w) {
        const Axis& axis = grids[w][t].axes[a];
        table.low[w] = axis.low;
        table.inverse_step[w] = 1 / axis.step;
        for (uint32_t i = 0; i < plan.points; ++i) table.log_odds.data()[i * batch_lanes + w] = axis.log_odds(i);
      }
    }
  const uint32_t actors = g.actors(), pattern = plan.pattern, channels = plan.channels;
  const size_t row = size_t{actors} * g.profiles, tables = g.payoff_tables.size() / row;
  pay = Block(tables * plan.worlds * channels, true);
  for (size_t t = 0; t < tables; ++t)
    for (size_t w = 0; w < plan.worlds; ++w) {
      double* to = pay.data() + (t * plan.worlds + w) * channels;
      for (uint32_t i = 0; i < actors; ++i)
        for (uint32_t p = 0; p < g.profiles; ++p)
          to[plan.actor_at[i] + p] = worlds[w]->slots[g.payoff_tables[t * row + size_t{i} * g.profiles + p]];
    }
  discount = Block(plan.worlds * channels, true);
  precision = Block(actors * batch_lanes);
  payoff_range = Block(batch_lanes);
  for (size_t w = 0; w < batch_lanes; ++w) payoff_range.data()[w] = worlds[w]->payoff_range;
  prior = Block(std::max<size_t>(1, g.axes) * batch_lanes);
  for (size_t k = 0; k < g.informed.size(); ++k) {
    type_prior.emplace_back(size_t{g.informed[k].types} * batch_lanes);
    for (uint32_t t = 0; t < g.informed[k].types; ++t)
      for (size_t w = 0; w < batch_lanes; ++w) type_prior[k].data()[t * batch_lanes + w] = worlds[w]->prior[k][t];
  }
  for (size_t w = 0; w < batch_lanes; ++w) {
    for (uint32_t a = 0; a < g.axes; ++a) prior.data()[a * batch_lanes + w] = worlds[w]->prior_log_odds[a];
    for (uint32_t i = 0; i < actors; ++i) {
      precision.data()[i * batch_lanes + w] = worlds[w]->precision[i];
      if (w < plan.worlds)
        std::fill_n(discount.data() + w * channels + plan.actor_at[i], pattern, worlds[w]->discount[i]);
    }
  }
  // Odds of chance, slot by slot; the shift of log-odds that an outcome leaves is the log of the ratio of two slots in
  // a row.
  const size_t slots = g.probability_tables.size();
  odds = Block(slots * batch_lanes);
  shift = Block(slots * batch_lanes, true);
  constexpr double most = 1e5;
  for (size_t s = 0; s < slots; ++s)
    for (size_t w = 0; w < batch_lanes; ++w) {
      const double p = worlds[w]->slots[g.probability_tables[s]];
      odds.data()[s * batch_lanes + w] = p;
      if (s + 1 == slots) continue;
      const double q = worlds[w]->slots[g.probability_tables[s + 1]];
      if (p > 0 || q > 0)
        shift.data()[s * batch_lanes + w] =
            std::clamp(std::log(std::max(q, 0.0)) - std::log(std::max(p, 0.0)), -most, most);
    }
  own_type.assign((g.informed.size() + 1) * g.profiles, 0);
  for (size_t k = 0; k < g.informed.size(); ++k)
    for (uint32_t p = 0; p < g.profiles; ++p)
      own_type[(k + 1) * g.profiles + p] = static_cast<uint8_t>(g.type_of(p, g.informed[k].actor));
}

AxisView Batch::Numbers::axis_view(uint32_t round, uint32_t axis) const {
  const AxisTable& t = axes[round - 1][axis];
  return {t.low, t.inverse_step, 1 / options.scale, plan.points};
}

Belief Batch::Numbers::belief(const Layout& place, uint32_t round, uint32_t point, size_t world) const {
  Belief b{worlds[world]->prior_log_odds, std::vector<int>(g.axes, -1)};
  for (uint32_t a = 0; a < g.axes; ++a) {
    if (place.stride[a] == 0) continue;
    const uint32_t i = point / place.stride[a] % plan.points;
    b.index[a] = static_cast<int>(i);
    b.log_odds[a] = axes[round - 1][a].log_odds.data()[i * batch_lanes + world];
  }
  return b;
}

NodeJob Batch::Numbers::job(game::NodeId n, std::vector<EdgeView>& edges) const {
  const auto& node = g.nodes[n];
  const auto& shape = g.shapes[node.shape];
  const Layout& place = plan.layouts[n];
  const bool moves = plan.way[n] == NodeWay::move;
  const uint32_t own = plan.own[n];
  NodeJob j;
  j.worlds = static_cast<uint32_t>(plan.worlds);
  j.points = place.points;
  j.channels = plan.value_width[n];
  j.pay_stride = plan.channels;
  j.pattern = plan.pattern;
  j.profiles = g.profiles;
  j.edges = node.edges;
  j.types = own == none ? 1 : g.informed[own].types;
  j.type_pattern = plan.type_pattern.data() + (own == none ? 0 : own) * std::max(plan.pattern, 4u);
  j.own_type = own_type.data() + (own == none ? 0 : own + 1) * g.profiles;
  if (own != none) {
    const uint32_t axis = g.informed[own].first_axis;
    j.own_stride = place.stride[axis];
    j.own_points = j.own_stride ? plan.points : 1;
    j.own_log_odds = j.own_stride ? axes[node.round - 1][axis].log_odds.data() : prior.data() + axis * batch_lanes;
    j.axis = axis_view(node.round, axis);
  }
  if (moves) {
    const uint32_t actor = shape.movers[0].actor;
    j.own_channel = plan.actor_at[actor];
    j.lambda = precision.data() + actor * batch_lanes;
    if (!final_grid) j.exact = 1e-6;  // windows need no more
  }
  edges.assign(node.edges, {});
  for (uint32_t e = 0; e < node.edges; ++e) {
    const auto& edge = g.edges[node.first_edge + e];
    EdgeView& v = edges[e];
    const Layout& to = plan.layouts[edge.target];
    v.stride = plan.moved(n) == none ? 0 : to.stride[g.informed[own].first_axis];
    v.base = plan.value_base[node.first_edge + e];
    v.channels = plan.value_width[edge.target];
    if (!moves) {
      v.odds = odds.data() + size_t{edge.probability} * batch_lanes;
      v.shift = shift.data() + size_t{edge.probability} * batch_lanes;
    }
    j.coupled |= v.stride != 0;
  }
  j.edge = edges.data();
  return j;
}

}  // namespace casus::solve

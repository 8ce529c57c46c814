// What a batched pass looks up: a game's numbers in every world, and beliefs on the grids of a round.
#include <algorithm>
#include <cmath>

#include "solve/batch_pass.h"

namespace casus::solve {

size_t Batch::Pass::most_points() const {
  size_t most = 1;
  for (uint32_t a = 0; a < g_.axes; ++a) most *= plan_.points;
  return most;
}

void Batch::Pass::prepare_numbers() {
  const uint32_t actors = g_.actors(), pattern = plan_.pattern, channels = plan_.channels;
  const size_t row = size_t{actors} * g_.profiles, tables = g_.payoff_tables.size() / row;
  pay_ = Block(tables * batch_lanes * channels, true);
  for (size_t t = 0; t < tables; ++t)
    for (size_t w = 0; w < batch_lanes; ++w) {
      double* to = pay_.data() + (t * batch_lanes + w) * channels;
      for (uint32_t i = 0; i < actors; ++i)
        for (uint32_t p = 0; p < g_.profiles; ++p)
          to[plan_.actor_at[i] + p] = worlds_[w]->slots[g_.payoff_tables[t * row + size_t{i} * g_.profiles + p]];
    }
  discount_ = Block(batch_lanes * size_t{channels}, true);
  precision_ = Block(actors * batch_lanes);
  prior_ = Block(std::max<size_t>(1, g_.axes) * batch_lanes);
  for (size_t k = 0; k < g_.informed.size(); ++k) {
    type_prior_.emplace_back(size_t{g_.informed[k].types} * batch_lanes);
    for (uint32_t t = 0; t < g_.informed[k].types; ++t)
      for (size_t w = 0; w < batch_lanes; ++w) type_prior_[k].data()[t * batch_lanes + w] = worlds_[w]->prior[k][t];
  }
  for (size_t w = 0; w < batch_lanes; ++w) {
    for (uint32_t a = 0; a < g_.axes; ++a) prior_.data()[a * batch_lanes + w] = worlds_[w]->prior_log_odds[a];
    for (uint32_t i = 0; i < actors; ++i) {
      precision_.data()[i * batch_lanes + w] = worlds_[w]->precision[i];
      std::fill_n(discount_.data() + w * channels + plan_.actor_at[i], pattern, worlds_[w]->discount[i]);
    }
  }
  // Odds of chance, slot by slot; the shift of log-odds that an outcome leaves is the log of the ratio of two slots in
  // a row.
  const size_t odds = g_.probability_tables.size();
  odds_ = Block(odds * batch_lanes);
  shift_ = Block(odds * batch_lanes, true);
  constexpr double most = 1e5;
  for (size_t s = 0; s < odds; ++s)
    for (size_t w = 0; w < batch_lanes; ++w) {
      const double p = worlds_[w]->slots[g_.probability_tables[s]];
      odds_.data()[s * batch_lanes + w] = p;
      if (s + 1 == odds) continue;
      const double q = worlds_[w]->slots[g_.probability_tables[s + 1]];
      if (p > 0 || q > 0)
        shift_.data()[s * batch_lanes + w] =
            std::clamp(std::log(std::max(q, 0.0)) - std::log(std::max(p, 0.0)), -most, most);
    }
  own_type_.assign((g_.informed.size() + 1) * g_.profiles, 0);
  for (size_t k = 0; k < g_.informed.size(); ++k)
    for (uint32_t p = 0; p < g_.profiles; ++p)
      own_type_[(k + 1) * g_.profiles + p] = static_cast<uint8_t>(g_.type_of(p, g_.informed[k].actor));
}

AxisView Batch::Pass::axis_view(uint32_t round, uint32_t axis) const {
  const AxisTable& t = axes_[round - 1][axis];
  return {t.low, t.inverse_step, 1 / options_.scale, plan_.points};
}

Block Batch::Pass::dense_weights(const SettleTable& table) const {
  Block dense(size_t{plan_.points} * plan_.points * batch_lanes, true);
  for (size_t i = 0; i < plan_.points; ++i)
    for (size_t k = 0; k < stencil_points; ++k)
      for (size_t w = 0; w < batch_lanes; ++w)
        dense.data()[(i * plan_.points + table.first[i * batch_lanes + w] + k) * batch_lanes + w] =
            table.weight.data()[(i * stencil_points + k) * batch_lanes + w];
  return dense;
}

void Batch::Pass::prepare_round(uint32_t round) {
  if (round == round_) return;
  round_ = round;
  weights_.clear();
  type_probability_.clear();
  for (const auto& x : g_.informed) {
    const uint32_t axes = x.types - 1;
    uint32_t combinations = 1;
    for (uint32_t a = 0; a < axes; ++a) combinations *= plan_.points;
    Block block(size_t{combinations} * x.types * batch_lanes);
    for (uint32_t c = 0; c < combinations; ++c)
      for (size_t w = 0; w < batch_lanes; ++w) {
        double top = 0, sum = 0;
        std::array<double, 16> l{};
        for (uint32_t a = 0, rest = c; a < axes; ++a, rest /= plan_.points) {
          l[a + 1] = axes_[round - 1][x.first_axis + a].log_odds.data()[(rest % plan_.points) * batch_lanes + w];
          top = std::max(top, l[a + 1]);
        }
        for (uint32_t t = 0; t < x.types; ++t) sum += std::exp(l[t] - top);
        for (uint32_t t = 0; t < x.types; ++t)
          block.data()[(size_t{c} * x.types + t) * batch_lanes + w] = std::exp(l[t] - top) / sum;
      }
    type_probability_.push_back(std::move(block));
  }
  settle_.clear();
  if (round >= axes_.size()) return;
  for (uint32_t a = 0; a < g_.axes; ++a) {
    SettleTable table{std::vector<uint32_t>(size_t{plan_.points} * batch_lanes),
                      Block(size_t{plan_.points} * stencil_points * batch_lanes),
                      {}};
    for (uint32_t i = 0; i < plan_.points; ++i)
      kernels().stencils(axis_view(round + 1, a), axes_[round - 1][a].log_odds.data() + i * batch_lanes,
                         &table.first[i * batch_lanes], table.weight.data() + size_t{i} * stencil_points * batch_lanes);
    if (plan_.points <= dense_points) table.dense = dense_weights(table);
    settle_.push_back(std::move(table));
  }
}

// What is believed at a point of a layout about an informed actor: [type][8].
const double* Batch::Pass::beliefs_about(uint32_t informed, const Layout& place, uint32_t point) const {
  const auto& x = g_.informed[informed];
  const uint32_t stride = place.stride[x.first_axis];
  if (stride == 0) return type_prior_[informed].data();
  uint32_t combinations = 1;
  for (uint32_t a = 1; a < x.types; ++a) combinations *= plan_.points;
  return type_probability_[informed].data() + size_t{point / stride % combinations} * x.types * batch_lanes;
}

// Probability of each profile under the belief at each point of a layout, actor `excluded` (index of informed) left
// out.
const double* Batch::Pass::weights(uint32_t mask, uint32_t excluded) {
  auto [it, fresh] = weights_.try_emplace({mask, excluded});
  if (fresh) {
    const Layout& place = plan_.layout_of(mask);
    it->second = Block(size_t{place.points} * g_.profiles * batch_lanes);
    double* to = it->second.data();
    for (uint32_t point = 0; point < place.points; ++point)
      for (uint32_t p = 0; p < g_.profiles; ++p, to += batch_lanes) {
        std::fill_n(to, batch_lanes, 1.0);
        for (uint32_t k = 0; k < g_.informed.size(); ++k) {
          if (k == excluded) continue;
          const auto& x = g_.informed[k];
          const uint32_t type = g_.type_of(p, x.actor);
          const double* from = beliefs_about(k, place, point) + size_t{type} * batch_lanes;
          for (size_t w = 0; w < batch_lanes; ++w) to[w] *= from[w];
        }
      }
  }
  return it->second.data();
}

}  // namespace casus::solve

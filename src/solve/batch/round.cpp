// Beliefs on the grids of one round, eight worlds at once.
#include <algorithm>
#include <cmath>

#include "solve/batch/numbers.h"

namespace casus::solve {

void Batch::Round::prepare(uint32_t round) {
  if (round == round_) return;
  round_ = round;
  find_types();
  weights_.clear();
  for (const auto& [mask, excluded] : in_.plan.weighed) find_weights(mask, excluded);
  settle_.clear();
  if (round < in_.axes.size()) find_settling();
}

void Batch::Round::find_types() {
  type_probability_.clear();
  for (const auto& x : in_.g.informed) {
    const uint32_t axes = x.types - 1;
    uint32_t combinations = 1;
    for (uint32_t a = 0; a < axes; ++a) combinations *= in_.plan.points;
    Block block(size_t{combinations} * x.types * batch_lanes);
    for (uint32_t c = 0; c < combinations; ++c)
      for (size_t w = 0; w < batch_lanes; ++w) {
        double top = 0, sum = 0;
        std::array<double, 16> l{};
        for (uint32_t a = 0, rest = c; a < axes; ++a, rest /= in_.plan.points) {
          l[a + 1] = in_.axes[round_ - 1][x.first_axis + a].log_odds.data()[(rest % in_.plan.points) * batch_lanes + w];
          top = std::max(top, l[a + 1]);
        }
        for (uint32_t t = 0; t < x.types; ++t) sum += std::exp(l[t] - top);
        for (uint32_t t = 0; t < x.types; ++t)
          block.data()[(size_t{c} * x.types + t) * batch_lanes + w] = std::exp(l[t] - top) / sum;
      }
    type_probability_.push_back(std::move(block));
  }
}

const double* Batch::Round::beliefs_about(uint32_t informed, const Layout& place, uint32_t point) const {
  const auto& x = in_.g.informed[informed];
  const uint32_t stride = place.stride[x.first_axis];
  if (stride == 0) return in_.type_prior[informed].data();
  uint32_t combinations = 1;
  for (uint32_t a = 1; a < x.types; ++a) combinations *= in_.plan.points;
  return type_probability_[informed].data() + size_t{point / stride % combinations} * x.types * batch_lanes;
}

void Batch::Round::find_weights(uint32_t mask, uint32_t excluded) {
  Block block(size_t{in_.plan.layout_of(mask).points} * in_.g.profiles * in_.plan.worlds);
  if (in_.plan.worlds == 1)
    weigh<1>(mask, excluded, block.data());
  else
    weigh<batch_lanes>(mask, excluded, block.data());
  weights_.emplace(std::pair{mask, excluded}, std::move(block));
}

template <size_t worlds>
void Batch::Round::weigh(uint32_t mask, uint32_t excluded, double* to) const {
  const Layout& place = in_.plan.layout_of(mask);
  for (uint32_t point = 0; point < place.points; ++point)
    for (uint32_t p = 0; p < in_.g.profiles; ++p, to += worlds) {
      std::fill_n(to, worlds, 1.0);
      for (uint32_t k = 0; k < in_.g.informed.size(); ++k) {
        if (excluded >> k & 1) continue;
        const size_t type = in_.g.type_of(p, in_.g.informed[k].actor);
        const double* from = beliefs_about(k, place, point) + type * batch_lanes;
        for (size_t w = 0; w < worlds; ++w) to[w] *= from[w];
      }
    }
}

void Batch::Round::find_settling() {
  const size_t points = in_.plan.points, count = stencil_of(in_.plan.points);
  const auto stencils = count == stencil_points ? kernels().stencils : kernels().few_stencils;
  static_assert(short_stencil == few_row_points);
  for (uint32_t a = 0; a < in_.g.axes; ++a) {
    SettleTable table{std::vector<uint32_t>(points * batch_lanes), Block(points * count * batch_lanes), {}};
    for (size_t i = 0; i < points; ++i)
      stencils(in_.axis_view(round_ + 1, a), in_.axes[round_ - 1][a].log_odds.data() + i * batch_lanes,
               table.first.data() + i * batch_lanes, table.weight.data() + i * count * batch_lanes);
    if (points <= dense_points) {
      table.dense = Block(points * points * batch_lanes, true);
      for (size_t i = 0; i < points; ++i)
        for (size_t k = 0; k < count; ++k)
          for (size_t w = 0; w < batch_lanes; ++w)
            table.dense.data()[(i * points + table.first[i * batch_lanes + w] + k) * batch_lanes + w] =
                table.weight.data()[(i * count + k) * batch_lanes + w];
    }
    settle_.push_back(std::move(table));
  }
}

SettleJob Batch::Round::settle_job(game::NodeId n, std::array<Block, 2>& room) const {
  const BatchPlan& plan = in_.plan;
  const auto& node = in_.g.nodes[n];
  const game::NodeId target = in_.g.edges[node.first_edge].target;
  const uint32_t mask = node.value_mask;
  const Layout& to = plan.layouts[target];
  SettleJob j;
  j.worlds = static_cast<uint32_t>(plan.worlds);
  j.points = plan.layout_of(mask).points;
  j.channels = plan.value_width[n];
  j.child_channels = plan.value_width[target];
  j.pay_stride = plan.channels;
  j.stencil = stencil_of(plan.points);
  j.line = to.points > 1 && to.stride == plan.layout_of(mask).stride ? plan.points : 0;
  for (size_t k = 0; k < 2; ++k) {
    if (!room[k]) room[k] = Block(plan.settle_room);
    j.scratch[k] = room[k].data();
  }
  for (uint32_t a = 0; a < in_.g.axes; ++a) {
    if (to.stride[a] == 0) continue;
    j.numbers[j.axes] = plan.axis_numbers(mask, a).data();
    j.stride[j.axes] = to.stride[a];
    j.first[j.axes] = settle_[a].first.data();
    j.weight[j.axes] = settle_[a].weight.data();
    j.dense[j.axes] = settle_[a].dense.data();
    ++j.axes;
  }
  j.pay = in_.pays(node.payoff);
  j.discount = in_.discount.data();
  return j;
}

}  // namespace casus::solve

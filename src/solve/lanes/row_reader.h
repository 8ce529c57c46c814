// Rows of numbers that stand at the points of a belief grid, read between them for eight beliefs side by side.
#pragma once
#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include "solve/belief/grid.h"
#include "solve/lanes/block.h"
#include "solve/lanes/kernel.h"

namespace casus::solve {

class RowReader {
 public:
  explicit RowReader(const game::Game& g)
      : g_(g),
        first_(g.axes),
        view_(g.axes),
        weight_(std::max(g.axes, 1u) * per_axis),
        within_(may_be_certain(g) ? g.axes * batch_lanes : 1) {}

  // From now on: points of `layout` on `grid`.
  void lay_out(const Layout& layout, const Grid& grid) {
    job_.axes = 0;
    job_.count = few_row_points;
    grid_ = &grid;
    for (uint32_t a = 0; a < layout.stride.size(); ++a) {
      if (layout.stride[a] == 0) continue;
      assert(job_.axes < most_row_axes);  // no memory holds the points of more
      const Axis& axis = grid.axes[a];
      const uint32_t k = job_.axes++;
      axis_[k] = a;
      std::fill_n(view_[k].low, batch_lanes, axis.low);
      std::fill_n(view_[k].inverse_step, batch_lanes, 1 / axis.step);
      job_.count = std::max(job_.count, row_points(axis.points));
      view_[k].view = {view_[k].low, view_[k].inverse_step, 1 / axis.scale, axis.points};
      job_.stride[k] = layout.stride[a];
      job_.first[k] = first_[k].data();
      job_.weight[k] = weight_.data() + k * per_axis;
    }
    if (job_.axes >= many_row_axes) job_.count = few_row_points;
  }
  // Where the beliefs lie, log-odds [axis][8].
  void locate(const double* log_odds) {
    if (may_be_certain(g_)) {
      std::copy_n(log_odds, g_.axes * batch_lanes, within_.data());
      for (const auto& x : g_.informed)
        for (size_t lane = 0; lane < batch_lanes; ++lane) bring_within(x, *grid_, within_.data() + lane, batch_lanes);
      log_odds = within_.data();
    }
    const auto stencils = job_.count == stencil_points ? kernels().stencils : kernels().few_stencils;
    for (uint32_t k = 0; k < job_.axes; ++k)
      stencils(view_[k].view, log_odds + axis_[k] * batch_lanes, first_[k].data(), weight_.data() + k * per_axis);
  }
  // `width` (a multiple of 4) numbers of each row into out [width][8].
  void read(const double* rows, size_t per_point, uint32_t width, double* out) {
    job_.rows = rows;
    job_.per_point = per_point;
    job_.width = width;
    job_.out = out;
    kernels().read_rows(job_);
  }

 private:
  static constexpr size_t per_axis = stencil_points * batch_lanes;
  struct WideAxis {
    alignas(64) double low[batch_lanes], inverse_step[batch_lanes];
    AxisView view;
  };
  const game::Game& g_;
  const Grid* grid_ = nullptr;
  RowsJob job_;
  uint32_t axis_[most_row_axes] = {};
  std::vector<std::array<uint32_t, batch_lanes>> first_;
  std::vector<WideAxis> view_;
  Block weight_;
  Block within_;  // where a policy binds types: beliefs as they are read, see bring_within
};

}  // namespace casus::solve

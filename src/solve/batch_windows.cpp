// How far beliefs move, eight worlds at once: the grids' windows.
#include "solve/batch_pass.h"

namespace casus::solve {

using game::NodeId;

void Batch::Pass::note_reached(NodeId n, const double* mass) {
  const auto& node = g_.nodes[n];
  const Layout& place = plan_.mass_layouts[n];
  if (node.mass_mask == 0) return;
  const size_t line = size_t{plan_.points} * batch_lanes;
  along_.assign(g_.axes * line, 0.0);
  std::array<uint32_t, most_fast_axes> number{};  // of the point on every axis; the first that the node has is fastest
  for (uint32_t point = 0; point < place.points; ++point) {
    std::array<double, batch_lanes> weight{};
    const double* counts = window_weight_.data();
    for (size_t w = 0; w < batch_lanes; ++w, mass += plan_.mass_width[n])
      for (uint32_t p = 0; p < g_.profiles; ++p) weight[w] += mass[p] * *counts++;
    bool next = true;
    for (uint32_t a = 0; a < g_.axes; ++a) {
      if (place.stride[a] == 0) continue;
      double* to = &along_[a * line + number[a] * batch_lanes];
      for (size_t w = 0; w < batch_lanes; ++w) to[w] += weight[w];
      if (next && ++number[a] == plan_.points)
        number[a] = 0;
      else
        next = false;
    }
  }
  along_one_.resize(plan_.points);
  for (uint32_t a = 0; a < g_.axes; ++a) {
    if (place.stride[a] == 0) continue;
    for (size_t w = 0; w < batch_lanes; ++w) {
      for (uint32_t i = 0; i < plan_.points; ++i) along_one_[i] = along_[a * line + i * batch_lanes + w];
      const Axis& axis = grids_[w][node.round - 1].axes[a];
      Windows& windows = (*windows_)[w];
      add_reached(axis, along_one_, leave_coarse_, windows.coarse[node.round - 1][a]);
      add_reached(axis, along_one_, leave_fine_, windows.fine[node.round - 1][a]);
    }
  }
}

std::array<Windows, batch_lanes> Batch::Pass::find_windows(double leave_coarse, double leave_fine) {
  std::array<Windows, batch_lanes> out;
  window_weight_.clear();
  for (size_t w = 0; w < batch_lanes; ++w) {
    for (uint32_t p = 0; p < g_.profiles; ++p) window_weight_.push_back(window_weight(*worlds_[w], p));
    out[w].coarse.assign(axes_.size(), {});
    for (auto& round : out[w].coarse)
      for (double l : worlds_[w]->prior_log_odds) round.emplace_back(l, l);
    out[w].fine = out[w].coarse;
  }
  windows_ = &out;
  leave_coarse_ = leave_coarse;
  leave_fine_ = leave_fine;
  set_met(std::vector<uint32_t>(g_.nodes.size(), 1));
  for (const auto& start : g_.starts) begin(0, start, 1 / static_cast<double>(g_.starts.size()));
  push();
  windows_ = nullptr;
  return out;
}

}  // namespace casus::solve

#include "solve/batch.h"

#include <algorithm>
#include <iterator>

#include "game/join.h"
#include "solve/batch_pass.h"

namespace casus::solve {

Batch::Batch(const game::Game& g, std::array<const World*, batch_lanes> worlds, const SolveOptions& options)
    : g_(g), worlds_(worlds), options_(options) {}

bool Batch::takes(const game::Game& g) {
  const auto recurring = static_cast<size_t>(std::count(g.recurs.begin(), g.recurs.end(), true));
  return g.axes <= most_fast_axes && (1 + recurring) * (g.profiles + 3) <= 1024;
}

std::vector<std::array<Solution, batch_lanes>> Batch::solve(KeptField* first) {
  const uint32_t points = std::max(options_.points, least_points), coarse_size = coarse_points(points);
  BatchPlan coarse_plan(g_, coarse_size), plan(g_, points, true, &coarse_plan);
  Room room;
  room.choices = Block(plan.choices);  // the finest grid has most of them
  std::array<Ranges, batch_lanes> coarse_ranges, fine_ranges;
  {
    for (size_t w = 0; w < batch_lanes; ++w) coarse_ranges[w] = widest(g_, *worlds_[w], reach(points));
    BatchPlan wide_plan(g_, coarse_size, false, &coarse_plan);
    Pass pass(g_, worlds_, options_, wide_plan, coarse_ranges, room);
    pass.backward(false);
    auto windows = pass.find_windows(reach(coarse_size), reach(points));
    for (size_t w = 0; w < batch_lanes; ++w) {
      coarse_ranges[w] = std::move(windows[w].coarse);
      fine_ranges[w] = std::move(windows[w].fine);
    }
  }
  const size_t starts = g_.starts.size();
  std::vector<std::vector<bool>> met;
  for (const auto& start : g_.starts) met.push_back(game::reachable(g_, start));
  std::vector<std::array<Tally, batch_lanes>> coarse, fine;
  auto count = [&](Pass& pass, std::vector<std::array<Tally, batch_lanes>>& to) {
    while (to.size() < starts) std::ranges::move(pass.forward(to.size(), met), std::back_inserter(to));
  };
  {
    Pass pass(g_, worlds_, options_, coarse_plan, coarse_ranges, room);
    pass.backward(false);
    count(pass, coarse);
  }
  Pass pass(g_, worlds_, options_, plan, fine_ranges, room);
  pass.backward(true, first);
  count(pass, fine);
  std::vector<std::array<Solution, batch_lanes>> out(starts);
  for (size_t k = 0; k < starts; ++k) {
    const auto certificates = pass.certificate(met[k]);
    for (size_t w = 0; w < batch_lanes; ++w) {
      out[k][w].certificate = certificates[w];
      out[k][w].certificate.payoff_range = payoff_range(g_, *worlds_[w], met[k]);
      finish(g_, *worlds_[w], pass.values(k, w), fine[k][w], coarse[k][w], out[k][w]);
    }
  }
  return out;
}

}  // namespace casus::solve

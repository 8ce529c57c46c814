#include "solve/batch.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <system_error>

#include "base/thread_pool.h"
#include "game/join.h"
#include "solve/batch_forward.h"

namespace casus::solve {

Batch::Batch(const game::Game& g, std::array<const World*, batch_lanes> worlds, const SolveOptions& options)
    : g_(g), worlds_(worlds), options_(options) {}

bool Batch::takes(const game::Game& g) {
  const auto recurring = static_cast<size_t>(std::count(g.recurs.begin(), g.recurs.end(), true));
  return g.axes <= most_fast_axes && (1 + recurring) * (g.profiles + 3) <= 1024;
}

std::array<Windows, batch_lanes> Batch::find_windows(const BatchPlan& plan, Room& room, unsigned threads) const {
  const uint32_t points = std::max(options_.points, least_points);
  std::array<Ranges, batch_lanes> ranges;
  for (size_t w = 0; w < batch_lanes; ++w) ranges[w] = widest(g_, *worlds_[w], reach(points));
  const Numbers numbers(g_, worlds_, options_, plan, ranges);
  Backward solved(numbers, room.arena, room.choices, false);
  solved.solve(threads);
  return Forward(solved, room.arena).windows(reach(coarse_points(points)), reach(points));
}

Batch::Tallies Batch::count(const Backward& solved, Room& room, std::span<const std::vector<bool>> met,
                            unsigned threads) const {
  const size_t starts = met.size(), each = std::min<size_t>((starts + threads - 1) / threads, most_starts_together);
  Tallies out(starts);
  static const std::atomic<bool> never{false};
  base::for_each_index((starts + each - 1) / each, threads, never, [&](uint64_t part) {
    const size_t first = part * each, count = std::min(each, starts - first);
    Arena own;
    std::ranges::move(Forward(solved, part == 0 ? room.arena : own).tallies(first, count, met),
                      out.begin() + static_cast<std::ptrdiff_t>(first));
  });
  return out;
}

std::vector<std::array<Solution, batch_lanes>> Batch::solve(unsigned threads, KeptField* first) {
  threads = std::max(threads, 1u);
  const uint32_t points = std::max(options_.points, least_points), coarse_size = coarse_points(points);
  const BatchPlan coarse_plan(g_, coarse_size), plan(g_, points, true, &coarse_plan);
  Room room;
  room.choices = Block(plan.choices);  // the finest grid has most of them
  std::array<Ranges, batch_lanes> coarse_ranges, fine_ranges;
  {
    auto windows = find_windows(BatchPlan(g_, coarse_size, false, &coarse_plan), room, threads);
    for (size_t w = 0; w < batch_lanes; ++w) {
      coarse_ranges[w] = std::move(windows[w].coarse);
      fine_ranges[w] = std::move(windows[w].fine);
    }
  }
  std::vector<std::vector<bool>> met;
  for (const auto& start : g_.starts) met.push_back(game::reachable(g_, start));

  auto on_coarse = [&](Room& with, unsigned threads_there) {
    const Numbers numbers(g_, worlds_, options_, coarse_plan, coarse_ranges);
    Backward solved(numbers, with.arena, with.choices, false);
    solved.solve(threads_there);
    return count(solved, with, met, threads_there);
  };
  // With threads to spare both grids are solved at once, the coarser one on the smaller half of them.
  Tallies coarse;
  Room elsewhere;
  std::future<Tallies> meanwhile;
  unsigned there = threads / 2;
  try {
    if (there > 0) {
      elsewhere.choices = Block(coarse_plan.choices);
      meanwhile = std::async(std::launch::async, on_coarse, std::ref(elsewhere), there);
    }
  } catch (const std::system_error&) {  // the system has no more threads
    there = 0;
  }
  if (there == 0) coarse = on_coarse(room, threads);
  const Numbers numbers(g_, worlds_, options_, plan, fine_ranges);
  Backward solved(numbers, room.arena, room.choices, true);
  solved.solve(threads - there, first);
  const Tallies fine = count(solved, room, met, threads - there);
  if (meanwhile.valid()) coarse = meanwhile.get();

  std::vector<std::array<Solution, batch_lanes>> out(g_.starts.size());
  for (size_t k = 0; k < out.size(); ++k) {
    const auto certificates = solved.certificate(met[k]);
    for (size_t w = 0; w < batch_lanes; ++w) {
      out[k][w].certificate = certificates[w];
      out[k][w].certificate.payoff_range = payoff_range(g_, *worlds_[w], met[k]);
      finish(g_, *worlds_[w], solved.values(k, w), fine[k][w], coarse[k][w], out[k][w]);
    }
  }
  return out;
}

}  // namespace casus::solve

#include "solve/batch/batch.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <system_error>

#include "base/thread_pool.h"
#include "game/join.h"
#include "solve/batch/backward.h"
#include "solve/judge/grid_others.h"
#include "solve/meter.h"

namespace casus::solve {

Batch::Batch(const game::Game& g, std::array<const World*, batch_lanes> worlds, size_t together,
             const SolveOptions& options)
    : whole_(g), held_(g, options.held), g_(held_.game()), worlds_(worlds), together_(together), options_(options) {
  options_.compare &= !told_by_replies(options);
}

// The choices of some worlds at grid points.
struct Batch::Fields {
  Fields(const Backward& solved, size_t worlds) {
    for (size_t w = 0; w < worlds; ++w) {
      choices[w] = solved.grid_choices(w);
      all.push_back({choices[w], solved.numbers().plan.layouts, solved.numbers().grids[w]});
    }
  }
  std::array<std::vector<GridChoices>, batch_lanes> choices;
  std::vector<GridField> all;
};

std::vector<NodeValues> KeptField::views() const {
  std::vector<NodeValues> out;
  for (const Node& n : nodes) out.push_back({values.data() + n.offset, n.width, actor_at.data(), n.width});
  return out;
}

bool Batch::takes(const game::Game& g) {
  return g.axes <= most_fast_axes;
}

std::vector<Windows> Batch::find_windows(const BatchPlan& plan, Room& room, size_t worlds, unsigned threads) const {
  const uint32_t points = std::max(options_.points, least_points);
  std::array<Ranges, batch_lanes> ranges;
  for (size_t w = 0; w < batch_lanes; ++w) ranges[w] = widest(g_, *worlds_[w], reach(points));
  const bool any_grid =
      std::any_of(plan.layouts.begin(), plan.layouts.end(), [](const Layout& l) { return l.points > 1; });
  if (!any_grid) {  // nothing stands on windows
    Meter::add(options_.meter, plan.units());
    std::vector<Windows> out;
    for (size_t w = 0; w < worlds; ++w) out.push_back({ranges[w], ranges[w]});
    return out;
  }
  if (few_points(points)) {
    Meter::add(options_.meter, plan.units());
    return windows_where_beliefs_are_held(worlds, threads);
  }
  const Numbers numbers(g_, worlds_, options_, plan, ranges, false);
  Backward solved(numbers, room.arena, room.choices, false);
  solved.solve(threads);
  const Fields fields(solved, worlds);
  return solve::find_windows(g_, std::span(worlds_).first(worlds), fields.all, points, options_.stop);
}

std::vector<Windows> Batch::windows_where_beliefs_are_held(size_t worlds, unsigned threads) const {
  const uint32_t points = std::max(options_.points, least_points);
  const game::Held held(whole_, ~0u);
  const BatchPlan plan(held.game(), coarse_points(points), together_);
  std::array<Ranges, batch_lanes> ranges;
  for (size_t w = 0; w < batch_lanes; ++w) ranges[w] = widest(g_, *worlds_[w], reach(points));
  SolveOptions options = options_;
  options.meter = nullptr;
  const Numbers numbers(held.game(), worlds_, options, plan, ranges, false);
  Room room;
  room.choices = Block(plan.choices);
  Backward solved(numbers, room.arena, room.choices, false);
  solved.solve(threads);
  const Fields fields(solved, worlds);
  return solve::find_windows(g_, std::span(worlds_).first(worlds), fields.all, points, options_.stop);
}

// Per start and world; play is counted as on a grid of so many points.
Batch::Tallies Batch::count(const Backward& solved, uint32_t as, size_t worlds, unsigned threads,
                            const Mended* mended) const {
  const size_t starts = g_.starts.size();
  Tallies out(starts);
  const bool corrected = mended && mended->corrections;
  const ParticlePlan plan(corrected ? whole_ : g_);  // corrections tell beliefs apart that were held, too
  Fields fields(solved, worlds);
  if (corrected) fields.all[0].corrections = mended->corrections.get();
  const size_t parts = std::min<size_t>(starts, threads);
  static const std::atomic<bool> never{false};
  base::for_each_index(parts, threads, never, [&](uint64_t part) {
    std::vector<StartValues> here;
    const size_t first = starts * part / parts, last = starts * (part + 1) / parts;
    for (size_t k = first; k < last; ++k) {
      here.push_back({&g_.starts[k], {}});
      for (size_t w = 0; w < worlds; ++w)
        here.back().values.push_back(corrected ? &mended->values : &solved.values(k, w));
    }
    auto counted = count_particles(plan, std::span(worlds_).first(worlds), fields.all, here,
                                   corrected ? counted_pooling() : pooling(as), options_.stop);
    for (size_t k = first; k < last; ++k)
      for (size_t w = 0; w < worlds; ++w) out[k][w] = std::move(counted[k - first][w].measures);
  });
  return out;
}

bool Batch::may_mend() const {
  return options_.judge && options_.mend.accuracy > 0 && options_.alone && g_.starts.size() == 1 && !g_.binds &&
         !g_.secret && g_.belief_pays.empty() && g_.axes < CarryJob::most_terms;
}

// Far from what it should be, a grid is left to a finer one. Beliefs that are held are no grid: there is nothing
// nearer.
Mended Batch::mend(const Backward& solved, const KeptField& first) const {
  const ParticlePlan plan(whole_, false);
  const Fields fields(solved, 1);
  const auto views = first.views();
  const Mend& to = options_.mend;
  Mended out;
  out.judged = judge(plan, *worlds_[0], fields.all[0], {views, first.layouts, first.grids}, g_.starts[0],
                     judge_options(options_));
  const double range = worlds_[0]->payoff_range, effect = out.judged.effect;
  const bool near = effect <= near_effect;
  if (effect <= to.accuracy && (options_.held != 0 || (out.judged.likely.distance <= to.distance &&
                                                       out.judged.anywhere.regret <= to.regret * range)))
    return out;
  if (!near && options_.held == 0) return out;
  Mended mended = solve::mend(plan, *worlds_[0], fields.all[0], g_.starts[0],
                              {.accuracy = to.accuracy,
                               .distance = to.distance,
                               .regret = to.regret,
                               .near = near,
                               .judge = judge_options(options_),
                               .pooling = mended_pooling(whole_)});
  const bool better = mended.corrections && mended.judged.effect <= (options_.held == 0 ? effect : to.accuracy);
  return better ? std::move(mended) : std::move(out);
}

std::vector<std::array<Solution, batch_lanes>> Batch::solve(size_t worlds, unsigned threads, KeptField* first) {
  threads = std::max(threads, 1u);
  const uint32_t points = std::max(options_.points, least_points), coarse_size = coarse_points(points);
  const BatchPlan coarse_plan(g_, coarse_size, together_), plan(g_, points, together_, &coarse_plan);
  Room room;
  room.choices = Block(plan.choices);  // the finest grid has most of them
  // Play, counted and judged, takes about as long as values.
  const uint64_t coarse_units = coarse_plan.units(), units = plan.units(), play = units / 2;
  Meter::expect(options_.meter, (options_.compare ? 2 : 1) * coarse_units + units + play + (options_.judge ? play : 0));
  std::array<Ranges, batch_lanes> coarse_ranges, fine_ranges;
  {
    const auto windows = find_windows(coarse_plan, room, worlds, threads);
    for (size_t w = 0; w < batch_lanes; ++w) {
      coarse_ranges[w] = windows[std::min(w, worlds - 1)].coarse;
      fine_ranges[w] = windows[std::min(w, worlds - 1)].fine;
    }
  }
  auto on_coarse = [&](Room& with, unsigned threads_there) {
    const Numbers numbers(g_, worlds_, options_, coarse_plan, coarse_ranges, true);
    Backward solved(numbers, with.arena, with.choices, false);
    solved.solve(threads_there);
    return count(solved, coarse_points(counted_as(g_, options_)), worlds, threads_there);
  };
  // With threads to spare both grids are solved at once, the coarser one on the smaller half of them.
  Tallies coarse;
  Room elsewhere;
  std::future<Tallies> meanwhile;
  unsigned there = options_.compare ? threads / 2 : 0;
  try {
    if (there > 0) {
      elsewhere.choices = Block(coarse_plan.choices);
      meanwhile = std::async(std::launch::async, on_coarse, std::ref(elsewhere), there);
    }
  } catch (const std::system_error&) {  // the system has no more threads
    there = 0;
  }
  if (options_.compare && there == 0) coarse = on_coarse(room, threads);
  const Numbers numbers(g_, worlds_, options_, plan, fine_ranges, true);
  Backward solved(numbers, room.arena, room.choices, true);
  KeptField kept;
  KeptField* const asked = first;
  if (options_.judge && !first) first = &kept;
  solved.solve(threads - there, first);
  if (asked) solved.keep_choices(*asked);
  Mended mended;
  const bool judged_already = may_mend();
  if (judged_already) mended = mend(solved, *first);
  if (asked) asked->corrections = mended.corrections;
  const Tallies fine = count(solved, counted_as(g_, options_), worlds, threads - there, &mended);
  Meter::add(options_.meter, play);
  if (meanwhile.valid()) coarse = meanwhile.get();

  std::vector<std::array<Solution, batch_lanes>> out(g_.starts.size());
  for (size_t k = 0; k < out.size(); ++k) {
    const auto met = game::reachable(g_, g_.starts[k]);
    const auto certificates = solved.certificate(met);
    for (size_t w = 0; w < worlds; ++w) {
      out[k][w].certificate = certificates[w];
      out[k][w].certificate.compared = options_.compare;
      out[k][w].certificate.payoff_range = payoff_range(g_, *worlds_[w], met);
      out[k][w].certificate.corrected = mended.beliefs;
      finish(g_, *worlds_[w], mended.corrections ? mended.values : solved.values(k, w), fine[k][w],
             options_.compare ? coarse[k][w] : fine[k][w], out[k][w]);
    }
  }
  if (options_.judge) {
    const ParticlePlan particles(whole_, false);  // they tell beliefs apart that were held, too
    const Fields fields(solved, 1);
    const auto views = first->views();
    static const std::atomic<bool> never{false};
    base::for_each_index(out.size(), threads, never, [&](uint64_t k) {
      const Continuation next{views, first->layouts, first->grids};
      JudgeOptions how = judge_options(options_);
      how.units = play / out.size();
      Judged judged = judged_already ? std::move(mended.judged)
                                     : judge(particles, *worlds_[0], fields.all[0], next, g_.starts[k], how);
      if (options_.others.decisions > 0)
        out[k][0].others = search_decisions(g_, *worlds_[0], next, judged.likeliest, options_.others,
                                            options_.tolerance, options_.stop);
      certify(std::move(judged), options_, out[k][0]);
    });
  }
  return out;
}

}  // namespace casus::solve

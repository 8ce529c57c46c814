#include "solve/batch.h"

#include <algorithm>

#include "solve/batch_pass.h"

namespace casus::solve {

Batch::Batch(const game::Game& g, std::array<const World*, batch_lanes> worlds, const SolveOptions& options)
    : g_(g), worlds_(worlds), options_(options) {}

bool Batch::takes(const game::Game& g) {
  const auto recurring = static_cast<size_t>(std::count(g.recurs.begin(), g.recurs.end(), true));
  return g.axes <= most_fast_axes && (1 + recurring) * (g.profiles + 3) <= 1024;
}

namespace {

// The equilibrium of a batch's first world.
class FirstWorld : public Equilibrium {
 public:
  FirstWorld(const World& w, KeptField field) : field_(std::move(field)) {
    prior_ = {w.prior_log_odds, std::vector<int>(w.prior_log_odds.size(), -1)};
    for (const auto& n : field_.nodes)
      views_.push_back({field_.values[n.layer].data() + n.offset, n.width, field_.actor_at.data(), n.width});
  }
  Continuation continuation() const override { return {views_, field_.layouts, field_.grids}; }
  Belief prior() const override { return prior_; }

 private:
  KeptField field_;
  Belief prior_;
  std::vector<NodeValues> views_;
};

}  // namespace

std::array<Solution, batch_lanes> Batch::solve(std::unique_ptr<Equilibrium>* first) {
  const uint32_t points = std::max(options_.points, least_points), coarse_size = coarse_points(points);
  BatchPlan wide_plan(g_, wide_points(points), false), coarse_plan(g_, coarse_size), fine_plan(g_, points);
  std::array<Ranges, batch_lanes> ranges;
  for (size_t w = 0; w < batch_lanes; ++w) ranges[w] = widest(g_, *worlds_[w], reach(coarse_size));

  std::array<Tally, batch_lanes> coarse, fine;
  auto narrow = [&](BatchPlan& plan, double may_leave) {
    Pass pass(g_, worlds_, options_, plan, ranges);
    pass.backward();
    pass.forward(coarse, may_leave);
    for (size_t w = 0; w < batch_lanes; ++w) ranges[w] = coarse[w].reached;
  };
  narrow(wide_plan, reach(coarse_size));
  narrow(coarse_plan, reach(points));
  Pass pass(g_, worlds_, options_, fine_plan, ranges);
  KeptField kept;
  pass.backward(first ? &kept : nullptr);
  pass.forward(fine);
  if (first) *first = std::make_unique<FirstWorld>(*worlds_[0], std::move(kept));
  std::array<Solution, batch_lanes> out;
  for (size_t w = 0; w < batch_lanes; ++w) {
    out[w].certificate = pass.certificate[w];
    finish(g_, *worlds_[w], pass.start_values[w], fine[w], coarse[w], out[w]);
  }
  return out;
}

}  // namespace casus::solve

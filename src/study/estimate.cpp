#include "study/estimate.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "base/deadline.h"
#include "base/memory.h"
#include "base/stop.h"
#include "solve/batch/work.h"
#include "solve/belief/window.h"
#include "study/accuracy.h"
#include "study/inspect.h"
#include "study/others.h"
#include "study/run.h"

namespace casus::study {
namespace {

using Clock = std::chrono::steady_clock;
using solve::Work;

// Of this thread: others may use the processors too.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// What a batch takes with and without its certificate: of the flagship and its like, where only one was timed.
constexpr double plain_share = 0.6;
struct Cost {
  double first = 0, plain = 0;  // seconds of the first batch, which is judged and compared, and of one that is not
  bool more = false;
  Lack lack = {};
};

class Estimator {
 public:
  Estimator(const Plan& plan, Clock::time_point until) : plan_(plan), until_(until) {
    worlds_.push_back(plan.map.midpoint());
    const uint64_t beside = plan.options.solve.alone ? 0 : std::min<uint64_t>(batch_width - 1, plan.worlds);
    for (uint64_t w = 0; w < beside; ++w) worlds_.push_back(plan.world(w));
    const uint64_t batches = plan.options.solve.alone ? 1 : (plan.worlds + batch_width) / batch_width;
    batches_ = static_cast<double>(batches);
  }

  Estimate run() {
    Estimate out;
    out.policies.resize(plan_.policies.size());
    Resolution by = resolution(plan_.options.solve);
    double before = 0;
    for (;;) {
      Cost all;
      // The smallest first: what they leave of the time is the others'.
      size_t left = plan_.groups.size();
      for (size_t k = left; k-- > 0; --left) {
        const Cost cost = of_group(plan_.groups[k], by, left);
        all.first += cost.first;
        all.plain += cost.plain;
        all.more |= cost.more;
        all.lack.add(cost.lack);
        share_out(plan_.groups[k], by, worlds_.size() == 1 ? cost.first : cost.plain, out.policies);
      }
      out.more |= all.more;
      out.run += all.first;
      // Batches are judged and compared every so often (study/run.cpp).
      const double extra = (all.first - all.plain) / std::clamp(batches_ / 8, 2.0, 8.0) * 0.6;
      const double each = all.plain + extra;
      out.world = worlds_.size() == 1 ? out.run : each / static_cast<double>(batch_width);
      const bool lacks = plan_.options.refine && (all.lack.all > 1 || all.more);
      const auto next = lacks ? finer(plan_, by, all.lack, before) : std::nullopt;
      if (all.more || !next || Clock::now() > until_) {
        out.more |= !all.more && next;
        out.run += (batches_ - 1) * each;
        out.by = by;
        out.finer = out.more && next && any_on_grids();
        return out;
      }
      before = next->held == by.held ? all.lack.all : 0;
      by = *next;
    }
  }

 private:
  bool any_on_grids() const {
    return std::any_of(plan_.groups.begin(), plan_.groups.end(), [&](const Group& group) { return on_grids(group); });
  }
  bool on_grids(const Group& group) const { return group.joined || plan_.policies[group.places.front()].on_grids(); }

  Cost of_group(const Group& group, const Resolution& by, size_t groups_left) const {
    solve::SolveOptions options = plan_.options.solve;
    resolve(options, by);
    options.others = others_search(plan_, 0);
    Work done;
    options.work = &done;
    Cost out;
    const auto share = (until_ - Clock::now()) / static_cast<int64_t>(groups_left);
    const auto until = Clock::now() + std::max(share, Clock::duration::zero());
    double begin = processor_seconds();
    try {
      const base::Deadline late(until);
      options.stop = &late.passed();
      const auto solved = solve_group(plan_.policies, group, worlds_, options, true);
      out.first = processor_seconds() - begin;
      out.plain = plain_share * out.first;
      for (const auto& of_policy : solved)
        if (const auto& s = of_policy.outcomes.front().solution)
          out.lack.add(s->certificate, s->sway, plan_.options.accuracy, options.alone);
      if (batches_ < 2 || Clock::now() + std::chrono::duration<double>(out.first) > until) return out;
      options.judge = options.compare = false;
      options.others = {};
      begin = processor_seconds();
      solve_group(plan_.policies, group, worlds_, options, false);
      out.plain = std::min(out.first, processor_seconds() - begin);
      return out;
    } catch (const base::Stopped&) {
      if (out.first > 0) return out;
    }
    out.more = true;
    const double took = processor_seconds() - begin;
    const Cost whole = reckon(group, options, done, took);
    out.first = std::max(took, whole.first);
    out.plain = std::max(plain_share * took, whole.plain);
    return out;
  }

  // From what had been done when time was up.
  Cost reckon(const Group& group, const solve::SolveOptions& options, const Work& done, double took) const {
    if (plan_.policies[group.places.front()].game.open()) {
      const double one = done.by_point.units > 0 ? done.by_point.seconds / done.by_point.units : took;
      return {.first = one * static_cast<double>(worlds_.size()), .plain = one * static_cast<double>(worlds_.size())};
    }
    if (!on_grids(group)) {
      // At the least: sweeps on the way from precision 0, and with the search for other equilibria.
      constexpr double on_the_way = 10, with_search = 15;
      const double sweep = done.sweeps.units > 0 ? done.sweeps.seconds / done.sweeps.units : took;
      return {.first = with_search * sweep, .plain = on_the_way * sweep};
    }
    const game::Game& g = game_of(plan_.policies, group);
    const auto seconds = [&](uint32_t of) {
      return seconds_of(solve::pass_work(g, of, worlds_.size(), options), done);
    };
    const double coarse = seconds(solve::coarse_points(options.points)), fine = seconds(options.points);
    const double compared = options.held == 0 ? coarse : 0;
    return {.first = coarse + compared + fine, .plain = coarse + fine};  // one pass finds windows
  }

  // What a group takes, to its policies by the size of each one's own game.
  void share_out(const Group& group, const Resolution& by, double seconds, std::vector<double>& policies) const {
    const double all = total(game_of(plan_.policies, group), by);
    for (const uint32_t p : group.places)
      policies[p] = seconds / static_cast<double>(worlds_.size()) *
                    (group.joined && all > 0 ? total(plan_.policies[p].game, by) / all : 1);
  }
  double total(const game::Game& g, const Resolution& by) const {
    solve::SolveOptions options = plan_.options.solve;
    resolve(options, by);
    return seconds_of(solve::pass_work(g, by.points, worlds_.size(), options), {});
  }

  const Plan& plan_;
  Clock::time_point until_;
  std::vector<std::vector<double>> worlds_;  // of the first batch
  double batches_ = 1;
};

}  // namespace

Estimate estimate(const Plan& plan, std::chrono::steady_clock::time_point until) {
  const double before = base::resident_memory(), peak_before = base::peak_memory();
  Estimate out = Estimator(plan, until).run();
  if (const double peak = base::peak_memory(); peak > peak_before && before > 0) out.bytes = peak - before;
  return out;
}

}  // namespace casus::study

#include "study/median.h"

#include <algorithm>

#include "base/stop.h"
#include "base/thread_pool.h"
#include "study/batches.h"
#include "study/others.h"

namespace casus::study {
namespace {

const std::atomic<bool> never{false};

}  // namespace

std::optional<Median> solve_median(const Plan& plan, const MedianControl& control) {
  Median out{plan.centre, std::vector<MedianPolicy>(plan.policies.size()), {}};
  std::vector<std::vector<double>> worlds{out.params};
  for (uint64_t w = 0; w < (plan.options.solve.alone ? 0 : std::min(beside_median, plan.worlds)); ++w) {
    out.beside.push_back(empty_record(plan, w));
    worlds.push_back(out.beside.back().params);
  }
  const auto& stop = control.stop ? *control.stop : never;
  const unsigned inside = base::threads_each(control.threads, plan.groups.size());
  const auto solve_one = [&](uint64_t k) {
    solve::SolveOptions options = plan.options.solve;
    options.others = others_search(plan, 0);
    options.stop = control.stop;
    options.meter = control.meter;
    auto solved = solve_group(plan.policies, plan.groups[k], worlds, options, true, inside);
    for (size_t i = 0; i < solved.size(); ++i) {
      const uint32_t p = plan.groups[k].places[i];
      for (size_t w = 0; w < out.beside.size(); ++w)
        out.beside[w].policies[p] = result_of(plan, std::move(solved[i].outcomes[w + 1]));
      auto& median = out.policies[p];
      auto world = std::make_shared<SolvedWorld>(plan, p, out.params, options, std::move(solved[i]));
      median.result = world->result();
      median.sway = world->sway();
      if (world->walkable()) median.course = world->follow();
      if (control.keep) median.world = std::move(world);
    }
  };
  try {
    base::for_each_index(plan.groups.size(), control.threads, stop, solve_one);
  } catch (const base::Stopped&) {
    return std::nullopt;
  }
  if (stop) return std::nullopt;
  if (plan.worlds == 1 && plan.map.dimensions() == 0) {  // the study's one world is the median one
    out.beside.push_back(empty_record(plan, 0));
    for (size_t p = 0; p < out.policies.size(); ++p) {
      PolicyResult& same = out.beside[0].policies[p] = out.policies[p].result;
      same.looked = false;  // other equilibria are told once
      same.others.clear();
    }
  }
  return out;
}

}  // namespace casus::study

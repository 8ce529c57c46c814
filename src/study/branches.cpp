#include "study/branches.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <mutex>

#include "base/random.h"
#include "base/stop.h"
#include "base/thread_pool.h"
#include "solve/scalar/reference.h"
#include "study/claims.h"

namespace casus::study {
namespace {

bool whole(const Plan& plan) {
  return std::all_of(plan.policies.begin(), plan.policies.end(), [](const auto& p) { return !p.on_grids(); });
}

std::vector<Reading> readings_of(const Plan& plan, const BranchOptions& options) {
  using solve::Pick;
  const auto own = plan.options.solve.selection;
  const auto other = own == solve::Selection::recursive ? solve::Selection::global : solve::Selection::recursive;
  const solve::NodeSearch count{.starts = options.starts, .seed = options.seed};
  std::vector<Reading> out{{whole(plan) ? "principal" : std::string(selection_name(own)), own, count}};
  if (!whole(plan)) out.push_back({std::string(selection_name(other)), other});
  const auto& actors = plan.source->actors;
  for (uint32_t i = 0; i < actors.size(); ++i) {
    if (plan.policies.front().game.like_another(i)) continue;
    for (const auto pick : {Pick::highest, Pick::lowest}) {
      auto search = count;
      search.pick = pick;
      search.actor = i;
      out.push_back({fmt::format("the {} for {}", pick == Pick::highest ? "best" : "worst", actors[i].name),
                     solve::Selection::recursive, search});
    }
  }
  for (uint32_t draw = 1; draw <= 3; ++draw) {
    auto search = count;
    search.pick = Pick::random;
    search.draw = draw;
    out.push_back({fmt::format("drawn at random ({})", draw), solve::Selection::recursive, search});
  }
  return out;
}

// Reads the equilibria of a whole game: the best and the worst for an actor are those of them all.
BranchPolicy search_whole(const Plan& plan, uint32_t place, const std::vector<double>& params,
                          const std::vector<Reading>& readings, const BranchOptions& options,
                          const std::atomic<bool>* stop) {
  auto solve = plan.options.solve;
  solve.stop = stop;
  // As many sweeps as the starts can ask for, within half a minute or so.
  constexpr double most_work = 3e7;
  solve.others = {.starts = options.whole_starts, .sweeps = 100, .work = most_work, .seed = options.seed};
  auto outcome = solve::solve_batch(plan.policies[place].prepared(), {&params, 1}, solve).front();
  BranchPolicy out;
  out.whole = true;
  if (!outcome.solution) {
    out.readings.resize(1);
    out.readings.front().error = outcome.error;
    return out;
  }
  std::vector<PolicyResult> all{result_of(plan, *std::move(outcome.solution))};
  out.starts = all.front().starts;
  out.found.searched = out.starts > 0 ? 1 : 0;
  auto others = std::move(all.front().others);
  std::move(others.begin(), others.end(), std::back_inserter(all));
  out.found.most = static_cast<uint32_t>(all.size());
  out.found.several = all.size() > 1 ? 1 : 0;
  for (const auto& reading : readings) {
    const auto& search = reading.search;
    const auto worth = [&](const PolicyResult& a, const PolicyResult& b) {
      return a.payoffs[search.actor] < b.payoffs[search.actor];
    };
    auto taken = all.begin();
    if (search.pick == solve::Pick::highest) taken = std::max_element(all.begin(), all.end(), worth);
    if (search.pick == solve::Pick::lowest) taken = std::min_element(all.begin(), all.end(), worth);
    if (search.pick == solve::Pick::random)
      taken += static_cast<std::ptrdiff_t>(base::random_bits(search.seed, place, search.draw) % all.size());
    out.readings.push_back(*taken);
    if (all.size() == 1) break;
  }
  return out;
}

BranchPolicy search_one(const Plan& plan, uint32_t place, const std::vector<double>& params,
                        const std::vector<Reading>& readings, const BranchOptions& search,
                        const std::atomic<bool>* stop) {
  const auto& g = plan.policies[place].game;
  if (!plan.policies[place].on_grids()) return search_whole(plan, place, params, readings, search, stop);
  BranchPolicy out;
  const auto world = solve::evaluate_world(g, params);
  if (const auto error = world.value ? solve::limit_on_grids(g, *world.value) : world.error; !error.empty()) {
    out.readings.resize(1);
    out.readings.front().error = error;
    return out;
  }
  for (const auto& reading : readings) {
    auto options = plan.options.solve;
    options.selection = reading.selection;
    options.stop = stop;
    solve::Reference reference(g, *world.value, options);
    reference.look_for_others(reading.search);
    out.readings.push_back(result_of(plan, reference.solve()));
    if (&reading == &readings.front()) {
      out.found = reference.found();
      if (out.found.several == 0) break;
    }
  }
  return out;
}

}  // namespace

std::optional<BranchAnswer> search_branches(const Plan& plan, const std::vector<int64_t>& worlds,
                                            const BranchOptions& options, const RunControl& control) {
  BranchAnswer out{.readings = readings_of(plan, options), .options = options, .folding = 0, .worlds = {}};
  const size_t policies = plan.policies.size();
  out.worlds.resize(worlds.size());
  for (size_t w = 0; w < worlds.size(); ++w) {
    out.worlds[w].world = worlds[w];
    out.worlds[w].policies.resize(policies);
  }
  static const std::atomic<bool> never{false};
  const auto& stop = control.stop ? *control.stop : never;
  Progress progress{.done = 0, .total = worlds.size() * policies, .at_start = 0};
  std::mutex lock;
  const auto params_of = [&](int64_t world) {
    return world == median_world ? plan.map.midpoint() : plan.world(static_cast<uint64_t>(world));
  };
  const auto search = [&](uint64_t job) {
    const size_t w = job / policies, p = job % policies;
    out.worlds[w].policies[p] =
        search_one(plan, static_cast<uint32_t>(p), params_of(worlds[w]), out.readings, options, &stop);
    const std::lock_guard hold(lock);
    ++progress.done;
    if (control.progress) control.progress(progress);
  };
  try {
    base::for_each_index(worlds.size() * policies, control.threads, stop, search);
  } catch (const base::Stopped&) {
    return std::nullopt;
  }
  if (stop) return std::nullopt;
  for (auto& world : out.worlds)
    for (size_t r = 0; r < out.readings.size(); ++r) {
      std::vector<PolicyResult> results;
      for (const auto& p : world.policies) results.push_back(p.at(r));
      world.verdicts.push_back(judge_claims(plan, params_of(world.world), results));
    }
  return out;
}

std::vector<BranchSpread> branch_spreads(const Plan& plan, const BranchAnswer& answer) {
  constexpr double least = 1e-6;  // smaller differences are the tolerance of the fixed points
  std::vector<BranchSpread> out;
  for (uint32_t p = 0; p < plan.policies.size(); ++p)
    for (uint32_t m = 0; m < plan.layout.asked; ++m) {
      const auto& counted = plan.policies[p].game.counted;
      if (counted && counted->crowd.says_again(*plan.source, m)) continue;
      for (uint32_t k = 0; k < plan.layout.rounds[m]; ++k) {
        BranchSpread s{.policy_place = p, .measure = m, .round = k};
        size_t count = 0;
        double scale = 1;
        for (const auto& world : answer.worlds) {
          const auto& policy = world.policies[p];
          if (!policy.readings.front().ok()) continue;
          std::vector<double> values;
          for (const auto& r : policy.readings) {
            values.push_back(expected(plan.layout, r.values, r.profile_prior, m, k));
            s.change =
                std::max(s.change, std::fabs(expected_change(plan.layout, r.values, r.change, r.profile_prior, m, k)));
            scale = std::max(scale, std::fabs(values.back()));
          }
          if (std::any_of(values.begin(), values.end(), [](double x) { return std::isnan(x); })) continue;
          ++count;
          const auto [low, high] = std::minmax_element(values.begin(), values.end());
          s.mean += values.front();
          s.low += *low;
          s.high += *high;
          if (*high - *low <= s.most) continue;
          s.most = *high - *low;
          s.world = world.world;
          s.lowest = static_cast<size_t>(low - values.begin());
          s.highest = static_cast<size_t>(high - values.begin());
        }
        if (s.most <= least * scale) continue;
        for (double* x : {&s.mean, &s.low, &s.high}) *x /= static_cast<double>(count);
        out.push_back(s);
      }
    }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.most > b.most; });
  return out;
}

}  // namespace casus::study

#include "study/others.h"

#include <algorithm>
#include <cmath>

#include "solve/exact/sweep_plan.h"
#include "study/claims.h"
#include "study/inspect.h"

namespace casus::study {
namespace {

// Of a search: starts; sweeps that it takes to follow eight of them to their ends, or a few more; how many sweeps a
// batch of worlds takes on its way from precision 0; and histories times sweeps that take too short to be noticed.
constexpr uint32_t most_starts = 64;
constexpr double sweeps_of_eight = 10, sweeps_of_a_batch = 20, unnoticed = 3e3;
constexpr uint64_t most_worlds = 8;
constexpr double share = 0.1;
// Of single decisions on grids: looking at one costs as much as so many fixed points of a study.
constexpr double most_decisions = 16, fixed_points_of_a_decision = 500;

}  // namespace

solve::OthersSearch others_search(const Plan& plan, uint64_t batch) {
  if (plan.options.solve.selection == solve::Selection::global && plan.options.solve.exact_up_to == 0) return {};
  const uint64_t batches = plan.options.solve.alone ? 1 : (plan.worlds + batch_width) / batch_width;
  size_t histories = 1;
  for (const auto& p : plan.policies)
    if (p.exact) histories = std::max(histories, p.exact->history.size());
  const double at_hand =
      std::max(share * sweeps_of_a_batch * static_cast<double>(batches), unnoticed / static_cast<double>(histories));
  const auto worlds = static_cast<uint64_t>(
      std::clamp(at_hand / sweeps_of_eight, 1.0, static_cast<double>(std::min(most_worlds, batches))));
  const uint64_t every = (batches + worlds - 1) / worlds;
  if (batch % every != 0) return {};
  double decisions = 0;
  if (batch == 0)
    decisions = std::clamp(share * static_cast<double>(plan.worlds) * fixed_points(plan, plan.options.solve) /
                               (fixed_points_of_a_decision * static_cast<double>(plan.policies.size())),
                           1.0, most_decisions);
  const double each = std::max(at_hand / static_cast<double>(worlds), sweeps_of_eight);
  return {.starts = most_starts,
          .sweeps = static_cast<uint32_t>(std::min(each, 1e6)),
          .work = unnoticed / static_cast<double>(worlds),
          .decisions = static_cast<uint32_t>(decisions),
          .seed = plan.options.seed};
}

void judge_others(const Plan& plan, const std::vector<double>& params, const std::vector<PolicyResult>& results,
                  std::vector<Verdict>& verdicts) {
  if (std::none_of(results.begin(), results.end(), [](const auto& r) { return r.looked; })) return;
  for (size_t k = 0; k < verdicts.size(); ++k) {
    Verdict& verdict = verdicts[k];
    const model::Claim& claim = plan.source->claims[plan.claims[k]];
    verdict.looked = true;
    if (verdict.truth == Truth::unknown) continue;
    std::vector<size_t> asked;  // places of policies with several equilibria that the claim speaks of
    for (const auto& ref : claim.refs) {
      const size_t place = plan.policy_place[ref.policy];
      if (!results[place].others.empty() && std::find(asked.begin(), asked.end(), place) == asked.end())
        asked.push_back(place);
    }
    // Every combination of equilibria, as far as they are not too many.
    constexpr uint64_t most_combinations = 1000;
    uint64_t combinations = asked.empty() ? 0 : 1;
    for (const size_t place : asked)
      combinations = std::min(most_combinations, combinations * (1 + results[place].others.size()));
    for (uint64_t number = 1; number < combinations && !verdict.turned; ++number) {
      auto read = results;
      uint64_t rest = number;
      for (const size_t place : asked) {
        const uint64_t which = rest % (1 + results[place].others.size());
        rest /= 1 + results[place].others.size();
        if (which > 0) read[place] = results[place].others[which - 1];
      }
      const Verdict there = evaluate_claim(plan, claim, params, read);
      verdict.turned = there.truth != Truth::unknown && there.truth != verdict.truth;
    }
  }
}

void OtherSummary::add(const Plan& plan, int64_t world, uint32_t policy_place, const PolicyResult& r) {
  if (worlds.empty() || worlds.back() != world) worlds.push_back(world);
  if (r.certificate.method == solve::Method::exact) {
    possible |= r.starts > 0;
    if (r.starts > 0) least_starts = least_starts == 0 ? r.starts : std::min(least_starts, r.starts);
    most_starts = std::max(most_starts, r.starts);
    most_others = std::max<uint64_t>(most_others, r.others.size());
  } else {
    possible |= r.decisions.searched > 0;
    decision_starts = std::max(decision_starts, r.starts);
    decisions += r.decisions.searched;
    several += r.decisions.several;
  }
  if ((!r.others.empty() || r.decisions.several > 0) && (with_others.empty() || with_others.back() != world))
    with_others.push_back(world);
  for (const auto& other : r.others)
    for (uint32_t m = 0; m < plan.layout.asked; ++m)
      for (uint32_t k = 0; k < plan.layout.rounds[m]; ++k)
        note(plan, {world, policy_place, m, k, expected(plan.layout, r.values, r.profile_prior, m, k),
                    expected(plan.layout, other.values, other.profile_prior, m, k)});
}

void OtherSummary::note(const Plan& plan, const Move& move) {
  constexpr double least = 1e-6;
  const auto size = [](const Move& m) { return std::fabs(m.there - m.here); };
  if (!(size(move) > least)) return;
  const auto family = [&](const Move& m) {
    const std::string_view name = plan.source->measures[m.measure].name;
    return name.substr(0, name.find('['));
  };
  const auto alike = std::find_if(moves.begin(), moves.end(), [&](const Move& m) { return family(m) == family(move); });
  if (alike == moves.end())
    moves.push_back(move);
  else if (size(move) > size(*alike))
    *alike = move;
}

}  // namespace casus::study

#include "study/node_change.h"

#include <algorithm>
#include <cmath>

namespace casus::study {

std::vector<uint32_t> nodes_of(const model::Case& c) {
  std::vector<uint32_t> out;
  for (const auto& actor : c.actors) out.insert(out.end(), actor.nodes.begin(), actor.nodes.end());
  return out;
}

NodeChange node_change(const Plan& plan, std::span<const PolicyResult> answers, const Plan& other,
                       std::span<const PolicyResult> with_others) {
  NodeChange out{.why_not = {}, .nodes = nodes_of(*plan.source), .others = nodes_of(*other.source)};
  const std::vector<int> any(plan.source->actors.size(), -1);
  const size_t measures = plan.source->asked().size();
  for (size_t p = 0; p < answers.size(); ++p) {
    auto& changes = out.changes.emplace_back(measures, nan);
    const auto &here = answers[p], &there = with_others[p];
    if (!here.ok() || !there.ok()) continue;
    for (uint32_t m = 0; m < measures; ++m)
      for (uint32_t r = 0; r < plan.layout.rounds[m]; ++r) {
        const double change = std::fabs(expected(plan.layout, here.values, here.profile_prior, m, r, any) -
                                        expected(other.layout, there.values, there.profile_prior, m, r, any));
        if (!std::isnan(change)) changes[m] = std::isnan(changes[m]) ? change : std::max(changes[m], change);
      }
  }
  return out;
}

NodeChange::Largest NodeChange::largest() const {
  Largest out;
  for (uint32_t p = 0; p < changes.size(); ++p)
    for (uint32_t m = 0; m < changes[p].size(); ++m)
      if (changes[p][m] > out.change) out = {changes[p][m], m, p};
  return out;
}

}  // namespace casus::study

#include "report/grids.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/text.h"
#include "solve/belief/window.h"

namespace casus::report {

std::string grids_text(const study::Plan& plan, const study::Resolution& by) {
  if (std::none_of(plan.policies.begin(), plan.policies.end(), [](const auto& p) { return p.on_grids(); }))
    return "at every public history";
  const auto held = study::held_names(plan, by.held);
  std::string grids = fmt::format("on belief grids of {} points an axis", by.points);
  if (held.empty()) return grids;
  if (held.size() == plan.policies.front().game.informed.size())
    return "with what follows worked out as if beliefs stayed at the prior";
  std::string names;
  for (size_t k = 0; k < held.size(); ++k) names += (k == 0 ? "" : k + 1 == held.size() ? " and " : ", ") + held[k];
  return grids + fmt::format(", with what follows worked out as if beliefs about {} stayed at the prior", names);
}

bool change_is_known(const study::Plan& plan, const study::PolicyResult& r, uint32_t measure, uint32_t round) {
  if (r.certificate.method == solve::Method::exact || !solve::told_by_replies(plan.options.solve)) return true;
  // Of a formula where it is known of all that it reads.
  const auto& formula = plan.layout.derived[measure];
  if (!formula.counted())
    return std::all_of(formula.parts.begin(), formula.parts.end(), [&](const auto& part) {
      return change_is_known(plan, r, part.measure,
                             part.round > 0 ? part.round - 1 : std::min(round, plan.layout.rounds[part.measure] - 1));
    });
  for (uint32_t p = 0; p < plan.layout.profiles; ++p)
    if (r.change[plan.layout.at(measure, round, p)] != 0) return true;
  return false;
}

}  // namespace casus::report

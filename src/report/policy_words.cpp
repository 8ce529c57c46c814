#include "report/policy_words.h"

#include <fmt/format.h>

#include "report/text.h"

namespace casus::report {

std::vector<std::string> bound_types(const model::Case& c, const model::Policy& policy) {
  std::vector<std::string> out;
  for (const auto& tie : policy.commitments) {
    if (tie.type < 0) continue;
    const auto& decision = c.stages[tie.stage].decisions[tie.decision];
    const auto& actor = c.actors[decision.actor];
    out.push_back(fmt::format("{}'s {} type plays {}.{}{}", actor.name,
                              plain_name(actor.types[static_cast<size_t>(tie.type)]), decision.name,
                              decision.options[tie.option].name,
                              tie.condition == model::no_expr ? "" : ", where the policy's condition holds"));
  }
  return out;
}

}  // namespace casus::report

#include <fmt/format.h>

#include "base/hash.h"
#include "study/accuracy.h"
#include "study/store.h"

namespace casus::study {
namespace {

uint64_t absorb(uint64_t hash, std::string_view text) {
  for (unsigned char c : text) hash = base::mix(hash, c);
  return base::mix(hash, text.size());
}

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : "; ") + item;
  return out;
}

}  // namespace

std::string Identity::hash() const {
  uint64_t h = 0;
  for (const auto& [key, value] : keys) h = absorb(absorb(h, key), value);
  for (const auto& [name, text] : sources) h = absorb(h, text);
  return fmt::format("{:08x}", h >> 32);
}

Identity identity_of(const Plan& plan, const base::SourceSet& sources, const std::string& version) {
  const auto& o = plan.options;
  std::vector<std::string> policies;
  for (const auto& p : plan.policies) policies.push_back(plan.source->policies[p.policy].name);
  Identity out;
  out.keys = {
      {"title", plan.source->title},
      {"version", version},
      {"seed", fmt::format("{}", o.seed)},
      {"worlds", fmt::format("{}", plan.worlds)},
      {"design", std::string(plan.design_name())},
      {"points", fmt::format("{}", o.solve.points)},
      {"selection", std::string(selection_name(o.solve.selection))},
      {"exact_up_to", fmt::format("{}", o.solve.exact_up_to)},
      {"accuracy", fmt::format("{}", o.accuracy)},
      {"settings", joined(o.settings)},
      {"policies", joined(policies)},
  };
  if (o.solve.held != 0) out.keys.emplace_back("held", joined(held_names(plan, o.solve.held)));
  if (o.solve.mend.accuracy > 0) out.keys.emplace_back("mended", "yes");
  if (!o.levers.empty()) out.keys.emplace_back("levers", joined(o.levers));
  if (o.until > 0) out.keys.emplace_back("until", fmt::format("{}", o.until));
  for (uint32_t f = 0; f < sources.size(); ++f) out.sources.emplace_back(sources.name(f), sources.text(f));
  if (!plan.given.empty()) out.sources.emplace_back(o.worlds_file, o.worlds_text);
  return out;
}

}  // namespace casus::study

#include "report/related.h"

#include <fmt/format.h>

#include <bit>

namespace casus::report {

std::vector<std::string> related_types(const model::Case& c, const game::Game& g) {
  std::vector<std::string> out;
  for (uint32_t k = 0; k < g.related.size(); ++k) {
    // Once for each group, at its first.
    if (std::popcount(g.related[k]) < 2 || static_cast<uint32_t>(std::countr_zero(g.related[k])) != k) continue;
    std::vector<std::string> names;
    for (uint32_t j = 0; j < g.informed.size(); ++j)
      if (g.related[k] >> j & 1) names.push_back(c.actors[g.informed[j].actor].name);
    const std::string last = names.back();
    names.pop_back();
    out.push_back(fmt::format("What {} and {} are hangs together: what is seen of one tells of the other{}, too.",
                              fmt::join(names, ", "), last, names.size() > 1 ? "s" : ""));
  }
  return out;
}

}  // namespace casus::report

#include "report/limit_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/text.h"

namespace casus::report {

std::string limit_sentence(const solve::Certificate& c) {
  if (c.ended_at == 0) return {};
  return fmt::format(
      "Precision is infinite: the branch was followed up to precision {:.3g}, where nobody could gain more than {:.1e} "
      "of the stakes (the range of payments) by choosing otherwise.",
      c.ended_at, std::max(c.gain_at_end, 1e-12));
}

std::string limit_sentence(const Answer& a) {
  const solve::Certificate* most = nullptr;
  for (size_t p = 0; a.median && p < a.median->policies.size(); ++p) {
    const auto& r = a.median->policies[p].result;
    if (!r.ok() || r.certificate.ended_at == 0) continue;
    if (!most || r.certificate.gain_at_end > most->gain_at_end) most = &r.certificate;
  }
  return most ? "In the median world: " + limit_sentence(*most) : std::string();
}

}  // namespace casus::report

#include "study/enough.h"

#include <algorithm>
#include <vector>

#include "lab/streaming.h"

namespace casus::study {

base::Result<uint64_t> next_limit(const Plan& plan, const Store& store, uint64_t limit) {
  std::vector<uint64_t> holds(plan.claims.size()), known(plan.claims.size());
  auto read = store.each_verdict([&](int64_t world, uint32_t claim, const Verdict& v) {
    if (static_cast<uint64_t>(world) >= limit || v.truth == Truth::unknown) return;
    ++known[claim];
    holds[claim] += v.truth == Truth::holds;
  });
  if (!read) return base::Error{read.error()};
  std::vector<lab::Share> shares;
  for (size_t k = 0; k < known.size(); ++k)
    if (known[k] > 0) shares.push_back(lab::wilson(holds[k], known[k]));
  const auto stopping = lab::enough_worlds(shares, plan.options.until);
  if (stopping.enough) return limit;
  // Never more than doubled: the shares seen so far may be far off.
  const uint64_t more = std::clamp(stopping.more, first_look, limit);
  return limit + (more + first_look - 1) / first_look * first_look;
}

}  // namespace casus::study

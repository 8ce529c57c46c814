// Whether a study has worlds enough: in, its claims' verdicts so far; out, how many worlds to solve in all.
#pragma once
#include <cstdint>

#include "base/result.h"
#include "study/plan.h"
#include "study/store.h"

namespace casus::study {

// Worlds after which `until` is looked at first, and the grain of the further looks.
inline constexpr uint64_t first_look = 64;

// How many worlds the claims need for intervals as narrow as `until`, seen from the first `limit`; `limit` itself where
// they are enough. It depends on these worlds alone, so a continued run stops where an undisturbed one does.
base::Result<uint64_t> next_limit(const Plan& plan, const Store& store, uint64_t limit);

}  // namespace casus::study

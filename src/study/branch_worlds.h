// Where to look for other equilibria: in, a study's store; out, the worlds in which they are likeliest.
#pragma once
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "study/store.h"

namespace casus::study {

// Up to `most` worlds: first those whose branches fold, which is where a second equilibrium shows, then others evenly
// spaced. `folding` says how many of the first kind are among them.
base::Result<std::vector<int64_t>> worlds_to_search(const Store& store, uint64_t most, uint64_t& folding);

}  // namespace casus::study

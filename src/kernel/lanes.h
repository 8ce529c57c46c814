// How many worlds stand side by side.
#pragma once
#include <cstddef>

namespace casus::kernel {

inline constexpr size_t lanes = 8;

}  // namespace casus::kernel

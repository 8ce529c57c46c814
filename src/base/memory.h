// How much memory there is.
#pragma once
#include <unistd.h>

namespace casus::base {

// Bytes of memory of this machine.
inline double physical_memory() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
}

}  // namespace casus::base

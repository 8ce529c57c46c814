// How much memory there is, and how much of it is taken.
#pragma once
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace casus::base {

// Bytes of memory of this machine.
inline double physical_memory() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
}

// Bytes of memory that this process has, and the most it ever had; 0 where the system does not say.
inline double resident_memory() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGE_SIZE));
}
inline double peak_memory() {
  rusage usage{};
  return getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<double>(usage.ru_maxrss) * 1024 : 0;
}

}  // namespace casus::base

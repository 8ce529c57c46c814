#include "support/process.h"

#include <malloc.h>

#include <ctime>
#include <fstream>
#include <string>

namespace casus::bench {
namespace {

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

double wall_seconds() {
  return seconds(CLOCK_MONOTONIC);
}
double process_seconds() {
  return seconds(CLOCK_PROCESS_CPUTIME_ID);
}
double thread_seconds() {
  return seconds(CLOCK_THREAD_CPUTIME_ID);
}

double peak_memory() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}

void reset_peak_memory() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace casus::bench

// The roofs of this machine: out, the peak of each instruction set and the bandwidth of each level of memory, measured
// on one core, as Markdown.
#include "support/machine.h"

#include <fmt/format.h>

int main() {
  using namespace casus::bench;
  fmt::print("{}, one core\n\n| instruction set | Gflop/s, double precision |\n|---|--:|\n", processor_name());
  double peak = 0;
  for (const auto& set : instruction_sets()) fmt::print("| {} | {:.1f} |\n", set, peak = peak_gflops(set));
  fmt::print("\n| read from | working set, KiB | GB/s | flops a byte to reach the {} peak |\n|---|--:|--:|--:|\n",
             instruction_sets().back());
  for (const auto& level : memory_levels()) {
    const double rate = read_bandwidth(level.bytes);
    fmt::print("| {} | {} | {:.1f} | {:.2f} |\n", level.name, level.bytes >> 10, rate, peak / rate);
  }
  return 0;
}

// What one core can do at most, measured: in, an instruction set or a size; out, Gflop/s and GB/s, the two roofs of a
// roofline (Williams, Waterman and Patterson 2009). Best of several short runs in processor time, so that other load
// on the machine matters little.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace casus::bench {

// The instruction sets that solve::kernels_named knows and this processor has, the widest last.
std::vector<std::string> instruction_sets();

// Double-precision Gflop/s of independent multiply-adds held in registers; a fused one counts two. The baseline, which
// has none fused, multiplies and adds in turn. 0 for a set this processor lacks.
double peak_gflops(std::string_view set);

// GB/s at which a working set of so many bytes is read again and again, in the widest vectors there are.
double read_bandwidth(size_t bytes);

struct Level {
  std::string name;
  size_t bytes = 0;  // working set read
};
// Sizes that lie well inside each cache of this processor, and one far beyond the second.
std::vector<Level> memory_levels();

std::string processor_name();

}  // namespace casus::bench

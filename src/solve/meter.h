// How far a solve has come: counted by whoever solves, on any thread, and read by whoever shows it.
#pragma once
#include <atomic>
#include <cstdint>

namespace casus::solve {

// In units of about equally long work. `total` grows as it is found out what there is to do.
struct Meter {
  std::atomic<uint64_t> done{0}, total{0};
  std::atomic<uint64_t> situations{0};  // laid out, before anything is solved

  static void expect(Meter* meter, uint64_t units) {
    if (meter) meter->total += units;
  }
  static void add(Meter* meter, uint64_t units) {
    if (meter) meter->done += units;
  }
};

}  // namespace casus::solve

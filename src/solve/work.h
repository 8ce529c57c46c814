// Work that is being solved: how much of it is done, in units that take about equally long within a kind, and how long
// that took.
#pragma once
#include <chrono>

namespace casus::solve {

// One thread counts what it does.
struct Work {
  struct Kind {
    double units = 0, seconds = 0;
    void add(double more, std::chrono::steady_clock::time_point since) {
      units += more;
      seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
    }
  };
  // What the kernels do on grids of nodes where one chooses and where several do, what the node problem does point by
  // point and world by world, and sweeps over a graph of histories.
  Kind kernels, joint, by_point, sweeps;
};

}  // namespace casus::solve

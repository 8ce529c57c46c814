// What a run will cost: in, a plan and a moment; out, processor seconds, from what was solved by then.
#pragma once
#include <chrono>
#include <vector>

#include "study/accuracy.h"

namespace casus::study {

struct Estimate {
  std::vector<double> policies;  // seconds of a world under each policy alone, in the order of Plan::policies
  double world = 0;              // of a world under all of them, what they share solved once
  double run = 0;                // of all of the plan's worlds, on one thread; so many threads share it
  bool more = false;             // time was up: at least about as much as that, reckoned from what was done
  double bytes = 0;              // that solving took beyond what was there before, as far as it is known; else 0
  Resolution by;                 // with which that was
  bool finer = false;            // a run may take a finer grid, which costs more: whether it does is not known
};

// Solves worlds as a run begins, on one thread, until the run's cost is known or `until` has passed.
Estimate estimate(const Plan& plan, std::chrono::steady_clock::time_point until);

}  // namespace casus::study

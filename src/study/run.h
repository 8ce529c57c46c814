// The run of a study: in, a plan and a store; out, every world solved under every policy, written as it goes.
#pragma once
#include <atomic>
#include <functional>

#include "study/batches.h"
#include "study/median.h"
#include "study/store.h"

namespace casus::study {

struct Progress {
  uint64_t done = 0, total = 0;  // worlds times policies
  uint64_t at_start = 0;         // of `done`: there before this run
};

struct RunControl {
  unsigned threads = 1;
  const std::atomic<bool>* stop = nullptr;             // set from anywhere: what is begun is finished or dropped
  std::function<void(const Progress&)> progress = {};  // called under a lock, from any thread
  uint64_t first_batch = 0, last_batch = UINT64_MAX;   // of batches(plan): [first, last) are solved, and the first one
};

struct RunEnd {
  bool stopped = false;  // not every world is in the store
  bool precise = false;  // the plan's `until` was reached
};

// Solves the worlds that the store lacks and writes them batch by batch; the rows depend on the plan alone, not on
// threads or interruptions. Fails where the store cannot be written.
base::Result<RunEnd> run_worlds(const Plan& plan, Store& store, const Median& median, const RunControl& control);

}  // namespace casus::study

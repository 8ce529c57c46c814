// The run of a study: in, a plan and a store; out, every world solved under every policy, written as it goes.
#pragma once
#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "study/plan.h"
#include "study/results.h"
#include "study/solved.h"
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
  bool keep = false;  // the median world's equilibria, to be walked through; else they are let go one by one
};

// The median world (Plan::centre) under one policy, with its likeliest course of events.
struct MedianPolicy {
  PolicyResult result;
  solve::Course course;                           // empty if the world has no solution
  std::shared_ptr<const SolvedWorld> world = {};  // where it is kept
};
struct Median {
  std::vector<double> params;
  std::vector<MedianPolicy> policies;  // in the order of Plan::policies
  std::vector<WorldRecord> beside;     // the plan's first worlds, solved in the same batches; not judged yet
};

// Solves the median world under every policy. Nothing if it was stopped.
std::optional<Median> solve_median(const Plan& plan, const RunControl& control);

struct RunEnd {
  bool stopped = false;  // not every world is in the store
  bool precise = false;  // the plan's `until` was reached
};

// Batches in which the plan's worlds are solved: the first with the median world, each by itself, whatever the others.
uint64_t batches(const Plan& plan);

// Solves the worlds that the store lacks and writes them batch by batch; the rows depend on the plan alone, not on
// threads or interruptions. Fails where the store cannot be written.
base::Result<RunEnd> run_worlds(const Plan& plan, Store& store, const Median& median, const RunControl& control);

}  // namespace casus::study

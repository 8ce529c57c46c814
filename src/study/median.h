// The median world: in, a plan; out, the world whose uncertain parameters all stand at their medians, solved under
// every policy, with what was solved beside it.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "study/plan.h"
#include "study/results.h"
#include "study/solved.h"

namespace casus::study {

struct MedianControl {
  unsigned threads = 1;
  const std::atomic<bool>* stop = nullptr;  // set from anywhere: what is begun is dropped
  solve::Meter* meter = nullptr;            // solve/meter.h
  bool keep = false;  // the worlds' equilibria, to be walked through; else they are let go one by one
};

// The median world (Plan::centre) under one policy, with its likeliest course of events.
struct MedianPolicy {
  PolicyResult result;
  solve::Course course;                           // empty if the world has no solution
  std::shared_ptr<const SolvedWorld> world = {};  // where it is kept
  std::vector<solve::Sway> sway = {};             // where beliefs were held
};
struct Median {
  std::vector<double> params;
  std::vector<MedianPolicy> policies;  // in the order of Plan::policies
  std::vector<WorldRecord> beside;     // the plan's first worlds, solved in the same batches; not judged yet
};

// Solves the median world under every policy. Nothing if it was stopped.
std::optional<Median> solve_median(const Plan& plan, const MedianControl& control);

}  // namespace casus::study

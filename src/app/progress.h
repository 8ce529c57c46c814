// A progress bar with the time left: in, how much is done; out, one line on the standard error, if that is a terminal.
#pragma once
#include <chrono>
#include <thread>

#include "casus/study.h"
#include "solve/meter.h"

namespace casus::app {

class ProgressBar {
 public:
  ProgressBar();
  // Safe under the run's lock; draws at most ten times a second.
  void show(const Progress& progress);
  // Wipes the line.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point begin_, last_;
};

// Shows how far a solve has come, as long as this lives.
class SolveProgress {
 public:
  SolveProgress();
  ~SolveProgress();
  solve::Meter* meter() { return &meter_; }
  // Wipes the line: what is printed next stands by itself.
  void end();

 private:
  solve::Meter meter_;
  std::jthread drawer_;
};

}  // namespace casus::app

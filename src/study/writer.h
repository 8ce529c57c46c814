// The way of solved worlds into the store: in, finished batches; out, each of them written whole, and not so often that
// writing takes time from solving.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "study/results.h"
#include "study/store.h"

namespace casus::study {

class Writer {
 public:
  explicit Writer(Store& store) : store_(store), last_(Clock::now()) {}
  void add(std::vector<WorldRecord> records);
  void flush();
  const std::string& error() const { return error_; }  // of the first write that failed; nothing is written after it

 private:
  using Clock = std::chrono::steady_clock;
  Store& store_;
  std::vector<WorldRecord> waiting_;
  Clock::time_point last_;
  std::string error_;
};

}  // namespace casus::study

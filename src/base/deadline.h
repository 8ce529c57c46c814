// A flag that sets itself: in, a moment; out, whether it has passed, cheap to ask.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace casus::base {

class Deadline {
 public:
  explicit Deadline(std::chrono::steady_clock::time_point when)
      : watch_([this, when](const std::stop_token& over) {
          std::unique_lock hold(lock_);
          woken_.wait_until(hold, over, when, [] { return false; });
          if (!over.stop_requested()) passed_ = true;
        }) {}
  const std::atomic<bool>& passed() const { return passed_; }

 private:
  std::mutex lock_;
  std::condition_variable_any woken_;
  std::atomic<bool> passed_{false};
  std::jthread watch_;  // the last, so that it ends before what it reads
};

}  // namespace casus::base

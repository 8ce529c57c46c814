// A wish to stop, looked at from inside long work: in, a flag that anybody may set; out, an exception that ends the
// work. What had been begun is dropped.
#pragma once
#include <atomic>
#include <exception>

namespace casus::base {

struct Stopped : std::exception {
  const char* what() const noexcept override { return "interrupted"; }
};

// Null: nobody will ask.
inline void stop_if(const std::atomic<bool>* asked) {
  if (asked && asked->load(std::memory_order_relaxed)) throw Stopped();
}

}  // namespace casus::base

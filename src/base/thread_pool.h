// Work on several threads: in, a count and a function; out, the function called once for every index below the count.
#pragma once
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace casus::base {

// Calls f(0) ... f(count - 1) on `threads` threads (at least one: the caller's), handing out the indices in order;
// which thread gets which is chance, so f must write only to places of its own index or lock. Once `stop` is true no
// further index is handed out; those begun are finished. An exception of f stops the same way and is thrown again here.
template <class F>
void for_each_index(uint64_t count, unsigned threads, const std::atomic<bool>& stop, F&& f) {
  std::atomic<uint64_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure;
  std::mutex failure_lock;
  auto work = [&] {
    while (!stop.load(std::memory_order_relaxed) && !failed.load(std::memory_order_relaxed)) {
      const uint64_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= count) return;
      try {
        f(i);
      } catch (...) {
        const std::lock_guard hold(failure_lock);
        if (!failure) failure = std::current_exception();
        failed = true;
      }
    }
  };
  std::vector<std::jthread> others;
  for (unsigned t = 1; t < threads && t < count; ++t) others.emplace_back(work);
  work();
  others.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace casus::base

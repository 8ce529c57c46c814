// Work on several threads: in, a count and a function; out, the function called once for every index below the count.
#pragma once
#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
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
  try {
    for (unsigned t = 1; t < threads && t < count; ++t) others.emplace_back(work);
  } catch (const std::system_error&) {  // the system has no more threads: those that there are do the work
  }
  work();
  others.clear();
  if (failure) std::rethrow_exception(failure);
}

// Threads that each of so many jobs may use inside itself when there are fewer jobs than threads; at least one.
inline unsigned threads_each(unsigned threads, uint64_t jobs) {
  return static_cast<unsigned>(std::max<uint64_t>(1, threads / std::max<uint64_t>(1, jobs)));
}

// Steps one after another, the indices of each on `threads` threads (at least one: the caller's). For every step:
// count = begin(step), f(step, i, thread) for every i below the count, in any order and on any thread (numbered from
// 0), end(step); what one of them writes the next ones see. An exception ends the step it happens in and all further
// ones, and is thrown again here.
template <class Begin, class F, class End>
void for_each_in_steps(uint64_t steps, unsigned threads, Begin&& begin, F&& f, End&& end) {
  if (threads <= 1) {
    for (uint64_t step = 0; step < steps; ++step) {
      const uint64_t count = begin(step);
      for (uint64_t i = 0; i < count; ++i) f(step, i, 0u);
      end(step);
    }
    return;
  }
  std::atomic<uint64_t> next{0};
  uint64_t count = 0;
  std::atomic<bool> failed{false};
  std::exception_ptr failure;
  std::mutex failure_lock;
  auto guarded = [&](auto&& work) {
    try {
      work();
    } catch (...) {
      const std::lock_guard hold(failure_lock);
      if (!failure) failure = std::current_exception();
      failed = true;
    }
  };
  std::barrier<> together(threads);
  bool over = false;  // written by the first thread while the others wait
  auto work = [&](unsigned thread) {
    for (uint64_t step = 0;; ++step) {
      if (thread == 0) {
        if (step > 0 && !failed) guarded([&] { end(step - 1); });
        next = 0;
        if (step < steps && !failed) guarded([&] { count = begin(step); });
        over = failed || step == steps;
      }
      together.arrive_and_wait();
      if (over) return;
      guarded([&] {
        for (uint64_t i; !failed && (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) f(step, i, thread);
      });
      together.arrive_and_wait();
    }
  };
  std::vector<std::jthread> others;
  others.reserve(threads - 1);
  for (unsigned t = 1; t < threads; ++t) {
    try {
      others.emplace_back(work, t);
    } catch (...) {  // the system has no more threads: those that there are do the work
      (void)together.arrive_and_drop();
    }
  }
  work(0);
  others.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace casus::base

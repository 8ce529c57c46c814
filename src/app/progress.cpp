#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace casus::app {
namespace {

std::string time_text(double seconds) {
  const auto s = static_cast<long>(std::ceil(seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{}:{:02} min", s / 60, s % 60);
  return fmt::format("{}:{:02} h", s / 3600, s / 60 % 60);
}

std::string bar_of(double share) {
  constexpr int cells = 30;
  std::string bar;
  for (int i = 0; i < cells; ++i) bar += i < share * cells ? "█" : "░";
  return bar;
}

}  // namespace

ProgressBar::ProgressBar() : terminal_(isatty(2) != 0), begin_(Clock::now()), last_(begin_) {}

void ProgressBar::show(const Progress& p) {
  const auto now = Clock::now();
  if (!terminal_ || p.total == 0 || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const double share = static_cast<double>(p.done) / static_cast<double>(p.total);
  const auto fresh = static_cast<double>(p.done - p.at_start);
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  fmt::print(stderr, "\r{} {:3.0f} %  {} left \033[K", bar_of(share), 100 * share,
             fresh > 0 ? time_text(seconds / fresh * static_cast<double>(p.total - p.done)) : "?");
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressBar::clear() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  drawn_ = false;
}

SolveProgress::SolveProgress() {
  if (isatty(2) == 0) return;
  drawer_ = std::jthread([this](const std::stop_token& stop) {
    const auto begin = std::chrono::steady_clock::now();
    std::mutex lock;
    std::condition_variable_any changed;
    std::unique_lock hold(lock);
    bool drawn = false;
    while (!changed.wait_for(hold, stop, std::chrono::milliseconds(200), [] { return false; }) &&
           !stop.stop_requested()) {
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      if (seconds < 0.5) continue;  // what is soon done needs no bar
      const auto total = meter_.total.load(), done = std::min(meter_.done.load(), total);
      const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
      if (total == 0)
        fmt::print(stderr, "\rlaying out the game: {} situations, {} \033[K", meter_.situations.load(),
                   time_text(seconds));
      else
        fmt::print(stderr, "\r{} {:3.0f} %  solving, {} \033[K", bar_of(share), 100 * share, time_text(seconds));
      std::fflush(stderr);
      drawn = true;
    }
    if (drawn) fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
  });
}

SolveProgress::~SolveProgress() = default;  // the drawer is stopped and waited for

void SolveProgress::end() {
  if (!drawer_.joinable()) return;
  drawer_.request_stop();
  drawer_.join();
}

}  // namespace casus::app

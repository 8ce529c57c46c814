#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace casus::app {
namespace {

std::string time_text(double seconds) {
  const auto s = static_cast<long>(std::ceil(seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{}:{:02} min", s / 60, s % 60);
  return fmt::format("{}:{:02} h", s / 3600, s / 60 % 60);
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
  constexpr int cells = 30;
  std::string bar;
  for (int i = 0; i < cells; ++i) bar += i < share * cells ? "█" : "░";
  fmt::print(stderr, "\r{} {:3.0f} %  {} left \033[K", bar, 100 * share,
             fresh > 0 ? time_text(seconds / fresh * static_cast<double>(p.total - p.done)) : "?");
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressBar::clear() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace casus::app

#include "app/interrupts.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <string>

#include "app/arguments.h"
#include "base/fresh_file.h"

namespace casus::app {
namespace {

std::atomic<bool> interrupt_flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// Handlers may not allocate.
constexpr size_t room = 512;
char last_words[room] = "casus: interrupted\n";
size_t last_length = 19;
timer_t late;
bool timed = false;  // `late` is there

void end_now(int) {
  // Whatever else is being written: the message stands on its own line in the end.
  [[maybe_unused]] const auto ignored = write(2, last_words, last_length);
  base::remove_fresh_files();
  _exit(exit_interrupted);
}

void set_flag(int) {
  interrupt_flag = true;
  const itimerspec soon{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = 800'000'000}};
  if (timed) timer_settime(late, 0, &soon, nullptr);
}

void on(int signal, void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags | SA_RESTART;  // a write to a slow pager is not cut short
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

const std::atomic<bool>& interrupted() {
  return interrupt_flag;
}

void end_when_interrupted() {
  on(SIGINT, end_now, 0);
  on(SIGTERM, end_now, 0);
}

void catch_interrupts(std::string_view message) {
  const std::string line = "casus: " + std::string(message.substr(0, 400)) + "\n";
  // Not while a handler may read it.
  sigset_t both, before;
  sigemptyset(&both);
  for (const int signal : {SIGINT, SIGTERM, SIGALRM}) sigaddset(&both, signal);
  pthread_sigmask(SIG_BLOCK, &both, &before);
  last_length = std::min(line.copy(last_words, room), room);
  on(SIGALRM, end_now, 0);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  if (!timed) timed = timer_create(CLOCK_MONOTONIC, &event, &late) == 0;
  on(SIGINT, set_flag, static_cast<int>(SA_RESETHAND));
  on(SIGTERM, set_flag, static_cast<int>(SA_RESETHAND));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace casus::app

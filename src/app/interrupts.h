// Ctrl-C and a polite kill: in, how a command wants to end; out, a flag, and the end of the program within a second.
#pragma once
#include <atomic>
#include <string_view>

namespace casus::app {

// From now on the first SIGINT or SIGTERM ends the program at once, with "casus: interrupted" and exit_interrupted.
void end_when_interrupted();

// From now on it sets the flag, for a command that has something to keep or to tell. If the program is still there 0.8
// s later, whatever it is at, it ends as above, with this message (up to 400 bytes). A second signal ends it at once.
void catch_interrupts(std::string_view message = "interrupted");
const std::atomic<bool>& interrupted();

}  // namespace casus::app

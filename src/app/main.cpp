#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "app/arguments.h"
#include "app/command_line.h"
#include "app/interrupts.h"
#include "base/stop.h"

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);       // a file-size limit is then an error of the write, with a message
  casus::app::end_when_interrupted();  // a command that has something to keep catches interrupts by itself
  try {
    return casus::app::run_command_line(argc, argv);
  } catch (const casus::base::Stopped&) {
    std::fputs("casus: interrupted\n", stderr);
    return casus::app::exit_interrupted;
  } catch (const std::bad_alloc&) {
    std::fputs("casus: out of memory; use fewer --points, fewer --threads or a smaller case\n", stderr);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "casus: %s\n", e.what());
  }
  return casus::app::exit_failure;
}

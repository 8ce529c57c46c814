#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/arguments.h"
#include "app/commands.h"
#include "app/options.h"

namespace casus::app {

Command add_serve(CLI::App& root) {
  const auto a = std::make_shared<ServeArguments>();
  auto& c = *root.add_subcommand("serve", "Open a folder in the browser: edit, solve, run, look around, play");
  c.add_option("FOLDER", a->folder, "the folder that is opened (this one)");
  c.add_option("--port", a->port, fmt::format("listen here; 0 picks any free port ({})", a->port))
      ->type_name("N")
      ->check(CLI::Range(0, 65535));
  c.add_option("--host", a->host, fmt::format("listen on this address ({}: this machine only)", a->host))
      ->type_name("ADDRESS");
  c.add_flag("--open", a->open, "open the browser");
  add_library(c, a->libraries);
  add_threads(c, a->threads);
  c.footer(
      "Prints the address to open. Nothing outside the folder can be read or written; studies and games are kept in\n"
      "its casus-runs/. Ctrl-C ends it: runs stop where they are and can be resumed, also by casus run --resume.\n"
      "By default it answers to this machine alone and to no page of another site. With another --host everybody who\n"
      "has the printed address, which holds a secret, may read and write the folder; the connection is not "
      "encrypted.\n\n"
      "Examples:\n"
      "  casus serve                              this folder, at http://127.0.0.1:8080/\n"
      "  casus serve cases --port 0 --open        any free port, in the browser\n"
      "  casus serve --host 0.0.0.0               for a second player on the same network");
  return {&c, [a] { return serve(*a); }};
}

}  // namespace casus::app

#include "app/serve_command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace casus::app {

CLI::App* add_serve(CLI::App& root, ServeArguments& a) {
  auto& c = *root.add_subcommand("serve", "Open a folder in the browser: edit, solve, run, look around, play");
  c.add_option("FOLDER", a.folder, "the folder that is opened (this one)");
  c.add_option("--port", a.port, fmt::format("listen here; 0 picks any free port ({})", a.port))
      ->type_name("N")
      ->check(CLI::Range(0, 65535));
  c.add_option("--host", a.host, fmt::format("listen on this address ({}: this machine only)", a.host))
      ->type_name("ADDRESS");
  c.add_flag("--open", a.open, "open the browser");
  c.add_option("--library", a.libraries, "a folder in which `use \"name\"` looks for modules; may be repeated")
      ->type_name("DIR")
      ->allow_extra_args(false);
  c.add_option("--threads", a.threads, fmt::format("threads ({})", a.threads))
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
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
  return &c;
}

}  // namespace casus::app

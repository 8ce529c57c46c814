#include <fmt/format.h>
#include <spawn.h>

#include <chrono>
#include <thread>

#include "app/arguments.h"
#include "app/session.h"
#include "serve/guard.h"
#include "serve/http.h"

extern char** environ;

namespace casus::app {
namespace {

// Whether a browser was started; it runs on its own.
bool open_browser(const std::string& url) {
  std::string program = "xdg-open", address = url;
  char* const arguments[] = {program.data(), address.data(), nullptr};
  pid_t ignored = 0;
  return posix_spawnp(&ignored, program.c_str(), nullptr, nullptr, arguments, environ) == 0;
}

}  // namespace

int serve(const ServeArguments& arguments) {
  catch_interrupts();
  serve::Settings settings{.folder = arguments.folder,
                           .host = arguments.host,
                           .port = arguments.port,
                           .token = {},
                           .threads = arguments.threads,
                           .libraries = arguments.libraries,
                           .web = CASUS_WEB_DIR};
  if (!serve::is_loopback(arguments.host)) settings.token = serve::random_name();
  std::error_code ignored;
  if (!std::filesystem::is_directory(arguments.folder, ignored))
    return complain(exit_input, fmt::format("there is no folder '{}'", arguments.folder.string()));
  auto server = serve::Server::start(settings);
  if (!server) return complain(exit_failure, server.error());
  const auto url = (*server)->url();
  if (const int code = print(fmt::format("Casus serves '{}' at {}\n",
                                         std::filesystem::canonical(arguments.folder, ignored).string(), url));
      code != exit_good)
    return code;
  if (!settings.token.empty())
    complain(exit_good,
             "whoever has this address (with the name of this machine for 0.0.0.0) may read and write the folder; "
             "the connection is not encrypted");
  if (!std::filesystem::exists(settings.web / "workbench.html", ignored))
    complain(exit_good, "the workbench's page is not built yet; run cmake/web.sh (./casus does it by itself)");
  if (arguments.open && !open_browser(url))
    complain(exit_good, "no browser could be started; open the address yourself");
  while (!interrupted()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const size_t runs = (*server)->stop();
  if (runs == 0) return exit_good;
  return complain(exit_interrupted,
                  fmt::format("interrupted with {} unfinished; resume {} in the workbench, or with "
                              "casus run --resume",
                              runs == 1 ? "a run" : fmt::format("{} runs", runs), runs == 1 ? "it" : "them"));
}

}  // namespace casus::app

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "app/arguments.h"
#include "app/output.h"
#include "app/session.h"

namespace casus::app {

int format(const FormatArguments& arguments) {
  if (is_tree_file(arguments.file)) {
    if (arguments.write || arguments.check)
      return complain(exit_input, "--write and --check are for cases; a game tree is printed");
    std::ostringstream out;
    const int code = rewrite_tree_command(arguments.file.string(), out, std::cerr);
    return print(out.str(), code);
  }
  const bool piped = arguments.file == "-";
  const std::string name = piped ? "standard input" : arguments.file.string();
  std::string text;
  if (piped) {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream file(arguments.file, std::ios::binary);
    if (file) text.assign(std::istreambuf_iterator<char>(file), {});
    std::error_code ignored;
    if (!file || std::filesystem::is_directory(arguments.file, ignored))
      return complain(exit_input, fmt::format("cannot read '{}': {}", name, std::strerror(errno ? errno : EISDIR)));
  }
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  const auto formatted = language::format_text(name, text, sources, diagnostics);
  if (!formatted) {
    fmt::print(stderr, "{}", base::render_text(diagnostics, sources, style_of(2, arguments.no_colour).colour));
    return exit_input;
  }
  if (arguments.check) {
    if (*formatted == text) return exit_good;
    return complain(exit_failure,
                    fmt::format("'{}' is not in the canonical form; casus format --write mends it", name));
  }
  if (!arguments.write || piped) return print(*formatted);
  if (*formatted == text) return exit_good;
  // What a link leads to is rewritten, and the link stays.
  std::error_code ignored;
  const auto place = std::filesystem::canonical(arguments.file, ignored);
  const Output output{place, Content::case_text, "casus format FILE > OTHER"};
  if (const auto problem = output_problem({&output, 1}, {}); !problem.empty()) return complain(exit_input, problem);
  const auto problem = write_output(place, *formatted);
  return problem.empty() ? int{exit_good} : complain(exit_failure, problem);
}

}  // namespace casus::app

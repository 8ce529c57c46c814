#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "app/arguments.h"
#include "app/session.h"
#include "app/study_commands.h"
#include "report/export.h"

namespace casus::app {
namespace {

int write_table(const study::Archive& archive, const std::string& table, const std::filesystem::path& path) {
  const auto close = [](std::FILE* f) { std::fclose(f); };
  std::unique_ptr<std::FILE, decltype(close)> file(path.empty() ? nullptr : std::fopen(path.c_str(), "wb"), close);
  if (!path.empty() && !file)
    return complain(exit_failure, fmt::format("cannot write '{}': {}", path.string(), std::strerror(errno)));
  std::FILE* out = path.empty() ? stdout : file.get();
  const auto done = report::write_csv(archive, table, [&](std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), out) == text.size();
  });
  if (!done) return complain(exit_failure, done.error());
  if (std::fflush(out) != 0)
    return complain(exit_failure, fmt::format("cannot write the table: {}", std::strerror(errno)));
  return exit_good;
}

}  // namespace

int export_study(const ExportArguments& arguments) {
  const auto archive = study::Archive::open(arguments.file.string());
  if (!archive) return complain(exit_input, archive.error());
  auto path = arguments.out;
  if (arguments.netcdf) {
    if (path.empty()) path = std::filesystem::path(arguments.file).replace_extension(".nc");
    const auto done = report::write_netcdf(*archive, path.string());
    if (!done) return complain(exit_failure, done.error());
    return print(fmt::format("{}\n", path.string()));
  }
  if (!arguments.table.empty()) return write_table(*archive, arguments.table, path);
  if (path.empty()) path = std::filesystem::path(arguments.file).replace_extension("");
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return complain(exit_failure, fmt::format("cannot make the folder '{}': {}", path.string(), error.message()));
  std::string written;
  for (const auto& table : report::table_names()) {
    const auto file = path / (table + ".csv");
    if (const int code = write_table(*archive, table, file); code != exit_good) return code;
    written += file.string() + "\n";
  }
  return print(written);
}

}  // namespace casus::app

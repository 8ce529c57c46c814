#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "app/arguments.h"
#include "app/output.h"
#include "app/session.h"
#include "app/study_commands.h"
#include "casus/laboratory.h"

namespace casus::app {
namespace {

int cannot_write(const std::filesystem::path& place, const std::string& reason) {
  return complain(exit_failure, fmt::format("cannot write '{}': {}", place.string(), reason));
}

// To the standard output, or into a file that has not taken its place yet.
int write_table(const std::string& study, const std::string& table, base::FreshFile* file,
                const std::filesystem::path& place) {
  std::string reason;
  const auto problem = export_csv(study, table, [&](std::string_view text) {
    if (!file) return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    const auto written = file->write(text);
    if (!written) reason = written.error();
    return written.ok();
  });
  if (!reason.empty()) return cannot_write(place, reason);
  if (!problem.empty()) return complain(exit_failure, problem);
  if (!file && std::fflush(stdout) != 0)
    return complain(exit_failure, fmt::format("cannot write the table: {}", std::strerror(errno)));
  return exit_good;
}

struct Table {
  std::string name;
  std::filesystem::path place;
};

// All of them are whole before the first takes its place.
int write_tables(const std::string& study, const std::vector<Table>& tables) {
  std::vector<base::FreshFile> files;
  for (const auto& [name, place] : tables) {
    auto file = base::FreshFile::beside(place);
    if (!file) return cannot_write(place, file.error());
    if (const int code = write_table(study, name, &files.emplace_back(std::move(*file)), place); code != exit_good)
      return code;
  }
  for (size_t k = 0; k < files.size(); ++k)
    if (const auto done = files[k].take_place(); !done) return cannot_write(tables[k].place, done.error());
  return exit_good;
}

int write_netcdf(const std::string& study, const std::filesystem::path& place) {
  const auto problem = export_netcdf(study, place.string());
  if (problem.empty()) return exit_good;
  std::_Exit(complain(exit_failure, problem));  // see casus/laboratory.h
}

}  // namespace

int export_study(const ExportArguments& arguments) {
  const auto study = arguments.file.string();
  if (const auto problem = stored_problem(study); !problem.empty()) return complain(exit_input, problem);
  const auto refused = [&](const std::vector<Output>& outputs) {
    const auto problem = output_problem(outputs, {arguments.file});
    return problem.empty() ? int{exit_good} : complain(exit_input, problem);
  };
  auto path = arguments.out;
  if (arguments.netcdf) {
    if (path.empty()) path = std::filesystem::path(arguments.file).replace_extension(".nc");
    if (const int code = refused({{path, Content::netcdf, "-o"}}); code != exit_good) return code;
    const int code = write_netcdf(study, path);
    return code == exit_good ? print(fmt::format("{}\n", path.string())) : code;
  }
  if (!arguments.table.empty()) {
    if (path.empty()) return write_table(study, arguments.table, nullptr, {});
    const int code = refused({{path, Content::table, "-o"}});
    return code == exit_good ? write_tables(study, {{arguments.table, path}}) : code;
  }
  if (path.empty()) path = std::filesystem::path(arguments.file).replace_extension("");
  std::error_code error;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_directory(path, error))
    return complain(exit_input, fmt::format("'{}' is no folder, and the tables go into one; name it with -o, or one "
                                            "table with --table",
                                            path.string()));
  std::vector<Table> tables;
  std::vector<Output> outputs;
  std::string written;
  for (const auto& table : table_names()) {
    tables.push_back({table, path / (table + ".csv")});
    outputs.push_back({tables.back().place, Content::table, "-o"});
    written += tables.back().place.string() + "\n";
  }
  if (const int code = refused(outputs); code != exit_good) return code;
  std::filesystem::create_directories(path, error);
  if (error)
    return complain(exit_failure, fmt::format("cannot make the folder '{}': {}", path.string(), error.message()));
  const int code = write_tables(study, tables);
  return code == exit_good ? print(written) : code;
}

}  // namespace casus::app

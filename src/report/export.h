// A study for other tools: in, its file; out, tidy CSV tables or one netCDF-4 file. Memory does not grow with the
// number of worlds. Columns and variables: docs/laboratory.md.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "study/archive.h"

namespace casus::report {

// "worlds", "measures", "types", "claims", "certificates".
const std::vector<std::string>& table_names();

// Writes one table, its first line the names of the columns, piece by piece. `write` returns whether it could; then the
// rest is not read. Numbers read back to the same bits; what is unknown is empty.
base::Result<bool> write_csv(const study::Archive& archive, std::string_view table,
                             const std::function<bool(std::string_view)>& write);

// A cell, in quotes where it must be.
std::string csv_cell(std::string_view text);

// Writes everything into one netCDF-4 file; a file of that name is replaced. An error leaves what was written by then
// and says only why. After one the library's clean-up at the end of the program reads what it has freed: end with
// _Exit.
base::Result<bool> write_netcdf(const study::Archive& archive, const std::string& path);

}  // namespace casus::report

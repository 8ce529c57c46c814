// The commands on a stored study: in, what the command line asked for; out, tables, files or a comparison.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "casus/laboratory.h"

namespace casus::app {

struct AnalyseArguments {
  std::filesystem::path file;
  AnalysisRequest request;
  bool minimise = false, maximise = false;
  bool json = false, no_colour = false;
};

struct ExportArguments {
  std::filesystem::path file;
  std::string table;          // one of report::table_names(): that table; empty: all
  bool netcdf = false;        // one netCDF-4 file instead
  std::filesystem::path out;  // empty: beside the study; for one table the standard output
};

struct CompareArguments {
  std::filesystem::path before, after;
  bool json = false, no_colour = false;
};

int analyse(const AnalyseArguments& arguments);
int export_study(const ExportArguments& arguments);
int compare(const CompareArguments& arguments);

}  // namespace casus::app

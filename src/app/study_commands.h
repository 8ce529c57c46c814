// The commands on a stored study: in, what the command line asked for; out, tables, files or a comparison.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace casus::app {

struct AnalyseArguments {
  std::filesystem::path file;
  bool sensitivity = false, discover = false, decide = false;  // none: all three, short
  std::string measure;                                         // empty: the first with a single value
  bool minimise = false, maximise = false;
  std::string policy, minus;           // of the sensitivity
  std::vector<std::string> claims;     // discover: where they fail
  std::vector<std::string> best;       // discover: where these policies are the best
  std::optional<double> regret_above;  // discover: of `policy`, or of the best by mean
  double optimism = 0.5;               // Hurwicz: the weight of the best world
  std::vector<std::string> demands;    // "lost<=0.2"
  std::vector<std::string> front;      // "lost:min"
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

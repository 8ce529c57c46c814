// What a stored study says beyond its answer: in, its file and a question; out, what an outcome hangs on, where
// something is so and what to do, another study beside it, or its tables. Nothing is solved and no case is compiled.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "casus/diagnostic.h"
#include "casus/export.h"

namespace casus {

struct AnalysisRequest {
  bool sensitivity = false, discover = false, decide = false;  // none: all three, short
  std::string objective = {};         // a measure, "lost", "lost[Russia.limited]", "attack[round 2]"; empty: the first
  std::optional<bool> minimise = {};  // none: a probability is minimised, anything else maximised
  std::string policy = {}, minus = {};      // of the sensitivity; `minus`: of the difference between the two
  std::vector<std::string> claims = {};     // discover: where they fail
  std::vector<std::string> best = {};       // discover: where these policies are the best
  std::optional<double> regret_above = {};  // discover: of `policy`, or of the best by mean
  double optimism = 0.5;                    // Hurwicz: the weight of the best world
  std::vector<std::string> demands = {};    // "lost<=0.2"
  std::vector<std::string> front = {};      // "lost:min"
};

// An answer in both its forms. A value, as project.h says.
class CASUS_API Told {
 public:
  // Whether there is one; `error` says what is wrong, also where only a part of it could not be made.
  bool ok() const;
  const std::string& error() const;
  bool input_error() const;  // the mistake is in what was asked for
  std::string json() const;
  std::string text(const Style& style = {}) const;

  struct Impl;
  explicit Told(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

CASUS_API Told analyse(const std::string& study, const AnalysisRequest& request = {});
CASUS_API Told compare(const std::string& before, const std::string& after);

// Why a file cannot be read as a study, or nothing.
CASUS_API std::string stored_problem(const std::string& study);

// "worlds", "measures", "types", "claims", "certificates".
CASUS_API std::vector<std::string> table_names();
// Writes one table of a study as CSV, piece by piece; `write` says whether it could. What is wrong, or nothing.
CASUS_API std::string export_csv(const std::string& study, const std::string& table,
                                 const std::function<bool(std::string_view)>& write);
// Writes all of them into one netCDF-4 file, whole or not at all, in the place of any other of that name that is not
// the study or write-protected. What is wrong, or nothing. After an error the clean-up of HDF5 at the end of the
// program may read what it has freed: end with _Exit.
CASUS_API std::string export_netcdf(const std::string& study, const std::string& file);

}  // namespace casus

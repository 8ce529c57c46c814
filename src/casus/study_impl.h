// What a study holds, for the library's own files and for the program's.
#pragma once
#include "casus/compiled.h"
#include "casus/study.h"
#include "report/answer.h"
#include "study/branches.h"
#include "study/run.h"
#include "study/store.h"
#include "study/summary.h"

namespace casus {

struct Study::Impl {
  StudyRequest request;
  ProjectOptions options;  // of the project, as a user would give them again
  std::shared_ptr<detail::Compiled> compiled;
  std::string case_file;
  std::optional<study::Objective> objective;
  std::optional<study::Store> store;
  bool reading = false;    // the store is open for reading only
  std::string shown = {};  // the store's path as answers tell it, where not its own
  std::optional<study::Median> median;
  std::optional<study::NodeChange> nodes;  // of the median world
  std::optional<study::BranchAnswer> branches;
  std::optional<study::Summary> summary;
  std::string error;
  bool input_error = false;
  bool run_failed = false;  // `error` is of a run, which may be tried again
  bool stopped = false, precise = false;
  double seconds = 0;
  std::vector<std::string> remarks;

  const study::Plan& plan() const { return *compiled->plan; }
  const base::SourceSet& sources() const { return compiled->project->loaded.sources; }
  study::Identity identity() const { return study::identity_of(plan(), sources(), version()); }
  report::Answer answer() const;  // there must be a summary
  bool fail(std::string why, bool input = false);
};

namespace detail {

// The name of a study's file, after its case and what is asked: "kazakhstan-2022-1f0c9a2b.sqlite".
std::string study_name(const std::string& case_file, const study::Identity& identity);

}  // namespace detail
}  // namespace casus

// What the library's objects hold: in, a text and options; out, the one checked case and the one plan that everything
// else is made of. For the program's own commands and server; whoever uses the library sees include/casus/ only.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "casus/project.h"
#include "casus/solved.h"
#include "language/language.h"
#include "report/world.h"
#include "study/node_change.h"
#include "study/plan.h"
#include "study/solved.h"

namespace casus {

// Never moved: plans and games point to the case.
struct Project::Impl {
  std::string name;                 // as it was asked for
  std::optional<std::string> text;  // instead of a file
  ProjectOptions options;
  language::Loaded loaded;
  std::vector<std::string> lever_policies;  // that the levers added to the case
  std::vector<std::string> remarks;
  std::string error;  // a setting or a lever that makes no sense
  bool sound() const { return loaded.value && error.empty(); }
  const model::Case& source() const { return *loaded.value; }
};

namespace detail {

// The only loader. With `text` nothing but modules and overlays is read. `other_nodes`: language::LoadOptions.
std::shared_ptr<Project::Impl> load(const std::string& name, const std::string* text, const ProjectOptions& options,
                                    bool other_nodes = false);

// Where `use "name"` looks last: the project's own library.
std::vector<std::filesystem::path> library_folders();

// A case under its policies, with its plan. Never moved: solved worlds point to the plan.
struct Compiled {
  std::shared_ptr<const Project::Impl> project;
  base::Diagnostics diagnostics;  // of the text, and of what only the plan shows
  std::optional<study::Plan> plan;
  bool stopped = false;
  std::string error;  // where there is no plan and no diagnostic says why, or where it is too large
  bool ok() const { return plan && error.empty(); }
  // One message for whoever has no place for diagnostics.
  std::string message() const;
};
std::shared_ptr<Compiled> compile(std::shared_ptr<const Project::Impl> project, const study::Options& options,
                                  unsigned threads);

// `options` with what the method and the project say. `points`: where a grid begins that is left to the solver.
study::Options with_method(study::Options options, const Method& method, const Project::Impl& project,
                           const std::vector<std::string>& policies, double accuracy, uint32_t points);

// Solves a world of the plan under each policy (study::solve_accurately: its points are the plan's afterwards). Nothing
// if it was stopped. Without `keep` they cannot be walked through, but for the likeliest course.
std::optional<std::vector<Solved>> solve_all(const std::shared_ptr<Compiled>& compiled,
                                             const std::map<std::string, double>& values, unsigned threads, Stop stop,
                                             bool keep = true, solve::Meter* meter = nullptr);
// By how much the plan's answers hang on how many nodes stand for continuous types. Nothing where there are no such
// types, or it was stopped.
std::optional<study::NodeChange> node_change(const Compiled& compiled, std::span<const study::PolicyResult> answers,
                                             unsigned threads, Stop stop);
// What `casus solve` tells of them, with the likeliest course of each. Not empty, and none refused.
report::WorldAnswer answer_of(const std::vector<Solved>& worlds);

// Why worlds cannot be solved so; empty if they can.
std::string objection(const Method& method);

// Diagnostics as the library gives them.
std::vector<Diagnostic> told(const base::Diagnostics& diagnostics, const base::SourceSet& sources);

// The world with these values for uncertain parameters, the others at their medians; unknown ones are left out.
std::vector<double> world_at(const study::Plan& plan, const std::map<std::string, double>& values);

}  // namespace detail

struct Solved::Impl {
  std::shared_ptr<const detail::Compiled> compiled;  // null: `error` says why
  std::shared_ptr<const study::SolvedWorld> world;
  uint32_t place = 0;  // of the policy, in the plan
  std::vector<double> params;
  study::PolicyResult result;
  solve::Course course = {};  // the likeliest; empty without an equilibrium
  std::string error;
  bool stopped = false;
};

}  // namespace casus

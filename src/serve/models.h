// Cases ready to be solved: in, a text and settings; out, its checked case and its compiled games, kept while they are
// asked for.
#pragma once
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "casus/compiled.h"
#include "casus/study.h"
#include "serve/api.h"

namespace casus::serve {

struct Model {
  std::string key;  // equal for equal texts and settings
  std::string path;
  std::shared_ptr<const detail::Compiled> compiled;  // under all policies
  const study::Plan& plan() const { return *compiled->plan; }
  const model::Case& source() const { return compiled->project->source(); }
};

// What can be set in a case: free parameters are numbers of a world, others are settings of the case.
struct ModelRequest {
  std::string path, text;
  std::map<std::string, double> params = {};
};

// The diagnostics as the list that `check` answers, in a Refusal's details.
Refusal refusal_of(const base::Diagnostics& diagnostics, const base::SourceSet& sources, const std::string& what);

class Models {
 public:
  Models(const Settings& settings, std::filesystem::path root);

  // Reads, checks and sets only; `path` says where modules are looked for.
  std::shared_ptr<const Project::Impl> load(const std::string& path, const std::string& text,
                                            const std::vector<std::string>& settings = {}) const;
  // The same; refuses (422) a case with mistakes, and settings (400) that make no sense.
  std::shared_ptr<const Project::Impl> load_sound(const std::string& path, const std::string& text,
                                                  const std::vector<std::string>& settings = {}) const;
  // Compiles, or finds what was compiled before. Refuses (422) a case with mistakes or one too large, and an unknown
  // parameter (400).
  std::shared_ptr<const Model> get(const ModelRequest& request);
  // A study of the case, laid out anew.
  Study study(const RunRequest& request, const std::string& text, Existing existing) const;

 private:
  static constexpr size_t most_models = 8;
  const Settings& settings_;
  std::filesystem::path root_;
  std::mutex lock_;
  std::list<std::shared_ptr<const Model>> recent_;  // the last used first
};

}  // namespace casus::serve

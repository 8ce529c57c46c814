// Cases ready to be solved: in, a text and settings; out, its checked case and its compiled games, kept while they are
// asked for.
#pragma once
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "language/language.h"
#include "serve/api.h"
#include "study/plan.h"

namespace casus::serve {

// Never moved: the plan points to the case.
struct Model {
  std::string key;  // equal for equal texts and settings
  std::string path;
  language::Loaded loaded;
  study::Plan plan;  // all policies
  const model::Case& source() const { return *loaded.value; }
};

// What can be set in a case: free parameters are numbers of a world, others are settings of the case.
struct ModelRequest {
  std::string path, text;
  std::map<std::string, double> params = {};
};

// The diagnostics as the list that `check` answers, in a Refusal's details.
Refusal refusal_of(const language::Loaded& loaded, const std::string& what);

class Models {
 public:
  Models(const Settings& settings, std::filesystem::path root);

  // Reads and checks only; `path` says where modules are looked for.
  language::Loaded load(const std::string& path, const std::string& text) const;
  // Compiles, or finds what was compiled before. Refuses (422) a case with mistakes or one too large, and an unknown
  // parameter (400).
  std::shared_ptr<const Model> get(const ModelRequest& request);
  // The world of the request: the medians but for its free parameters.
  static std::vector<double> world(const Model& model, const std::map<std::string, double>& params);
  // A plan of the case for a run, compiled anew; `loaded` receives the case.
  std::unique_ptr<Model> plan_run(const RunRequest& request, const std::string& text) const;

 private:
  std::unique_ptr<Model> compile(const std::string& path, language::Loaded loaded, study::Options options) const;

  static constexpr size_t most_models = 8;
  const Settings& settings_;
  std::filesystem::path root_;
  std::mutex lock_;
  std::list<std::shared_ptr<const Model>> recent_;  // the last used first
};

}  // namespace casus::serve

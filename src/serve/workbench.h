// The workbench without its wire: in, a path of the API and a query or a body; out, an answer or a Refusal. Safe to
// call from many threads.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "serve/games.h"
#include "serve/jobs.h"
#include "serve/studies.h"

namespace casus::serve {

struct Answer {
  std::string body;
  std::string type = "application/json";
  std::string download = {};  // a file name, where the browser is to save it
};

class Workbench {
 public:
  using Query = std::map<std::string, std::string>;

  explicit Workbench(const Settings& settings);

  // Whether there is such a path, for GET or for POST.
  bool knows(const std::string& method, const std::string& path) const;
  std::vector<std::string> paths(const std::string& method) const;
  Answer get(const std::string& path, const Query& query);
  Answer post(const std::string& path, const Json& body);
  const Jobs& jobs() const { return jobs_; }
  size_t stop();  // jobs are stopped, waiting ends; what was done is on disk; how many runs are unfinished

 private:
  void add_reading();
  void add_cases();
  void add_runs();
  void add_games();
  Json folder_answer();
  // The request's case: its text is the unsaved one of the editor, or what is on disk.
  ModelRequest model_request(const Json& body) const;

  const Settings settings_;
  Folder folder_;
  Models models_;
  Worlds worlds_;
  Newest newest_;
  Jobs jobs_;
  Studies studies_;
  Games games_;
  std::map<std::string, std::function<Answer(const Query&)>> gets_;
  std::map<std::string, std::function<Answer(const Json&)>> posts_;
};

}  // namespace casus::serve

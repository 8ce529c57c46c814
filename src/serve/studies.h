// The stored studies of the folder: in, the path of one; out, a line in a list, everything the report's page shows, the
// page itself, or two of them side by side.
#pragma once
#include <list>
#include <map>
#include <mutex>
#include <string>

#include "serve/folder.h"
#include "serve/worlds.h"

namespace casus::serve {

class Studies {
 public:
  Studies(const Settings& settings, const Folder& folder, Turns& turns);

  // {path, case, title, worlds, planned, claims, holds, modified} of each, the latest first; what is no study is left
  // out.
  Json list();
  // What report::page_data gives.
  std::shared_ptr<const std::string> data(const std::string& path);
  std::string report(const std::string& path);  // refuses (503) if the page's template is not built
  std::string compare(const std::string& before, const std::string& after) const;

 private:
  struct Line {
    std::string stamp, json;  // json: empty if it is no study
  };
  struct Page {
    std::string path, stamp;
    std::shared_ptr<const std::string> data;
  };
  static constexpr size_t most_pages = 4, most_studies = 500;

  const Settings& settings_;
  const Folder& folder_;
  Turns& turns_;
  std::mutex lines_lock_, pages_lock_;
  std::map<std::string, Line> lines_;
  std::list<Page> pages_;  // the last used first
};

}  // namespace casus::serve

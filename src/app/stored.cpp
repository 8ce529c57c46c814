#include "app/stored.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <tuple>

namespace casus::app {
namespace {

// A folder for the texts, gone at the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "casus-study-XXXXXX").string();
    if (mkdtemp(name.data())) path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find("; ", at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 2;
  }
  return out;
}

uint64_t whole(const std::string& text) {
  uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace

Stored open_stored(const std::filesystem::path& file) {
  Stored out;
  auto store = study::Store::read(file.string());
  if (!store) {
    out.error = store.error();
    return out;
  }
  auto value = [&](const char* key) { return store->value(key).value_or(""); };
  const auto read = store->sources();
  if (!read || read->empty()) {
    out.error = read ? fmt::format("'{}' holds no case", file.string()) : read.error();
    return out;
  }
  auto texts = *read;
  study::Options options{.worlds = whole(value("worlds")), .seed = whole(value("seed"))};
  const auto until = value("until");
  std::from_chars(until.data(), until.data() + until.size(), options.until);
  // A user's own worlds stand last.
  if (value("design") == "csv") {
    std::tie(options.worlds_file, options.worlds_text) = texts.back();
    texts.pop_back();
  }
  const auto design = lab::design_named(value("design"));
  if (design) options.design = *design;
  const Folder folder;
  if (folder.path().empty()) {
    out.error = "cannot make a temporary folder for the texts of the study; is there room, and is TMPDIR right?";
    return out;
  }
  // The case stands first; what it does not use by itself is an overlay.
  std::vector<std::filesystem::path> paths;
  for (const auto& [name, text] : texts) {
    paths.push_back(folder.path() / std::filesystem::path(name).filename());
    std::ofstream(paths.back(), std::ios::binary) << text;
  }
  CaseArguments arguments;
  arguments.file = paths.front();
  {
    const auto alone = load(arguments, true);
    std::set<std::filesystem::path> used;
    for (uint32_t f = 0; f < alone->loaded.sources.size(); ++f)
      used.insert(std::filesystem::path(alone->loaded.sources.name(f)).filename());
    for (const auto& path : paths)
      if (!used.contains(path.filename())) arguments.overlays.push_back(path);
  }
  arguments.settings = split(value("settings"));
  arguments.levers = split(value("levers"));
  arguments.policies = split(value("policies"));
  arguments.points = static_cast<uint32_t>(whole(value("points")));
  arguments.points_given = true;  // as they were found to be enough
  arguments.exact_up_to = whole(value("exact_up_to"));
  const auto accuracy = value("accuracy");
  std::from_chars(accuracy.data(), accuracy.data() + accuracy.size(), arguments.accuracy);
  arguments.selection = value("selection") == "global" ? solve::Selection::global : solve::Selection::recursive;
  auto session = load(arguments, true);
  if (session->exit == exit_good) make_plan(*session, arguments, options, true);
  if (session->exit != exit_good || !session->plan) {
    out.error = fmt::format(
        "the case in '{}' does not compile with this version ({}; the study is of version {}); run it again",
        file.string(), CASUS_VERSION, value("version"));
    return out;
  }
  const auto identity = study::identity_of(*session->plan, session->loaded.sources, value("version"));
  for (const auto& [key, expected] : identity.keys)
    if (value(key.c_str()) != expected) {
      out.error = fmt::format("'{}' cannot be laid out again: its {} is '{}', here it would be '{}'; run it again",
                              file.string(), key, value(key.c_str()), expected);
      return out;
    }
  out.arguments.file = texts.front().first;
  for (size_t i = 0; i < paths.size(); ++i)
    for (const auto& overlay : arguments.overlays)
      if (overlay == paths[i]) out.arguments.overlays.emplace_back(texts[i].first);
  out.arguments.settings = arguments.settings;
  out.arguments.levers = arguments.levers;
  if (session->plan->policies.size() < session->source().policies.size())
    for (const auto& p : session->plan->policies)
      if (!session->source().policies[p.policy].by_lever)
        out.arguments.policies.push_back(session->source().policies[p.policy].name);
  out.arguments.points = arguments.points;
  out.arguments.accuracy = arguments.accuracy;
  out.arguments.points_given = *arguments.exact_up_to == 0;
  if (arguments.selection == solve::Selection::global) out.arguments.selection = arguments.selection;
  if (*arguments.exact_up_to != 0 && *arguments.exact_up_to != solve::SolveOptions{}.exact_up_to)
    out.arguments.exact_up_to = arguments.exact_up_to;
  out.arguments.worlds = whole(value("worlds"));
  out.arguments.until = options.until;
  out.arguments.worlds_file = options.worlds_file;
  out.arguments.seed = whole(value("seed"));
  if (design) out.arguments.design = *design;
  for (uint32_t f = 0; f < session->loaded.sources.size(); ++f) {
    const auto& loaded = session->loaded.sources;
    const auto file_name = std::filesystem::path(loaded.name(f)).filename();
    const auto at = std::find_if(paths.begin(), paths.end(), [&](const auto& p) { return p.filename() == file_name; });
    out.sources.add(at == paths.end() ? loaded.name(f) : texts[static_cast<size_t>(at - paths.begin())].first,
                    loaded.text(f));
  }
  out.session = std::move(session);
  out.store = std::move(*store);
  return out;
}

}  // namespace casus::app

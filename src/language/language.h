// The language: text in, checked model out.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "model/case_model.h"

namespace casus::language {

struct Loaded {
  std::optional<model::Case> value;  // set only if there were no errors
  base::SourceSet sources;           // the case, its overlays and every module it uses, for spans
  base::Diagnostics diagnostics;
};

struct LoadOptions {
  std::vector<std::filesystem::path> overlays;      // files that change parameters, priors and policies only
  std::vector<std::filesystem::path> library_dirs;  // where `use "name"` looks, after the case's own folder
  // Texts that stand in the place of files (an editor's unsaved text, a stored study), by the paths at which these are
  // looked for.
  std::map<std::filesystem::path, std::string> texts = {};
  bool only_texts = false;   // no file is read
  bool other_nodes = false;  // other numbers of nodes for continuous types than the case says (continuum.h)
};

// Reads, parses and checks a case file. Never throws for the user's mistakes: they are in `diagnostics`.
Loaded load_file(const std::filesystem::path& file, const LoadOptions& options = {});
// The same for a text under a name; `use` looks in library_dirs only.
Loaded load_text(const std::string& name, const std::string& text, const LoadOptions& options = {});

// The canonical form of a text that parses; comments kept. Empty if it does not parse (see diagnostics).
std::optional<std::string> format_text(const std::string& name, const std::string& text, base::SourceSet& sources,
                                       base::Diagnostics& diagnostics);

}  // namespace casus::language

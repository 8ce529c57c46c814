// The reference folder of values from outside the project: where it is, and which files it holds; empty when absent.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/source.h"
#include "tree/efg.h"

namespace casus::tree::testing {

inline std::filesystem::path reference_folder() {
  if (const char* set = std::getenv("CASUS_REFERENCE")) return set;
  return std::filesystem::path(CASUS_SOURCE_DIR) / ".." / "shared" / "reference";
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, const std::string& extension) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == extension) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// Reads a tree from text, expecting no errors; `messages` gets the rendered diagnostics.
inline std::optional<Tree> tree_of(const std::string& text, std::string* messages = nullptr) {
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  const auto file = sources.add("test.efg", text);
  auto tree = read_efg(sources, file, diagnostics);
  if (messages) *messages = base::render_text(diagnostics, sources, false);
  return tree;
}

}  // namespace casus::tree::testing

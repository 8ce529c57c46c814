#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "language/language.h"

namespace casus::language {
namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path(CASUS_SOURCE_DIR) / "tests/language/golden";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> cases() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(golden))
    if (entry.path().extension() == ".casus") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

// One broken file for each kind of error, with what is said about it. CASUS_WRITE_GOLDEN=1 writes the answers anew.
TEST(Golden, EveryKindOfErrorSaysWhatItSaid) {
  const bool write = std::getenv("CASUS_WRITE_GOLDEN") != nullptr;
  ASSERT_GE(cases().size(), 50u);
  for (const fs::path& path : cases()) {
    const Loaded loaded = load_text(path.filename().string(), read(path));
    const std::string text = render_text(loaded.diagnostics, loaded.sources, false);
    fs::path expected = path;
    expected.replace_extension(".expected");
    if (write) std::ofstream(expected, std::ios::binary) << text;
    EXPECT_EQ(text, read(expected)) << path;
    EXPECT_FALSE(text.empty()) << path;
    EXPECT_NE(loaded.value.has_value(), loaded.diagnostics.has_errors()) << path;
  }
}

// Codes of errors about several files, shown in modules_test.cpp, and of limits, shown in broken_test.cpp.
const std::set<std::string> elsewhere = {"unknown-module", "no-module", "not-in-module", "missing-argument",
                                         "not-in-overlay", "no-file",   "file-too-large"};

TEST(Golden, EveryCodeOfTheSourceIsShown) {
  std::set<std::string> shown = elsewhere;
  for (const fs::path& path : cases()) {
    const Loaded loaded = load_text("x.casus", read(path));
    for (const auto& d : loaded.diagnostics.all()) shown.insert(d.code);
  }
  const std::regex code("(?:error|warning|fail_at|missing)\\(\\s*\"([a-z0-9]+(?:-[a-z0-9]+)*)\",");
  size_t found = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(CASUS_SOURCE_DIR) / "src/language")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = read(entry.path());
    for (std::sregex_iterator i(text.begin(), text.end(), code), end; i != end; ++i, ++found)
      EXPECT_TRUE(shown.count((*i)[1])) << (*i)[1] << " in " << entry.path();
  }
  EXPECT_GT(found, 100u);
}

}  // namespace
}  // namespace casus::language

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>

#include "language/language.h"
#include "language/words.h"

namespace casus::language {
namespace {

namespace fs = std::filesystem;

std::string whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Example {
  std::string label;  // what follows ```casus
  std::string text;
};

std::vector<Example> examples() {
  std::vector<Example> out;
  const std::string text = whole(fs::path(CASUS_SOURCE_DIR) / "docs/language.md");
  for (size_t at = 0; (at = text.find("```casus", at)) != std::string::npos;) {
    const size_t line = text.find('\n', at), end = text.find("\n```", line);
    out.push_back({text.substr(at + 8, line - at - 8), text.substr(line + 1, end - line)});
    at = end;
  }
  return out;
}

// The examples of docs/language.md continue its first one; those that show an error must give one.
TEST(Reference, EveryExampleCompiles) {
  const auto all = examples();
  ASSERT_GT(all.size(), 15u);
  const fs::path folder = fs::temp_directory_path() / ("casus_reference_" + std::to_string(getpid()));
  fs::create_directories(folder);
  for (const Example& e : all)
    if (e.label == " module") std::ofstream(folder / "uprising.casus") << e.text;
  const std::string prelude = all[0].text;
  ASSERT_EQ(all[0].label, " prelude");
  for (const Example& e : all) {
    if (e.label == " module") continue;
    LoadOptions options;
    options.library_dirs.push_back(folder);
    if (e.label == " overlay") {
      options.overlays.push_back(folder / "overlay.casus");
      std::ofstream(folder / "overlay.casus") << e.text;
    }
    const bool alone = e.label == " prelude" || e.label == " case" || e.label == " overlay";
    const Loaded loaded = load_text("language.md", alone ? prelude : prelude + e.text, options);
    EXPECT_EQ(loaded.value.has_value(), e.label != " error")
        << render_text(loaded.diagnostics, loaded.sources, false) << e.text;
    if (e.label == " error") continue;
    base::SourceSet sources;
    base::Diagnostics diagnostics;
    EXPECT_TRUE(format_text("example", e.text, sources, diagnostics));
  }
  fs::remove_all(folder);
}

TEST(Reference, EveryWordIsListedAndUsedInAnExample) {
  const std::string text = whole(fs::path(CASUS_SOURCE_DIR) / "docs/language.md");
  std::string used;
  for (const Example& e : examples()) used += e.text;
  for (const Word& word : words()) {
    const std::regex whole("\\b" + std::string(word.text) + "\\b");
    EXPECT_TRUE(std::regex_search(text, whole)) << word.text;
    // yes and no have two spellings each; one of them is enough in the examples.
    const bool spelling = word.text == "true" || word.text == "false";
    EXPECT_TRUE(spelling || std::regex_search(used, whole)) << word.text;
  }
}

TEST(Reference, TheEditorGrammarKnowsEveryWord) {
  const auto grammar = nlohmann::json::parse(whole(fs::path(CASUS_SOURCE_DIR) / "docs/editor/casus.tmLanguage.json"));
  std::string patterns;
  for (const auto& pattern : grammar["repository"]["words"]["patterns"])
    patterns += pattern["match"].get<std::string>() + "\n";
  for (const Word& word : words())
    EXPECT_TRUE(std::regex_search(patterns, std::regex("[(|]" + std::string(word.text) + "[)|]"))) << word.text;
}

}  // namespace
}  // namespace casus::language

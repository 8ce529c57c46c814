// The README's tiny case: sound and in canonical form, with the two claims that the text speaks of.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "language/language.h"

namespace casus::language {
namespace {

std::string tiny_case() {
  std::ifstream in(std::filesystem::path(CASUS_SOURCE_DIR) / "README.md", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string fence = "```casus\n";
  const size_t begin = text.find(fence);
  if (begin == std::string::npos) return {};
  const size_t first = begin + fence.size();
  return text.substr(first, text.find("```", first) - first);
}

TEST(Readme, TheTinyCaseIsSound) {
  const Loaded loaded = load_text("border.casus", tiny_case(), {});
  EXPECT_TRUE(loaded.diagnostics.all().empty()) << render_text(loaded.diagnostics, loaded.sources, false);
  ASSERT_TRUE(loaded.value.has_value());
  EXPECT_EQ(loaded.value->claims.size(), 2u);
}

TEST(Readme, TheTinyCaseIsInCanonicalForm) {
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  EXPECT_EQ(format_text("border.casus", tiny_case(), sources, diagnostics).value_or(""), tiny_case());
}

}  // namespace
}  // namespace casus::language

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "language/examples.h"
#include "language/language.h"
#include "language/model_text.h"

namespace casus::language {
namespace {

namespace fs = std::filesystem;

std::string formatted(const std::string& text) {
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  const auto out = format_text("test.casus", text, sources, diagnostics);
  EXPECT_TRUE(out) << render_text(diagnostics, sources, false);
  return out.value_or("");
}

std::string model_of(const std::string& text) {
  LoadOptions options;
  options.library_dirs.push_back(fs::path(CASUS_SOURCE_DIR) / "library");
  const Loaded loaded = load_text("test.casus", text, options);
  EXPECT_TRUE(loaded.value) << render_text(loaded.diagnostics, loaded.sources, false) << text;
  return loaded.value ? model_text(*loaded.value) : "";
}

TEST(Format, KeepsTheMeaningAndIsStable) {
  for (const char* text : {sketch_case, indexed_case}) {
    const std::string once = formatted(text);
    EXPECT_EQ(model_of(text), model_of(once));
    EXPECT_EQ(formatted(once), once);
  }
}

TEST(Format, HorizonsWithoutAnEnd) {
  for (const std::string horizon : {"horizon none", "horizon none \"month\"", "horizon none \"month\" ends with p / 2",
                                    "horizon none ends with 5%", "horizon 6 rounds \"month\""}) {
    const std::string text = "case \"x\"\n" + horizon + "\ndiscount 0.9\n";
    EXPECT_EQ(formatted(text), text);
  }
  const std::string asked = "measure x = P(y == 1 in the long run)\n";
  EXPECT_EQ(formatted(asked), asked);
}

TEST(Format, SetsOfNumbersAndWhatIsIndexedByRound) {
  for (const std::string text : {"set Offers = 0, 0.05 .. 1 \"shares\"\n", "set Bids = { 0.1, 0.25, 1 }\n",
                                 "set S = -1, 1 / 3, 1 .. 3, 5 .. 7\n",
                                 "param x[S, round, A] { [North, 1 .. 3] = 2, [-1] = 3, 0.5 = 4, North.soft = 2 }\n",
                                 "param x[t in round] = t * round\n", "state n[Offers]: 0..3 = 0 { 0.3 .. 0.5 = 2 }\n",
                                 "measure m = P(ever M.offer[0.35])\n"})
    EXPECT_EQ(formatted(text), text);
}

TEST(Format, TheLibraryIsInCanonicalForm) {
  for (const auto& entry : fs::directory_iterator(fs::path(CASUS_SOURCE_DIR) / "library")) {
    if (entry.path().extension() != ".casus") continue;
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(formatted(text), text) << entry.path();
  }
}

TEST(Format, CommentsKeepTheirPlace) {
  EXPECT_EQ(formatted("# one\n\n\n\n# two\ncase   \"x\" # three\n  # four\nactor A { # five\n precision 1 # six\n # "
                      "seven\n}\n# eight"),
            R"(# one

# two
case "x"  # three
# four
actor A {  # five
  precision 1  # six
  # seven
}
# eight
)");
}

TEST(Format, ACommentInsideAnExpressionMovesBeforeIt) {
  EXPECT_EQ(formatted("let x = 1 + # one\n 2 # two\n"), "# one\nlet x = 1 + 2  # two\n");
}

TEST(Format, LongExpressionsAreBroken) {
  std::string text = "let x = a";
  for (int i = 0; i < 60; ++i) text += " + alpha";
  const std::string once = formatted(text);
  for (size_t from = 0; from < once.size();) {
    const size_t to = once.find('\n', from);
    EXPECT_LE(to - from, 110u);
    from = to + 1;
  }
  EXPECT_EQ(formatted(once), once);
}

TEST(Format, ParenthesesAndOperatorsSurvive) {
  for (const char* e :
       {"(a + b) * c", "a - (b - c)", "-a^2", "(-a)^2", "a^b^c", "not (a or b) and c",
        "if a then b else (if c then d else e) + 1", "sum(h in S, g in T) x[h, g] * 2",
        "(count(h in S) x[h] == 1) >= 2", "min(a, b, max(c, d))", "40% + 1e-3", "A is firm and B[h] is soft"})
    EXPECT_EQ(formatted(std::string("let x = ") + e), std::string("let x = ") + e + "\n");
}

TEST(Format, TextsAreQuoted) {
  EXPECT_EQ(formatted("note \"say \\\"no\\\" \\\\ or yes\""), "note \"say \\\"no\\\" \\\\ or yes\"\n");
}

TEST(Format, NothingForATextThatDoesNotParse) {
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  EXPECT_FALSE(format_text("test.casus", "let x = ", sources, diagnostics));
  EXPECT_TRUE(diagnostics.has_errors());
}

}  // namespace
}  // namespace casus::language

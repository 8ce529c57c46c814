#include "report/excerpt.h"

#include <gtest/gtest.h>

namespace casus::report {
namespace {

struct Excerpt : testing::Test {
  base::SourceSet sources;
  base::Span at(const std::string& text, const std::string& name) {
    const auto file = sources.add("x.casus", text);
    const auto begin = static_cast<uint32_t>(text.find(name));
    return {file, begin, begin + static_cast<uint32_t>(name.size())};
  }
};

TEST_F(Excerpt, EndsWithItsConstruct) {
  const std::string text =
      "move Call by A when s == up {\n  wait\n  call { s = down } pays A: -1  # dear\n      else { B }\n  end\n}\n";
  EXPECT_EQ(excerpt(sources, at(text, "wait")), "wait");
  EXPECT_EQ(excerpt(sources, at(text, "call {")), "call { s = down } pays A: -1 else { B }");
  EXPECT_EQ(excerpt(sources, at(text, "Call"), true), "Call by A when s == up");
  EXPECT_EQ(excerpt(sources, at("fell otherwise {\n  a = b\n  c = 1 +\n    2\n  d = e\n    when f\n}\nnext\n", "fell")),
            "fell otherwise { a = b; c = 1 + 2; d = e when f }");
  EXPECT_EQ(excerpt(sources, at("a { b one, c two }", "b one")), "b one, c two");
}

TEST_F(Excerpt, KnowsBracesFromTexts) {
  EXPECT_EQ(
      braced(sources, at("claim c \"of {braces}\" source \"p\" {\n  x[a] > 0.5  # why\n}\nclaim d { y }\n", "c ")),
      "x[a] > 0.5");
  EXPECT_EQ(braced(sources, at("policy free \"as it is\"\npolicy bound { A plays B.c }\n", "free")), "");
  EXPECT_EQ(braced(sources, at("claim \"a sentence\" { x }\n", "a sentence")), "x");
  EXPECT_EQ(excerpt(sources, base::Span{}), "");
}

}  // namespace
}  // namespace casus::report

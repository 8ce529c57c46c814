#include "base/diagnostic.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace casus::base {
namespace {

TEST(NearestName, OneMistakeInThreeLetters) {
  const std::vector<std::string> known = {"uprising", "support", "tied", "down", "n"};
  EXPECT_EQ(nearest_name("uprisng", known), "uprising");
  EXPECT_EQ(nearest_name("Support", known), "support");
  EXPECT_EQ(nearest_name("dwon", known), "down");
  EXPECT_EQ(nearest_name("tide", known), "tied");
  EXPECT_EQ(nearest_name("weather", known), "");
  EXPECT_EQ(nearest_name("x", known), "");
  EXPECT_EQ(nearest_name("", known), "");
}

TEST(Diagnostics, ManyErrorsEndWithANote) {
  Diagnostics diagnostics;
  for (int i = 0; i < 200; ++i) diagnostics.error("code", {0, 0, 1}, "wrong");
  EXPECT_EQ(diagnostics.error_count(), 200u);
  EXPECT_EQ(diagnostics.all().size(), Diagnostics::most_errors + 1);
  EXPECT_EQ(diagnostics.all().back().code, "too-many-errors");
}

TEST(Diagnostics, AsJson) {
  SourceSet sources;
  sources.add("a.casus", "one\ntw\xC3\xB6 three\n");
  Diagnostics diagnostics;
  diagnostics.warning("later", {0, 9, 14}, "second", "help");
  diagnostics.error("early", {0, 0, 3}, "first \xff");
  diagnostics.error("nowhere", {0xFFFFFFFF, 0, 0}, "third");
  const auto list = nlohmann::json::parse(render_json(diagnostics, sources));
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0]["severity"], "error");
  EXPECT_EQ(list[0]["message"], "first \xEF\xBF\xBD");
  EXPECT_EQ(list[1]["severity"], "warning");
  EXPECT_EQ(list[1]["file"], "a.casus");
  EXPECT_EQ(list[1]["line"], 2);
  EXPECT_EQ(list[1]["column"], 5);
  EXPECT_EQ(list[1]["end_column"], 10);
  EXPECT_EQ(list[1]["hint"], "help");
  EXPECT_TRUE(list[2]["file"].is_null());
}

}  // namespace
}  // namespace casus::base

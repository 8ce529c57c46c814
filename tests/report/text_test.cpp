#include "report/text.h"

#include <gtest/gtest.h>

#include <limits>

namespace casus::report {
namespace {

TEST(Text, PercentagesShowWhatIsKnownAndNeverAFalseCertainty) {
  EXPECT_EQ(percent(0), "0 %");
  EXPECT_EQ(percent(1), "100 %");
  EXPECT_EQ(percent(0.344), "34 %");
  EXPECT_EQ(percent(0.0213), "2.1 %");
  EXPECT_EQ(percent(0.0004), "0.04 %");
  EXPECT_EQ(percent(1e-9), "<0.01 %");
  EXPECT_EQ(percent(1 - 1e-9), ">99.99 %");
  EXPECT_EQ(percent(1 + 1e-13), "100 %");
  EXPECT_EQ(percent(-1e-15), "0 %");
  EXPECT_EQ(percent(0.9968), "99.7 %");
  EXPECT_EQ(percent(0.9999), "99.99 %");
  EXPECT_EQ(percent(std::numeric_limits<double>::quiet_NaN()), "-");
}

TEST(Text, RangesReadAsOne) {
  EXPECT_EQ(range_text(true, 0.34, 0.1, 0.62), "34 % (10–62)");
  EXPECT_EQ(range_text(false, -0.5, -0.9, 0.3), "-0.5 (-0.9 to 0.3)");
  EXPECT_EQ(range_text(false, 2, 2, 2), "2");
}

TEST(Text, WidthsCountLettersNotBytes) {
  EXPECT_EQ(width("é–x"), 3u);
  EXPECT_EQ(pad_left("é", 3), "  é");
  EXPECT_EQ(fitted("Kazachstan", 6), "Kazac…");
  EXPECT_EQ(fitted("één", 3), "één");
  EXPECT_EQ(width(fitted("ééééééé", 4)), 4u);
}

TEST(Text, WrapsBetweenWordsAndKeepsPercentagesWhole) {
  EXPECT_EQ(wrapped("- ", "one two three", 9, 2), "- one two\n  three\n");
  EXPECT_EQ(wrapped("", "holds in 62 % of worlds", 11, 0), "holds in\n62 % of\nworlds\n");
  EXPECT_EQ(wrapped("", "incomprehensibilities", 5, 0), "incomprehensibilities\n");
  EXPECT_EQ(wrapped("", "", 10, 0), "\n");
}

TEST(Text, CountsAndNames) {
  EXPECT_EQ(counted(1, "world"), "1 world");
  EXPECT_EQ(counted(2, "world"), "2 worlds");
  EXPECT_EQ(plain_name("call_allies"), "call allies");
  EXPECT_EQ(capitalised("month"), "Month");
}

}  // namespace
}  // namespace casus::report

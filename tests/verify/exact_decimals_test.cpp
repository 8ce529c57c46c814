// Chance probabilities in text: they sum to 1 exactly and read back as what they were.
#include "verify/exact_decimals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <string>

namespace casus {
namespace {

// Adds the texts up digit by digit, by hand: whole part and digits after the point.
std::pair<int, std::string> sum(const std::vector<tree::Number>& numbers) {
  size_t longest = 0;
  for (const auto& n : numbers) longest = std::max(longest, n.text.size());
  std::vector<int> digits(longest, 0);
  int whole = 0;
  for (const auto& n : numbers) {
    EXPECT_EQ(n.text.find_first_not_of("0123456789."), std::string::npos) << n.text;
    whole += n.text[0] - '0';
    for (size_t i = 2; i < n.text.size(); ++i) digits[i - 2] += n.text[i] - '0';
  }
  std::string text(longest, '0');
  int carry = 0;
  for (size_t i = longest; i-- > 0;) {
    const int d = digits[i] + carry;
    text[i] = static_cast<char>('0' + d % 10);
    carry = d / 10;
  }
  return {whole + carry, text};
}

void expect_exact(const std::vector<double>& p) {
  const auto texts = verify::exact_decimals(p);
  ASSERT_EQ(texts.size(), p.size());
  const auto [whole, rest] = sum(texts);
  EXPECT_EQ(whole, 1);
  EXPECT_EQ(rest.find_first_not_of('0'), std::string::npos) << rest;
  for (size_t i = 0; i < p.size(); ++i) {
    EXPECT_NEAR(texts[i].value, p[i], 1e-15 * static_cast<double>(p.size()));
    EXPECT_EQ(texts[i].value, std::stod(texts[i].text));
  }
}

TEST(ExactDecimals, SumToOne) {
  expect_exact({1.0 / 3, 1.0 / 3, 1.0 / 3});
  expect_exact({0.1, 0.2, 0.7});
  expect_exact({1});
  expect_exact({0, 1});
  expect_exact({0.5, 0, 0.5});
  expect_exact({1e-300, 1});
  expect_exact({1 - 1e-15, 1e-15});
  EXPECT_EQ(verify::exact_decimals(std::vector<double>{0.25, 0.75})[1].text, "0.75");
  EXPECT_EQ(verify::exact_decimals(std::vector<double>{1.0 / 3, 2.0 / 3})[1].text, "0.6666666666666667");
}

TEST(ExactDecimals, SumToOneForAnyDraw) {
  std::mt19937_64 random(7);
  std::exponential_distribution<double> share;
  for (int k = 0; k < 2000; ++k) {
    std::vector<double> p(2 + random() % 7);
    for (double& x : p) x = std::pow(share(random), 1 + static_cast<double>(random() % 8));
    const double total = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& x : p) x /= total;
    expect_exact(p);
  }
}

}  // namespace
}  // namespace casus

#include "verify/exact_decimals.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <string>

namespace casus::verify {

namespace {

// The digits after the point of a number in [0, 1); the shortest that read back the same.
std::string fraction_digits(double value) {
  std::array<char, 1200> text;  // the smallest double has 323 zeros before its digits
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  assert(end.ec == std::errc());
  const std::string all(text.data(), end.ptr);
  const size_t point = all.find('.');
  return point == std::string::npos ? std::string() : all.substr(point + 1);
}

tree::Number read(const std::string& text) {
  const auto number = tree::parse_number(text);
  assert(number);
  return *number;
}

}  // namespace

std::vector<tree::Number> exact_decimals(std::span<const double> probabilities) {
  assert(!probabilities.empty());
  const auto largest =
      static_cast<size_t>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
  std::vector<tree::Number> out(probabilities.size());
  std::string left;  // the digits after the point of the sum of the others, below 1
  for (size_t i = 0; i < probabilities.size(); ++i) {
    if (i == largest) continue;
    assert(probabilities[i] >= 0 && probabilities[i] < 1);
    std::string digits = fraction_digits(probabilities[i]);
    out[i] = read(digits.empty() ? "0" : "0." + digits);
    if (digits.size() > left.size()) left.resize(digits.size(), '0');
    digits.resize(left.size(), '0');
    for (size_t d = left.size(), carry = 0; d-- > 0;) {
      const size_t sum = static_cast<size_t>(left[d] - '0') + static_cast<size_t>(digits[d] - '0') + carry;
      left[d] = static_cast<char>('0' + sum % 10);
      carry = sum / 10;
      assert(d > 0 || carry == 0);
    }
  }
  while (!left.empty() && left.back() == '0') left.pop_back();
  if (left.empty()) {
    out[largest] = read("1");
    return out;
  }
  // 1 minus the sum: nines' complement of every digit, ten's of the last.
  for (char& digit : left) digit = static_cast<char>('0' + ('9' - digit));
  ++left.back();
  out[largest] = read("0." + left);
  return out;
}

}  // namespace casus::verify

#include "study/packed.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace casus::study {

std::string pack(const std::vector<double>& numbers, int digits) {
  std::string out = "[";
  for (double x : numbers) {
    if (out.size() > 1) out += ',';
    if (x > 0 && std::isinf(x))
      out += "9.0e+999";  // as SQLite writes it, and reads it back
    else if (!std::isfinite(x))
      out += "null";
    else if (digits > 0)
      fmt::format_to(std::back_inserter(out), "{:.{}g}", x, digits);
    else
      fmt::format_to(std::back_inserter(out), "{}", x);
  }
  return out + ']';
}

std::vector<double> unpack(std::string_view text) {
  std::vector<double> out;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    if (*at == '[' || *at == ',' || *at == ']') {
      ++at;
      continue;
    }
    double x = std::numeric_limits<double>::quiet_NaN();
    const auto [next, error] = std::from_chars(at, end, x);
    const bool endless = error == std::errc::result_out_of_range;
    out.push_back(endless ? std::numeric_limits<double>::infinity() : x);
    at = error == std::errc() || endless ? next : at + 4;  // "null"
  }
  return out;
}

}  // namespace casus::study

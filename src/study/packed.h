// Rows of numbers as JSON arrays: in, doubles; out, text that reads back to the same bits (and the other way round).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace casus::study {

// Numbers that are not finite become null, and null reads back as NaN. With `digits` above 0 rounded to as many
// significant digits, else exact.
std::string pack(const std::vector<double>& numbers, int digits = 0);
std::vector<double> unpack(std::string_view text);

}  // namespace casus::study

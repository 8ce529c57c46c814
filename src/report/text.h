// Text for people: in, numbers and the names of a case; out, short words that line up on a terminal.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/case_model.h"

namespace casus::report {

// A probability: "34 %", "0.4 %", "99.7 %"; "under 0.01 %" and "over 99.99 %" at the ends unless exactly 0 or 1.
std::string percent(double share);
// An upper bound of a small share, rounded up: "0.34 %", "12 %"; what is less than a millionth is at most "0.0001 %".
std::string bound(double share);
// A number to about three significant digits: "0.45", "12.3", "-1.2e-05"; "-" for NaN.
std::string number(double value);
// A value of a measure: a percentage for a probability, else a number.
std::string value_text(bool probability, double value);
// The same where there is an answer: without a value what the measure is given never happens.
std::string told_text(bool probability, double value);
// "34 % (10-62)", "0.45 (0.3-0.61)": a mean and the range around it.
std::string range_text(bool probability, double mean, double low, double high);

// Letters as a reader counts them (UTF-8 code points).
size_t width(std::string_view text);
std::string pad_right(std::string_view text, size_t columns);
std::string pad_left(std::string_view text, size_t columns);
// Cut to a width, with "…" where something is lost.
std::string fitted(std::string_view text, size_t columns);
// `lead`, then the text in lines of at most `columns`, broken at spaces; every line after the first begins with
// `indent` spaces.
std::string wrapped(std::string_view lead, std::string_view text, size_t columns, size_t indent);
// "1 world", "3 worlds".
std::string counted(uint64_t n, std::string_view noun);

std::string plain_name(std::string_view identifier);  // underscores as spaces
std::string capitalised(std::string text);
std::string description(const std::string& name, const model::Words& words);  // the description, else the plain name
// "Month 3"; rounds count from 1.
std::string round_name(const model::Case& c, uint32_t round);
// "12 months"; "no last month".
std::string horizon_text(const model::Case& c);
// Without a last round: of how many something is told.
std::string going_on(const model::Case& c);

}  // namespace casus::report

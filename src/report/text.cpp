#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace casus::report {

std::string bound(double share) {
  if (std::isnan(share)) return "-";
  if (share <= 0) return "0 %";
  if (share < 1e-6) return "0.0001 %";
  const double p = 100 * share, unit = std::pow(10, std::floor(std::log10(p)) - 1);
  const double up = std::ceil(p / unit * (1 - 1e-12)) * unit;
  return fmt::format("{:.{}f} %", up, std::max(0, 1 - static_cast<int>(std::floor(std::log10(up) + 1e-9))));
}

std::string percent(double share) {
  if (std::isnan(share)) return "-";
  constexpr double rounding = 1e-9;  // of sums of probabilities: no chance is told by it
  double p = 100 * share;
  if (std::fabs(p - 100) < rounding) p = 100;
  if (std::fabs(p) < rounding) p = 0;
  if (p == 0 || p == 100) return fmt::format("{:.0f} %", p);
  if (p > 0 && p < 0.01) return "<0.01 %";
  if (p < 100 && p > 99.99) return ">99.99 %";
  if (p < 0 || p > 100) return fmt::format("{:.1f} %", p);
  if (p < 0.095) return fmt::format("{:.2f} %", p);
  if (p < 9.95) return fmt::format("{:.1f} %", p);
  if (p > 99.95) return fmt::format("{:.2f} %", p);
  if (p > 99.5) return fmt::format("{:.1f} %", p);
  return fmt::format("{:.0f} %", p);
}

std::string number(double value) {
  if (std::isnan(value)) return "-";
  if (std::fabs(value) >= 1000 && std::fabs(value) < 1e7) return fmt::format("{:.0f}", value);
  const auto text = fmt::format("{:.3g}", value);
  return text == "-0" ? "0" : text;
}

std::string value_text(bool probability, double value) {
  return probability ? percent(value) : number(value);
}

std::string told_text(bool probability, double value) {
  return std::isnan(value) ? "never happens" : value_text(probability, value);
}

std::string range_text(bool probability, double mean, double low, double high) {
  if (!(low < high)) return value_text(probability, mean);
  auto bare = [](std::string text) {
    if (text.size() > 2 && text.ends_with(" %")) text.resize(text.size() - 2);
    return text;
  };
  const std::string from = bare(value_text(probability, low)), to = bare(value_text(probability, high));
  if (from == to) return value_text(probability, mean);
  const bool signs = from.starts_with('-') || to.starts_with('-');
  return fmt::format("{} ({}{}{})", value_text(probability, mean), from, signs ? " to " : "–", to);
}

size_t width(std::string_view text) {
  size_t n = 0;
  for (unsigned char c : text) n += (c & 0xC0) != 0x80;
  return n;
}

std::string pad_right(std::string_view text, size_t columns) {
  const size_t w = width(text);
  return std::string(text) + std::string(columns > w ? columns - w : 0, ' ');
}

std::string pad_left(std::string_view text, size_t columns) {
  const size_t w = width(text);
  return std::string(columns > w ? columns - w : 0, ' ') + std::string(text);
}

std::string fitted(std::string_view text, size_t columns) {
  if (width(text) <= columns) return std::string(text);
  size_t seen = 0, at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins && ++seen == columns) break;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string wrapped(std::string_view lead, std::string_view text, size_t columns, size_t indent) {
  std::string out, line(lead);
  bool fresh = true;  // no word on this line yet
  for (size_t begin = text.find_first_not_of(' '); begin != std::string_view::npos;) {
    size_t end = std::min(text.find(' ', begin), text.size());
    if (text.substr(end).starts_with(" %")) end = std::min(text.find(' ', end + 1), text.size());  // "59 %" stays whole
    const auto word = text.substr(begin, end - begin);
    if (!fresh && width(line) + 1 + width(word) > columns) {
      out += line + "\n";
      line.assign(indent, ' ');
      fresh = true;
    }
    if (!fresh) line += ' ';
    line += word;
    fresh = false;
    begin = text.find_first_not_of(' ', end);
  }
  return out + line + "\n";
}

std::string counted(uint64_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::string plain_name(std::string_view identifier) {
  std::string out(identifier);
  for (char& c : out)
    if (c == '_') c = ' ';
  return out;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string description(const std::string& name, const model::Words& words) {
  return words.text.empty() ? plain_name(name) : words.text;
}

std::string round_name(const model::Case& c, uint32_t round) {
  return fmt::format("{} {}", capitalised(c.round_label.empty() ? "round" : c.round_label), round);
}

namespace {
std::string round_word(const model::Case& c) {
  return c.round_label.empty() ? "round" : c.round_label;
}
}  // namespace

std::string horizon_text(const model::Case& c) {
  return c.endless ? "no last " + round_word(c) : counted(static_cast<uint64_t>(c.horizon), round_word(c));
}

std::string going_on(const model::Case& c) {
  return fmt::format("There is no last {}; the first {} are told{}.", round_word(c), c.horizon,
                     c.ends == model::no_expr ? "" : ", as long as it does not end");
}

}  // namespace casus::report

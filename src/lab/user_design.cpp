#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/diagnostic.h"
#include "lab/design.h"

namespace casus::lab {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// The cells of a line; a cell in double quotes may hold commas (names such as "cost[a, b]"), a doubled quote stands for
// one. Fails where the file is no such table at all, so that names and numbers are not blamed for it.
base::Result<std::vector<std::string>> cells(std::string_view line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      out.back() += line[++i];
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      out.emplace_back();
    else
      out.back() += line[i];
  }
  if (quoted) return base::Error{"a quotation mark is never closed"};
  for (auto& cell : out) cell = std::string(trimmed(cell));
  for (const auto& [mark, name] : {std::pair(';', "semicolons"), {'\t', "tabs"}})
    for (const auto& cell : out)
      if (cell.find(mark) != std::string::npos)
        return base::Error{fmt::format(
            "there are {} between the values; write commas between them, and a point in decimal numbers", name)};
  return out;
}

}  // namespace

base::Result<UserDesign> read_user_design(std::string_view csv, const std::vector<std::string>& names) {
  UserDesign design;
  size_t line_number = 0;
  bool header = true;
  std::vector<std::string> titles;
  while (!csv.empty()) {
    const size_t end = std::min(csv.find('\n'), csv.size());
    std::string_view line = trimmed(csv.substr(0, end));
    csv.remove_prefix(std::min(end + 1, csv.size()));
    ++line_number;
    if (line_number == 1 && line.substr(0, 3) == "\xEF\xBB\xBF") line.remove_prefix(3);  // byte-order mark
    if (line.empty()) continue;
    const auto read = cells(line);
    if (!read) return base::Error{fmt::format("line {}: {}", line_number, read.error())};
    const auto& row = *read;
    if (header) {
      header = false;
      titles = row;
      for (const auto& title : titles) {
        const auto at = std::find(names.begin(), names.end(), title);
        if (at == names.end()) {
          const std::string near = base::nearest_name(title, names);
          return base::Error{fmt::format("line {}: there is no uncertain parameter '{}'{}", line_number, title,
                                         near.empty() ? "" : fmt::format("; did you mean '{}'?", near))};
        }
        const auto column = static_cast<size_t>(at - names.begin());
        if (std::find(design.columns.begin(), design.columns.end(), column) != design.columns.end())
          return base::Error{fmt::format("line {}: the parameter '{}' has two columns", line_number, title)};
        design.columns.push_back(column);
      }
      continue;
    }
    if (row.size() != titles.size())
      return base::Error{fmt::format("line {}: {} values where the first line names {} parameters", line_number,
                                     row.size(), titles.size())};
    std::vector<double> values;
    for (size_t c = 0; c < row.size(); ++c) {
      double value = 0;
      const auto [stop, failure] = std::from_chars(row[c].data(), row[c].data() + row[c].size(), value);
      if (failure != std::errc() || stop != row[c].data() + row[c].size() || !std::isfinite(value))
        return base::Error{
            fmt::format("line {}: '{}' is no number for the parameter '{}'", line_number, row[c], titles[c])};
      values.push_back(value);
    }
    design.rows.push_back(std::move(values));
  }
  if (header) return base::Error{"the file is empty; its first line must name the parameters"};
  if (design.rows.empty()) return base::Error{"the file names parameters but has no line of values"};
  for (size_t i = 0; i < names.size(); ++i)
    if (std::find(design.columns.begin(), design.columns.end(), i) == design.columns.end())
      design.missing.push_back(names[i]);
  return design;
}

}  // namespace casus::lab

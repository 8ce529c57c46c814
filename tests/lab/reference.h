// The reference values beside the checkout, for tests: in, a file name; out, its table or JSON; tests skip where
// absent.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "lab/table.h"

namespace casus::lab {

inline std::filesystem::path reference_folder() {
  const char* set = std::getenv("CASUS_REFERENCE");
  return std::filesystem::path(set ? set : CASUS_SOURCE_DIR "/../shared/reference") / "exploratory";
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in.good()) << path;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline nlohmann::json read_json(const std::filesystem::path& path) {
  std::string text = read_text(path);
  for (size_t at = 0; (at = text.find("NaN", at)) != std::string::npos;) text.replace(at, 3, "null");  // Python's NaN
  auto json = nlohmann::json::parse(text, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << path;
  return json;
}

// The columns of a CSV as text, in the order of the file.
struct Csv {
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::string>> cells;
  std::vector<double> numbers(const std::string& name) const {
    std::vector<double> out;
    for (const auto& cell : cells.at(name)) out.push_back(std::strtod(cell.c_str(), nullptr));
    return out;
  }
};

inline Csv read_csv(const std::filesystem::path& path) {
  Csv csv;
  std::stringstream text(read_text(path));
  std::string line, cell;
  while (std::getline(text, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::stringstream cells(line);
    const bool header = csv.names.empty();
    for (size_t c = 0; std::getline(cells, cell, ','); ++c)
      header ? csv.names.push_back(cell) : csv.cells[csv.names[c]].push_back(cell);
  }
  return csv;
}

// The inputs of a CSV (all but the last column) with the kinds that a reference JSON gives ("float", "int", "cat");
// labels in alphabetical order.
inline Table table_of(const Csv& csv, const nlohmann::json& kinds) {
  Table table;
  for (size_t c = 0; c + 1 < csv.names.size(); ++c) {
    Column column;
    column.name = csv.names[c];
    const std::string kind = kinds.at(column.name);
    if (kind == "cat") {
      column.kind = ColumnKind::category;
      std::map<std::string, double> place;
      for (const auto& cell : csv.cells.at(column.name)) place[cell] = 0;
      for (auto& [label, position] : place) {
        position = static_cast<double>(column.labels.size());
        column.labels.push_back(label);
      }
      for (const auto& cell : csv.cells.at(column.name)) column.values.push_back(place[cell]);
    } else {
      column.kind = kind == "int" ? ColumnKind::integer : ColumnKind::real;
      column.values = csv.numbers(column.name);
    }
    table.columns.push_back(std::move(column));
  }
  return table;
}

inline Labels labels_of(const Csv& csv) {
  Labels labels;
  for (double y : csv.numbers(csv.names.back())) labels.push_back(y != 0);
  return labels;
}

}  // namespace casus::lab

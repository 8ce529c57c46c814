// Worlds as plain data: one row per world, one column per parameter, and a label for each world.
#pragma once
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace casus::lab {

enum class ColumnKind : uint8_t {
  real,
  integer,   // whole numbers
  category,  // positions in `labels`, without an order
};

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::real;
  std::vector<double> values = {};       // one for each row
  std::vector<std::string> labels = {};  // categories only
};

struct Table {
  std::vector<Column> columns;
  size_t rows() const { return columns.empty() ? 0 : columns.front().values.size(); }
};

// One label per row: 1 where the question is answered with yes (the claim fails, the policy is the best, ...), else 0.
using Labels = std::vector<uint8_t>;

}  // namespace casus::lab

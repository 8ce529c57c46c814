// Pieces of a formatted file: in, a syntax tree; out, heads, blocks and tails, not yet laid out on lines. Private to
// the format*.cpp files.
#pragma once
#include <string>
#include <vector>

#include "language/syntax.h"

namespace casus::language {

struct Piece {
  std::string head;              // before the block, or all of it
  bool block = false;            // has `{ ... }`
  bool always_open = false;      // never on one line
  std::vector<Piece> children;   // in the block
  const char* separator = "  ";  // between the children on one line
  std::string tail;              // after the block
  uint32_t begin = 0, end = 0;   // bytes of the source
};

std::vector<Piece> pieces(const syntax::File& file);

}  // namespace casus::language

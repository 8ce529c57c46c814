// The reserved words: in, a spelling; out, whether the language keeps it for itself. The one table that the lexer, the
// reference and the editor grammar share.
#pragma once
#include <string_view>
#include <vector>

namespace casus::language {

enum class WordGroup { declaration, clause, constant, function, fold, logic };

struct Word {
  std::string_view text;
  WordGroup group;
  bool opens_item;  // begins a declaration at the top level of a file and nothing else
};

// Every reserved word, by group.
const std::vector<Word>& words();

// The entry of a spelling, or null if it is free for names.
const Word* find_word(std::string_view text);

}  // namespace casus::language

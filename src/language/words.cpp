#include "language/words.h"

#include <unordered_map>

namespace casus::language {

const std::vector<Word>& words() {
  using G = WordGroup;
  static const std::vector<Word> table = {
      {"case", G::declaration, true},
      {"module", G::declaration, true},
      {"needs", G::declaration, true},
      {"use", G::declaration, false},
      {"note", G::declaration, true},
      {"horizon", G::declaration, false},
      {"discount", G::declaration, false},
      {"precision", G::declaration, false},
      {"set", G::declaration, true},
      {"actor", G::declaration, true},
      {"param", G::declaration, true},
      {"correlate", G::declaration, true},
      {"state", G::declaration, true},
      {"let", G::declaration, true},
      {"round", G::declaration, false},
      {"payoff", G::declaration, false},
      {"measure", G::declaration, true},
      {"policy", G::declaration, true},
      {"claim", G::declaration, true},
      {"move", G::declaration, false},
      {"chance", G::declaration, false},
      {"simultaneous", G::declaration, false},
      {"types", G::clause, false},
      {"by", G::clause, false},
      {"when", G::clause, false},
      {"with", G::clause, false},
      {"otherwise", G::clause, false},
      {"pays", G::clause, false},
      {"plays", G::clause, false},
      {"for", G::clause, false},
      {"in", G::clause, false},
      {"as", G::clause, false},
      {"at", G::clause, false},
      {"each", G::clause, false},
      {"ever", G::clause, false},
      {"source", G::clause, false},
      {"boolean", G::clause, false},
      {"yes", G::constant, false},
      {"no", G::constant, false},
      {"true", G::constant, false},
      {"false", G::constant, false},
      {"infinity", G::constant, false},
      {"and", G::logic, false},
      {"or", G::logic, false},
      {"not", G::logic, false},
      {"is", G::logic, false},
      {"if", G::logic, false},
      {"then", G::logic, false},
      {"else", G::logic, false},
      {"min", G::function, false},
      {"max", G::function, false},
      {"abs", G::function, false},
      {"exp", G::function, false},
      {"log", G::function, false},
      {"sqrt", G::function, false},
      {"logistic", G::function, false},
      {"normal_cdf", G::function, false},
      {"floor", G::function, false},
      {"belief", G::function, false},
      {"sum", G::fold, false},
      {"product", G::fold, false},
      {"count", G::fold, false},
      {"all", G::fold, false},
      {"any", G::fold, false},
  };
  return table;
}

const Word* find_word(std::string_view text) {
  static const auto index = [] {
    std::unordered_map<std::string_view, const Word*> map;
    for (const Word& word : words()) map.emplace(word.text, &word);
    return map;
  }();
  const auto found = index.find(text);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace casus::language

// The formatter's words: in, parts of the syntax tree; out, their text on one line, with marks where a long line may be
// broken. Private to the format*.cpp files.
#pragma once
#include <string>
#include <vector>

#include "language/syntax.h"

namespace casus::language {

// Stands for a blank at which a line may be broken.
inline constexpr char soft_blank = '\x01';
inline const std::string soft(1, soft_blank);

std::string text_of(const syntax::Expr& e);
std::string text_of(const syntax::Path& path);
std::string text_of(const syntax::Key& key);
std::string text_of(const std::vector<syntax::NumberRange>& numbers);   // "0, 0.05 .. 1"
std::string text_of(const std::vector<syntax::Dimension>& dimensions);  // "[h in Theatres]", or empty
std::string text_of(const syntax::Words& words);                        // with a leading soft blank, or empty
std::string text_of(const syntax::Draw& draw);                          // "= 1", "~ uniform(0, 1) in [0, 1]"
std::string quoted(const std::string& text);

}  // namespace casus::language

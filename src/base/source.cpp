#include "base/source.h"

#include <algorithm>

namespace casus::base {

uint32_t SourceSet::add(std::string name, std::string text) {
  File file{std::move(name), std::move(text), {0}};
  for (uint32_t i = 0; i < file.text.size(); ++i)
    if (file.text[i] == '\n') file.line_starts.push_back(i + 1);
  files_.push_back(std::move(file));
  return static_cast<uint32_t>(files_.size() - 1);
}

LineColumn SourceSet::position(uint32_t file, uint32_t offset) const {
  const File& f = files_[file];
  offset = std::min(offset, static_cast<uint32_t>(f.text.size()));
  auto next = std::upper_bound(f.line_starts.begin(), f.line_starts.end(), offset);
  const uint32_t start = *(next - 1);
  uint32_t column = 1;
  for (uint32_t i = start; i < offset; ++i)
    if ((static_cast<unsigned char>(f.text[i]) & 0xC0) != 0x80) ++column;
  return {static_cast<uint32_t>(next - f.line_starts.begin()), column};
}

std::string_view SourceSet::line(uint32_t file, uint32_t line) const {
  const File& f = files_[file];
  const uint32_t begin = f.line_starts[line - 1];
  uint32_t end = line < f.line_starts.size() ? f.line_starts[line] - 1 : static_cast<uint32_t>(f.text.size());
  if (end > begin && f.text[end - 1] == '\r') --end;
  return std::string_view(f.text).substr(begin, end - begin);
}

}  // namespace casus::base

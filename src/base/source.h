// Source texts and spans: in, the text of a file; out, line and column of any byte of it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casus::base {

// A half-open range of bytes [begin, end) in source number `file` of a SourceSet. An empty span at 0 of file 0 means
// "nowhere".
struct Span {
  uint32_t file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct LineColumn {
  uint32_t line = 1;    // from 1
  uint32_t column = 1;  // from 1, counted in characters (UTF-8 code points)
};

class SourceSet {
 public:
  // Adds a text under the name shown to users; returns its file number.
  uint32_t add(std::string name, std::string text);
  size_t size() const { return files_.size(); }
  const std::string& name(uint32_t file) const { return files_[file].name; }
  const std::string& text(uint32_t file) const { return files_[file].text; }
  LineColumn position(uint32_t file, uint32_t offset) const;
  // The line (from 1) without its line break.
  std::string_view line(uint32_t file, uint32_t line) const;

 private:
  struct File {
    std::string name;
    std::string text;
    std::vector<uint32_t> line_starts;
  };
  std::vector<File> files_;
};

}  // namespace casus::base

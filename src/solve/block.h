// Blocks of doubles on 64-byte boundaries, kept for reuse when they are freed: a study asks for the same sizes
// thousands of times, and fresh pages cost more than the arithmetic on them. All threads share what is kept.
#pragma once
#include <cstddef>

namespace casus::solve {

class Block {
 public:
  Block() = default;
  explicit Block(size_t doubles, bool zero = false);
  Block(Block&& other) noexcept : data_(other.data_), bytes_(other.bytes_) { other.data_ = nullptr; }
  Block& operator=(Block&& other) noexcept;
  ~Block();
  double* data() const { return data_; }
  explicit operator bool() const { return data_ != nullptr; }

 private:
  double* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace casus::solve

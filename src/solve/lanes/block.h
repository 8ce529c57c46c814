// Blocks of doubles on 64-byte boundaries, kept for reuse when they are freed: a study asks for the same sizes
// thousands of times, and fresh pages cost more than the arithmetic on them. All threads share what is kept.
#pragma once
#include <cstddef>
#include <vector>

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

// Room for many pieces of a few sizes, handed out and given back in any order. What was given back last is handed out
// first, while it is in the cache.
class Arena {
 public:
  double* take(size_t doubles);  // on a 64-byte boundary; what is in it is anything
  void give(double* piece, size_t doubles);
  // Forgets the sizes that were handed out, once everything is given back: what comes next may ask for others.
  void restart();

 private:
  struct Free {
    size_t doubles;
    std::vector<double*> pieces;
  };
  std::vector<double*>& free_of(size_t doubles);

  std::vector<Free> free_;
  struct Slab {
    Block block;
    size_t doubles;
  };
  std::vector<Slab> slabs_;
  size_t begun_ = 0;        // slabs of which something has been handed out
  double* next_ = nullptr;  // what is left of the last of them
  size_t left_ = 0;
};

}  // namespace casus::solve

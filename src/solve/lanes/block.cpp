#include "solve/lanes/block.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <vector>

namespace casus::solve {

namespace {

constexpr size_t boundary = 64, huge = size_t{2} << 20;

// Large blocks stand on huge pages where the system has them: a solve walks through them with long strides.
double* allocate(size_t bytes) {
  const bool large = bytes >= huge;
  auto* at = std::aligned_alloc(large ? huge : boundary, large ? (bytes + huge - 1) / huge * huge : bytes);
  if (!at) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
  if (large) madvise(at, bytes, MADV_HUGEPAGE);  // a wish; what comes of it does not matter
#endif
  return static_cast<double*>(at);
}

class Kept {
 public:
  ~Kept() {
    for (auto& [size, blocks] : by_size_)
      for (double* b : blocks) std::free(b);
  }
  // The smallest that serves, unless it is far too large: fresh memory costs more than what a block wastes. `bytes`
  // becomes its size; null: there is none.
  double* take(size_t& bytes) {
    const std::lock_guard hold(lock_);
    auto stock = by_size_.lower_bound(bytes);
    while (stock != by_size_.end() && stock->first <= 4 * bytes && stock->second.empty()) ++stock;
    if (stock == by_size_.end() || stock->first > 4 * bytes) return nullptr;
    double* block = stock->second.back();
    stock->second.pop_back();
    bytes = stock->first;
    return block;
  }
  void give(double* block, size_t bytes) {
    const std::lock_guard hold(lock_);
    by_size_[bytes].push_back(block);
  }

 private:
  std::mutex lock_;
  std::map<size_t, std::vector<double*>> by_size_;
};

Kept& kept() {
  static Kept k;
  return k;
}

// Sizes are rounded up to an eighth of a power of two, so that blocks of nearly the same size serve each other.
size_t size_class(size_t bytes) {
  if (bytes <= 512) return 512;
  const size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

}  // namespace

Block::Block(size_t doubles, bool zero) : bytes_(size_class(doubles * sizeof(double))) {
  data_ = kept().take(bytes_);
  if (!data_) data_ = allocate(bytes_);
  if (zero) std::memset(data_, 0, doubles * sizeof(double));
}

Block& Block::operator=(Block&& other) noexcept {
  if (this != &other) {
    if (data_) kept().give(data_, bytes_);
    data_ = other.data_;
    bytes_ = other.bytes_;
    other.data_ = nullptr;
  }
  return *this;
}

Block::~Block() {
  if (data_) kept().give(data_, bytes_);
}

std::vector<double*>& Arena::free_of(size_t doubles) {
  for (Free& f : free_)
    if (f.doubles == doubles) return f.pieces;
  free_.push_back({doubles, {}});
  return free_.back().pieces;
}

double* Arena::take(size_t doubles) {
  constexpr size_t line = boundary / sizeof(double), slab = 2 * huge / sizeof(double);
  auto& pieces = free_of(doubles);
  if (!pieces.empty()) {
    double* piece = pieces.back();
    pieces.pop_back();
    return piece;
  }
  const size_t room = (doubles + line - 1) / line * line;
  if (room > left_) {
    while (begun_ < slabs_.size() && slabs_[begun_].doubles < room) ++begun_;
    if (begun_ == slabs_.size()) slabs_.push_back({Block(std::max(room, slab)), std::max(room, slab)});
    next_ = slabs_[begun_].block.data();
    left_ = slabs_[begun_].doubles;
    ++begun_;
  }
  double* piece = next_;
  next_ += room;
  left_ -= room;
  return piece;
}

void Arena::restart() {
  free_.clear();
  begun_ = left_ = 0;
}

void Arena::give(double* piece, size_t doubles) {
  free_of(doubles).push_back(piece);
}

}  // namespace casus::solve

// Records of particles in memory that is kept for reuse.
#pragma once
#include <algorithm>
#include <cstddef>
#include <deque>
#include <vector>

#include "game/game.h"
#include "solve/lanes/block.h"

namespace casus::solve {

// Records of doubles, one after the other, in memory that is kept for reuse.
class Pile {
 public:
  double* data() const { return block_.data(); }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Room for so many more; what is in it is anything.
  double* add(size_t doubles) {
    if (size_ + doubles > room_) {
      room_ = std::max<size_t>(2 * room_, 16 * doubles);
      Block wider(room_);
      if (size_ > 0) std::copy_n(block_.data(), size_, wider.data());
      block_ = std::move(wider);
    }
    size_ += doubles;
    return block_.data() + size_ - doubles;
  }
  void cut(size_t doubles) { size_ = doubles; }

 private:
  Block block_;
  size_t size_ = 0, room_ = 0;
};

// Piles of the nodes where particles wait. What one node no longer needs the next takes.
class Piles {
 public:
  explicit Piles(size_t nodes) : of_(nodes, game::none) {}
  bool any(game::NodeId n) const { return of_[n] != game::none; }
  Pile& at(game::NodeId n) {
    if (of_[n] == game::none) {
      if (free_.empty()) {
        free_.push_back(static_cast<uint32_t>(all_.size()));
        all_.emplace_back();
      }
      of_[n] = free_.back();
      free_.pop_back();
    }
    return all_[of_[n]];
  }
  void give_back(game::NodeId n) {
    if (of_[n] == game::none) return;
    all_[of_[n]].cut(0);
    free_.push_back(of_[n]);
    of_[n] = game::none;
  }
  void hand_on(game::NodeId from, game::NodeId to) { std::swap(of_[from], of_[to]); }

 private:
  std::vector<uint32_t> of_, free_;
  std::deque<Pile> all_;
};

}  // namespace casus::solve

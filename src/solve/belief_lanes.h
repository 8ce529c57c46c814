// Lifted measures for eight worlds at once: in, log-odds of every axis; out, what the belief program makes of them.
#pragma once
#include <array>
#include <vector>

#include "game/game.h"
#include "solve/batch_kernel.h"

namespace casus::solve {

// The part of a game's belief program that lifted measures of one actor's type need.
class BeliefLanes {
 public:
  // `informed`: the actor (index into Game::informed) of two types whose beliefs change.
  BeliefLanes(const game::Game& g, uint32_t informed);

  // The lifted measures (indices into Game::lifted) that read that actor's type.
  const std::vector<uint32_t>& moved() const { return moved_; }
  // Bit k: some moved measure reads the belief about informed[k].
  uint32_t reads() const { return reads_; }
  // The value of moved()[i] at log_odds[axis][8] goes to out[i * 8 + world]. Axes that no moved measure reads may be
  // null.
  void values(const std::array<const double*, most_fast_axes>& log_odds, double* out) const;

 private:
  const game::Game& g_;
  std::vector<uint32_t> moved_;
  uint32_t reads_ = 0;
  std::vector<game::Slot> needed_;  // in the order of the program
  mutable std::vector<double> slots_;
};

}  // namespace casus::solve

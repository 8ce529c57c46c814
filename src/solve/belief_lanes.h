// Lifted measures for eight worlds at once: in, what is believed about every informed actor; out, what the belief
// program makes of it.
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
  // Per informed actor: the probability of each type, [type][8].
  using Beliefs = std::array<const double*, most_fast_axes>;
  // The value of moved()[i] goes to out[i * 8 + world].
  void values(const Beliefs& beliefs, double* out) const;

 private:
  const game::Game& g_;
  std::vector<uint32_t> moved_;
  std::vector<game::Slot> needed_;  // in the order of the program
  mutable std::vector<double> slots_;
};

}  // namespace casus::solve

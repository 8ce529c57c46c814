// Who everybody was at the start and is now: in, a game in which types may change; out, all pairs of the two that can
// be, numbered. Mass that goes forwards is kept by them, since measures are told given the types at the start. Where no
// type changes they are the profiles.
#pragma once
#include <cstdint>
#include <vector>

#include "game/game.h"

namespace casus::game {

class Tracks {
 public:
  explicit Tracks(const Game& g);

  uint32_t size() const { return static_cast<uint32_t>(now_.size()); }
  uint32_t now(uint32_t track) const { return now_[track]; }      // profile
  uint32_t first(uint32_t track) const { return first_[track]; }  // profile
  // The track on which the type of informed[k] has become `type`.
  uint32_t turned(uint32_t track, uint32_t k, uint32_t type) const {
    return track + (type - now_type_[track * informed_ + k]) * stride_[k];
  }
  uint32_t type(uint32_t track, uint32_t k) const { return now_type_[track * informed_ + k]; }

 private:
  uint32_t informed_;
  std::vector<uint32_t> now_, first_, now_type_, stride_;
};

}  // namespace casus::game

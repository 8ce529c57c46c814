#include "game/tracks.h"

namespace casus::game {

Tracks::Tracks(const Game& g) : informed_(static_cast<uint32_t>(g.informed.size())) {
  uint32_t size = 1;
  for (uint32_t k = 0; k < informed_; ++k) {
    stride_.push_back(size);
    size *= g.informed[k].types;
    if (g.turning >> k & 1) size *= g.informed[k].types;
  }
  for (uint32_t i = 0; i < size; ++i) {
    uint32_t now = 0, first = 0, factor = 1;
    for (uint32_t k = 0; k < informed_; ++k) {
      const uint32_t types = g.informed[k].types, own = i / stride_[k] % types;
      now_type_.push_back(own);
      now += factor * own;
      first += factor * (g.turning >> k & 1 ? i / (stride_[k] * types) % types : own);
      factor *= types;
    }
    now_.push_back(now);
    first_.push_back(first);
  }
}

}  // namespace casus::game

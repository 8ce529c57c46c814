#include <bit>
#include <cmath>

#include "game/game.h"

namespace casus::game {

StateCodec::StateCodec(const model::Case& c) {
  for (const auto& v : c.states) {
    const auto values = static_cast<uint64_t>(static_cast<int64_t>(v.high) - v.low + 1);
    const auto width = static_cast<unsigned>(std::bit_width(values - 1));
    fields_.push_back({v.low, std::min(bits_, 63u), (uint64_t{1} << width) - 1});
    bits_ += width;
    log10_states_ += std::log10(static_cast<double>(values));
  }
}

uint64_t StateCodec::pack(const std::vector<int>& state) const {
  uint64_t code = 0;
  for (size_t i = 0; i < fields_.size(); ++i)
    code |= static_cast<uint64_t>(static_cast<int64_t>(state[i]) - fields_[i].low) << fields_[i].shift;
  return code;
}

void StateCodec::unpack(uint64_t code, std::vector<int>& state) const {
  state.resize(fields_.size());
  for (size_t i = 0; i < fields_.size(); ++i)
    state[i] = static_cast<int>(static_cast<int64_t>((code >> fields_[i].shift) & fields_[i].mask) + fields_[i].low);
}

}  // namespace casus::game

#include <algorithm>
#include <bit>
#include <cmath>

#include "game/game.h"

namespace casus::game {

StateCodec::StateCodec(const model::Case& c, const Crowd* crowd) : case_(&c), crowd_(crowd) {
  counted_.assign(c.states.size() + c.latches.size(), false);
  if (crowd)
    for (const auto& variable : crowd->own)
      for (const uint32_t s : variable) counted_[s] = true;
  for (size_t s = 0; s < c.states.size(); ++s) {
    const auto& v = c.states[s];
    if (counted_[s]) {
      fields_.push_back({v.low, 0, 0});
      continue;
    }
    const auto values = static_cast<uint64_t>(static_cast<int64_t>(v.high) - v.low + 1);
    const auto width = static_cast<unsigned>(std::bit_width(values - 1));
    fields_.push_back({v.low, std::min(bits_, 63u), (uint64_t{1} << width) - 1});
    bits_ += width;
    log10_states_ += std::log10(static_cast<double>(values));
  }
  for (size_t k = 0; k < c.latches.size(); ++k) {
    fields_.push_back({0, std::min(bits_, 63u), 1});
    ++bits_;
    log10_states_ += std::log10(2.0);
  }
  if (!crowd || crowd->own.empty()) return;
  // How many are in each condition but the last.
  constexpr uint64_t most_conditions = 64;
  const uint64_t conditions = std::min(crowd->conditions(c), most_conditions + 1);
  conditions_ = static_cast<uint32_t>(conditions);
  count_shift_ = std::min(bits_, 63u);
  count_bits_ = static_cast<unsigned>(std::bit_width(uint64_t{crowd->size()}));
  bits_ += (conditions_ - 1) * count_bits_;
  log10_states_ += std::log10(shares(crowd->size(), conditions_));
  if (!fits()) return;
  const unsigned width = (conditions_ - 1) * count_bits_;
  const uint64_t all = width < 64 ? (uint64_t{1} << width) - 1 : ~uint64_t{0};
  for (size_t s = 0; s < c.states.size(); ++s)
    if (counted_[s]) fields_[s] = {c.states[s].low, count_shift_, all};
}

uint64_t StateCodec::pack(const std::vector<int>& state) const {
  uint64_t code = 0;
  if (!crowd_) {
    for (size_t i = 0; i < fields_.size(); ++i)
      code |= static_cast<uint64_t>(static_cast<int64_t>(state[i]) - fields_[i].low) << fields_[i].shift;
    return code;
  }
  for (size_t i = 0; i < fields_.size(); ++i)
    if (!counted_[i])
      code |= static_cast<uint64_t>(static_cast<int64_t>(state[i]) - fields_[i].low) << fields_[i].shift;
  for (uint32_t k = 0; conditions_ > 1 && k < crowd_->size(); ++k)
    if (const uint32_t in = crowd_->condition(*case_, state, k); in + 1 < conditions_)
      code += uint64_t{1} << (count_shift_ + in * count_bits_);
  return code;
}

void StateCodec::unpack(uint64_t code, std::vector<int>& state) const {
  state.resize(fields_.size());
  for (size_t i = 0; i < fields_.size(); ++i)
    state[i] = static_cast<int>(static_cast<int64_t>((code >> fields_[i].shift) & fields_[i].mask) + fields_[i].low);
  if (!crowd_) return;
  uint32_t place = 0;
  for (uint32_t in = 0; in + 1 < conditions_; ++in) {
    const auto count =
        static_cast<uint32_t>(code >> (count_shift_ + in * count_bits_) & ((uint64_t{1} << count_bits_) - 1));
    for (uint32_t k = 0; k < count; ++k) crowd_->put(*case_, state, place++, in);
  }
  while (place < crowd_->size() && conditions_ > 0) crowd_->put(*case_, state, place++, conditions_ - 1);
}

}  // namespace casus::game

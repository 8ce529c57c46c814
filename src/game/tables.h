// The tables of a game while it is made: in, payments, odds, events, tallies and shapes; out, their numbers, each
// distinct thing standing once.
#pragma once
#include <span>
#include <string>
#include <unordered_map>

#include "game/game.h"

namespace casus::game {

class Tables {
 public:
  // Puts what number 0 stands for in place. `game` knows its actors and profiles.
  explicit Tables(Game& game);

  uint32_t payoff(std::span<const Slot> row);  // [actor][profile]
  uint32_t belief_pay(BeliefPay pay);
  uint32_t odds(std::span<const Slot> by_type);
  uint32_t turn(uint32_t informed, std::span<const Slot> from_to);
  uint32_t event(const std::vector<uint32_t>& measures);
  uint32_t tally(const std::vector<TallyEntry>& list);
  uint32_t tally_row(std::span<const Slot> by_profile);
  uint32_t shape(const Shape& s);

 private:
  Game& game_;
  std::unordered_map<std::string, uint32_t> payoffs_, belief_pays_, odds_, turns_, events_, tallies_, tally_rows_,
      shapes_;
};

// The bytes of a value, as a part of a key.
template <class T>
void append(std::string& key, const T& value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace casus::game

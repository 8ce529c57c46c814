// Random games of every shape of the language: in, a number; out, the text of a small case, which is asked about under
// its first policy.
//
// A number stands for a place in a plan over informed actors (0 to 4), movers at once (1 to 3), rounds and precision;
// what is not laid down by the place is drawn, the policy too.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace casus::testing {

inline constexpr uint32_t oracle_games = 600;
// From there on games in which not everything is seen or stays, at precisions up to 5.
inline constexpr uint32_t secret_games = 2100;
// And from there on games in which what one actor is tells of what others are, a third of them with hidden deeds and a
// third with a fact.
inline constexpr uint32_t tied_games = 2400;
// And payoffs that hang on what is believed, a quarter of them each with deeds, types drawn anew and ties beside.
inline constexpr uint32_t image_games = 2700;
enum class Secret : uint8_t { none, deed, own_type, redraw, fact, all, tied, image };
inline constexpr const char* secret_names[] = {"none",  "hidden deeds", "types by own deed",   "types drawn anew",
                                               "facts", "all of these", "types that are tied", "paid by belief"};

struct OracleGame {
  uint32_t number = 0;
  uint32_t movers = 1, axes = 0, rounds = 1, most_types = 1;
  double precision = 1;  // in the middle; actors may have their own
  std::string policy;    // what kind it is
  Secret secret = Secret::none;
  std::string text;
};

// `attempt`: another draw at the same place, where the last did not fit.
OracleGame draw_oracle_game(uint32_t number, uint32_t attempt);

}  // namespace casus::testing

// Random games for the study of the certificate: in, a number; out, the text of a case that unrolls into a small tree.
//
// A number stands for a place in a plan over belief axes, movers at once, rounds and precision, every third a
// signalling game with many options; what is not laid down by the place is drawn. Games of many rounds go on along one
// way of play only, else their trees would not fit.
#pragma once
#include <cstdint>
#include <string>

namespace casus::testing {

inline constexpr uint32_t coverage_games = 576;

struct CoverageGame {
  uint32_t number = 0;
  uint32_t axes = 0, movers = 1, rounds = 1;
  double precision = 1;
  bool signalling = false;
  std::string text;
};

// `attempt`: another draw at the same place, where the last did not fit.
CoverageGame draw_coverage_game(uint32_t number, uint32_t attempt);

}  // namespace casus::testing

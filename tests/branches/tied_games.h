// Random cases whose branches pass close by others: in, a number; out, a case's text, and its payoffs where all choose
// once and at the same time.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace casus::testing {

// Everybody chooses once, at the same time. A cell is everybody's choice, the first player's the least significant.
struct OneShot {
  std::vector<int> options;                  // per player
  std::vector<std::vector<double>> payoffs;  // [player][cell]
  double precision = 1;

  int players() const { return static_cast<int>(options.size()); }
  int cells() const;
  int choice(int cell, int player) const;
};

struct TiedGame {
  std::string title, text;
  OneShot one_shot;  // without players: the case has more to it
};

// Two or three players with two to five places to meet, which are worth 1 each but for a tie's size of 0 or
// 1e-6 ... 1e-2; in every other game all payoffs are disturbed by as little. Precision 1 to 100.
TiedGame near_tied_case(uint32_t number);

// At least two strict pure equilibria: random payoffs, volunteers and stag hunts of three to five players, and
// signalling before, or telling by, several who choose at once.
TiedGame case_of_several_equilibria(uint32_t number);

}  // namespace casus::testing

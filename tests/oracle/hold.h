// The product held to the oracle: in, a random game; out, how far every way of solving it is from the oracle's answer,
// beside what its certificate says.
#pragma once
#include <array>
#include <string>

#include "oracle/games.h"
#include "solve/solution.h"

namespace casus::testing {

// As `casus solve` goes about it where it can, and kept to belief grids of 7 and of 17 points.
inline constexpr std::array<uint32_t, 3> ways{0, 7, 17};  // points; 0: exact histories
inline constexpr std::array<const char*, 3> way_names{"histories", "7 points", "17 points"};

// Largest differences; payoffs in units of their range.
struct Apart {
  double value = 0;     // of anybody's expected payoff, given any types
  double measure = 0;   // of a measure's expectation, of those that read no beliefs
  double belief = 0;    // the same of those that do: certificates do not speak of them
  double by_types = 0;  // of a measure given any types
  double choice = 0;    // of a probability where the mover's type gets with 0.001 or more
  double anywhere = 0;  // the same at every history
};

enum class Found : uint8_t {
  untried,    // its grids are too large for a test
  refused,    // by the product, or it found no fixed point and says so
  same,       // within the certificate
  near,       // within ten times the certificate
  slight,     // above that, and by less than 1e-5
  recursive,  // within the certificate of the recursive branch, or near it
  other,      // at another equilibrium
  disowned,   // further off, but the certificate says that somebody loses much off the path: never given as an answer
  unlike,     // none of these
};

struct Held {
  Found found = Found::untried;
  std::string note;
  Apart apart;
  double allowed = 0;  // by the certificate, of a measure
  solve::Certificate said;
  double seconds = 0;
};

struct HeldGame {
  OracleGame game;
  size_t histories = 0, unknowns = 0;
  bool undecided = false;  // the oracle's own branch depends on its steps, or could not be followed
  int folds = 0;
  double residual = 0, seconds = 0;
  bool several = false;  // whole game and node by node lead to different equilibria
  std::array<Held, 3> ways;
};

struct HoldLimits {
  size_t unknowns = 40, histories = 280;
  double grid_work = 3e5;  // see hold.cpp
  bool thorough = false;   // the oracle once more in smaller steps, and node by node
  std::array<uint32_t, 3> ways = testing::ways;
};

// Draws until a game fits.
HeldGame hold(uint32_t number, const HoldLimits& limits);

}  // namespace casus::testing

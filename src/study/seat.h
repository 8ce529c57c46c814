// A seat at the table: in, a solved world, a seat and somebody who chooses for it; out, the game as it was played. The
// others play their equilibrium, with their types drawn and hidden, and believe that the seat does too.
#pragma once
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "study/solved.h"

namespace casus::study {

struct Seat {
  uint32_t actor = 0;
  int type = -1;  // -1: drawn
  uint64_t seed = 1;
  // Further seats at the same table: actors that are asked as well, with their types.
  std::vector<std::pair<uint32_t, int>> beside = {};
};

// One choice of a seat. Values are expected payoffs from there on, given the seat's own type and the beliefs of that
// moment, in the money of that round.
struct Choice {
  uint32_t round = 1, stage = 0, decision = 0;
  std::vector<uint32_t> options = {};    // positions in the decision's option list
  std::vector<double> probability = {};  // in equilibrium, given the own type
  std::vector<double> value = {};
  uint32_t taken = 0, best = 0;  // positions in `options`
  uint32_t actor = 0;            // whose seat
  uint32_t type = 0;             // what it is by then
  double cost() const { return value[best] - value[taken]; }
  bool departs() const { return taken != best; }
};

struct Played {
  bool finished = false;                 // else the player left, and the course ends there
  std::vector<uint32_t> types;           // per actor, at the start
  std::vector<uint32_t> types_now = {};  // and in the end, since types may change
  std::vector<solve::CourseStep> steps;
  std::vector<Choice> choices;
  std::vector<double> payoff;  // per actor: what came about, discounted to the start
};

// What the player is shown before a choice: the step (its `belief` as it stands), and the choice to be made. Nothing:
// the player leaves; who else sits at the table is still asked at this step.
using Ask = std::function<std::optional<uint32_t>(const solve::CourseStep&, const Choice&)>;
// After each step, as everybody sees it: `movers[..].taken` says what was done; `before` the state and `belief` what
// was believed before it.
using See = std::function<void(const solve::CourseStep&)>;

// The seat's type is known before the first step.
using TypesKnown = std::function<void(const std::vector<uint32_t>& types)>;

// Luck and the others' choices come from the seed, the round and the stage alone: who plays the same game again but
// chooses otherwise meets the same dice.
Played play(const SolvedWorld& solved, const Seat& seat, const TypesKnown& known, const Ask& ask, const See& see);

}  // namespace casus::study

// Several equilibria of a node: what to look for, and which one to take where several are found.
#pragma once
#include <cstdint>

namespace casus::solve {

// How a node with several equilibria is read (design: the mathematics).
enum class Selection : uint8_t {
  recursive,  // each node's own principal branch, with the continuation of the target precision held fixed
  global,     // the whole game followed from precision 0 to the target up a ladder of precisions
};

// Which fixed point of a node counts.
enum class Pick : uint8_t {
  principal,  // the solver's own; the others are only counted
  lowest,     // the one that is worth least to `actor`, at the node's belief
  highest,    // the one that is worth most to `actor`
  random,     // at each node a rank by that worth, drawn with `seed`, the same at all its beliefs, plus `draw`: as many
              // draws as a node has fixed points take each of them once
};

struct NodeSearch {
  uint32_t starts = 0;  // Newton starts at each node and belief whose choice bears on itself; 0: nothing is looked for
  uint64_t seed = 1;    // of the starts beyond the pure choices, and of `random`
  Pick pick = Pick::principal;
  uint32_t actor = 0;
  uint32_t draw = 0;
};

// What a search found on the final grid.
struct SearchCount {
  uint64_t searched = 0;  // nodes and beliefs whose choice bears on itself: only there can several equilibria be
  uint64_t several = 0;   // of these, with more than one fixed point
  uint32_t most = 1;      // fixed points found at one of them
};

}  // namespace casus::solve

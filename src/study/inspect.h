// What can be said of a case before it is run: in, a checked case; out, its size, and what only sampled worlds show.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "study/plan.h"

namespace casus::study {

struct StageSize {
  std::string name;     // of the stage; "end of the round", "end"
  uint64_t states = 0;  // reachable, over all rounds
  uint64_t nodes = 0;   // of these, after merging those alike in all that follows
};

struct PolicySize {
  uint32_t policy = 0;
  uint64_t states = 0, nodes = 0, edges = 0;
  uint64_t fixed_points = 0;  // nodes where somebody chooses, times their belief points
  double bytes = 0;           // that solving eight worlds together holds at most
  double seconds = 0;         // estimated for one world under this policy alone
};

struct Inspection {
  std::vector<StageSize> stages;  // under the first policy
  std::vector<PolicySize> policies;
  uint32_t belief_axes = 0, profiles = 1;
  double seconds = 0;      // estimated for one world under all policies, with the sub-games that they share solved once
  double bytes = 0;        // that a thread holds at most, solving eight worlds of the largest group of policies
  double run_seconds = 0;  // the same for a run of the plan's worlds, on one thread
  bool more = false;       // time was up before that was known: it is at least about as much
  uint32_t points = 0;     // an axis, on which that was
  uint32_t held = 0;       // and the beliefs held (solve::SolveOptions)
  bool finer = false;      // a run may take a finer grid, which costs more
  uint64_t sampled = 0;    // worlds in which the numbers were tried
};

// Tries `samples` worlds under every policy for numbers that cannot be (odds outside [0, 1], priors that do not sum to
// 1, a precision that is negative, ...) and warns of each kind with the first world that shows it; it is an error if no
// world is sound. Warns of stages that apply under no policy. Solves a few worlds to see how long that takes, unless
// they would not fit. All this until the moment given, or hardly longer: fewer worlds are tried then, and the rest is
// reckoned from what was done.
Inspection inspect(const Plan& plan, uint64_t samples, std::chrono::steady_clock::time_point until,
                   base::Diagnostics& diagnostics);

// Fixed points of one world under all policies, with the sub-games that they share solved once.
double fixed_points(const game::Game& g, const solve::SolveOptions& options);
double fixed_points(const Plan& plan, const solve::SolveOptions& options);

// Bytes that one thread holds at most while it solves a batch of the plan's worlds.
double bytes_of(const Plan& plan, const solve::SolveOptions& options);
// An error message if solving `threads` batches at once would not fit into memory, else empty.
std::string too_large(const Plan& plan, unsigned threads);

}  // namespace casus::study

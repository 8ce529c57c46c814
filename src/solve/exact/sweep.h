// Sweeps over a graph of public histories with exact beliefs, for several worlds at once: in, everybody's choices; out,
// what they lead to, how far they are from logit replies to it, and how the replies move.
//
// Unknowns are log-odds z of a mover's options against its first, given its type, at histories where its reply depends
// on its own choice through what others learn from it, or on a simultaneous one ('implicit'); elsewhere the reply is a
// formula of what follows. A type that a policy binds has unknowns too, of which nothing depends and which stay 0. One
// sweep upwards eliminates the linearised equations history by history, the last first: every history answers a change
// of the beliefs it stands at, so the system of the whole graph is solved with small blocks and without fill.
// Everything is compiled once for each instruction set; arrays have the world innermost.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "kernel/lanes.h"

namespace casus::solve {

inline constexpr size_t sweep_lanes = kernel::lanes;

// From so many options on a mover who chooses alone is solved option by option (sweep_eliminate_impl.h); with fewer all
// equations at once are as quick.
inline constexpr uint32_t fewest_alone = 5;

struct SweepMover {
  uint32_t actor = 0, informed = 0;  // informed: index or game::none
  uint32_t types = 1, options = 2;
  uint32_t chance = 0;          // first of its probabilities, [type][option], among the node's
  uint32_t unknown = 0;         // first of its log-odds, [type][option - 1], among the node's
  uint32_t stride = 1;          // edges from one option to the next
  uint32_t bound = 0xFFFFFFFF;  // first of its types' options in SweepGame::bound, or game::none: nobody is bound
};

// What all histories at a node have in common.
struct SweepNode {
  enum Kind : uint32_t { end, settle, move, chance };
  uint32_t kind = end;
  uint32_t implicit = 0;
  uint32_t first_mover = 0, movers = 0;
  uint32_t first_axis = 0, axes = 0;  // beliefs that the node reads: numbers of the game's axes, into SweepGame::axis
  uint32_t unknowns = 0, chances = 0;
  uint32_t payoff = 0, informer = 0;
  uint32_t first_edge = 0, edges = 0;
  uint32_t signals = 0;    // above 0: nobody sees what is chosen, but one of so many signals, which vary fastest
  uint32_t by_belief = 0;  // something is paid that hangs on beliefs
  uint32_t secret = 0;     // there are signals, or a type changes
  uint32_t alone = 0;      // implicit, by one mover of at least fewest_alone options and in public
};

// Where a belief that the successor reads comes from.
struct SweepBelief {
  uint32_t axis = 0;
  uint32_t own = 0;    // the node's own belief column, or game::none: the prior
  uint32_t mover = 0;  // of the node's movers, whose choice moves it, or game::none
  uint32_t type = 1;
  uint32_t odds = 0;  // chance moves it: log ratio of odds, number in `shift`; 0: it does not
  // It is what Bayes' rule makes of everything that leads to what is seen, and of types that change
  // (sweep_turn_impl.h).
  uint32_t mixed = 0;
};
struct SweepEdge {
  uint32_t payoff = 0, odds = 0;
  uint32_t turn = 0, turned = 0xFFFFFFFF;  // how a type moves: first of its odds, [from][to], and whose; 0: it does not
  uint32_t first_belief = 0, beliefs = 0;
};

// What all worlds share, as plain arrays.
struct SweepGame {
  uint32_t actors = 0, profiles = 0, informed = 0, axes = 0;
  const uint32_t* types = nullptr;          // [informed]
  const uint32_t* type_at = nullptr;        // [informed]: its first place among all types
  const uint32_t* of_actor = nullptr;       // [informed]
  const uint32_t* axis_informed = nullptr;  // [axis]
  const uint32_t* axis_type = nullptr;      // [axis]: from 1
  const uint8_t* type_of = nullptr;         // [informed][profile]
  const uint32_t* own_type = nullptr;       // [actor][profile]
  const SweepNode* node = nullptr;
  const SweepMover* mover = nullptr;
  const SweepEdge* edge = nullptr;
  const SweepBelief* belief = nullptr;
  const uint32_t* axis = nullptr;
  const uint32_t* bound = nullptr;  // [type]: the option that a policy binds it to, or game::none

  // What a mover's type plays for certain; game::none: it chooses.
  uint32_t tie(const SweepMover& m, uint32_t type) const {
    return m.bound == 0xFFFFFFFF ? 0xFFFFFFFF : bound[m.bound + type];
  }
};

struct SweepHistory {
  uint32_t node = 0, first_child = 0;
  uint32_t from = 0, from_edge = 0;
  uint32_t unknown = 0, chance = 0, belief = 0, response = 0;  // places in the arrays of SweepRoom, in lanes
  uint32_t value = 0;                                          // the same, of its values, among those held at one time
};

// Numbers of the worlds; the world is innermost.
struct SweepWorlds {
  const double* pay = nullptr;             // [table][actor][profile]
  const double* odds = nullptr;            // [slot]
  const double* shift = nullptr;           // [slot]: log of the slot's odds over those of its list's first type
  const double* discount = nullptr;        // [actor]
  const double* prior = nullptr;           // [type of an informed actor]
  const double* prior_log_odds = nullptr;  // [axis]
  const double* together = nullptr;        // [profile]: World::together; null: types tell nothing of each other
  const double* barred = nullptr;          // log probability of what a bound type does not do
  // What is paid at a node that hangs on beliefs, where there is anything: BeliefPayments::find with `payments`.
  void (*by_belief)(const void* payments, const SweepGame& g, uint32_t node, const double* log_odds,
                    double* out) = nullptr;
  const void* payments = nullptr;
  const double* precision = nullptr;        // [actor]: where the worlds stand
  const double* precision_slope = nullptr;  // [actor]: its derivative along the way
};

// Directions in which the equations are solved beside the beliefs: back to them (Newton's step), along the precision,
// and against a push at every unknown, which tells how near a singular point is.
enum SweepDirection : uint32_t { to_solution, along_precision, against_push, sweep_directions };

struct SweepJob {
  SweepGame game;
  SweepWorlds worlds;
  const SweepHistory* history = nullptr;
  const uint32_t* child = nullptr;
  uint32_t histories = 0;
  const double* z = nullptr;       // [unknown]
  double* log_sigma = nullptr;     // [chance]: found here; at explicit histories by `backward`
  double* belief = nullptr;        // [history's axes]: log-odds
  double* residual = nullptr;      // [unknown]: z less the logit reply
  double* option_value = nullptr;  // [chance]: what every option is worth given its mover's type; null: nobody asks
  double* response = nullptr;      // [history][unknown][directions + axes]: how z answers
  double* values = nullptr;        // pieces: [actor][profile][1 + directions + axes]
  double* moved = nullptr;         // [history's axes][directions]: how beliefs move
  double* step[sweep_directions] = {};  // [unknown]: the directions
  double* scratch = nullptr;
  // Added to every block's diagonal: above 0 the direction to the solution is an implicit step of the logit dynamics.
  const double* damping = nullptr;
  // found by `backward`, per world
  double* worst = nullptr;   // largest |residual|
  double* turned = nullptr;  // -1 if an odd number of blocks has a negative determinant, else 1
  double* root = nullptr;    // [actor][profile] of the start
  // Asked every now and then; what a sweep leaves that it ends is of no use.
  bool (*stopped)(const std::atomic<bool>* flag) = nullptr;
  const std::atomic<bool>* stop = nullptr;
};

// From now on sweeps end soon after `stop` is set; null: they do not.
void end_with(SweepJob& job, const std::atomic<bool>* stop);

struct SweepKernels {
  const char* name;
  uint32_t lanes;
  void (*forward)(const SweepJob&);   // choices from z, and beliefs
  void (*backward)(const SweepJob&);  // values, residuals and responses
  void (*directions)(const SweepJob&);
  void (*evaluate)(const SweepJob&);  // values and residuals only
};

// For eight worlds: the best set this processor has (CASUS_ISA as in lanes/kernel.h); for one world: plain doubles.
const SweepKernels& sweep_kernels();
const SweepKernels& sweep_kernels_of_one();
const SweepKernels* sweep_kernels_named(const char* name);

}  // namespace casus::solve

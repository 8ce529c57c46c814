// The inner loops of the batched solver, for eight worlds at once: in, raw arrays of one node and its successors; out,
// values, choices and probability mass. Compiled once for each instruction set and chosen at start-up.
//
// Arrays of values have the world in the middle: [point][world][channel], a channel being an actor's value given a
// profile of types. Worlds read their successors at different posteriors, so each world's row must be one stretch of
// memory; what is computed for all worlds alike (choices, posteriors, weights) has the world innermost. A node keeps
// only the first channels, those of actors to whom something may still be paid; a successor never keeps more than the
// node before it.
//
// One world by itself is stored without the other seven, [point][channel], and the eight places then hold eight of its
// points. Below, [worlds] is 8 or 1, and [8] is eight places always; what is the same at all points of one world stands
// there eight times.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "kernel/lanes.h"
#include "solve/belief/stencil.h"
#include "solve/lanes/particle_kernel.h"

namespace casus::solve {

inline constexpr size_t batch_lanes = kernel::lanes;
// What the kernels' fixed sizes hold. Plans send them nothing else (BatchPlan::way, Batch::takes, RowReader), and they
// assert it of every job (fits).
inline constexpr uint32_t most_fast_options = 64, most_fast_types = 2;
inline constexpr uint32_t few_fast_options = 16;  // of chance, and where several lines are solved together
inline constexpr uint32_t most_fast_axes = 8, most_row_axes = 31;
inline constexpr uint32_t most_lines_together = 4;            // of a node's points, along the mover's axis
inline constexpr uint32_t dense_points = stencil_points + 1;  // axes of so few are read as wholes

// One axis of beliefs as the kernels see it; per world, [8] unless said otherwise.
struct AxisView {
  const double* low = nullptr;  // u of point 0
  const double* inverse_step = nullptr;
  double inverse_scale = 1;
  uint32_t points = 0;  // at least short_stencil
};

struct EdgeView {
  const double* child = nullptr;   // values (backward)
  uint32_t channels = 0;           // of the successor's values (backward) or mass (forward): a multiple of 4
  const uint32_t* base = nullptr;  // per point of this node: the successor's point, the moved axis at its first point
  uint32_t stride = 0;             // of the moved axis in the successor, in points; 0: it does not depend on it
  const double* pay = nullptr;     // [worlds][pay_stride]; null: nothing is paid
  const double* odds = nullptr;    // chance: [types][8] probabilities
  const double* shift = nullptr;   // chance: [8] log of the second type's odds over the first's
};

// A node with one mover of one or two types, or a chance node whose odds depend on at most one actor of two types.
struct NodeJob {
  uint32_t worlds = batch_lanes;  // side by side: as many, or 1
  uint32_t points = 0;
  uint32_t channels = 0;  // of the node's values: a multiple of 4
  uint32_t pay_stride = 0;
  uint32_t pattern = 0;  // profiles, padded: 1, 2 or a multiple of 4
  uint32_t profiles = 0;
  uint32_t edges = 0;
  uint32_t types = 1;                    // of the mover or informer
  uint32_t own_stride = 0;               // of the mover's own axis in this node, in points; 0: not there
  uint32_t own_points = 1;               // of that axis in this node: 1 where the belief is still the prior
  uint32_t own_channel = 0;              // first channel of the mover
  double exact = 1e-13;                  // residual, relative to the largest log ratio, at which a choice is found
  bool coupled = false;                  // some successor reads the posterior that this choice leaves
  const uint8_t* own_type = nullptr;     // [profile]
  const double* type_pattern = nullptr;  // [max(pattern, 4)]: 1 where the profile has the second type, else 0
  const double* lambda = nullptr;        // [8]
  const double* weight = nullptr;        // [point][profile][worlds]: belief about everybody but the mover
  AxisView axis;                         // the mover's (or informer's) own axis, as successors have it
  const double* own_log_odds = nullptr;  // [own point][8]
  const EdgeView* edge = nullptr;
  double* out = nullptr;      // [point][worlds][channels]
  double* choice = nullptr;   // [point][worlds][choice_width]: values of options times precision, [type][option]
  uint32_t choice_width = 0;  // a multiple of 4
  double* scratch = nullptr;  // [most_lines_together][edges][axis points][2][8]

  bool fits() const;
};

struct JointJob;  // solve/lanes/joint_kernel.h

// What a solve of coupled points leaves to the caller: asked to find a world's fixed point where Newton failed. `z`:
// the shift of log-odds after each option (of a joint job: its unknowns), eight doubles apart, which the callee fills
// in.
using Rescue = void (*)(void* context, uint32_t point, uint32_t world, double* z);

struct MoveStatistics {
  double residual[batch_lanes] = {};
  uint64_t iterations = 0;
  uint64_t traced[batch_lanes] = {};  // points where the branch was followed from precision 0 without the caller
};

// Settling a round: values of the next round's grid read on this round's.
struct SettleJob {
  uint32_t worlds = batch_lanes;  // side by side: as many, or 1
  uint32_t points = 0;
  uint32_t channels = 0;        // of the node's values
  uint32_t child_channels = 0;  // of the successor's values
  uint32_t pay_stride = 0;      // of pay and discount
  uint32_t line = 0;            // points of every axis where node and successor have the same axes: then
                                // one axis is read after another; 0: all corners at once
  uint32_t axes = 0;            // of the successor
  const uint32_t* numbers[most_fast_axes] = {};  // per axis: grid number of each point of this node
  uint32_t stride[most_fast_axes] = {};          // of those axes in the successor
  const uint32_t* first[most_fast_axes] = {};    // [grid number][8]: first point of the stencil
  uint32_t stencil = stencil_points;             // points that one has
  const double* weight[most_fast_axes] = {};     // [grid number][stencil][8]
  const double* dense[most_fast_axes] = {};      // [grid number][axis points][8], where these are at most dense_points
  const double* child = nullptr;
  const double* pay = nullptr;       // [worlds][pay_stride] or null
  const double* discount = nullptr;  // [worlds][pay_stride]
  double* out = nullptr;
  double* scratch[2] = {};  // [points][worlds][channels of the widest row] each

  bool fits() const;
};

// Rows of numbers at grid points read between them, at eight places of one grid.
struct RowsJob {
  const double* rows = nullptr;  // of the first point
  size_t per_point = 0;
  uint32_t width = 0;  // a multiple of 4
  uint32_t axes = 0;
  uint32_t count = stencil_points;            // points a stencil has: stencil_points or few_row_points
  uint32_t stride[most_row_axes] = {};        // in points
  const uint32_t* first[most_row_axes] = {};  // [8]: first point of the stencil
  const double* weight[most_row_axes] = {};   // [count][8]
  double* out = nullptr;                      // [width][8]

  bool fits() const;
};

struct Kernels {
  const char* name;
  void (*move)(const NodeJob&, Rescue, void* context, MoveStatistics&);
  void (*chance)(const NodeJob&);
  void (*joint)(const JointJob&, Rescue, void* context, MoveStatistics&);
  void (*settle)(const SettleJob&);
  // Stencils of one axis at given log-odds: first [8] and weight [stencil_points][8].
  void (*stencils)(const AxisView&, const double* log_odds, uint32_t* first, double* weight);
  // The same with few_row_points, for read_rows.
  void (*few_stencils)(const AxisView&, const double* log_odds, uint32_t* first, double* weight);
  void (*read_rows)(const RowsJob&);
  // Logit choice: log_sigma and sigma from values that are right but for a constant, [option][8] each.
  void (*choose)(uint32_t options, const double* q, double* log_sigma, double* sigma);
  uint32_t (*pool)(const PoolJob&);  // returns how many are kept
  void (*push)(const PushJob&);
  void (*type_sums)(const TypeSumsJob&);
  void (*carry)(const CarryJob&);
  // Logarithms of positive numbers, so many times eight.
  void (*logs)(uint32_t eights, const double* x, double* out);
};

// The best set this processor has; CASUS_ISA=baseline|avx2|avx512 in the environment asks for another.
const Kernels& kernels();
// What is wrong with the set that the environment asks for: unknown, or not supported here; else empty. (A library
// takes the best in its place.)
std::string kernels_problem();
const Kernels* kernels_named(const char* name);  // null: unknown or not supported here

}  // namespace casus::solve

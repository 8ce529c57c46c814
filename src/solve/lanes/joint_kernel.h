// Nodes of any number of movers, types and options for eight places at once: in, raw arrays of one node and its
// successors; out, values and choices. The two-type single mover has a kernel of its own (lanes/kernel.h), which is
// faster. Compiled once for each instruction set.
//
// The movers' own values at the points around a node's own are averaged over the types of everybody who does not move,
// once for all points that share them (a plane); reading them at a joint posterior then takes one axis after the other.
// Unknowns are log-odds of a mover's options against its first, given its type.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "solve/belief/stencil.h"
#include "solve/lanes/kernel.h"

namespace casus::solve {

inline constexpr uint32_t most_joint_movers = 8, most_joint_axes = 6, most_joint_edges = 256;
inline constexpr uint32_t most_joint_choices = 64;   // [mover][type][option]
inline constexpr uint32_t most_alone_choices = 256;  // the same of one mover by itself, solved option by option
inline constexpr uint32_t fewest_joint_options = 5;  // from so many on; with fewer all equations at once are as quick
inline constexpr uint32_t most_joint_types = 256;    // joint types of the movers

inline constexpr uint32_t joint_room_sides = 4;  // right-hand sides of the linearised equations

// Somebody with more than one option; of chance, the outcomes given the informer's type.
struct JointMover {
  uint32_t types = 1, options = 2;
  uint32_t stride = 1;             // edges from one option to the next
  uint32_t type_stride = 1;        // of its types among joint types
  uint32_t channel = 0;            // first of its own values in a row
  uint32_t choice = 0;             // first of its choices in a node's row, [type][option]
  uint32_t place = 0;              // the same among the job's movers only
  uint32_t unknown = 0;            // first of its log-odds, [type][option - 1]
  uint32_t axis = 0;               // first of its axes among the job's, where it has types
  const double* lambda = nullptr;  // [8]
};

// An axis on which this node moves the belief.
struct JointAxis {
  AxisView view;  // as successors have it
  uint32_t mover = 0, type = 1;
  uint32_t own_stride = 0, own_points = 1;  // in this node; 0 and 1: the belief is still the prior
  const double* own_log_odds = nullptr;     // [own point][8]
};

struct JointEdge {
  const double* child = nullptr;
  uint32_t channels = 0;           // of the successor's values: a multiple of 4
  const uint32_t* base = nullptr;  // per point of this node: the successor's point, moved axes at their first
  const double* pay = nullptr;     // [worlds][pay_stride]; null: nothing is paid
  uint32_t axes = 0;               // moved axes that the successor reads
  uint32_t axis[most_joint_axes] = {}, stride[most_joint_axes] = {};
  size_t plane = 0, points = 1;               // where its plane begins, and how many points that has
  const double* odds = nullptr;               // chance: [types][8]
  const double* shift[most_joint_axes] = {};  // chance, per moved axis: [8]
};

struct JointJob {
  uint32_t worlds = batch_lanes;  // side by side: as many, or 1
  uint32_t points = 0, channels = 0, pay_stride = 0;
  uint32_t pattern = 1, profiles = 1;  // as NodeJob has them
  uint32_t movers = 0, axes = 0, edges = 0;
  uint32_t choices = 0, unknowns = 0;    // of the job's movers
  uint32_t types = 1;                    // joint types of the movers
  uint32_t width = 4;                    // of a plane's rows: movers x joint types, a multiple of 4
  size_t plane_rows = 0;                 // of one plane of each edge
  double exact = 1e-13;                  // as NodeJob has it
  const double* payoff_range = nullptr;  // [8]
  bool near = false;                     // Newton's method may begin at a neighbour's choice
  bool chance = false;                   // choices are given
  const uint8_t* joint_type = nullptr;   // [profile]
  const uint8_t* own_type = nullptr;     // [mover][profile]
  const double* weight = nullptr;        // [point][profile][worlds]: belief about everybody but the movers
  JointMover mover[most_joint_movers];
  JointAxis axis[most_joint_axes];
  const JointEdge* edge = nullptr;
  double* out = nullptr;     // [point][worlds][channels]
  double* choice = nullptr;  // [point][worlds][choice_width]: log probabilities
  uint32_t choice_width = 0;
  double* scratch = nullptr;  // joint_doubles(*this)
  // Asked every now and then; what a job leaves that it ends is of no use. Null: nobody is to be asked.
  bool (*stopped)(const std::atomic<bool>* stop) = nullptr;
  const std::atomic<bool>* stop = nullptr;

  bool fits() const;
  // Whether one mover chooses alone among many options: slopes then stand by option, [choice][type].
  bool by_option() const { return !chance && movers == 1 && mover[0].options >= fewest_joint_options; }
  uint32_t slopes() const { return chance ? 0 : by_option() ? mover[0].types : choices; }
};

// Numbers at eight places that the linearised equations of a job take: all at once, or by option, with the types'
// normalisers.
inline uint32_t joint_system(const JointJob& j) {
  if (!j.by_option()) return j.unknowns * (j.unknowns + joint_room_sides);
  const uint32_t types = j.mover[0].types;
  return j.unknowns * (2 * types + joint_room_sides) + types * (types + joint_room_sides);
}

// Room that a job needs to work in.
size_t joint_doubles(const JointJob& j);

}  // namespace casus::solve

// The inner loops of counting by particles (particles.h): in, raw arrays; out, particles joined or pushed on. Compiled
// once for each instruction set beside the kernels of lanes/kernel.h.
#pragma once
#include <cstddef>
#include <cstdint>

namespace casus::solve {

// Records of particles: beliefs (log-odds) on all axes, then mass [channel][profile]; channel 0 is all of it.
struct ParticleShape {
  uint32_t axes = 0, profiles = 1, channels = 1;
  size_t record() const { return axes + size_t{channels} * profiles; }
};

struct ParticleCell {
  uint64_t key = 0;
  uint32_t stamp = 0, place = 0;
};

// Joins records that fall into one cell, in place, those kept in their order.
struct PoolJob {
  ParticleShape shape;
  double* records = nullptr;
  uint32_t count = 0;
  const uint8_t* read = nullptr;   // per axis: whether beliefs on it tell particles apart
  const double* weight = nullptr;  // per profile: what its mass counts
  double per_cell = 4;             // of log-odds
  // Square of a cell over the mass times square of a cell up to which a particle's cell is doubled.
  double per_slight = 0;
  double whole = 1e300;  // what a particle counts from which it is joined only with those that believe the same
  ParticleCell* table = nullptr;  // 2^bits of them, at least twice `count`; entries with another stamp are free
  uint64_t mask = 0;              // 2^bits - 1
  uint32_t stamp = 0;
  uint8_t* joined = nullptr;  // per record kept: whether others came to it
  uint32_t* place = nullptr;  // per record: which of those kept it is now part of; null: nobody asks
};

// Pushes up to eight particles along an edge: a record for each.
struct PushJob {
  ParticleShape from;
  uint32_t channels = 1;             // of the records pushed
  const uint16_t* source = nullptr;  // per channel of these: the channel it comes from; 0xFFFF: none, it is empty
  const double* records = nullptr;
  uint32_t count = 0;
  const double* share = nullptr;  // [profile][8]: probability of the edge
  // Per axis: how far the log-odds move, [8]; null: not at all; where `forgotten`, they become `prior`.
  const double* const* shift = nullptr;
  const uint8_t* forgotten = nullptr;
  const double* prior = nullptr;
  double* out = nullptr;
};

// Sums over profiles by the type of one actor: of a b, or where there is c of a b + c d.
struct TypeSumsJob {
  uint32_t profiles = 0, types = 0;
  const double* is = nullptr;  // [type][profile]: 1 where the actor has the type, else 0
  const double *a = nullptr, *b = nullptr, *c = nullptr, *d = nullptr;
  double* out = nullptr;  // per type
};

// What an edge adds to the worth of the particle that it leaves, and to how that moves with beliefs; all rows are
// [actor][profile].
struct CarryJob {
  static constexpr uint32_t most_terms = 32;
  uint32_t actors = 0, profiles = 0;
  const double* share = nullptr;     // per profile: probability of the edge
  const double* value = nullptr;     // what it is worth
  const double* discount = nullptr;  // per actor: of what the slopes are of
  double* out = nullptr;
  bool begun = true;  // whether something stands already where slopes go
  // For each axis: by how much the share's logarithm moves, per profile (null: not at all); and slopes of the value
  // with how far each counts.
  struct Axis {
    const double* tilt = nullptr;
    uint32_t terms = 0;
    const double* slope[most_terms] = {};
    double by[most_terms] = {};
    double* out = nullptr;
  };
  const Axis* axes = nullptr;
  uint32_t axis_count = 0;
};

}  // namespace casus::solve

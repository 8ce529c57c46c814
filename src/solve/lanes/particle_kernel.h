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

}  // namespace casus::solve

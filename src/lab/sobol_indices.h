// Sobol's indices: in, the outcomes of a Saltelli design; out, the share of the variance of the outcome that each
// parameter brings alone, in all its company, and in pairs, with bootstrap intervals.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace casus::lab {

struct Index {
  double value = 0;
  double half_width = 0;  // half the interval of the stated confidence; normal approximation to the bootstrap
};

struct SobolIndices {
  std::vector<Index>
      first;  // S1_j = V[E(y | x_j)] / V(y); Saltelli et al. 2010, doi 10.1016/j.cpc.2009.09.018, table 2 b
  std::vector<Index> total;   // ST_j = E[V(y | all but x_j)] / V(y); Jansen 1999, doi 10.1016/S0010-4655(98)00154-4
  std::vector<Index> second;  // S2_jk at [j * D + k], j < k (others 0); Saltelli 2002,
                              // doi 10.1016/S0010-4655(02)00280-1; empty where the design has no second order
  std::vector<double> first_jansen;  // 1 - mean((f_B - f_ABj)^2) / (2 V), another estimate of S1
  size_t base_samples = 0;           // N
  size_t dropped = 0;                // blocks left out because a run in them failed (is not finite)
  double confidence = 0.95;
};

struct SobolOptions {
  bool second_order = true;  // must be the design's
  size_t resamples = 200;    // bootstrap draws of the N base samples
  double confidence = 0.95;
  uint64_t seed = 1;
};

// `y` holds the outcome of each point of a Saltelli design in D dimensions, in its order (see DesignKind::saltelli);
// all are standardised with the mean and deviation of all rows, as SALib does. An outcome that never varies has indices
// 0. Fails where the number of rows does not fit D, or fewer than two blocks are whole.
base::Result<SobolIndices> sobol_indices(std::span<const double> y, size_t dimensions,
                                         const SobolOptions& options = {});

}  // namespace casus::lab

// The sensitivity table of a study: in, the worlds and one outcome of each (or the difference between two policies);
// out, for each parameter every measure that this sample allows, each with the name of its estimator.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "lab/given_data.h"
#include "lab/sobol_indices.h"
#include "lab/table.h"

namespace casus::lab {

struct SensitivityRow {
  size_t column = 0;
  Pawn pawn;                  // how far the whole distribution of the outcome moves
  bool beyond_noise = false;  // its PAWN median lies above what a parameter without effect gets
  Index delta;                // the same, by Borgonovo's measure
  Index first;                // share of the variance that the parameter explains alone
  Index total;                // share in which it has any part; Saltelli designs only
  double slope = 0;           // standardised regression coefficient: direction and size of the straight part
  double rank_slope = 0;      // the same on ranks: direction and size of the monotone part
};

struct Interaction {
  size_t a = 0, b = 0;
  Index second;
};

struct SensitivityTable {
  std::vector<SensitivityRow> rows;       // largest first: by total where there is one, else by PAWN's median
  std::vector<Interaction> interactions;  // Saltelli designs with second order: those whose interval leaves out 0,
                                          // largest first
  Index noise;                            // PAWN's median for a parameter without effect
  double r_squared = 0, rank_r_squared = 0;
  bool has_total = false;
  size_t worlds = 0;    // rows used
  size_t left_out = 0;  // rows (or blocks) left out because a run failed
  // Which estimator stands behind each column, for the foot of a table.
  std::string first_estimator, total_estimator, distribution_estimator, delta_estimator, regression_estimator;
};

struct SensitivityOptions {
  size_t slides = 10;        // PAWN
  size_t resamples = 100;    // bootstrap
  size_t delta_rows = 1000;  // delta is slow, so it looks at the first so many worlds only
  uint64_t seed = 1;
  // Set where the rows are a whole Saltelli design in its order: adds total and second-order indices.
  std::optional<bool> saltelli_second_order = {};
};

// Rows whose outcome is not finite are left out. Fails with fewer than 50 finite rows (no measure says anything then).
base::Result<SensitivityTable> sensitivity(const Table& table, Values y, const SensitivityOptions& options = {});

}  // namespace casus::lab

// Fourier methods of sensitivity: in, outcomes ordered along a parameter or along a search curve; out, first-order and
// total indices from the spectrum.
#pragma once
#include <span>

#include "lab/sobol_indices.h"

namespace casus::lab {

// RBD-FAST from any sample: outcomes in the order of x, up by every second and down by the rest, share of their
// spectrum in the first `harmonics` frequencies, corrected for its bias (Tarantola, Gatelli & Mara 2006,
// doi 10.1016/j.ress.2005.06.003; Plischke 2010, doi 10.1016/j.ress.2009.11.005; Tissot & Prieur 2012,
// doi 10.1016/j.ress.2012.06.010). Needs more than 2 harmonics + 1 rows; 0 for an outcome that never varies.
double rbd_fast(std::span<const double> x, std::span<const double> y, size_t harmonics = 10);

// Extended FAST (Saltelli, Tarantola & Chan 1999, doi 10.1080/00401706.1999.10485594): the outcomes along one
// parameter's search curve, on which that parameter has the frequency floor((N - 1) / (2 harmonics)).
struct FastIndices {
  double first = 0, total = 0;
};
FastIndices extended_fast(std::span<const double> y, size_t harmonics = 4);

}  // namespace casus::lab

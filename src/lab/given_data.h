// Sensitivity from any sample, a plain Latin hypercube too: in, the values of one parameter (or all) and the outcome of
// each world; out, how much the outcome hangs on it. Rows must be finite; leave failed worlds out beforehand.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "lab/sobol_indices.h"
#include "lab/table.h"

namespace casus::lab {

using Values = std::span<const double>;

// PAWN (Pianosi & Wagener 2015, doi 10.1016/j.envsoft.2015.01.004; 2018): x is cut into slides at its quantiles k /
// slides (half-open; the largest x falls in none), categories by label; for each slide the Kolmogorov-Smirnov distance
// between the outcomes in it and all outcomes. Summaries over the slides that hold rows.
struct Pawn {
  double minimum = 0, mean = 0, median = 0, maximum = 0;
  double deviation = 0;  // divided by the number of slides
  double variation = 0;  // deviation / mean
};
Pawn pawn(Values x, Values y, size_t slides = 10);
// The same with one slide for each different value of x (a category, or a parameter with few values).
Pawn pawn_by_value(Values x, Values y);
// What PAWN's median gives for an input that does nothing, from `repeats` shuffles of it: its mean, with 2 deviations
// as half-width. A parameter below value + half_width is not told from nothing.
Index pawn_floor(Values x, Values y, size_t slides = 10, size_t repeats = 20, uint64_t seed = 1);

// Equal-count classes of x by rank (ties in the order of the rows), as in Plischke, Borgonovo & Smith 2013,
// doi 10.1016/j.ejor.2012.11.047: their number, and the class of each row.
size_t class_count(size_t rows);
std::vector<uint32_t> rank_classes(Values x, size_t classes);

// First-order index as the variance of class means over the variance of y; half-width by the delta method: row i moves
// the index by [2 (y_i - m)(m_c - m) - (m_c - m)^2 - S1 (y_i - m)^2] / (V n), m_c the mean of its class. Biased upwards
// by about (classes - 1) / rows.
Index first_order_by_classes(Values x, Values y, double confidence = 0.95);

// Borgonovo's delta (2007, doi 10.1016/j.ress.2006.04.015): half the mean area between the density of y and its density
// in a class of x; Gaussian kernels with Silverman's width on 100 points (Plischke et al. 2013, eq. 26). `delta_raw`
// has a positive floor; `delta` takes the bootstrap's bias off (eq. 30: twice the estimate minus the mean of the
// resamples).
double delta_raw(Values x, Values y);
Index delta(Values x, Values y, size_t resamples = 100, double confidence = 0.95, uint64_t seed = 1);

// Regional sensitivity: y is cut at its quantiles k / bins; for each bin the two-sample Cramer-von Mises statistic of x
// inside against outside (Anderson 1962). NaN for a bin that is empty or has one value of y only.
std::vector<double> regional(Values x, Values y, size_t bins = 20);

// Standardised regression coefficients: the slopes of the least-squares plane times sd(x_j) / sd(y). Trust them as far
// as r_squared. Columns without variance, or that others already span, get 0.
struct Regression {
  std::vector<double> coefficients;
  double r_squared = 0;
};
// With `ranks` every column and y are replaced by their mean ranks first (for monotone outcomes).
Regression standardised_regression(const Table& table, Values y, bool ranks = false);

// Mean ranks, from 1; ties share theirs.
std::vector<double> mean_ranks(Values x);

}  // namespace casus::lab

// Which parameters separate the yes worlds from the no worlds: in, worlds with a label; out, the parameters in order of
// how far the two groups lie apart, with the direction and the chance that it is chance.
#pragma once
#include <string>
#include <vector>

#include "lab/table.h"

namespace casus::lab {

struct Separation {
  size_t column = 0;
  // Numbers: the Kolmogorov-Smirnov statistic, the largest gap between the two distribution functions, positive where
  // the yes worlds lie higher (the gap is F_no - F_yes). Categories: the total variation distance of the two mixes, at
  // least 0.
  double distance = 0;
  double p_value = 1;          // numbers: two-sample Kolmogorov-Smirnov, asymptotic; categories: Pearson's chi-square
  double boundary = 0;         // numbers: the value at which the gap is widest, a good place to cut
  size_t label = 0;            // categories: the label most over-represented among the yes worlds
  bool beyond_chance = false;  // p_value below the significance divided by the number of columns (Bonferroni)
};

// Up to `most` columns, the largest |distance| first; with fewer than two labels of either kind an empty answer. Only
// those beyond chance at `significance`, unless `all`.
std::vector<Separation> separating_parameters(const Table& table, const std::vector<uint8_t>& labels, size_t most = 3,
                                              double significance = 0.05, bool all = false);

// "high cost of lives (above 0.31)", "low prior (below 0.6)", "regime junta": the side on which the yes worlds lie.
std::string separation_words(const Table& table, const Separation& separation);

// The one-way F test of each column between the two groups (analysis of variance; scikit-learn's f_classif, categories
// by their positions): F and its p-value. 0 and 1 where a column has no variance or a group is empty.
struct FTest {
  double f = 0, p_value = 1;
};
std::vector<FTest> f_tests(const Table& table, const std::vector<uint8_t>& labels);

// P(K > x) of Kolmogorov's distribution.
double kolmogorov_tail(double x);

}  // namespace casus::lab

// Feature scores by extremely randomised trees: in, worlds with a yes or no each; out, how much each parameter helps to
// tell them apart, interactions included.
#pragma once
#include <cstdint>
#include <vector>

#include "lab/table.h"

namespace casus::lab {

struct ForestOptions {
  size_t trees = 100;
  uint64_t seed = 1;
};

// The mean decrease of the Gini index (Geurts, Ernst & Wehenkel 2006, doi 10.1007/s10994-006-6226-1) with the settings
// of the EMA Workbench (Jaxa-Rozen & Kwakkel 2018, doi 10.1016/j.envsoft.2018.06.011): each tree on a bootstrap of the
// rows, at each node round(columns / 3) columns (at least one) with a random threshold each, the best taken, leaves of
// at least max(1, round(sqrt(rows / 1000))) rows. Categories count by their positions. The scores sum to 1, or are all
// 0 where no tree splits.
std::vector<double> forest_scores(const Table& table, const Labels& labels, const ForestOptions& options = {});

}  // namespace casus::lab

// Choosing a policy under doubt: in, what each policy yields in each world; out, every usual criterion's figures and
// its best policies, the Pareto front, and what it would be worth to know more first. Larger yields are better.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lab/table.h"

namespace casus::lab {

// yields[policy][world]; every row has the same worlds, every number is finite (leave failed worlds out beforehand).
using Yields = std::vector<std::vector<double>>;

// regret[policy][world]: the best yield of that world less this policy's.
Yields regrets(const Yields& yields);

struct DecisionOptions {
  std::vector<double> weights = {};  // of the worlds (rescaled to sum 1); empty: all alike
  double weight_of_worst = 0.5;      // Hurwicz
  double regret_quantile = 0.9;
  double tail_share = 0.1;               // worst share of worlds: its mean and its edge
  std::optional<double> threshold = {};  // satisficing: a world counts where the yield is at least this
};

// One way to choose.
struct Criterion {
  std::string name;     // "expected value", "worst case", ...
  std::string meaning;  // one plain sentence
  bool larger_is_better = true;
  std::vector<double> values;  // one for each policy
  std::vector<size_t> best;    // policies whose value is the best, ties included (to 1e-12 of the values' size)
};

// In this order: expected value (weighted), equal odds (Laplace), worst case (Wald), best case, optimism mix (Hurwicz:
// the weight of the worst), largest regret (Savage), expected regret (weighted), regret quantile, tail edge (quantile
// of the yield), tail mean (conditional value at risk) and, with a threshold, satisficing share (Starr; weighted).
// Quantiles interpolate linearly at (n - 1) q; the tail mean is over the worst ceil(share n) worlds. Definitions as in
// McPhail et al. 2018, doi 10.1002/2017EF000649. Regret depends on the menu of policies: a new policy can reorder the
// old ones.
std::vector<Criterion> decide(const Yields& yields, const DecisionOptions& options = {});

// Further figures of one policy's yields over worlds, all alike in weight.
double undesirable_deviation(std::span<const double> yields);  // mean of the ceil(n / 2) lowest, less the median
double mean_variance(std::span<const double> yields);          // (mean + 1) / (sd + 1): depends on the scale
// Q is here the value at the whole place nearest to (n - 1) q, as in RAPID.
double percentile_skew(std::span<const double> yields);        // (Q50 - (Q90 + Q10) / 2) / ((Q90 - Q10) / 2)
double percentile_peakedness(std::span<const double> yields);  // (Q90 - Q10) / (Q75 - Q25)
// Linear interpolation at (n - 1) q.
double sample_quantile(std::span<const double> values, double q);

// The options that no other option beats: values[option][objective], larger better; equals all stay.
std::vector<size_t> pareto_front(const std::vector<std::vector<double>>& values);

// A demand on one measure.
struct Requirement {
  std::span<const double> values;  // one for each world
  double threshold = 0;
  bool at_least = true;  // else at most
};
// The share of worlds that meet all demands.
double share_meeting(std::span<const Requirement> requirements);

// What knowing something first is worth, in units of the yield.
struct Information {
  double value = 0;
  double standard_error = 0;  // of the sample of worlds
  double floor = 0;  // what a parameter that tells nothing gets by chance, averaged over shuffles; 0 for perfect
                     // information
};
// Expected value of perfect information: E[max_d U] - max_d E[U]; the expected regret of the best policy.
Information perfect_information(const Yields& yields, const std::vector<double>& weights = {});
// Of one parameter or group of parameters, cut into classes: sum over the classes of share * max_d E[U | class], less
// max_d E[U] (Strong & Oakley 2013, doi 10.1177/0272989X12465533). Biased upwards where classes hold few worlds;
// `floor` says by about how much.
Information partial_information(const Yields& yields, const std::vector<uint32_t>& classes, size_t shuffles = 10,
                                uint64_t seed = 1);
// Classes of a parameter's values: one for each value where there are at most `most`, else `most` of equal count.
std::vector<uint32_t> information_classes(std::span<const double> x, size_t most);
// A number of classes that keeps about 400 worlds in each: 2 to 50.
size_t information_class_count(size_t worlds);

// The world nearest to a baseline among those labelled 1: distance over the columns, each scaled by its range
// (categories: 0 or 1). Nothing where there is none.
struct Nearest {
  size_t row = 0;
  double distance = 0;
};
std::optional<Nearest> nearest_world(const Table& table, const Labels& labels, const std::vector<double>& baseline);

}  // namespace casus::lab
